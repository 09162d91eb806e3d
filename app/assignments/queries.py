"""Reads of pairs, participation and coverage."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true

from app.assignments.models import Assignment, KeptTurnout, ManualChange, Participation
from app.cycles.models import Cycle, ReportReader, RosterEntry, Unit
from app.cycles.queries import hr_at_opening
from app.domain import limits
from app.domain.cycle import CycleState
from app.domain.names import folded
from app.domain.release.policy import ReleasePolicy
from app.domain.release.turnout import (
    CountedTurnout,
    ShownTurnout,
    guarded,
    lowest_share_first,
    total_of,
)
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.people.models import Person
from app.people.queries import labels_of

COUNTS: Final = (
    func.count(),
    func.count().filter(Participation.sent),
)
"""Invited and sent, as `Turnout` names them."""

COUNTED_STATES: Final = frozenset({CycleState.CLOSED, CycleState.PUBLISHED})
"""From the close on nobody sends any more, and who left without having sent is taken out."""
NAMES_PAGE: Final = 100
"""Names of those who have not sent on one page."""


@dataclass(frozen=True)
class Turnout:
    """How many were asked, and how many of them have sent."""

    name: str
    invited: int
    sent: int


@dataclass(frozen=True)
class SubjectCoverage:
    """How many blind raters a subject has, and how many of them have sent."""

    person_id: int
    name: str
    blind: int
    sent: int

    def misses(self, threshold: int) -> bool:
        """Whether the report would stay empty if the cycle closed now."""
        return self.sent < threshold


def manual_changes(cycle: Cycle) -> list[ManualChange]:
    """HR's changes to the drawn pairs, by subject."""
    changes = select(ManualChange).where(ManualChange.cycle_id == cycle.id)
    return list(db.session.scalars(changes.order_by(ManualChange.subject_id)))


def still_asked(cycle: Cycle) -> ColumnElement[bool]:
    """Of an open cycle: not those who left without having sent; the close deletes their rows.

    A later leaver changes no number any more. Where HR sees numbers only, no leaver does: HR
    notes them as left, and would find out whether they had sent.
    """
    if cycle.state is not CycleState.OPEN or cycle.policy.hr_sees_numbers_only:
        return true()
    gone = select(Person.id).where(Person.is_active.is_(False))
    return or_(Participation.sent, Participation.person_id.not_in(gone))


def turnout(cycle: Cycle) -> Turnout:
    """Invited and sent in the whole cycle, without leavers who had not sent."""
    counts = select(*COUNTS).where(Participation.cycle_id == cycle.id, still_asked(cycle))
    return Turnout(cycle.name, *db.session.execute(counts).one())


def turnout_by_department(cycle: Cycle) -> list[CountedTurnout]:
    """The same for each department as it was when the cycle opened, by name.

    And how many of them were of HR then: whoever is later must not move what is shown of others.
    """
    of_hr = func.count().filter(Participation.person_id.in_(hr_at_opening(cycle.id)))
    rows = db.session.execute(
        select(Unit.name, *COUNTS, of_hr)
        .select_from(Participation)
        .join(RosterEntry, _same_person())
        .join(
            Unit,
            and_(Unit.cycle_id == RosterEntry.cycle_id, Unit.number == RosterEntry.unit_number),
        )
        .where(Participation.cycle_id == cycle.id, still_asked(cycle))
        .group_by(Unit.number, Unit.name)
        .order_by(Unit.number)
    )
    found = (CountedTurnout(*row) for row in rows)
    return sorted(found, key=lambda one: (folded(one.name), one.name))


@dataclass(frozen=True)
class Participants:
    """How many have sent as HR sees it: altogether, and by department."""

    total: ShownTurnout
    departments: list[ShownTurnout]


def participants(cycle: Cycle) -> Participants:
    """Exact numbers; where HR sees numbers only, such that they tell of nobody.

    Departments where the lowest share has sent come first, of equal ones the largest.
    """
    by_department = turnout_by_department(cycle)
    if not cycle.policy.hr_sees_numbers_only:
        exact = [ShownTurnout.exact(one.name, one.invited, one.sent) for one in by_department]
        return Participants(total_shown(cycle), lowest_share_first(exact))
    shown = guarded(by_department)
    return Participants(total_of(cycle.name, shown), lowest_share_first(shown))


def participants_for_good(cycle: Cycle) -> Participants:
    """The same of a counted cycle, whose numbers never change: of a large one as they are kept."""
    kept = db.session.get(KeptTurnout, cycle.id, populate_existing=True)
    if kept is None or not {kept.state, cycle.state} <= COUNTED_STATES:
        return participants(cycle)
    return participants_in(kept)


def participants_in(kept: KeptTurnout) -> Participants:
    """What was kept of a large cycle."""
    shown = kept.content["participants"]
    departments = [ShownTurnout(**one) for one in shown["departments"]]
    return Participants(ShownTurnout(**shown["total"]), departments)


def total_shown(cycle: Cycle) -> ShownTurnout:
    """How many have sent in the whole cycle, as HR sees it."""
    if cycle.policy.hr_sees_numbers_only:
        return participants(cycle).total
    every = turnout(cycle)
    return ShownTurnout.exact(cycle.name, every.invited, every.sent)


