"""Putting a question to a department, confirming it, and freezing it when a cycle opens."""

from dataclasses import dataclass

from sqlalchemy import delete

from app.cycles.models import Cycle
from app.cycles.queries import newest_plan
from app.domain.errors import NotAllowedError, NotFoundError, PlanRefusedError
from app.domain.release.policy import ReleasePolicy
from app.domain.unit_questions.asked import IN_WORDS, AnswerKind, UnitQuestion, fault_of
from app.infra import audit
from app.infra.db import db
from app.people import two_person_requests
from app.people.models import Act, Department, Person
from app.people.queries import person_by_id
from app.people.second_confirmation import hr_people_that_count
from app.unit_questions import queries
from app.unit_questions.models import PlannedUnitQuestion, UnitQuestionOfCycle

NOT_YOURS = "You can put a question to the people of a department that you lead."
CHANGED = "The question was changed since you opened this page. Please look at it again."


@dataclass(frozen=True)
class WantedQuestion:
    """What a manager wants to ask."""

    department_id: int
    kind: AnswerKind
    text: str


def ask(wanted: WantedQuestion, *, by: Person) -> bool:
    """Put a question to a department for the next review; whether it is confirmed already.

    Somebody of HR has to confirm it, another person than who asks unless HR is one person.
    Raises NotAllowedError for a department that `by` does not lead, or that somebody else asks
    already, and PlanRefusedError where too few people would answer.
    """
    row = queries.planned(wanted.department_id)
    if wanted.department_id not in queries.departments_led_by(by):
        raise NotAllowedError(NOT_YOURS)
    if row is not None and row.manager_id != by.id:
        other = person_by_id(row.manager_id).name
        raise NotAllowedError(f"{other} asks this department something already.")
    if row is None:
        row = PlannedUnitQuestion(department_id=wanted.department_id, manager_id=by.id)
    row.kind, row.text, row.confirmed_by_id = wanted.kind, wanted.text, None
    name = db.session.get_one(Department, wanted.department_id).name
    question = queries.as_question(row, name)
    people = queries.people_that_count(question)
    if fault := fault_of(question, people, _policy_to_come()):
        raise PlanRefusedError([fault])
    db.session.add(row)
    db.session.flush()
    audit.record("unit_question:put", actor_id=by.id, department_id=row.department_id)
    is_confirmed = two_person_requests.ask_hr(
        Act.UNIT_QUESTION, row.department_id, by=by, to=to_of(question), content=content_of(row)
    )
    row.confirmed_by_id = by.id if is_confirmed else None
    return is_confirmed


def take_off(department_id: int, *, by: Person) -> None:
    """Ask the department nothing after all; whoever put the question may, and HR."""
    row = queries.planned(department_id)
    if row is None:
        return
    if not (by.is_hr or row.manager_id == by.id):
        raise NotAllowedError(NOT_YOURS)
    two_person_requests.close(Act.UNIT_QUESTION, department_id)
    db.session.delete(row)
    db.session.flush()
    audit.record("unit_question:taken_off", actor_id=by.id, department_id=department_id)


def confirm(department_id: int, *, content: str, word: str, by: int) -> None:
    """Confirm as HR what a manager wants to ask; `content` is what the page showed.

    Raises NotAllowedError for whoever put it, for whoever is too new in HR and for a question
    that has changed since, and NotFoundError where nothing waits.
    """
    row = queries.planned(department_id)
    asked = two_person_requests.find(Act.UNIT_QUESTION, department_id)
    if row is None or asked is None:
        raise NotFoundError(two_person_requests.GONE)
    if content != content_of(row) or asked.content != content:
        raise NotAllowedError(CHANGED)
    hr_people_that_count().refuse_new(by)
    if asked.needs_second_person(by):
        raise NotAllowedError("Somebody else of HR has to confirm your own question.")
    two_person_requests.close(Act.UNIT_QUESTION, department_id)
    row.confirmed_by_id = by
    db.session.flush()
    audit.record("unit_question:confirmed", actor_id=by, department_id=department_id)
    name = db.session.get_one(Department, department_id).name
    to = to_of(queries.as_question(row, name))
    two_person_requests.tell_agreed(asked, by=by, to=to, word=word)


def content_of(row: PlannedUnitQuestion) -> str:
    """What exactly is asked for, as the second person agrees to it."""
    return f"{row.kind.value}: {row.text}"


def to_of(question: UnitQuestion) -> str:
    """What is asked for, after "asked to"."""
    return f"ask the people of {question.unit_name} “{question.text}”, {IN_WORDS[question.kind]}"


def question_in_words(department_id: int) -> str:
    """The question that waits for a department, after "asked to"."""
    row, department = queries.planned(department_id), db.session.get_one(Department, department_id)
    if row is None:
        return f"ask the people of {department.name} something"
    return to_of(queries.as_question(row, department.name))


def _policy_to_come() -> ReleasePolicy:
    """The thresholds of the plan that was made last; the next one may raise them still."""
    plan = newest_plan()
    return plan.policy if plan else ReleasePolicy()


def faults_in(cycle: Cycle) -> list[str]:
    """Why confirmed questions cannot be asked in this cycle: people who left, thresholds raised."""
    return [
        fault
        for one in queries.planned_questions()
        if (fault := fault_of(one, queries.roster_that_counts(one, cycle.id), cycle.policy))
    ]


def freeze_unit_questions(cycle: Cycle) -> None:
    """Copy every confirmed question, and forget it: the next review is asked anew.

    What nobody has confirmed goes on waiting for the review after this one. Raises
    PlanRefusedError where a department has become too small.
    """
    if faults := faults_in(cycle):
        raise PlanRefusedError(faults)
    for one in queries.planned_questions():
        db.session.add(
            UnitQuestionOfCycle(
                cycle_id=cycle.id,
                unit_number=one.unit,
                unit_name=one.unit_name,
                kind=one.kind,
                text=one.text,
                manager_id=one.manager_id,
                units=sorted(one.units),
            )
        )
        mine = PlannedUnitQuestion.department_id == one.unit
        db.session.execute(delete(PlannedUnitQuestion).where(mine))
    db.session.flush()
