"""What tests are given: plain functions with sensible defaults, no randomness.

Each factory commits, so that a request made afterwards sees what it made.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from app.cycles.models import Cycle, Pairing, RosterEntry
from app.cycles.services import REASONS
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import Base, db
from app.people import two_person_requests
from app.people.models import Act, Department, Person
from app.questionnaires.models import Questionnaire, Statement

Thing = TypeVar("Thing", bound=Base)

LONG_AGO = date(2020, 1, 1)

COMPETENCIES = (
    "Customer",
    "Commitment",
    "Quality",
    "Helping",
    "Openness",
    "Improving",
    "Respect",
)
DEPARTMENTS = ("Support", "Engineering", "Sales", "Finance", "Marketing")


def keep(thing: Thing) -> Thing:
    """Add `thing` to the database for good, and return it."""
    db.session.add(thing)
    db.session.commit()
    return thing


def keep_all(things: Sequence[Thing]) -> list[Thing]:
    """The same for many things of a kind, in one go."""
    db.session.add_all(things)
    db.session.commit()
    if things:
        db.session.scalars(select(type(things[0]))).all()  # one by one they would be read again
    return list(things)


def next_number(table: type[Base]) -> int:
    """One more than there are rows, so that default names differ and stay the same every run."""
    return (db.session.scalar(select(func.count()).select_from(table)) or 0) + 1


def make_department(**over: Any) -> Department:
    """A department; without `parent_id` a root."""
    values: dict[str, Any] = {"name": f"Department {next_number(Department)}", "parent_id": None}
    return keep(Department(**(values | over)))


def department_named(name: str) -> Department:
    """The department called `name`, made when it is not there yet."""
    found = db.session.scalar(select(Department).where(Department.name == name))
    return found or make_department(name=name)


def make_person(**over: Any) -> Person:
    """An active employee who has been here for years and has no password yet."""
    if not {"department", "department_id"} & over.keys():
        over["department_id"] = department_named("Engineering").id
    return keep(an_employee(next_number(Person), **over))


def an_employee(nth: int, **over: Any) -> Person:
    """The same, with the department named and not yet kept: for many, who are kept together."""
    values: dict[str, Any] = {
        "name": f"Person {nth:03d}",
        "email": f"person{nth:03d}@example.com",
        "title": "Colleague",
        "joined_on": LONG_AGO,
        "account_made_on": LONG_AGO,
    }
    return Person(**(values | over))


def make_company(people: int = 25) -> list[Person]:
    """A company of `people` persons: [0] the chief (board), [1] HR, then heads, then others.

    Departments lie under one root; each has a head, who reports to the chief; all others report
    to their head. HR reports to the chief and belongs to the root, as the chief does.
    """
    root = department_named("Company")
    chief = make_person(name="Clara Chief", title="Chief", department_id=root.id, is_board=True)
    company = [chief]
    if people > 1:
        company.append(
            make_person(
                name="Hugo Hiring",
                title="Head of People",
                department_id=root.id,
                manager_id=chief.id,
                is_hr=True,
            )
        )
    units = [make_department(name=name, parent_id=root.id) for name in DEPARTMENTS]
    start = next_number(Person)
    heads: dict[int, Person] = {}
    for place in range(people - len(company)):
        unit = units[place % len(units)]
        head = heads.get(unit.id)
        member = Person(
            name=f"Person {start + place:03d}",
            email=f"person{start + place:03d}@example.com",
            title=f"{unit.name} {'colleague' if head else 'head'}",
            department_id=unit.id,
            manager_id=head.id if head else chief.id,
            joined_on=LONG_AGO,
            account_made_on=LONG_AGO,
        )
        company.append(member)
        db.session.add(member)
        if head is None:
            db.session.flush()
            heads[unit.id] = member
    return keep_all(company)


def make_questionnaire(**over: Any) -> Questionnaire:
    """Fourteen statements, two in each of seven competencies."""
    values: dict[str, Any] = {"name": f"Questionnaire {next_number(Questionnaire)}"}
    statements = [
        Statement(
            number=number,
            identity=f"{number:032x}",
            competency=COMPETENCIES[(number - 1) // 2],
            text=f"Does good thing number {number}.",
            short_name=f"Good thing number {number}",
            hint=f"do good thing number {number} every day.",
        )
        for number in range(1, 15)
    ]
    return keep(Questionnaire(**(values | {"statements": statements} | over)))


def make_cycle(people: Iterable[Person] = (), **over: Any) -> Cycle:
    """A draft that opens tomorrow for two weeks, with `people` on its roster.

    Each name is a later quarter than the one before: Q1 2026, Q2 2026, …
    """
    number = next_number(Cycle) - 1
    opens_at = over.get("opens_at") or clock.now() + timedelta(days=1)
    values: dict[str, Any] = {
        "name": f"Q{number % 4 + 1} {2026 + number // 4}",
        "state": CycleState.DRAFT,
        "pairing": Pairing.EVERYONE,
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(days=14),
        "policy_terms": ReleasePolicy().as_dict(),
        "reasons": list(REASONS),
    }
    if not {"questionnaire", "questionnaire_id"} & over.keys():
        values["questionnaire_id"] = make_questionnaire().id
    cycle: Cycle = keep(Cycle(**(values | over)))
    db.session.add_all(RosterEntry(cycle_id=cycle.id, person_id=person.id) for person in people)
    if cycle.state is CycleState.DRAFT:
        two_person_requests.ask(Act.PLAN, cycle.id, by=cycle.planned_by_id)
    db.session.commit()
    return cycle
