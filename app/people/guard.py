"""Who is asking, and whether they may: the only place that touches Flask-Login.

Every request begins with this, so it reads a row and makes no object that a session looks after;
views that need one ask for `me()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Final, cast

import flask_login
from flask import Flask, abort, g, has_request_context, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.domain.access import Actor, Permission, is_allowed
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.infra.settings import company_day, settings
from app.people import device_sessions, fresh_factor, fresh_password, second_factor
from app.people.models import (
    DeviceSession,
    Passkey,
    Person,
    SignInWay,
    TimeCodes,
    reads_reports_from,
    session_id_of,
)

login_manager = flask_login.LoginManager()
login_manager.login_view = "people.sign_in"
login_manager.login_message = "Please sign in first."
login_manager.session_protection = None  # a phone changes its address; the cookie is signed


@dataclass(frozen=True)
class Account:
    """The signed-in person as their row was when the request began."""

    id: int
    name: str
    email: str
    session_id: str
    password_hash: str | None
    credential_epoch: int
    credential_mark: str
    is_active: bool
    way: SignInWay | None
    """How this session was opened; None where its row is lost."""
    has_factor: bool
    """Whether they have set up a second factor."""
    handed_over_on: date | None
    """The day on which it came into new hands."""

    # What Flask-Login asks of a user; its own mixin carries no types.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What a session's cookie holds."""
        return self.session_id


_Report = aliased(Person)
# Put together once, for every request begins with it. Being a manager follows from having
# active reports.
_WHO: Final = Query(
    select(
        Person.name,
        Person.email,
        Person.session_epoch,
        Person.sign_outs,
        Person.password_hash,
        Person.credential_epoch,
        Person.credential_mark,
        Person.is_active,
        Person.is_hr,
        Person.is_board,
        exists().where(_Report.manager_id == Person.id, _Report.is_active),
        exists().where(DeviceSession.key == bindparam("session"), DeviceSession.is_ended),
        select(DeviceSession.way)
        .where(DeviceSession.key == bindparam("session"))
        .scalar_subquery(),
        or_(
            exists().where(Passkey.person_id == Person.id),
            exists().where(TimeCodes.person_id == Person.id),
        ),
        Person.handed_over_on,
    ).where(Person.id == bindparam("person_id"))
)


def init_guard(app: Flask) -> None:
    """Let Flask-Login find people, and give every template the actor."""
    login_manager.init_app(app)
    app.before_request(_stay_signed_in)
    app.context_processor(lambda: {"actor": actor(), "person": account()})


def _stay_signed_in() -> None:
    """End a session that is over; else say now and then in its cookie when somebody came last."""
    if request.endpoint == "static":
        return
    if not session.permanent or account() is None:
        return
    is_hr = asking().is_hr
    if device_sessions.is_over(session, is_hr=is_hr):
        sign_out()
    elif device_sessions.is_due(session, is_hr=is_hr):
        session[device_sessions.SEEN] = device_sessions.moment_now()
        session.setdefault(device_sessions.SINCE, device_sessions.moment_now())


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(cookie: str) -> Account | None:
    """The person of a session; None after they left, signed out or got a new password or e-mail.

    Also None without the second factor that they have, or need: they sign in again with it.
    """
    found = _meet(int(cookie.partition(":")[0]))
    if found is None or not found.is_active or found.session_id != cookie:
        return None
    if not _is_still_a_way_in(found.way):
        return None
    return found if _is_enough(found, g.actor) else None


def _is_still_a_way_in(way: SignInWay | None) -> bool:
    """Whether a session that was opened in this way could be opened so today."""
    return way is SignInWay.SSO or settings().has_passwords


def _is_enough(someone: Account, actor: Actor) -> bool:
    """Whether the session shows as much of who somebody is as their account asks for."""
    if someone.way is SignInWay.SSO:
        return True
    if someone.has_factor:
        return fresh_factor.is_given()
    return not second_factor.is_required(
        is_hr=actor.is_hr, is_board=actor.is_board, leads=actor.is_manager
    )


