"""Whether the log of acts is whole: once a day from its beginning, at a view from its end.

Walking a chain of a hundred thousand entries takes seconds. Whoever looks at the log waits only
for what came after the last witness; the worker walks all of it once a day and leaves what it
found beside the keys, where no database user writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from app.infra import audit
from app.infra.audit import AuditEntry, ChainBrokenError, Witness
from app.infra.db import db
from app.infra.keys import key_folder
from app.infra.settings import company_day

NOTE: Final = "log-walked"


@dataclass(frozen=True)
class LogState:
    """What is known of the log: how long it is, and whether it is whole."""

    length: int
    fault: str
    """What is wrong, as a sentence; empty while nothing is known to be."""
    walked_on: date | None
    """When it was last walked from its beginning; None where that is done at this moment."""


def look(witnesses: Iterable[Witness]) -> LogState:
    """The state of the log: its newest entries checked now, the rest as the last walk found it."""
    walked_on, fault = _last_walk()
    try:
        newest = _checked_newest()
        if newest is None or walked_on is None:
            return LogState(audit.verify(witnesses), "", None)
    except ChainBrokenError as broken:
        return LogState(0, str(broken), walked_on)
    return LogState(newest, fault, walked_on)


def walk_daily(witnesses: Iterable[Witness]) -> None:
    """Walk the whole log unless that was done today, and leave beside the keys what was found."""
    if _last_walk()[0] == company_day():
        return
    fault = ""
    try:
        audit.verify(witnesses)
    except ChainBrokenError as broken:
        fault = str(broken)
    key_folder().write_note(f"{company_day().isoformat()} {fault}".strip(), name=NOTE)


def known_fault() -> tuple[str, date | None]:
    """What the last whole walk found, and when that was; nothing where it found nothing."""
    walked_on, fault = _last_walk()
    return fault, walked_on


def walk_anew() -> None:
    """Let the log be walked from its beginning at the next occasion."""
    key_folder().write_note("", name=NOTE)


def _checked_newest() -> int | None:
    """The length of the log, with every link behind the last witness checked.

    None without a witness, and where the log does not hold what it remembers.
    """
    kept = audit.filed_witness()
    if kept is None:
        return None
    # From the end: the witness is a minute old.
    known = select(AuditEntry.id).where(AuditEntry.digest == kept.digest)
    place = db.session.scalar(known.order_by(AuditEntry.id.desc()).limit(1))
    if place is None:
        return None
    return kept.length + sum(1 for _ in audit.links(after=place, previous=kept.digest))


def _last_walk() -> tuple[date | None, str]:
    """When the whole log was last walked, and the fault that was found then."""
    day, _, fault = key_folder().read_note(name=NOTE).partition(" ")
    try:
        return date.fromisoformat(day), fault
    except ValueError:
        return None, ""
