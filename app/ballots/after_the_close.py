"""What is said to somebody who comes after the close, or takes no part."""

from dataclasses import dataclass

from sqlalchemy import select

from app.assignments.models import Participation
from app.cycles.models import Cycle, ReportReader, RosterEntry
from app.domain.cycle import CycleState
from app.infra.db import db
from app.people.models import Person
from app.people.queries import labels_of


@dataclass(frozen=True)
class ClosedReview:
    """The last cycle somebody was asked in, and whether their ballot was sent in time."""

    cycle_name: str
    state: CycleState
    has_sent: bool
    is_abandoned: bool

    @property
    def verdict(self) -> str:
        """What was counted, in the rater's words."""
        if self.is_abandoned:
            return "Its answers could not be read any more, so nobody's were counted."
        if self.has_sent:
            return (
                "Your ballot was sent before the close: it counts with everything saved until then."
            )
        return "Your ballot was not sent before the close, so nothing of it was counted."


def last_review_of(person_id: int) -> ClosedReview | None:
    """The newest opened cycle somebody takes part in; None when that is long ago or never was."""
    row = db.session.execute(
        select(Cycle.name, Cycle.state, Participation.sent, Cycle.is_abandoned)
        .join(Participation, Participation.cycle_id == Cycle.id)
        .where(Participation.person_id == person_id, Cycle.state != CycleState.DRAFT)
        .order_by(Cycle.opens_at.desc())
        .limit(1)
    ).first()
    return ClosedReview(*row) if row else None


def is_rated(cycle_id: int, person_id: int) -> bool:
    """False for whoever asked before the opening not to be rated."""
    entry = db.session.get(RosterEntry, (cycle_id, person_id))
    return entry is None or entry.is_rated


def readers_of(cycle_id: int, subject_id: int) -> list[str]:
    """Names of those who will read a subject's report, beside the subject."""
    readers = db.session.execute(
        select(Person.id, Person.name)
        .join(ReportReader, ReportReader.reader_id == Person.id)
        .where(ReportReader.cycle_id == cycle_id, ReportReader.subject_id == subject_id)
        .order_by(Person.sort_key, Person.id)
    )
    return list(labels_of({row[0]: row[1] for row in readers}).values())
