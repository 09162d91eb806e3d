"""Looking back on a plan: how it is going at half time, and the one mail on the date people set."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.durations import HALF_QUARTER
from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import GOING_WORDS, Going
from app.infra import clock, mail
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.infra.settings import company_day, settings
from app.people.models import Person
from app.questionnaires.models import Statement
from app.reports import messages
from app.reports.models import PlannedAction
from app.results.dossiers import SubjectInCycle
from app.results.models import SubjectResult

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


_NEWEST: Final = (
    select(Cycle.id)
    .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
    .where(SubjectResult.subject_id == bindparam("person_id"), Cycle.state == CycleState.PUBLISHED)
    .order_by(Cycle.closes_at.desc(), Cycle.id.desc())
    .limit(1)
    .scalar_subquery()
)
_PLANNED: Final = Query(
    select(
        *(Cycle.id, Cycle.name, Cycle.published_on, PlannedAction.statement),
        *(Statement.short_name, Statement.text, PlannedAction.behaviour),
        *(PlannedAction.review_on, PlannedAction.looked_back_on),
    )
    .join(PlannedAction, PlannedAction.cycle_id == Cycle.id)
    .join(
        Statement,
        and_(
            Statement.questionnaire_id == Cycle.questionnaire_id,
            Statement.number == PlannedAction.statement,
        ),
    )
    .where(Cycle.id == _NEWEST, PlannedAction.subject_id == bindparam("person_id"))
    .order_by(PlannedAction.statement)
)
"""What somebody planned with their newest published report."""


def going_questions(person_id: int) -> list[GoingQuestion]:
    """What `person_id` is asked now about the plan of their newest published report.

    From half time of the quarter on until it is answered, and once more from the date on that
    they set themselves.
    """
    today = company_day()
    return [
        GoingQuestion(
            cycle_id=cycle_id,
            cycle_name=cycle_name,
            statement=statement,
            title=short_name or text,
            behaviour=behaviour,
            look_back_on=look_back_on,
            has_come=look_back_on <= today,
        )
        for (
            cycle_id,
            cycle_name,
            published_on,
            statement,
            short_name,
            text,
            behaviour,
            look_back_on,
            last,
        ) in _PLANNED.all(person_id=person_id)
        if _is_asked(look_back_on, last, today, is_half=_is_half(published_on, today))
    ]


def _is_half(published_on: date | None, today: date) -> bool:
    return published_on is not None and published_on + HALF_QUARTER <= today


def _is_asked(look_back_on: date, last: date | None, today: date, *, is_half: bool) -> bool:
    if look_back_on <= today:
        return last is None or last < look_back_on
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
