"""The second factor in a session: whether it was given, and whether lately enough.

Somebody who has one gives it when they sign in, and again, if that is some time ago, for acts on
accounts and cycles, for changes of their own account and for reading reports of others. A session
that was begun without it is none: a stolen password, or a cookie from before, opens nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.durations import FACTOR_READING, FACTOR_STEP, FRESH
from app.domain.errors import ReviewError
from app.infra import clock, mail
from app.infra.db import db, transaction
from app.infra.settings import settings
from app.people import fresh_password, messages, passkeys, second_factor, sign_ins, throttle
from app.people.models import Person, SignInEvent, session_id_of

GIVEN_AT: Final = "factor_at"
CODE, PASSKEY, RECOVERY = "factor_code", "factor_passkey", "factor_recovery"
PASSWORD_OF, PASSWORD_AT, TARGET = "password_of", "password_given_at", "target"
"""What a session holds between the right password and the second factor."""
FIELDS: Final = frozenset({CODE, PASSKEY, RECOVERY})
TRIES: Final = 5
"""For an account within the throttle's window: a code has a million values, and three are right."""
OF_OTHERS: Final = frozenset(
    {
        Permission.REPORT_READ,
        Permission.REPORTS_TAKE,
        Permission.TALK_LEAD,
        Permission.TEAM_READ,
        Permission.CYCLE_REPORT_READ,
    }
)
"""What shows what was said about somebody; one's own report is asked for by its subject."""
OWN_ACCOUNT: Final = frozenset(
    {
        "people.change_password",
        "people.remove_codes",
        "people.remove_passkey",
        "people.new_recovery",
    }
)


def wait_for(person: Person, target: str) -> str:
    """Remember that the password of `person` was right; return the page on which they go on.

    Nobody is signed in by that.
    """
    session.clear()
    session[PASSWORD_OF] = session_id_of(person.id, person.session_epoch, person.sign_outs)
    session[PASSWORD_AT] = int(clock.now().timestamp())
    session[TARGET] = target
    return "people.second_step" if second_factor.is_set(person) else "people.first_factor"


def awaited() -> Person | None:
    """Who gave the right password a moment ago and nothing more yet; None for nobody."""
    said, given_at = str(session.get(PASSWORD_OF, "")), session.get(PASSWORD_AT, 0)
    age = int(clock.now().timestamp()) - given_at
    if not said or not 0 <= age <= FACTOR_STEP.total_seconds():
        return None
    person = db.session.get(Person, int(said.partition(":")[0]))
    if person is None or not person.is_active:
        return None
    now = session_id_of(person.id, person.session_epoch, person.sign_outs)
    return person if now == said else None


def target() -> str:
    """Where they wanted to go."""
    return str(session.get(TARGET, "/"))


def note() -> None:
    """Note in the session that the second factor was given just now."""
    session[GIVEN_AT] = int(clock.now().timestamp())


def is_given() -> bool:
    """Whether the second factor was given in this session."""
    return GIVEN_AT in session


def carry_over(given_at: object) -> None:
    """Keep in a new session of the same person when the second factor was given in the old one."""
    if isinstance(given_at, int):
        session[GIVEN_AT] = given_at


def asked_first(permission: Permission, person_id: int) -> ResponseReturnValue | None:
    """The page that asks for the second factor, where this request needs it; None to go on.

    A request that brings the right one along is as good as a fresh sign-in.
    """
    longest = _longest_age(permission, person_id)
    if longest is None or _age() <= longest:
        return None
    person = db.session.get_one(Person, person_id)
    if not FIELDS & request.form.keys():
        return page(person)
    try:
        prove(person, request.form)
    except ReviewError as error:
        return page(person, str(error))
    note()
    return None


def prove(person: Person, given: Mapping[str, str]) -> None:
    """Check what `person` gave as second factor, and count tries.

    Raises ReviewError with a sentence for them. Who tries too often is told by mail: whoever comes
    so far has their password.
    """
    limits = _limits(person, "factor", TRIES)
    owner, device = sign_ins.owner_of(person, ""), sign_ins.kind_of_device(_agent())
    try:
        with transaction():
            throttle.begin(limits)
    except throttle.TooManyAttemptsError:
        _tell_of_guessing(person)
        raise
    try:
        with transaction():
            _check(person, given)
            throttle.forgive(limits)
    except ReviewError:
        with transaction():
            sign_ins.note(owner, SignInEvent.FACTOR_FAILED, device=device)
        raise


def options_for(person: Person) -> str:
    """What a browser needs to use a passkey of `person`, as JSON; empty where there is none."""
    return passkeys.to_use(person, second_factor.of(person).passkeys)


def page(person: Person, refusal: str = "", *, target: str = "") -> ResponseReturnValue:
    """Ask for the second factor once more; what was typed into a form is carried along.

    Who only wanted to read is led on to `target` afterwards.
    """
    own = {*FIELDS, "csrf_token", "next"}
    is_reading = bool(target) or request.method != "POST"
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in own]
    shown = render_template(
        "people/factor_again.html",
        typed=typed,
        refusal=refusal,
        has_files=bool(request.files),
        action=url_for("people.confirm_factor") if is_reading else request.full_path,
        next_page=(target or request.full_path) if is_reading else "",
        factors=second_factor.of(person),
        options=options_for(person),
    )
    return shown, 401


def _longest_age(permission: Permission, person_id: int) -> timedelta | None:
    """How long ago the factor may have been given for this request; None where it is not needed."""
    is_own = request.endpoint in OWN_ACCOUNT and request.method == "POST"
    if is_own or fresh_password.is_asking(permission):
        return FRESH
    is_about_me = (request.view_args or {}).get("subject_id") == person_id
    return FACTOR_READING if permission in OF_OTHERS and not is_about_me else None


def _age() -> timedelta:
    """How long ago it was given; for ever where it was not, or the clock was set back."""
    given_at = session.get(GIVEN_AT, 0)
    age = timedelta(seconds=int(clock.now().timestamp()) - given_at)
    return age if age >= timedelta(0) else timedelta.max


def _check(person: Person, given: Mapping[str, str]) -> None:
    if answer := given.get(PASSKEY):
        second_factor.prove_by_passkey(person, answer)
    elif code := given.get(RECOVERY):
        second_factor.prove_by_recovery(person, code)
    else:
        second_factor.prove_by_code(person, given.get(CODE, ""))


def _tell_of_guessing(person: Person) -> None:
    """Mail the owner, once within the throttle's window."""
    try:
        with transaction():
            throttle.begin(_limits(person, "factor told", 1))
            mail.post(messages.factor_guessed(person))
    except throttle.TooManyAttemptsError:
        return


def _limits(person: Person, purpose: str, most: int) -> list[throttle.Limit]:
    return throttle.limits_for(
        f"person {person.id}",
        request.remote_addr or "",
        secret=settings().secret_key,
        purpose=purpose,
        per_email=most,
    )


def _agent() -> str:
    return request.user_agent.string
