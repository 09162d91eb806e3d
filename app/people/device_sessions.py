"""The devices on which somebody is signed in, for the account's owner and for nobody else.

A session lives in its signed cookie; a row beside it lets its owner see and end it. The row carries
a keyed hash instead of a person, and days instead of times, as the sign-ins do: when somebody came
back would tell who took part in a review.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, select, update

from app.domain.durations import HR_IDLE, HR_IDLE_STEP, IDLE, IDLE_STEP, SIGNED_IN
from app.infra import clock
from app.infra.db import db
from app.infra.settings import company_day
from app.people.models import DeviceSession, Person, SignInWay
from app.people.sign_ins import owner_of

KEY: Final = "key"
SINCE: Final = "since"
SEEN: Final = "seen"
STEPS: Final = {IDLE: IDLE_STEP, HR_IDLE: HR_IDLE_STEP}
"""How exactly it is known when somebody came last; the cookie is sent again that often."""


class OwnSession(NamedTuple):
    """A device on which somebody is signed in."""

    key: str
    device: str
    since: date
    seen_on: date
    is_this: bool


def begin(person: Person, *, device: str, way: SignInWay) -> str:
    """Note a new session of `person`; return the random key that its cookie keeps."""
    key, today = secrets.token_hex(16), company_day()
    owner = owner_of(person, "")
    row = DeviceSession(
        key=stored(key), owner=owner, device=device, since=today, seen_on=today, way=way
    )
    db.session.add(row)
    return key


def stored(key: str) -> str:
    """What is kept of a key: nobody who reads the table can be signed in by it."""
    return hashlib.sha256(key.encode()).hexdigest()


def of(person: Person, *, key: str) -> list[OwnSession]:
    """Where `person` is signed in, this device first, then the latest; `key` is this one's."""
    mine, this = owner_of(person, ""), stored(key)
    wanted = select(DeviceSession).where(
        DeviceSession.owner == mine,
        DeviceSession.is_ended.is_(False),
        DeviceSession.since >= company_day() - SIGNED_IN,
    )
    rows = db.session.scalars(wanted.order_by(DeviceSession.seen_on.desc(), DeviceSession.key))
    found = [OwnSession(r.key, r.device, r.since, r.seen_on, r.key == this) for r in rows]
    return sorted(found, key=lambda one: not one.is_this)


def end(person: Person, stored_key: str) -> bool:
    """End one session of `person`; whether there was such a one."""
    return bool(_end(person, DeviceSession.key == stored_key))


def end_others(person: Person, *, key: str) -> int:
    """End every session of `person` but the one with `key`; return how many."""
    return _end(person, DeviceSession.key != stored(key))


def _end(person: Person, which: object) -> int:
    ended = db.session.execute(
        update(DeviceSession)
        .where(
            DeviceSession.owner == owner_of(person, ""),
            DeviceSession.is_ended.is_(False),
            which,  # type: ignore[arg-type]
        )
        .values(is_ended=True)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def note_seen(key: str) -> None:
    """Note that the session with `key` was used today."""
    today = company_day()
    db.session.execute(
        update(DeviceSession)
        .where(DeviceSession.key == stored(key), DeviceSession.seen_on != today)
        .values(seen_on=today)
    )


def forget_old() -> None:
    """Delete sessions that are over by their age."""
    limit = company_day() - SIGNED_IN - timedelta(days=1)
    db.session.execute(delete(DeviceSession).where(DeviceSession.since < limit))


def is_over(session: Mapping[str, object], *, is_hr: bool) -> bool:
    """Whether a session is too old, or nobody came for too long."""
    now, idle = clock.now(), _idle(is_hr=is_hr)
    since, seen = _moment(session.get(SINCE)), _moment(session.get(SEEN))
    if since is not None and now - since >= SIGNED_IN:
        return True
    return seen is not None and now - seen >= idle + STEPS[idle]


def is_due(session: Mapping[str, object], *, is_hr: bool) -> bool:
    """Whether the cookie has to say anew when somebody came last."""
    seen = _moment(session.get(SEEN))
    return seen is None or abs(clock.now() - seen) >= STEPS[_idle(is_hr=is_hr)]


def moment_now() -> int:
    """Now, as cookies keep it: whole seconds since 1970."""
    return int(clock.now().timestamp())


def _idle(*, is_hr: bool) -> timedelta:
    return HR_IDLE if is_hr else IDLE


def _moment(kept: object) -> datetime | None:
    return datetime.fromtimestamp(kept, tz=clock.now().tzinfo) if isinstance(kept, int) else None
