"""Reading what people marked in their reports and planned with them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import and_, bindparam, select

from app.cycles.facts import AskedStatement
from app.domain.reports.action_plan import Action, ActionMark, ActionPlan, Tick
from app.infra.prepared_queries import Query
from app.reports.models import ActionMarkRow, PlannedAction
from app.results.dossiers import SubjectInCycle

Key = tuple[int, int]
"""Cycle and subject."""
_KEPT: Final = (
    "behaviour",
    "situation",
    "first_step",
    "helper",
    "sign",
    "review_on",
    "is_shared",
    "asks_colleagues",
    "going",
)
"""What is kept of a planned behaviour, by its names."""
_ROWS: Final[Query[*tuple[Any, ...]]] = Query(
    select(
        ActionMarkRow.cycle_id,
        ActionMarkRow.subject_id,
        ActionMarkRow.statement,
        ActionMarkRow.works_on,
        ActionMarkRow.surprises,
        PlannedAction.statement,
        *(getattr(PlannedAction, name) for name in _KEPT),
    )
    .outerjoin(
        PlannedAction,
        and_(
            PlannedAction.cycle_id == ActionMarkRow.cycle_id,
            PlannedAction.subject_id == ActionMarkRow.subject_id,
            PlannedAction.statement == ActionMarkRow.statement,
        ),
    )
    .where(
        ActionMarkRow.cycle_id.in_(bindparam("cycle_ids", expanding=True)),
        ActionMarkRow.subject_id.in_(bindparam("subject_ids", expanding=True)),
    )
    .order_by(ActionMarkRow.statement)
)


def plans_of(parts: Sequence[SubjectInCycle]) -> dict[Key, ActionPlan]:
    """Marks and items of these quarters with one statement; nothing where there are no marks."""
    asked = {(part.cycle.id, part.subject.id): part for part in parts}
    marks: dict[Key, set[Tick]] = defaultdict(set)
    items: dict[Key, list[Action]] = defaultdict(list)
    found = _ROWS.all(
        cycle_ids=sorted({cycle_id for cycle_id, _ in asked}),
        subject_ids=sorted({subject_id for _, subject_id in asked}),
    )
    for cycle_id, subject_id, number, works_on, surprises, planned, *kept in found:
        key = cycle_id, subject_id
        if key not in asked:
            continue
        marks[key].update(_ticks(number, works_on=works_on, surprises=surprises))
        if planned is not None:
            statement = asked[key].cycle.questionnaire.statements[number - 1]
            items[key].append(_item(statement, kept))
    return {key: ActionPlan(frozenset(ticks), items[key]) for key, ticks in marks.items()}


def _ticks(number: int, *, works_on: bool, surprises: bool) -> Iterator[Tick]:
    if works_on:
        yield number, ActionMark.WORK_ON
    if surprises:
        yield number, ActionMark.SURPRISE


def _item(statement: AskedStatement, kept: Sequence[Any]) -> Action:
    return Action(
        statement=statement.number,
        text=statement.text,
        short_name=statement.short_name,
        **dict(zip(_KEPT, kept, strict=True)),
    )
