"""Reading about whom a rater is asked a focus question."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from sqlalchemy import bindparam, select

from app.assignments.models import Assignment
from app.cycles.models import FocusQuestion
from app.cycles.terms import Terms
from app.infra.prepared_queries import Query

_OF_RATER: Final = Query(
    select(FocusQuestion.subject_id, FocusQuestion.statement)
    .join(
        Assignment,
        (Assignment.cycle_id == FocusQuestion.cycle_id)
        & (Assignment.subject_id == FocusQuestion.subject_id),
    )
    .where(
        FocusQuestion.cycle_id == bindparam("cycle_id"),
        Assignment.rater_id == bindparam("person_id"),
    )
    .order_by(FocusQuestion.subject_id, FocusQuestion.statement)
)


def focus_of(cycle_id: int, terms: Terms, person_id: int) -> Mapping[int, tuple[int, ...]]:
    """By subject the statements of the focus questions that `person_id` is asked."""
    if not terms.policy.asks_focus:
        return {}
    found: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for subject, statement in _OF_RATER.all(cycle_id=cycle_id, person_id=person_id):
        found[subject] += (statement,)
    return found
