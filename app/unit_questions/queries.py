"""Reading departments' questions: those that wait, and those of a cycle."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, select

from app.cycles.models import COMPANY_UNIT, RosterEntry
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.people.department_tree import departments_below
from app.people.models import Department, Person
from app.people.queries import hr_people
from app.unit_questions.models import PlannedUnitQuestion, UnitQuestionOfCycle

KEPT: Final = 8
"""Of so many cycles the questions are kept in a process; one is open at a time."""

_UNIT: Final = Query(
    select(RosterEntry.unit_number).where(
        RosterEntry.cycle_id == bindparam("cycle_id"),
        RosterEntry.person_id == bindparam("person_id"),
    )
)


def departments_led_by(person: Person) -> list[int]:
    """Departments that somebody may put a question to: their own people's, and their own."""
    of_people = select(Person.department_id).where(Person.is_active, Person.manager_id == person.id)
    found = set(db.session.scalars(of_people.distinct()))
    return sorted(found | {person.department_id}) if found else []


def planned(department_id: int) -> PlannedUnitQuestion | None:
    """What a department is to be asked in the next review; None where there is nothing."""
    return db.session.get(PlannedUnitQuestion, department_id)


def planned_of(department_ids: Iterable[int]) -> dict[int, tuple[PlannedUnitQuestion, str]]:
    """What waits for each of these departments that is to be asked something, and who asks."""
    asked = select(PlannedUnitQuestion, Person.name).join(
        Person, Person.id == PlannedUnitQuestion.manager_id
    )
    mine = asked.where(PlannedUnitQuestion.department_id.in_(department_ids))
    return {row.department_id: (row, name) for row, name in db.session.execute(mine)}


def planned_questions(*, confirmed_only: bool = True) -> list[UnitQuestion]:
    """The questions that a cycle would ask which opened now, by department."""
    rows = select(PlannedUnitQuestion, Department.name).join(
        Department, Department.id == PlannedUnitQuestion.department_id
    )
    if confirmed_only:
        rows = rows.where(PlannedUnitQuestion.confirmed_by_id.is_not(None))
    return [
        as_question(row, name)
        for row, name in db.session.execute(rows.order_by(PlannedUnitQuestion.department_id))
    ]


def as_question(row: PlannedUnitQuestion, name: str) -> UnitQuestion:
    """A question that waits, as the rules see it; `name` is its department's."""
    inside = frozenset(departments_below(row.department_id))
    return UnitQuestion(row.department_id, name, row.kind, row.text, row.manager_id, inside)


def frozen_questions(cycle_id: int) -> list[UnitQuestion]:
    """The questions as they were when the cycle opened, by department."""
    mine = select(UnitQuestionOfCycle).where(UnitQuestionOfCycle.cycle_id == cycle_id)
    return [
        UnitQuestion(
            row.unit_number,
            row.unit_name,
            row.kind,
            row.text,
            row.manager_id,
            frozenset(row.units),
        )
        for row in db.session.scalars(mine.order_by(UnitQuestionOfCycle.unit_number))
    ]


def questions_to(cycle_id: int, frozen_hash: str, person_id: int) -> tuple[UnitQuestion, ...]:
    """What somebody is asked in an open cycle by their department, and by those around it."""
    questions = _kept_questions(cycle_id, frozen_hash)
    if not questions:
        return ()
    row = _UNIT.first(cycle_id=cycle_id, person_id=person_id)
    unit = (row and row[0]) or COMPANY_UNIT
    return tuple(one for one in questions if one.is_asked_of(person_id, unit))


@lru_cache(KEPT)
def _kept_questions(cycle_id: int, frozen_hash: str) -> tuple[UnitQuestion, ...]:
    """The questions of an open cycle, read once in a process; `frozen_hash` covers them."""
    if not frozen_hash:
        raise ValueError("a cycle that is not open yet may still change its questions")
    return tuple(frozen_questions(cycle_id))


def people_that_count(question: UnitQuestion) -> int:
    """How many people work in the department who would not read the answers."""
    readers = {question.manager_id, *(one.id for one in hr_people())}
    inside = select(Person.id).where(Person.is_active, Person.department_id.in_(question.units))
    return len(set(db.session.scalars(inside)) - readers)


def roster_that_counts(question: UnitQuestion, cycle_id: int) -> int:
    """How many who take part in the cycle are asked, do not read the answers and are not new.

    Before the opening nobody is known to be new.
    """
    readers = {question.manager_id, *(one.id for one in hr_people())}
    asked = (
        select(RosterEntry.person_id)
        .join(Person, Person.id == RosterEntry.person_id)
        .where(
            RosterEntry.cycle_id == cycle_id,
            Person.department_id.in_(question.units),
            RosterEntry.is_new.is_(False),
        )
    )
    return len(set(db.session.scalars(asked)) - readers)
