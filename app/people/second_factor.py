"""The second factor of an account: set up, proven, taken away, and reset by two people of HR.

Passkeys and time codes stand side by side; recovery codes replace either of them, once each. What
was used is remembered as long as it would work, so that nobody uses it again.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.durations import FACTOR_STEP
from app.domain.errors import NotFoundError, ReviewError
from app.infra import audit, clock, kept_secrets, mail
from app.infra.db import db, insert_of
from app.infra.settings import company_day, settings
from app.people import (
    credentials,
    messages,
    passkeys,
    password_secrecy,
    recovery_codes,
    time_codes,
    two_person_requests,
)
from app.people.models import Act, Passkey, Person, RecoveryCode, SpentProof, TimeCodes

MOST_PASSKEYS: Final = 10
WRONG: Final = "That code was not accepted. Please try the next one that your app shows."
WRONG_RECOVERY: Final = "That recovery code was not accepted. Each one works once."
WRONG_FIRST: Final = (
    "That code does not belong to this picture. Please type what your app shows now; a phone "
    "whose clock is wrong shows other codes."
)
OFFER_OVER: Final = "This page was open for too long. Please scan the new picture."
ONE_IS_NEEDED: Final = (
    "For your role a second factor is required, and this is the only one. Set up another one first."
)
GONE: Final = "This passkey was removed already."
TOO_MANY: Final = f"An account has at most {MOST_PASSKEYS} passkeys. Remove one first."
NOTHING_TO_RECOVER: Final = "Set up a second factor first; recovery codes come with it."
NONE_SET: Final = "{name} has no second factor that could be reset."
_Report = aliased(Person)


class WrongFactorError(ReviewError):
    """What somebody gave is not their second factor."""


class FactorNeededError(ReviewError):
    """The last second factor of somebody who needs one stays."""


@dataclass(frozen=True)
class Factors:
    """What somebody has set up."""

    passkeys: Sequence[Passkey]
    time_codes_since: date | None
    recovery_codes: int
    """How many are left."""

    @property
    def is_set(self) -> bool:
        return bool(self.passkeys) or self.time_codes_since is not None

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.time_codes_since is not None)


@dataclass(frozen=True)
class TimeCodeOffer:
    """A secret that is shown to its owner, and set up once they type a code of it."""

    token: str
    """Carries the secret through the page, sealed for this person."""
    address: str
    picture: str
    spelled: str


def of(person: Person) -> Factors:
    """What `person` has set up."""
    mine = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    codes = db.session.get(TimeCodes, person.id)
    left = select(func.count()).where(RecoveryCode.person_id == person.id)
    return Factors(
        list(db.session.scalars(mine)),
        codes.since if codes else None,
        db.session.scalar(left) or 0,
    )


def is_set(person: Person) -> bool:
    """Whether `person` has a second factor."""
    passkey = exists().where(Passkey.person_id == person.id)
    codes = exists().where(TimeCodes.person_id == person.id)
    return bool(db.session.scalar(select(or_(passkey, codes))))


def is_required(*, is_hr: bool, is_board: bool, leads: bool) -> bool:
    """Whether somebody with these roles needs a second factor."""
    roles = settings().factor_roles
    return (
        ("hr" in roles and is_hr)
        or ("board" in roles and is_board)
        or ("managers" in roles and leads)
    )


def is_required_of(person: Person) -> bool:
    """Whether `person` needs a second factor."""
    leads = exists().where(_Report.manager_id == person.id, _Report.is_active)
    return is_required(
        is_hr=person.is_hr, is_board=person.is_board, leads=bool(db.session.scalar(select(leads)))
    )


def is_needed_of(person: Person) -> bool:
    """Whether a password alone does not open the account of `person`."""
    return is_set(person) or is_required_of(person)


def offer_time_codes(person: Person) -> TimeCodeOffer:
    """A new secret for `person`; nothing is kept of it until they prove that they have it."""
    secret, issuer = time_codes.new_secret(), settings().product
    address = time_codes.address(secret, account=person.email, issuer=issuer)
    said = f"{secret} {int(clock.now().timestamp())}"
    token = base64.urlsafe_b64encode(kept_secrets.seal(said, place=_offer_place(person)))
    return TimeCodeOffer(
        token.decode(), address, time_codes.picture(address), time_codes.spelled(secret)
    )


def set_time_codes(person: Person, *, token: str, code: str) -> list[str]:
    """Keep the secret that was offered, in place of an earlier one; recovery codes with the first.

    Raises WrongFactorError where `code` is not one of it, or the offer is over.
    """
    secret = _offered(person, token)
    step = time_codes.matching_step(secret, code, clock.now())
    if step is None:
        raise WrongFactorError(WRONG_FIRST)
    _spend(f"time code {person.id} {secret} {step}")
    is_first = not is_set(person)
    db.session.execute(delete(TimeCodes).where(TimeCodes.person_id == person.id))
    sealed = kept_secrets.seal(secret, place=_codes_place(person))
    db.session.add(TimeCodes(person_id=person.id, sealed=sealed, since=company_day()))
    return _was_set(person, "time codes", is_first=is_first)


def set_passkey(person: Person, *, answer: str, name: str) -> list[str]:
    """Keep the passkey that a browser made; recovery codes with the first factor.

    Raises PasskeyRefusedError, or WrongFactorError where there are too many.
    """
    found = passkeys.made(person, answer)
    mine = of(person)
    taken = exists().where(Passkey.credential_id == found.credential_id)
    if db.session.scalar(select(taken)):
        raise passkeys.PasskeyRefusedError(passkeys.REFUSED)
    if len(mine.passkeys) >= MOST_PASSKEYS:
        raise WrongFactorError(TOO_MANY)
    _spend(f"passkey {found.challenge}")
    passkey = Passkey(
        person_id=person.id,
        credential_id=found.credential_id,
        public_key=found.public_key,
        name=name,
        since=company_day(),
    )
    db.session.add(passkey)
    return _was_set(person, "a passkey", is_first=not mine.is_set)


def prove_by_code(person: Person, code: str) -> None:
    """Check a time code of `person`. Raises WrongFactorError; the same code works once."""
    kept = db.session.get(TimeCodes, person.id)
    secret = kept_secrets.opened(kept.sealed, place=_codes_place(person)) if kept else None
    step = time_codes.matching_step(secret, code, clock.now()) if secret else None
    if step is None:
        raise WrongFactorError(WRONG)
    _spend(f"time code {person.id} {secret} {step}")


def prove_by_passkey(person: Person, answer: str) -> None:
    """Check the answer of a passkey of `person`. Raises PasskeyRefusedError or WrongFactorError."""
    found = passkeys.used(person, of(person).passkeys, answer)
    _spend(f"passkey {found.challenge}")


def prove_by_recovery(person: Person, code: str) -> None:
    """Use up a recovery code of `person`. Raises WrongFactorError."""
    mine = RecoveryCode.digest == recovery_codes.digest(person.id, code)
    used = delete(RecoveryCode).where(mine, RecoveryCode.person_id == person.id)
    if not db.session.execute(used.returning(RecoveryCode.digest)).all():
        raise WrongFactorError(WRONG_RECOVERY)
    left = of(person).recovery_codes
    mail.post(messages.recovery_used(person, left=left))


def new_recovery_codes(person: Person) -> list[str]:
    """Codes in place of all earlier ones; they are never shown again.

    Raises ReviewError where there is no factor that they could stand in for.
    """
    if not is_set(person):
        raise ReviewError(NOTHING_TO_RECOVER)
    codes = _fresh_codes(person)
    password_secrecy.note_factor("person:recovery_made", person.id)
    mail.post(messages.factor_changed(person, what="New recovery codes were made"))
    return codes


def remove_time_codes(person: Person) -> None:
    """Let the codes of the app no longer work. Raises FactorNeededError."""
    if db.session.get(TimeCodes, person.id) is None:
        return
    _refuse_last(person)
    db.session.execute(delete(TimeCodes).where(TimeCodes.person_id == person.id))
    _was_removed(person, "time codes", "The codes of your app no longer work")


def remove_passkey(person: Person, passkey_id: int) -> None:
    """Let a passkey no longer work. Raises FactorNeededError or NotFoundError."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != person.id:
        raise NotFoundError(GONE)
    _refuse_last(person)
    db.session.delete(passkey)
    db.session.flush()
    _was_removed(person, "a passkey", "A passkey was removed")


