"""Who reads whose report: the readers that were frozen when the cycle opened."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select

from app.cycles.models import Cycle, ReportReader, RosterEntry
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.reports.readers import Reader
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.people.models import Person
from app.results.models import SubjectResult

_READERS: Final = Query(
    select(ReportReader.subject_id, Person.name, Person.is_hr)
    .join(Person, Person.id == ReportReader.reader_id)
    .where(
        ReportReader.cycle_id == bindparam("cycle_id"),
        ReportReader.subject_id.in_(bindparam("subject_ids", expanding=True)),
    )
    .order_by(Person.sort_key, Person.id)
)


def readers_of(cycle_id: int, subject_ids: Collection[int]) -> dict[int, list[Reader]]:
    """Who was frozen as a reader of each subject's report, by name; of none, none."""
    found: dict[int, list[Reader]] = defaultdict(list)
    for subject_id, name, is_hr in _READERS.all(cycle_id=cycle_id, subject_ids=list(subject_ids)):
        found[subject_id].append(Reader(name, is_hr))
    return found


def reads_reports(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Joins a subject's result to the row that lets `person_id` read it."""
    return and_(
        ReportReader.cycle_id == SubjectResult.cycle_id,
        ReportReader.subject_id == SubjectResult.subject_id,
        ReportReader.reader_id == person_id,
    )


def subjects_talked_with(reader: Actor, cycle_id: int) -> list[int]:
    """With whom `reader` talks about their reports, in the order of their names.

    Frozen readers do; somebody of HR only with those whose manager they were at the opening.
    """
    found = (
        select(ReportReader.subject_id)
        .join(
            SubjectResult,
            (SubjectResult.cycle_id == ReportReader.cycle_id)
            & (SubjectResult.subject_id == ReportReader.subject_id),
        )
        .join(Cycle, Cycle.id == ReportReader.cycle_id)
        .join(Person, Person.id == ReportReader.subject_id)
        .where(ReportReader.cycle_id == cycle_id, ReportReader.reader_id == reader.person_id)
        .where(Cycle.state == CycleState.PUBLISHED)
        .order_by(Person.sort_key, Person.id)
    )
    if reader.is_hr:
        own_people = select(RosterEntry.person_id).where(
            RosterEntry.cycle_id == cycle_id, RosterEntry.manager_id == reader.person_id
        )
        found = found.where(ReportReader.subject_id.in_(own_people))
    return list(db.session.scalars(found))
