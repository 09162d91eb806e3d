"""Opening a cycle of a large company as HR and a worker do: planned, confirmed, opened by a job."""

from datetime import datetime

from sqlalchemy import func, select

from app.cli.demo_quarters import open_now
from app.cycles.models import Cycle
from app.infra.db import db, transaction


def plan_as_hr_does(opens_at: datetime, ids: list[int]) -> None:
    """Plan and confirm a cycle for `ids`.

    Raises ImportError in an older commit, which does that together with the opening.
    """
    from app.cli.demo_quarters import plan_now  # noqa: PLC0415
    from app.lifecycle.plan import kept_findings  # noqa: PLC0415

    kept_findings.work_out(plan_now(opens_at, ids))


def open_as_hr_does(opens_at: datetime, ids: list[int]) -> None:
    """Open it; an older commit, which has no job for it, plans and opens in one act."""
    try:
        from app.lifecycle import opening  # noqa: PLC0415
    except ImportError:
        open_now(opens_at, ids)
        return
    cycle_id = db.session.scalar(select(func.max(Cycle.id))) or 0
    with transaction():
        opening.ask(db.session.get_one(Cycle, cycle_id), by=None)
    opening.go_on(cycle_id)
