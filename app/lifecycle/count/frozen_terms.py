"""What was fixed when a cycle opened, read back for its count and found as it was promised."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import String, func, select, type_coerce

from app.assignments.models import Assignment, Participation
from app.cycles.models import (
    COMPANY_UNIT,
    Cycle,
    FocusQuestion,
    ReportReader,
    RosterEntry,
    Unit,
)
from app.cycles.not_rated import unrated_ids
from app.cycles.queries import hr_at_opening, leaders_at_opening
from app.domain.arrays import Ints
from app.domain.count.collecting import AskedPairs, Roster
from app.domain.internal_services.asked import AskedService
from app.domain.pairing.assignment import Relationship
from app.domain.release.policy import ReleasePolicy
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.bulk import small_numbers, whole_numbers
from app.infra.db import db, is_sqlite
from app.infra.keys import key_folder
from app.internal_services.queries import frozen_services
from app.lifecycle.plan.fingerprint import refuse_broken
from app.people.models import Person
from app.unit_questions.queries import frozen_questions


@dataclass(frozen=True)
class Frozen:
    """What was fixed when the cycle opened, read at one moment."""

    policy: ReleasePolicy
    reasons: list[str]
    tree: dict[int, int | None]
    """unit number -> number of its parent"""
    roster: Roster
    unit_of: dict[int, int]
    new: frozenset[int]
    unrated: frozenset[int]
    """Who asked not to be rated: no report is made about them."""
    asked: AskedPairs
    sent: int
    """How many ballots were sent."""
    focus: Ints
    """(q, 2): subject id and statement of each focus question."""
    services: list[AskedService]
    unit_questions: list[UnitQuestion]
    hr: frozenset[int]
    """Who reads the figures of every service, so that nobody of them counts as blind there."""
    leaders: frozenset[int]
    """Who hears comments about services, with the same consequence."""


def frozen_plan(cycle: Cycle) -> Frozen:
    """Read back what was fixed when `cycle` opened.

    Everything is read at one moment, so that nobody can change it between being found right
    and being used. Raises SealBrokenError when it is not what raters were shown.
    """
    db.session.rollback()
    if not is_sqlite():  # where whoever reads sees one moment anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    refuse_broken(cycle)
    # As the first count found it: after the close nobody answers any more, and whoever could
    # change it between two counts would see two draws of noise.
    handed_over = key_folder().first_accounts(cycle.id, _handed_over(cycle))
    return frozen_rows(cycle, handed_over=handed_over)


def frozen_rows(cycle: Cycle, *, handed_over: frozenset[int] | None = None) -> Frozen:
    """The same as it stands, within the current transaction.

    `handed_over` are accounts that came into new hands since the opening; None as it is now.
    """
    if handed_over is None:
        handed_over = _handed_over(cycle)
    entry = (RosterEntry.person_id, RosterEntry.unit_number, RosterEntry.is_new)
    entries = db.session.execute(
        select(*entry).where(RosterEntry.cycle_id == cycle.id).order_by(RosterEntry.person_id)
    ).all()
    unit_of = {person: unit or COMPANY_UNIT for person, unit, _ in entries}
    new = frozenset(person for person, _, is_new in entries if is_new) | handed_over
    sent = select(func.count()).where(Participation.cycle_id == cycle.id, Participation.sent)
    tree = select(Unit.number, Unit.parent_number).where(Unit.cycle_id == cycle.id)
    return Frozen(
        policy=cycle.policy,
        reasons=list(cycle.reasons),
        tree=dict(db.session.execute(tree.order_by(Unit.number)).all()),
        roster=_roster(cycle, unit_of, new),
        unit_of=unit_of,
        new=new,
        unrated=unrated_ids(cycle),
        asked=_asked(cycle),
        sent=db.session.scalar(sent) or 0,
        focus=_focus(cycle),
        services=frozen_services(cycle.id),
        unit_questions=frozen_questions(cycle.id),
        hr=hr_at_opening(cycle.id),
        leaders=leaders_at_opening(cycle.id),
    )


def _roster(cycle: Cycle, unit_of: dict[int, int], new: frozenset[int]) -> Roster:
    reader = select(ReportReader.subject_id, ReportReader.reader_id)
    return Roster(
        people=np.fromiter(unit_of, dtype=np.int64),
        unit=np.fromiter(unit_of.values(), dtype=np.int64),
        new=np.array(sorted(new), dtype=np.int64),
        readers=whole_numbers(reader.where(ReportReader.cycle_id == cycle.id)),
    )


def _asked(cycle: Cycle) -> AskedPairs:
    as_stored = type_coerce(Assignment.relationship, String)
    is_report = as_stored.in_([Relationship.REPORT.value])
    pairs = select(Assignment.rater_id, Assignment.subject_id, is_report)
    rows = small_numbers(pairs.where(Assignment.cycle_id == cycle.id))
    # Copies: columns of the rows would keep all of them in memory to the count's end.
    rater, subject = rows[:, 0].copy(), rows[:, 1].copy()
    return AskedPairs(rater, subject, rows[:, 2].astype(np.bool_))


def _focus(cycle: Cycle) -> Ints:
    question = select(FocusQuestion.subject_id, FocusQuestion.statement)
    mine = question.where(FocusQuestion.cycle_id == cycle.id)
    return whole_numbers(mine.order_by(FocusQuestion.subject_id, FocusQuestion.statement))


def _handed_over(cycle: Cycle) -> frozenset[int]:
    """Whose account came into new hands since the opening: they may no longer be a colleague."""
    taken = select(Person.id).where(Person.handed_over_on >= cycle.opened_on)
    return frozenset(db.session.scalars(taken))
