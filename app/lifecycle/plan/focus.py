"""Which focus questions a cycle asks: fixed when it opens, from the plans of those who want it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import and_, func, select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db
from app.lifecycle.plan.drafting import WorkedOutPlan
from app.questionnaires.models import Statement
from app.reports.models import PlannedAction
from app.results.models import SubjectResult


def focus_questions(plan: WorkedOutPlan) -> Iterator[tuple[int, int]]:
    """Subject and statement of every focus question, where HR planned them.

    Asked about the plan that belongs to somebody's newest published report, for statements that
    still mean the same, and only where ten raters could answer: fewer answers are never shown.
    """
    if not plan.cycle.policy.asks_focus:
        return
    wanted = wanted_questions()
    possible = _with_enough_raters({subject for subject, _ in wanted}, plan)
    number_of = {one.identity: one.number for one in plan.cycle.questionnaire.statements}
    for subject, identity in wanted:
        if subject in possible and identity in number_of:
            yield subject, number_of[identity]


def wanted_questions() -> Sequence[tuple[int, str]]:
    """Who wants to be asked about, and which statement, by its identity."""
    newest = (
        select(SubjectResult.subject_id, func.max(Cycle.closes_at).label("closes_at"))
        .join(Cycle, Cycle.id == SubjectResult.cycle_id)
        .where(Cycle.state == CycleState.PUBLISHED)
        .group_by(SubjectResult.subject_id)
        .subquery()
    )
    asked = (
        select(PlannedAction.subject_id, Statement.identity)
        .join(Cycle, Cycle.id == PlannedAction.cycle_id)
        .join(
            newest,
            and_(
                newest.c.subject_id == PlannedAction.subject_id,
                newest.c.closes_at == Cycle.closes_at,
            ),
        )
        .join(
            Statement,
            and_(
                Statement.questionnaire_id == Cycle.questionnaire_id,
                Statement.number == PlannedAction.statement,
            ),
        )
        .where(PlannedAction.asks_colleagues, Cycle.state == CycleState.PUBLISHED)
    )
    return [(subject, identity) for subject, identity in db.session.execute(asked)]


def _with_enough_raters(subjects: set[int], plan: WorkedOutPlan) -> set[int]:
    """Whom of `subjects` ten people rate, or more, who cannot read the report and are not new."""
    blind = Counter(
        pair.subject
        for pair in plan.pairs
        if pair.subject in subjects
        and pair.rater not in plan.too_new
        and pair.rater not in plan.readers[pair.subject]
    )
    least = plan.cycle.policy.focus_raters
    return {subject for subject, raters in blind.items() if raters >= least}
