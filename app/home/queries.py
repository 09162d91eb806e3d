"""What the outbox and the log of acts show."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, func, select

from app.cycles.queries import cycles_newest_first
from app.home.log_sentences import sentence
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.mail import ENDED_BADLY, MailState, OutboxMail
from app.people.queries import labels_of, people_by_ids

NEWEST: Final = 100
"""Entries of the log and mails of the outbox shown on one page."""
SOMEBODY: Final = "Somebody who is not in the directory any more"


@dataclass(frozen=True)
class AuditLine:
    """An audit entry as people read it."""

    day: date
    actor: str
    act: str
    cycle: str
    """The name of the cycle it was about; empty when it was about none."""


@dataclass(frozen=True)
class LogFilter:
    """What HR wants to see of the log: everything, one kind of acts, one cycle."""

    kind: str = ""
    cycle_id: int = 0


def audit_lines(wanted: LogFilter, *, page: int) -> tuple[list[AuditLine], bool]:
    """One page of the log, newest first, and whether older entries follow."""
    rows = select(AuditEntry).where(*_wanted(wanted)).order_by(AuditEntry.id.desc())
    found = rows.limit(NEWEST + 1).offset(NEWEST * (page - 1))
    entries = list(db.session.scalars(found))
    shown = entries[:NEWEST]
    ids = [_person_of(entry) for entry in shown] + [entry.actor_id for entry in shown]
    people = people_by_ids(one for one in ids if one is not None)
    names = labels_of({key: person.name for key, person in people.items()})
    cycles = {cycle.id: cycle.name for cycle in cycles_newest_first()}
    return [_line(entry, names, cycles) for entry in shown], len(entries) > NEWEST


def _wanted(wanted: LogFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(AuditEntry.tag.startswith(f"{wanted.kind}:", autoescape=True))
    if wanted.cycle_id:
        conditions.append(AuditEntry.details["cycle_id"].as_integer() == wanted.cycle_id)
    return conditions


def _line(entry: AuditEntry, names: dict[int, str], cycles: dict[int, str]) -> AuditLine:
    cycle, person = entry.details.get("cycle_id"), _person_of(entry)
    return AuditLine(
        day=entry.day,
        actor="The program" if entry.actor_id is None else names.get(entry.actor_id, SOMEBODY),
        act=sentence(entry.tag, entry.details, person=names.get(person or 0, "")),
        cycle=cycles.get(cycle, "") if isinstance(cycle, int) else "",
    )


def _person_of(entry: AuditEntry) -> int | None:
    """Whom of the directory an act was about; never anybody in their part as a subject."""
    found = entry.details.get("person_id")
    return found if isinstance(found, int) else None


@dataclass(frozen=True)
class Outbox:
    """One page of the mails that HR may see, in one of three lists."""

    shown: str
    counts: dict[str, int]
    mails: list[OutboxMail]
    has_more: bool

    def by_subject(self) -> list[tuple[str, list[OutboxMail]]]:
        """The mails of the page, those with the same subject together."""
        return [(key, list(same)) for key, same in groupby(self.mails, lambda one: one.subject)]


LISTS: Final = {
    "not_delivered": ENDED_BADLY,
    "waiting": (MailState.WAITING,),
    "sent": (MailState.SENT,),
}
"""The lists of the outbox, what HR has to look after first."""


def outbox(wanted: str, *, page: int) -> Outbox:
    """The mails of the list `wanted`, by default of the first one that is not empty.

    By subject and address, not by time: when a mail came in may tell what its reader did.
    """
    told = OutboxMail.is_personal.is_(False)
    counts = {
        name: _count(OutboxMail.id, told, OutboxMail.state.in_(states))
        for name, states in LISTS.items()
    }
    shown = wanted if wanted in LISTS else next((one for one in counts if counts[one]), "waiting")
    rows = select(OutboxMail).where(told, OutboxMail.state.in_(LISTS[shown]))
    in_order = rows.order_by(OutboxMail.subject, OutboxMail.to, OutboxMail.id)
    found = list(db.session.scalars(in_order.limit(NEWEST + 1).offset(NEWEST * (page - 1))))
    return Outbox(
        shown=shown,
        counts=counts,
        mails=found[:NEWEST],
        has_more=len(found) > NEWEST,
    )


def _count(column: object, *conditions: object) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions)) or 0  # type: ignore[arg-type]