def _meet(person_id: int) -> Account | None:
    """Read a person, and remember for this request who that is as the rules see them."""
    key = session.get(device_sessions.KEY, "")
    row = _WHO.first(person_id=person_id, session=device_sessions.stored(key) if key else "")
    if row is None:
        return None
    (name, email, epoch, sign_outs, hashed, credential, mark, is_active, is_hr, is_board) = row[:10]
    leads, is_ended, way, has_factor, handed_over_on = row[10:]
    if is_ended:
        return None
    g.actor = Actor(person_id, is_hr=is_hr, is_board=is_board, is_manager=leads)
    session_id = session_id_of(person_id, epoch, sign_outs)
    return Account(
        person_id,
        name,
        email,
        session_id,
        hashed,
        credential,
        mark,
        is_active,
        way,
        has_factor,
        handed_over_on,
    )


def account() -> Account | None:
    """Who is signed in, or None; nobody is where a job or command writes a mail."""
    if not has_request_context():
        return None
    if "account" not in g:  # Flask-Login goes a long way each time
        user = flask_login.current_user._get_current_object()
        g.account = user if isinstance(user, Account) else None
    return cast("Account | None", g.account)


def person() -> Person | None:
    """The signed-in person to work with, or None."""
    someone = account()
    return db.session.get(Person, someone.id) if someone else None


def actor() -> Actor | None:
    """The signed-in person as the rules see them, read once a request."""
    return cast(Actor, g.actor) if account() else None


def me() -> Person:
    """The signed-in person to work with, in a view that `requires` a permission."""
    return cast(Person, person())


def my_account() -> Account:
    """The signed-in person's row, in a view that `requires` a permission."""
    return cast(Account, account())


def asking() -> Actor:
    """The signed-in person as the rules see them, in a view that `requires` a permission."""
    return cast(Actor, actor())


def wait_for_an_objection() -> ResponseReturnValue | None:
    """The page for an account in new hands, which reads nothing about its owner yet; else None.

    Its owner may not know that it was taken.
    """
    someone = account()
    opens_on = reads_reports_from(someone.handed_over_on) if someone else None
    if opens_on is None or opens_on <= company_day():
        return None
    return render_template("reports/waiting.html", day_of_opening=opens_on), 403


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
            asked = _shown_again(permission)
            return view(*args, **kwargs) if asked is None else asked

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _shown_again(permission: Permission) -> Any:
    """The page that asks once more who is there, where this request needs it; None to go on."""
    mine = my_account()
    if mine.has_factor and mine.way is not SignInWay.SSO:
        return fresh_factor.asked_first(permission, mine.id)
    return fresh_password.asked_first(
        permission, email=mine.email, password_hash=mine.password_hash, way=mine.way
    )


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
        Permission.TALK_LEAD,
        Permission.PLAN_READ,
        Permission.PLAN_WRITE,
        Permission.TEAM_READ,
        Permission.COMPANY_READ,
        Permission.SERVICE_READ,
        Permission.PROJECT_BEGIN,
        Permission.COMMENTS_HEAR,
        Permission.UNIT_ANSWERS_READ,
        Permission.PROJECT_CHANGE,
    }
)


def check(permission: Permission, thing: object = None) -> None:
    """Abort with 403 unless the actor may do this to `thing`."""
    someone = actor()
    if someone is None or not is_allowed(someone, permission, thing):
        abort(403)


def sign_in(someone: Person, key: str) -> None:
    """Start a session with `key`; nothing from before it is carried along.

    But for one thing: a session of the same person goes on with the second factor that they gave.
    """
    mine = account()
    given_at = session.get(fresh_factor.GIVEN_AT) if mine and mine.id == someone.id else None
    session.clear()
    g.pop("csrf_token", None)  # a page that is shown at once needs one of the new session
    session.permanent = True
    session[device_sessions.KEY] = key
    now = device_sessions.moment_now()
    session[device_sessions.SINCE] = session[device_sessions.SEEN] = now
    fresh_password.note()
    fresh_factor.carry_over(given_at)
    db.session.flush()  # what is read next is read past the session's objects
    flask_login.login_user(_meet(someone.id))
    g.pop("account", None)


def session_key() -> str:
    """The key of the present session; empty for one that was begun without."""
    return str(session.get(device_sessions.KEY, ""))


def sign_out() -> None:
    """Let this browser forget its session; `device_sessions.end` ends copies of it too."""
    flask_login.logout_user()
    g.pop("account", None)
    session.clear()