def reset(person: Person, *, by: int | None) -> bool:
    """Take every second factor of `person` away; False when it waits for a second person of HR.

    Whoever gets in next has a password and nothing else. So the account counts as one in new
    hands from today, earlier answers stay closed to it, and every session ends. The owner is told
    when it is asked for and when it is done.
    """
    # Where HR must not know who has a password, nor does it learn who has more than that.
    if not password_secrecy.are_hidden() and not is_set(person):
        raise ReviewError(NONE_SET.format(name=person.name))
    to = f"reset the second factor of {person.name}"
    if not two_person_requests.settle(Act.RESET_FACTOR, person.id, by=by, to=to):
        _tell(person, "asked")
        return False
    _forget(person)
    person.handed_over_on = company_day()
    person.credential_epoch = credentials.new_epoch()
    person.session_epoch += 1
    audit.record("person:factor_reset", actor_id=by, person_id=person.id)
    _tell(person, "done")
    return True


def _tell(person: Person, step: messages.ResetStep) -> None:
    """Tell the owner, and whoever watches the account since its address was changed."""
    watching = person.watching_address(company_day())
    told = dict.fromkeys(filter(None, (person.email, watching)))
    mail.post(*(messages.factor_reset(person, to=one, step=step) for one in told))


def _forget(person: Person) -> None:
    for table in (Passkey, TimeCodes, RecoveryCode):
        db.session.execute(delete(table).where(table.person_id == person.id))


