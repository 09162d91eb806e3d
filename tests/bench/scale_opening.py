"""Opening a cycle of a large company as HR and a worker do: planned, confirmed, opened by a job."""

from datetime import datetime

from app.cli.demo_quarters import OPEN_FOR, open_now
from app.cycles.models import Cycle
from app.cycles.services import DraftPlan, proposed_name, proposed_pairing
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.lifecycle.plan import planning
from app.people.queries import hr_people
from app.questionnaires.services import ensure_default


def open_as_hr_does(opens_at: datetime, ids: list[int], taken: list[str]) -> None:
    """Open a cycle for `ids`; an older commit, which has no job for it, does it in one act."""
    try:
        from app.lifecycle import opening  # noqa: PLC0415
        from app.lifecycle.plan import kept_findings  # noqa: PLC0415
        from app.lifecycle.plan.plan_check import known_hash  # noqa: PLC0415
    except ImportError:
        open_now(opens_at, ids)
        return
    with transaction():
        hr = [one.id for one in hr_people()]
        cycle_id = planning.create_draft(
            DraftPlan(
                name=proposed_name(opens_at, taken),
                questionnaire_id=ensure_default().id,
                opens_at=opens_at,
                closes_at=opens_at + OPEN_FOR,
                roster=frozenset(ids),
                pairing=proposed_pairing(len(ids)),
                policy=ReleasePolicy(asks_focus=True, leaders_hear=True),
            ),
            by=hr[0] if len(hr) > 1 else None,
        ).id
    kept_findings.work_out(cycle_id)
    if len(hr) > 1:
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            planning.confirm(cycle, by=hr[1], plan=known_hash(cycle) or "")
    with transaction():
        opening.ask(db.session.get_one(Cycle, cycle_id), by=None)
    opening.go_on(cycle_id)
