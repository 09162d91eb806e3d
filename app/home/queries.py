"""What the start page and HR's desk show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text

from app.assignments import queries as assignments
from app.assignments.queries import Coverage, Turnout
from app.ballots.queries import Review, review_of
from app.cycles.models import Cycle
from app.cycles.queries import cycles_newest_first, open_cycle
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people.models import Person
from app.people.queries import people_by_ids, reports_of
from app.results.models import CommentState, ReleasedComment
from app.results.queries import ReadableReport, readable_reports

NEWEST: Final = 100
"""Entries of the log and mails of the outbox shown on one page."""


@dataclass(frozen=True)
class Start:
    """One person's start page."""

    review: Review | None
    is_unreadable: bool
    """The key of the open cycle cannot be read at the moment."""
    open_cycle: Cycle | None
    own_report: ReadableReport | None
    team_reports: list[ReadableReport]
    team: Turnout | None


@dataclass(frozen=True)
class ReportedComment:
    """A comment somebody reported as abusive: the text alone, not whom it is about."""

    id: str
    cycle_name: str
    text: str


@dataclass(frozen=True)
class Desk:
    """HR's desk: the cycle at hand, and what needs doing."""

    cycle: Cycle | None
    turnout: Turnout | None
    missing: list[Coverage]
    reported: list[ReportedComment]
    waiting_mails: int
    without_password: int


@dataclass(frozen=True)
class AuditLine:
    """An audit entry as people read it."""

    entry: AuditEntry
    actor: str
    details: str


def start_of(person: Person, actor: Actor) -> Start:
    """Everything that waits for `person`."""
    review, is_unreadable = _readable_review(person)
    cycle = review.cycle if review else open_cycle()
    reports = readable_reports(actor)
    team = reports_of(person) if actor.is_manager else []
    team_ids = {report.id for report in team}
    newest = reports[0].cycle_id if reports else None
    return Start(
        review=review,
        is_unreadable=is_unreadable,
        open_cycle=cycle,
        own_report=next((one for one in reports if one.subject_id == person.id), None),
        team_reports=[
            one for one in reports if one.subject_id in team_ids and one.cycle_id == newest
        ],
        team=assignments.team_turnout(cycle, person.id) if cycle and actor.is_manager else None,
    )


def _readable_review(person: Person) -> tuple[Review | None, bool]:
    """The person's review, and whether only its key is missing."""
    try:
        return review_of(person), False
    except SealBrokenError:
        return None, True


def desk() -> Desk:
    """What HR looks after now."""
    cycle = cycle_at_hand()
    is_open = cycle is not None and cycle.state is CycleState.OPEN
    names_kept = cycle is not None and cycle.state is not CycleState.DRAFT and not cycle.purged_on
    return Desk(
        cycle=cycle,
        turnout=assignments.turnout(cycle) if cycle and names_kept else None,
        missing=(
            assignments.missing(assignments.coverage(cycle), cycle.policy.blind_raters)
            if cycle and is_open
            else []
        ),
        reported=reported_comments(),
        waiting_mails=_count(OutboxMail.id, OutboxMail.is_sent.is_(False)),
        without_password=_count(Person.id, Person.is_active, Person.password_hash.is_(None)),
    )


def cycle_at_hand() -> Cycle | None:
    """The cycle that is furthest on its way: running first, then closed, planned, published."""
    order = [
        CycleState.CLOSING,
        CycleState.OPEN,
        CycleState.CLOSED,
        CycleState.DRAFT,
        CycleState.PUBLISHED,
    ]
    found = [cycle for cycle in cycles_newest_first() if not cycle.is_imported]
    return min(
        found, key=lambda cycle: (cycle.is_abandoned, order.index(cycle.state)), default=None
    )


def reported_comments() -> list[ReportedComment]:
    """Texts that wait for HR's judgement, in the order of their random ids."""
    rows = db.session.execute(
        select(ReleasedComment.id, Cycle.name, ReleasedComment.text)
        .join(Cycle, Cycle.id == ReleasedComment.cycle_id)
        .where(ReleasedComment.state == CommentState.REPORTED)
        .order_by(ReleasedComment.id)
    )
    return [ReportedComment(*row) for row in rows]


def audit_lines(*, page: int) -> list[AuditLine]:
    """One page of the log, newest first."""
    rows = (
        select(AuditEntry)
        .order_by(AuditEntry.id.desc())
        .limit(NEWEST)
        .offset(NEWEST * (max(page, 1) - 1))
    )
    entries = list(db.session.scalars(rows))
    names = people_by_ids(entry.actor_id for entry in entries if entry.actor_id is not None)
    return [
        AuditLine(
            entry=entry,
            actor=names[entry.actor_id].name if entry.actor_id in names else "the program",
            details=", ".join(_in_words(entry.details)),
        )
        for entry in entries
    ]


def _in_words(details: dict[str, object]) -> Iterator[str]:
    for name, value in sorted(details.items()):
        shown = str(value)
        yield f"{name.replace('_', ' ')} {shown if len(shown) < 24 else shown[:12] + '…'}"


def outbox() -> list[OutboxMail]:
    """The newest mails that wait to be sent or, without SMTP, to be read here."""
    waiting = select(OutboxMail).where(OutboxMail.is_sent.is_(False))
    return list(db.session.scalars(waiting.order_by(OutboxMail.id.desc()).limit(NEWEST)))


def database_answers() -> bool:
    """Whether the database can be asked."""
    return bool(db.session.scalar(text("SELECT 1")) == 1)


def _count(column: object, *conditions: object) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions)) or 0  # type: ignore[arg-type]
