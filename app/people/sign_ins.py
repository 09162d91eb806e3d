"""What happened at the sign-in page, kept for the account's owner and for nobody else.

A day and a kind of device is all: a time, or an address of the network, would tell more than the
owner needs. Rows carry a keyed hash instead of a person, so that a copy of the database does not
show who signed in while a review was open. They are deleted after 90 days.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, func, select

from app.domain.durations import SIGN_INS_KEPT
from app.infra.db import db, insert_of
from app.infra.settings import company_day, settings
from app.people.models import Person, SignInEvent, SignInSeen

MOST_ON_A_DEVICE: Final = 5
"""People whom one device remembers; a shared one forgets who came first."""
BROWSERS: Final = (
    ("Edge", r"Edg/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS: Final = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("a Mac", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)
BAD: Final = (SignInEvent.FAILED, SignInEvent.LOCKED_OUT)


@dataclass(frozen=True)
class SignInsOfADay:
    """What happened on one day, how often, and on which kind of device."""

    day: date
    event: SignInEvent
    device: str
    times: int


@dataclass(frozen=True)
class Failures:
    """What HR may know of an account: that wrong passwords were given, never a right one."""

    wrong: int
    locked_out: int


def kind_of_device(user_agent: str) -> str:
    """What sort of device it is, as its owner would say: "Firefox on Windows"."""
    browser = next((name for name, sign in BROWSERS if re.search(sign, user_agent)), "A browser")
    system = next((name for name, sign in SYSTEMS if re.search(sign, user_agent)), "a device")
    return f"{browser} on {system}"


def owner_of(person: Person | None, email: str) -> str:
    """Under what an account's rows are kept; addresses of nobody share few owners.

    So trying out addresses costs what trying out passwords does, and fills no table.
    """
    whose = f"person {person.id}" if person else f"nobody {_digest(email.strip().lower())[0]}"
    return _digest(whose).hex()


def _digest(whose: str) -> bytes:
    return hmac.digest(settings().secret_key.encode(), f"sign-ins {whose}".encode(), "sha256")


def note(owner: str, event: SignInEvent, *, device: str) -> None:
    """Count `event` for today."""
    key = {"owner": owner, "day": company_day(), "event": event, "device": device}
    row = insert_of(SignInSeen).values(**key, times=1)
    again = {"times": SignInSeen.times + 1}
    db.session.execute(row.on_conflict_do_update(index_elements=list(key), set_=again))


def seen_by(person: Person) -> list[SignInsOfADay]:
    """What happened at the account of `person`, the latest day first."""
    mine = select(SignInSeen).where(SignInSeen.owner == owner_of(person, ""))
    rows = db.session.scalars(mine.order_by(SignInSeen.day.desc(), SignInSeen.event))
    return [SignInsOfADay(row.day, row.event, row.device, row.times) for row in rows]


def failures_at(person: Person) -> Failures:
    """How often wrong passwords were given for the account of `person` in the last 90 days."""
    counted = dict.fromkeys(BAD, 0)
    times = select(SignInSeen.event, func.sum(SignInSeen.times)).group_by(SignInSeen.event)
    mine = times.where(SignInSeen.owner == owner_of(person, ""), SignInSeen.event.in_(BAD))
    counted |= {event: int(total) for event, total in db.session.execute(mine)}
    return Failures(counted[SignInEvent.FAILED], counted[SignInEvent.LOCKED_OUT])


def forget_old() -> None:
    """Delete what is older than 90 days."""
    limit = company_day() - SIGN_INS_KEPT
    db.session.execute(delete(SignInSeen).where(SignInSeen.day < limit))


def is_known_device(cookie: str, person: Person) -> bool:
    """Whether `person` signed in before on the device that keeps `cookie`."""
    return person.id in _people_on(cookie)


def device_cookie(cookie: str, person: Person) -> str:
    """What the device keeps from now on: that `person` has signed in on it, the last one first."""
    others = [one for one in _people_on(cookie) if one != person.id]
    return str(_serializer().dumps([person.id, *others][:MOST_ON_A_DEVICE]))


def _people_on(cookie: str) -> list[int]:
    try:
        return list(_serializer().loads(cookie))
    except BadSignature:
        return []


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="device")
