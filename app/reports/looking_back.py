"""Looking back on a plan: how it is going at half time, and the one mail on the date people set."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from sqlalchemy import and_, func, or_, select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.durations import HALF_QUARTER
from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import GOING_WORDS, Going
from app.infra import clock, mail
from app.infra.db import db
from app.infra.settings import company_day, settings
from app.people.models import Person
from app.questionnaires.models import Statement
from app.reports import messages
from app.reports.models import PlannedAction
from app.results.models import SubjectResult
from app.results.queries import SubjectInCycle

MAILED_FROM: Final = time(9)
"""Not before that hour, where the company is."""


@dataclass(frozen=True)
class GoingQuestion:
    """A planned behaviour of which its subject is asked how it is going."""

    cycle_id: int
    cycle_name: str
    statement: int
    title: str
    """The statement's short name, or its words."""
    behaviour: str
    """What the person wanted to do differently."""
    look_back_on: date
    """The date that the person set."""
    has_come: bool
    """Whether that date is today or past; before it, the question is asked at half time."""

    @property
    def answers(self) -> dict[str, str]:
        """What can be said, by value."""
        return {one.value: words for one, words in GOING_WORDS.items()}


def going_questions(person_id: int) -> list[GoingQuestion]:
    """What `person_id` is asked now about the plan of their newest published report.

    From half time of the quarter on until it is answered, and once more from the date on that
    they set themselves.
    """
    newest = _newest_report(person_id)
    if newest is None or newest.published_on is None:
        return []
    today = company_day()
    is_half = newest.published_on + HALF_QUARTER <= today
    rows = db.session.execute(
        select(PlannedAction, Statement)
        .join(
            Statement,
            and_(
                Statement.questionnaire_id == newest.questionnaire_id,
                Statement.number == PlannedAction.statement,
            ),
        )
        .where(PlannedAction.cycle_id == newest.id, PlannedAction.subject_id == person_id)
        .order_by(PlannedAction.statement)
    )
    return [
        GoingQuestion(
            cycle_id=newest.id,
            cycle_name=newest.name,
            statement=row.statement,
            title=asked.short_name or asked.text,
            behaviour=row.behaviour,
            look_back_on=row.review_on,
            has_come=row.review_on <= today,
        )
        for row, asked in rows
        if _is_asked(row, today, is_half=is_half)
    ]


def _newest_report(person_id: int) -> Cycle | None:
    published = (
        select(Cycle)
        .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
        .where(SubjectResult.subject_id == person_id, Cycle.state == CycleState.PUBLISHED)
    )
    return db.session.scalar(published.order_by(Cycle.closes_at.desc(), Cycle.id.desc()).limit(1))


def _is_asked(row: PlannedAction, today: date, *, is_half: bool) -> bool:
    last = row.looked_back_on
    if row.review_on <= today:
        return last is None or last < row.review_on
    return is_half and last is None


def say(part: SubjectInCycle, statement: int, going: Going) -> None:
    """Keep how a planned behaviour is going; nobody is told."""
    key = (part.cycle.id, part.subject.id, statement)
    row = db.session.get(PlannedAction, key, with_for_update=True)
    if row is None:
        raise NotFoundError("This is not in your plan.")
    row.going, row.looked_back_on = going, company_day()
    db.session.flush()


def mail_look_backs() -> int:
    """Write once to everybody whose date to look back has come; return how many mails.

    One mail a person, however much they planned for that day. A plan whose next report is out is
    looked back on there. Part of the current transaction.
    """
    if clock.now().astimezone(settings().zone).time() < MAILED_FROM:
        return 0
    people: dict[int, Person] = {}
    for row, person in db.session.execute(
        select(PlannedAction, Person)
        .join(Person, Person.id == PlannedAction.subject_id)
        .join(Cycle, Cycle.id == PlannedAction.cycle_id)
        .where(
            PlannedAction.review_on <= company_day(),
            or_(
                PlannedAction.mailed_for.is_(None),
                PlannedAction.mailed_for < PlannedAction.review_on,
            ),
            Person.is_active,
            Cycle.closes_at == _newest_close_of(PlannedAction.subject_id),
        )
        .with_for_update(of=PlannedAction)
    ):
        row.mailed_for = row.review_on
        people[person.id] = person
    mail.post(*(messages.look_back(person) for person in people.values()))
    db.session.flush()
    return len(people)


def _newest_close_of(subject_id: object) -> object:
    """When the cycle of a subject's newest published report closed, within a query."""
    newest = (
        select(func.max(Cycle.closes_at))
        .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
        .where(SubjectResult.subject_id == subject_id, Cycle.state == CycleState.PUBLISHED)
    )
    return newest.correlate(PlannedAction).scalar_subquery()