def unsent_people(cycle: Cycle) -> list[Person]:
    """Who has not sent, by name; nobody who has left meanwhile."""
    return list(db.session.scalars(_unsent(cycle)))


def unsent_page(cycle: Cycle, *, page: int) -> Pagination:
    """One page of those who have not sent, by name; a page too far is an empty one."""
    return db.paginate(_unsent(cycle), page=page, per_page=NAMES_PAGE, error_out=False)


def _unsent(cycle: Cycle) -> Select[Person]:
    return (
        select(Person)
        .join(Participation, Participation.person_id == Person.id)
        .where(
            Participation.cycle_id == cycle.id,
            Participation.sent.is_(False),
            still_asked(cycle),
        )
        .order_by(Person.sort_key, Person.id)
    )


def coverage(cycle: Cycle) -> list[SubjectCoverage]:
    """For every subject the blind raters and how many of them sent: fewest first, then by name.

    Blind are raters who neither read that report nor are too new to count. Subjects who have left
    need no report any more, and raters who left without sending cannot send.
    """
    is_blind = and_(ReportReader.reader_id.is_(None), RosterEntry.is_new.is_(False))
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            func.count().filter(is_blind),
            func.count().filter(and_(is_blind, Participation.sent)),
        )
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.subject_id)
        .join(RosterEntry, _is_rater(RosterEntry))
        .join(Participation, _is_rater(Participation))
        .outerjoin(
            ReportReader,
            and_(
                ReportReader.cycle_id == Assignment.cycle_id,
                ReportReader.subject_id == Assignment.subject_id,
                ReportReader.reader_id == Assignment.rater_id,
            ),
        )
        .where(Assignment.cycle_id == cycle.id, Person.is_active, still_asked(cycle))
        .group_by(Person.id, Person.name)
        .order_by(func.count().filter(and_(is_blind, Participation.sent)), Person.sort_key)
    ).all()
    called = labels_of({row[0]: row[1] for row in rows})
    return [SubjectCoverage(key, called[key], *counts) for key, _, *counts in rows]


@dataclass(frozen=True)
class AskedCount:
    """How many are asked about a subject, and how many of them have new accounts."""

    raters: int
    new: int


def asked_about(cycle_id: int, subject_ids: Collection[int]) -> dict[int, AskedCount]:
    """For each of these subjects how many were asked; nothing of it depends on an answer."""
    rows = db.session.execute(
        select(Assignment.subject_id, func.count(), func.count().filter(RosterEntry.is_new))
        .join(RosterEntry, _is_rater(RosterEntry))
        .where(Assignment.cycle_id == cycle_id, Assignment.subject_id.in_(subject_ids))
        .group_by(Assignment.subject_id)
    )
    return {subject: AskedCount(raters, new) for subject, raters, new in rows}


def _is_rater(table: type[RosterEntry] | type[Participation]) -> ColumnElement[bool]:
    """Joins a row about a person of the cycle to the assignments in which they rate."""
    return and_(table.cycle_id == Assignment.cycle_id, table.person_id == Assignment.rater_id)


def missing(found: Iterable[SubjectCoverage], threshold: int) -> list[SubjectCoverage]:
    """Those whose report would stay empty if the cycle closed now."""
    return [one for one in found if one.misses(threshold)]


_OF_TEAM: Final = Query(
    select(*COUNTS).where(
        Participation.cycle_id == bindparam("cycle_id"),
        # Not a join: without statistics SQLite may begin it with everybody who takes part.
        Participation.person_id.in_(
            select(RosterEntry.person_id).where(
                RosterEntry.cycle_id == bindparam("cycle_id"),
                RosterEntry.manager_id == bindparam("manager_id"),
            )
        ),
    )
)
_OTHERS: Final = Query(
    select(func.count()).select_from(
        select(Participation.person_id)
        .where(
            Participation.cycle_id == bindparam("cycle_id"),
            Participation.person_id != bindparam("manager_id"),
        )
        .limit(bindparam("most"))
        .subquery()
    )
)


def team_turnout(cycle_id: int, policy: ReleasePolicy, manager_id: int) -> Turnout | None:
    """How many of a manager's frozen team have sent; None for a small team.

    Leavers stay in both numbers: taken out, they would tell whether that one person had sent.

    None, too, where few others take part: once the company's total is published, the
    manager would subtract team and own ballot from it. And where HR sees numbers only: teams
    run across departments, and a manager may be of HR.
    """
    if policy.hr_sees_numbers_only:
        return None
    which = {"cycle_id": cycle_id, "manager_id": manager_id}
    team = Turnout("Your team", *_OF_TEAM.one(**which))
    most = team.invited + limits.REST  # more need not be counted
    rest = _OTHERS.one(**which, most=most)[0] - team.invited
    is_told = team.invited >= limits.TEAM and (rest == 0 or rest >= limits.REST)
    return team if is_told else None


def _same_person() -> ColumnElement[bool]:
    return and_(
        RosterEntry.cycle_id == Participation.cycle_id,
        RosterEntry.person_id == Participation.person_id,
    )
