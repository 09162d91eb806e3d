"""Keeping a person's own marks and plan; only those it is shared with are told, no log names it."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import Action, ActionMark, Tick
from app.infra.db import db
from app.infra.mail import post
from app.reports import bundling
from app.reports.messages import plan_shared
from app.reports.models import ActionMarkRow, PlannedAction
from app.reports.queries import action_plan_of, action_plan_readers_of
from app.results.dossiers import SubjectInCycle
from app.results.models import SubjectResult

TYPED: Final = (
    "behaviour",
    "situation",
    "first_step",
    "helper",
    "sign",
    "review_on",
    "is_shared",
    "asks_colleagues",
)
"""What of a plan its subject types."""


def save_marks(part: SubjectInCycle, ticks: Mapping[Tick, bool]) -> None:
    """Keep what its subject ticked, and take away what was unticked.

    What is planned stays marked "work on this": it leaves the plan first. Raises
    ActionPlanFullError when a third statement would be marked so.
    """
    cycle_id, subject_id = _lock(part)
    plan = action_plan_of(part)
    plan.refuse_more_marks(ticks)
    marks = set(plan.marks)
    for (statement, mark), is_on in ticks.items():
        if mark is ActionMark.WORK_ON and plan.item(statement) is not None:
            continue
        (marks.add if is_on else marks.discard)((statement, mark))
    for statement in {statement for statement, _ in ticks}:
        row = _mark_row(cycle_id, subject_id, statement)
        row.works_on = (statement, ActionMark.WORK_ON) in marks
        row.surprises = (statement, ActionMark.SURPRISE) in marks
        if not row.works_on and not row.surprises:
            db.session.expunge(row) if row in db.session.new else db.session.delete(row)
    db.session.flush()


def _mark_row(cycle_id: int, subject_id: int, statement: int) -> ActionMarkRow:
    """The row of a statement's marks; a new one where there is none."""
    row = db.session.get(ActionMarkRow, (cycle_id, subject_id, statement))
    if row is None:
        row = ActionMarkRow(cycle_id=cycle_id, subject_id=subject_id, statement=statement)
        row.works_on = row.surprises = False
        db.session.add(row)
    return row


def save_action(part: SubjectInCycle, item: Action) -> None:
    """Plan a behaviour, or change what was planned; it is marked "work on this" with that.

    Raises ActionPlanFullError when two others are planned already.
    """
    cycle_id, subject_id = _lock(part)
    action_plan_of(part).refuse_a_third(item.statement)
    key = (cycle_id, subject_id, item.statement)
    names = {"cycle_id": cycle_id, "subject_id": subject_id, "statement": item.statement}
    _mark_row(*key).works_on = True
    db.session.flush()
    row = db.session.get(PlannedAction, key)
    if item.is_shared and not (row and row.is_shared):
        _tell_readers(part)
    if row is None:
        row = PlannedAction(**names)
        db.session.add(row)
    elif row.is_shared and not item.is_shared:
        bundling.discard_about(subject_id)
    for name in TYPED:
        setattr(row, name, getattr(item, name))
    db.session.flush()


def _tell_readers(part: SubjectInCycle) -> None:
    """Write to those who may read the plan from now on, once for each quarter's plan."""
    cycle_id, subject_id = part.cycle.id, part.subject.id
    shared = select(PlannedAction.statement).where(
        PlannedAction.cycle_id == cycle_id,
        PlannedAction.subject_id == subject_id,
        PlannedAction.is_shared,
    )
    if db.session.scalar(shared.limit(1)) is None:
        readers = action_plan_readers_of(cycle_id, subject_id)
        post(*(plan_shared(reader, part.subject, part.cycle) for reader in readers))


def drop_action(part: SubjectInCycle, statement: int) -> None:
    """Take a behaviour off the plan, with its mark "work on this"."""
    row = db.session.get(PlannedAction, (*_lock(part), statement))
    if row is None:
        raise NotFoundError("This is not in your plan.")
    if row.is_shared:
        bundling.discard_about(part.subject.id)
    db.session.delete(row)
    db.session.flush()
    save_marks(part, {(statement, ActionMark.WORK_ON): False})


def _lock(part: SubjectInCycle) -> tuple[int, int]:
    """Two browsers at once must not plan a third behaviour."""
    cycle_id, subject_id = part.cycle.id, part.subject.id
    db.session.execute(
        select(SubjectResult.cycle_id)
        .where(SubjectResult.cycle_id == cycle_id, SubjectResult.subject_id == subject_id)
        .with_for_update()
    )
    return cycle_id, subject_id
