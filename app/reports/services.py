"""Keeping a person's own marks and plan; nobody is told, and no log names them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import Action, ActionMark
from app.infra.db import db
from app.reports import bundling
from app.reports.models import ActionMarkRow, PlannedAction
from app.reports.queries import action_plan_of
from app.results.models import SubjectResult
from app.results.queries import SubjectInCycle

TYPED: Final = (
    "situation",
    "first_step",
    "helper",
    "sign",
    "review_on",
    "is_shared",
    "asks_colleagues",
)
"""What of a plan its subject types."""


def save_marks(part: SubjectInCycle, marks: Mapping[int, ActionMark | None]) -> None:
    """Keep what each statement's result was to its subject; None takes a mark away.

    A planned statement keeps its mark: it leaves the plan first. Raises PlanFullError when a
    third statement would be marked "work on this".
    """
    cycle_id, subject_id = _lock(part)
    plan = action_plan_of(part)
    plan.refuse_more_marks(marks)
    planned = {item.statement for item in plan.items}
    mine = select(ActionMarkRow).filter_by(cycle_id=cycle_id, subject_id=subject_id)
    known = {row.statement: row for row in db.session.scalars(mine)}
    for statement, mark in marks.items():
        if statement in planned:
            continue
        row = known.get(statement)
        if row is not None and mark is None:
            db.session.delete(row)
        elif row is not None and mark is not None:
            row.mark = mark
        elif mark is not None:
            key = {"cycle_id": cycle_id, "subject_id": subject_id, "statement": statement}
            db.session.add(ActionMarkRow(**key, mark=mark))
    db.session.flush()


def save_action(part: SubjectInCycle, item: Action) -> None:
    """Plan a behaviour, or change what was planned; it is marked "work on this" with that.

    Raises PlanFullError when two others are planned already.
    """
    cycle_id, subject_id = _lock(part)
    action_plan_of(part).refuse_a_third(item.statement)
    key = (cycle_id, subject_id, item.statement)
    names = {"cycle_id": cycle_id, "subject_id": subject_id, "statement": item.statement}
    mark = db.session.get(ActionMarkRow, key)
    if mark is None:
        mark = ActionMarkRow(**names)
        db.session.add(mark)
    mark.mark = ActionMark.WORK_ON
    db.session.flush()
    row = db.session.get(PlannedAction, key)
    if row is None:
        row = PlannedAction(**names)
        db.session.add(row)
    elif row.is_shared and not item.is_shared:
        bundling.discard_about(subject_id)
    for name in TYPED:
        setattr(row, name, getattr(item, name))
    db.session.flush()


def drop_action(part: SubjectInCycle, statement: int) -> None:
    """Take a behaviour off the plan; it stays marked "work on this"."""
    row = db.session.get(PlannedAction, (*_lock(part), statement))
    if row is None:
        raise NotFoundError("This is not in your plan.")
    if row.is_shared:
        bundling.discard_about(part.subject.id)
    db.session.delete(row)
    db.session.flush()


def _lock(part: SubjectInCycle) -> tuple[int, int]:
    """Two browsers at once must not plan a third behaviour."""
    cycle_id, subject_id = part.cycle.id, part.subject.id
    db.session.execute(
        select(SubjectResult.cycle_id)
        .where(SubjectResult.cycle_id == cycle_id, SubjectResult.subject_id == subject_id)
        .with_for_update()
    )
    return cycle_id, subject_id
