"""Who is asking, and whether they may: the only place that touches Flask-Login."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

import flask_login
from flask import Flask, abort, g, has_request_context, request, session
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from app.domain.access import Actor, Permission, is_allowed
from app.infra.db import db
from app.people.models import Person

login_manager = flask_login.LoginManager()
login_manager.login_view = "people.sign_in"
login_manager.login_message = "Please sign in first."
login_manager.session_protection = None  # a phone changes its address; the cookie is signed

_Report = aliased(Person)
# Put together once, for every request begins with it. Being a manager follows from having
# active reports.
_WHO: Final = select(
    Person, exists().where(_Report.manager_id == Person.id, _Report.is_active)
).where(Person.id == bindparam("person_id"))


def init_guard(app: Flask) -> None:
    """Let Flask-Login find people, and give every template the actor."""
    login_manager.init_app(app)
    app.context_processor(lambda: {"actor": actor(), "person": person()})


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(session_id: str) -> Person | None:
    """The person of a session; None after they left, signed out or got a new password or e-mail."""
    found = _meet(int(session_id.partition(":")[0]))
    if found is None or not found.is_active or found.get_id() != session_id:
        return None
    return found


def _meet(person_id: int) -> Person | None:
    """Read a person, and remember for this request who that is as the rules see them."""
    found = db.session.execute(_WHO, {"person_id": person_id}).first()
    if found is None:
        return None
    someone, has_reports = found
    g.actor = Actor(
        person_id=someone.id,
        is_hr=someone.is_hr,
        is_board=someone.is_board,
        is_manager=has_reports,
    )
    return someone


def person() -> Person | None:
    """The signed-in person, or None; nobody is signed in where a job or command writes a mail."""
    if not has_request_context():
        return None
    user = flask_login.current_user
    return cast(Person, user._get_current_object()) if user.is_authenticated else None


def actor() -> Actor | None:
    """The signed-in person as the rules see them, read once a request."""
    return cast(Actor, g.actor) if person() else None


def me() -> Person:
    """The signed-in person, in a view that `requires` a permission."""
    return cast(Person, person())


def asking() -> Actor:
    """The signed-in person as the rules see them, in a view that `requires` a permission."""
    return cast(Actor, actor())


def requires(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only those into a view whom `permission` admits without looking at an object.

    For a permission about an object (a report, a team) the view calls `check` as well,
    once it has loaded the object; here only signing in is asked.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if actor() is None:
                return _sign_in_first()
            if permission not in ABOUT_OBJECTS:
                check(permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _sign_in_first() -> Any:
    """The way to the sign-in page; a script, which cannot go there, is told so instead."""
    if request.is_json:
        return {"message": "Please sign in first."}, 401
    return login_manager.unauthorized()


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view to people who are not signed in; every other view `requires` a permission."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


ABOUT_OBJECTS = frozenset(
    {
        Permission.REPORT_READ,
        Permission.REPORTS_TAKE,
        Permission.PLAN_READ,
        Permission.PLAN_WRITE,
        Permission.TEAM_READ,
        Permission.COMPANY_READ,
    }
)


def check(permission: Permission, thing: object = None) -> None:
    """Abort with 403 unless the actor may do this to `thing`."""
    someone = actor()
    if someone is None or not is_allowed(someone, permission, thing):
        abort(403)


def sign_in(someone: Person) -> None:
    """Start a session; nothing from before it is carried along."""
    session.clear()
    session.permanent = True
    flask_login.login_user(someone)
    _meet(someone.id)


def sign_out() -> None:
    """Let this browser forget its session; `services.end_sessions` ends copies of it too."""
    flask_login.logout_user()
    session.clear()
