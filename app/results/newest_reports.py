"""The newest published reports as a start page shows them: the own one, and those of a team.

The page is looked at more than any other, so each is one short walk along an index, however many
people and quarters there are.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, bindparam, func, select

from app.cycles.models import Cycle, ReportReader
from app.domain.cycle import CycleState
from app.infra.prepared_queries import Query
from app.people.models import Person
from app.people.queries import labels_of
from app.results.models import SubjectResult


@dataclass(frozen=True)
class PublishedCycle:
    """A cycle whose reports may be read."""

    id: int
    name: str


@dataclass(frozen=True)
class TeamReports:
    """The reports of a manager's people in the newest cycle that has any."""

    cycle: PublishedCycle
    listed: dict[int, str]
    """The first by name: how each subject is called, by id."""
    total: int


_NEWEST_FIRST: Final[Select[int, str]] = (
    select(Cycle.id, Cycle.name)
    .where(Cycle.state == CycleState.PUBLISHED)
    .order_by(Cycle.published_on.desc(), Cycle.id.desc())
)
_OWN: Final = Query(
    _NEWEST_FIRST.join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
    .where(SubjectResult.subject_id == bindparam("person_id"))
    .limit(1)
)
_IS_READ: Final = (
    (SubjectResult.cycle_id == ReportReader.cycle_id)
    & (SubjectResult.subject_id == ReportReader.subject_id)
    & (ReportReader.reader_id == bindparam("manager_id"))
)
_TEAM: Final = select(Person.id).where(
    Person.manager_id == bindparam("manager_id"), Person.is_active
)
_OF_TEAM: Final = Query(
    _NEWEST_FIRST.where(
        select(ReportReader.subject_id)
        .join(SubjectResult, _IS_READ)
        # From the team to its reports: somebody of HR may read those of everybody.
        .where(ReportReader.cycle_id == Cycle.id, ReportReader.subject_id.in_(_TEAM))
        .exists()
    ).limit(1)
)
_IN_CYCLE: Final = Query(
    select(Person.id, Person.name, func.count().over())
    .join(ReportReader, ReportReader.subject_id == Person.id)
    .join(SubjectResult, _IS_READ)
    .where(
        ReportReader.cycle_id == bindparam("cycle_id"),
        ReportReader.subject_id.in_(_TEAM),
    )
    .order_by(Person.sort_key, Person.id)
    .limit(bindparam("most"))
)


def newest_own_report(person_id: int) -> PublishedCycle | None:
    """The newest published cycle in which there is a report about somebody."""
    found = _OWN.first(person_id=person_id)
    return PublishedCycle(*found) if found else None


def newest_team_reports(manager_id: int, *, most: int) -> TeamReports | None:
    """Reports of whom somebody leads now that they may read, at most `most`; None without any."""
    newest = _OF_TEAM.first(manager_id=manager_id)
    if newest is None:
        return None
    cycle = PublishedCycle(*newest)
    rows = _IN_CYCLE.all(manager_id=manager_id, cycle_id=cycle.id, most=most)
    total = rows[0][2] if rows else 0
    return TeamReports(cycle, labels_of({key: name for key, name, _ in rows}), total)
