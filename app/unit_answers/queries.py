"""Reading what departments were told to their questions, beside the quarter before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import COUNTED, hr_at_opening
from app.domain.access import Actor, Permission, UnitAnswersAccess, is_allowed
from app.domain.cycle import CycleState
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Reason, Score, Shown
from app.domain.unit_questions.asked import UnitQuestion
from app.domain.unit_questions.comparing import UnitAnswerLine
from app.infra.db import db
from app.unit_answers.models import UnitAnswer, UnitComment
from app.unit_questions.queries import frozen_questions


@dataclass(frozen=True)
class AnsweredQuestion:
    """One department's question in one quarter, for a list."""

    cycle: Cycle
    question: UnitQuestion


def access_to(cycle: Cycle, question: UnitQuestion) -> UnitAnswersAccess:
    """What decides who reads the answers: who asked, and who was of HR at the opening."""
    return UnitAnswersAccess(
        frozenset({question.manager_id}),
        hr_at_opening(cycle.id),
        cycle.state is CycleState.PUBLISHED,
    )


def read_by(actor: Actor) -> list[AnsweredQuestion]:
    """Every question whose answers somebody may read, the newest quarter first."""
    counted = select(Cycle).where(Cycle.state.in_(COUNTED)).order_by(Cycle.closes_at.desc())
    return [
        AnsweredQuestion(cycle, one)
        for cycle in db.session.scalars(counted)
        for one in frozen_questions(cycle.id)
        if is_allowed(actor, Permission.UNIT_ANSWERS_READ, access_to(cycle, one))
    ]


def question_of(cycle_id: int, unit: int) -> UnitQuestion | None:
    """What a department was asked; None where it was asked nothing."""
    return next((one for one in frozen_questions(cycle_id) if one.unit == unit), None)


def answer_line(cycle: Cycle, question: UnitQuestion) -> UnitAnswerLine:
    """What was released, beside the last quarter in which the very same was asked."""
    now = _released(cycle, question)
    earlier = _asked_alike_before(cycle, question)
    before = _released(earlier, question) if earlier else None
    return UnitAnswerLine(
        question,
        now,
        before,
        earlier.name if earlier else "",
        _words(cycle, question) if question.is_in_words else (),
    )


def _released(cycle: Cycle, question: UnitQuestion) -> Score | StanceCounts | None:
    row = db.session.get(UnitAnswer, (cycle.id, question.unit))
    if row is None:
        return Hidden(cycle.policy.words(Reason.FEW_RATERS))
    if row.hidden is not None:
        return Hidden(cycle.policy.words(row.hidden))
    if row.mean is not None and row.raters is not None and row.standard_error is not None:
        return Shown(row.mean, row.raters, row.standard_error)
    if row.respondents is not None:
        return StanceCounts(row.respondents, row.promoters or 0, row.detractors or 0)
    return None


def _asked_alike_before(cycle: Cycle, question: UnitQuestion) -> Cycle | None:
    """The published cycle before in which this department was asked in the same words."""
    earlier = (
        select(Cycle)
        .where(Cycle.state == CycleState.PUBLISHED, Cycle.closes_at < cycle.closes_at)
        .order_by(Cycle.closes_at.desc())
    )
    for one in db.session.scalars(earlier):
        asked = question_of(one.id, question.unit)
        if asked is not None:
            is_alike = (asked.kind, asked.text) == (question.kind, question.text)
            return one if is_alike else None
    return None


def _words(cycle: Cycle, question: UnitQuestion) -> Sequence[str]:
    """In the order of their random ids."""
    mine = select(UnitComment.text).where(
        UnitComment.cycle_id == cycle.id, UnitComment.unit_number == question.unit
    )
    return tuple(db.session.scalars(mine.order_by(UnitComment.id)))
