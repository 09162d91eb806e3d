"""Acts on accounts and cycles ask for the password again when it was given some time ago.

A session on an unattended screen must not be enough to give somebody's account another address,
to close a cycle or to erase somebody's reports. What was typed into a form is carried along, so
that nothing is lost by it.
"""

from datetime import datetime, timedelta
from typing import Final

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.durations import FRESH
from app.infra import clock
from app.infra.db import transaction
from app.infra.settings import settings
from app.people import passwords, throttle
from app.people.forms import ConfirmForm
from app.people.models import SignInWay

GIVEN_AT: Final = "password_at"
FIELD: Final = "password_again"
CLOCKS_APART: Final = timedelta(minutes=2)
AGAIN: Final = "is_again"
NOT_YET: Final = "Nobody has confirmed it yet. Please do so first, then go on."
WRONG: Final = "That is not your password."
ASKING: Final = (Permission.PEOPLE_MANAGE, Permission.CYCLE_RUN, Permission.COMPANY_SET)
FOR_GOOD: Final = frozenset({"home.own_data.erase"})
"""What everybody may do to the own account and nobody can undo."""
BEFORE_SHOWN: Final = frozenset({"people.set_up_codes", "people.set_up_passkey"})
"""Pages that begin a change of the own account: whoever sees them must be its owner already."""
CHANGES_NOTHING: Final = frozenset({"people.upload"})
"""It shows what a file would do; the file could not be carried along."""


def note() -> None:
    """Note in the session that the password was given just now."""
    session[GIVEN_AT] = int(clock.now().timestamp())


def note_shown(moment: datetime | None) -> None:
    """Note when a provider last asked who somebody is; one that does not say asked nobody."""
    session.pop(GIVEN_AT, None)
    if moment is not None and is_recent(moment):
        session[GIVEN_AT] = int(moment.timestamp())


def is_recent(moment: datetime) -> bool:
    """Whether that is so short ago that nobody is asked again; two clocks may differ a little."""
    return -CLOCKS_APART <= clock.now() - moment <= FRESH


def asked_first(
    permission: Permission, *, email: str, password_hash: str | None, way: SignInWay | None
) -> ResponseReturnValue | None:
    """The page that asks for the password, where this request needs it; None to go on.

    A request that brings the right password along is as good as a fresh sign-in.
    """
    if not is_asking(permission) or _is_fresh():
        return None
    if way is SignInWay.SSO:
        return _page_of_providers()
    if FIELD not in request.form:
        return _page()
    try:
        is_right = _is_right(request.form[FIELD], email, password_hash)
    except throttle.TooManyAttemptsError as error:
        return _page(str(error))
    if not is_right:
        return _page(WRONG)
    note()
    return None


def is_asking(permission: Permission) -> bool:
    """Whether this request is one for which people show again who they are."""
    if request.endpoint in BEFORE_SHOWN:
        return True
    changes = request.method == "POST" and request.endpoint not in CHANGES_NOTHING
    return changes and (permission in ASKING or request.endpoint in FOR_GOOD)


def _is_fresh() -> bool:
    age = int(clock.now().timestamp()) - session.get(GIVEN_AT, 0)
    return bool(0 <= age <= FRESH.total_seconds())


def _is_right(password: str, email: str, password_hash: str | None) -> bool:
    limits = throttle.limits_for(
        email, request.remote_addr or "", secret=settings().secret_key, purpose="again"
    )
    with transaction():
        throttle.begin(limits)
    if not passwords.is_right(password[: passwords.LONGEST], password_hash):
        return False
    with transaction():
        throttle.forgive(limits)
    return True


def _page_of_providers() -> ResponseReturnValue:
    """The page that leads whoever came by a provider to it once more, in a window of its own.

    There it can be any of them: who confirms has to be the owner of this account.
    """
    page = render_template(
        "people/confirm_with.html",
        form=ConfirmForm(formdata=None),
        providers=settings().providers,
        typed=_typed(),
        has_files=bool(request.files),
        refusal=NOT_YET if AGAIN in request.form else "",
        target=request.full_path,
    )
    return page, 401


def _typed() -> list[tuple[str, str]]:
    """What was typed into the form that is asked about, to be carried along."""
    own = {FIELD, AGAIN, "csrf_token"}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]


def _page(refusal: str = "") -> ResponseReturnValue:
    page = render_template(
        "people/password_again.html",
        form=ConfirmForm(formdata=None),
        typed=_typed(),
        has_files=bool(request.files),
        refusal=refusal,
        target=request.full_path,
    )
    return page, 401
