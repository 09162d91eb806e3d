"""Keeping a person's own marks and plan; nobody is told, and no log names them."""

from collections.abc import Mapping

from sqlalchemy import select

from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import Mark, PlanItem
from app.infra.db import db
from app.reports import bundling
from app.reports.models import PlanMark, PlannedItem
from app.reports.queries import own_plan
from app.results.models import SubjectResult
from app.results.queries import Part


def save_marks(part: Part, marks: Mapping[int, Mark | None]) -> None:
    """Keep what each statement's result was to its subject; None takes a mark away.

    A planned statement keeps its mark: it leaves the plan first. Raises PlanFullError when a
    third statement would be marked "work on this".
    """
    cycle_id, subject_id = _lock(part)
    plan = own_plan(part)
    plan.refuse_more_marks(marks)
    planned = {item.statement for item in plan.items}
    mine = select(PlanMark).filter_by(cycle_id=cycle_id, subject_id=subject_id)
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
            db.session.add(PlanMark(**key, mark=mark))
    db.session.flush()


def save_item(part: Part, item: PlanItem) -> None:
    """Plan a behaviour, or change what was planned; it is marked "work on this" with that.

    Raises PlanFullError when two others are planned already.
    """
    cycle_id, subject_id = _lock(part)
    own_plan(part).refuse_a_third(item.statement)
    key = (cycle_id, subject_id, item.statement)
    names = {"cycle_id": cycle_id, "subject_id": subject_id, "statement": item.statement}
    mark = db.session.get(PlanMark, key)
    if mark is None:
        mark = PlanMark(**names)
        db.session.add(mark)
    mark.mark = Mark.WORK_ON
    db.session.flush()
    row = db.session.get(PlannedItem, key)
    if row is None:
        row = PlannedItem(**names)
        db.session.add(row)
    elif row.is_shared and not item.is_shared:
        bundling.discard_about(subject_id)
    for name in ("situation", "first_step", "helper", "sign", "review_on", "is_shared"):
        setattr(row, name, getattr(item, name))
    db.session.flush()


def drop_item(part: Part, statement: int) -> None:
    """Take a behaviour off the plan; it stays marked "work on this"."""
    row = db.session.get(PlannedItem, (*_lock(part), statement))
    if row is None:
        raise NotFoundError("This is not in your plan.")
    if row.is_shared:
        bundling.discard_about(part.subject.id)
    db.session.delete(row)
    db.session.flush()


def _lock(part: Part) -> tuple[int, int]:
    """Two browsers at once must not plan a third behaviour."""
    cycle_id, subject_id = part.cycle.id, part.subject.id
    db.session.execute(
        select(SubjectResult.cycle_id)
        .where(SubjectResult.cycle_id == cycle_id, SubjectResult.subject_id == subject_id)
        .with_for_update()
    )
    return cycle_id, subject_id