def _was_set(person: Person, kind: str, *, is_first: bool) -> list[str]:
    """Write down and tell that a factor was set up; the codes that come with the first one."""
    db.session.flush()
    codes = _fresh_codes(person) if is_first else []
    password_secrecy.note_factor("person:factor_set", person.id, kind=kind)
    mail.post(messages.factor_changed(person, what=f"You set up {kind}"))
    return codes


def _was_removed(person: Person, kind: str, what: str) -> None:
    """Write down and tell that a factor was removed; without any, recovery codes are nothing."""
    if not is_set(person):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    password_secrecy.note_factor("person:factor_removed", person.id, kind=kind)
    mail.post(messages.factor_changed(person, what=what))


def _fresh_codes(person: Person) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = recovery_codes.new_codes()
    # In the order of their hashes: the order on disk must not be that of the paper.
    digests = sorted(recovery_codes.digest(person.id, code) for code in codes)
    db.session.add_all(RecoveryCode(digest=one, person_id=person.id) for one in digests)
    db.session.flush()
    return codes


def _refuse_last(person: Person) -> None:
    if of(person).count == 1 and is_required_of(person):
        raise FactorNeededError(ONE_IS_NEEDED)


def _spend(what: str) -> None:
    """Note that `what` was used. Raises WrongFactorError for the second time."""
    now = clock.now()
    db.session.execute(delete(SpentProof).where(SpentProof.kept_until < now))
    key, until = kept_secrets.mark(f"spent {what}").hex(), now + FACTOR_STEP + timedelta(minutes=2)
    row = insert_of(SpentProof).values(key=key, kept_until=until).on_conflict_do_nothing()
    if not db.session.execute(row.returning(SpentProof.key)).all():
        raise WrongFactorError(WRONG)


def _offered(person: Person, token: str) -> str:
    try:
        sealed = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except ValueError:
        raise WrongFactorError(OFFER_OVER) from None
    said = kept_secrets.opened(sealed, place=_offer_place(person)) or ""
    secret, _, made_at = said.partition(" ")
    age = clock.now().timestamp() - int(made_at or 0)
    if not secret or not 0 <= age <= FACTOR_STEP.total_seconds():
        raise WrongFactorError(OFFER_OVER)
    return secret


def _offer_place(person: Person) -> str:
    return f"offered time codes {person.id} {person.session_epoch}"


def _codes_place(person: Person) -> str:
    return f"time codes {person.id}"
