"""Opening a cycle of a large company as HR and a worker do: planned, confirmed, opened by a job."""

from datetime import datetime

from app.cli.demo_quarters import open_now
from app.cycles.models import Cycle
from app.infra.db import db, transaction


def open_as_hr_does(opens_at: datetime, ids: list[int]) -> None:
    """Open a cycle for `ids`; an older commit, which has no job for it, does it in one act."""
    try:
        from app.cli.demo_quarters import plan_now  # noqa: PLC0415
        from app.lifecycle import opening  # noqa: PLC0415
        from app.lifecycle.plan import kept_findings  # noqa: PLC0415
    except ImportError:
        open_now(opens_at, ids)
        return
    cycle_id = plan_now(opens_at, ids)
    kept_findings.work_out(cycle_id)
    with transaction():
        opening.ask(db.session.get_one(Cycle, cycle_id), by=None)
    opening.go_on(cycle_id)
