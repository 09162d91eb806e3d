"""Writing HR's manual change to the drawn pairs, at most one per subject."""

from dataclasses import dataclass

from sqlalchemy import delete

from app.assignments.models import ChangeKind, ManualChange
from app.cycles.models import Cycle
from app.domain.errors import PlanRefusedError
from app.infra import audit
from app.infra.db import db


@dataclass(frozen=True)
class PairChange:
    """One rater added to a subject, or taken away."""

    rater_id: int
    subject_id: int
    kind: ChangeKind


def record_change(cycle: Cycle, change: PairChange, *, by: int | None) -> None:
    """Keep a change of a draft's pairs. Raises PlanRefusedError for a subject's second one."""
    if db.session.get(ManualChange, (cycle.id, change.subject_id)) is not None:
        raise PlanRefusedError(
            ["This subject's pairs were changed once already; take that change back first."]
        )
    db.session.add(
        ManualChange(
            cycle_id=cycle.id,
            subject_id=change.subject_id,
            rater_id=change.rater_id,
            kind=change.kind,
        )
    )
    # The log names the act, never rater and subject together.
    audit.record("cycle:pair_changed", actor_id=by, cycle_id=cycle.id, kind=change.kind.value)


def forget_change(cycle: Cycle, subject_id: int, *, by: int | None) -> None:
    """Take a subject's manual change back; nothing happens when there is none."""
    found = db.session.get(ManualChange, (cycle.id, subject_id))
    if found is not None:
        db.session.delete(found)
        audit.record("cycle:pair_restored", actor_id=by, cycle_id=cycle.id)


def forget_all_changes(cycle: Cycle) -> None:
    """Drop every manual change of a draft."""
    db.session.execute(delete(ManualChange).where(ManualChange.cycle_id == cycle.id))
