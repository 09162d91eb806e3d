"""Turning the cycles of a demo the real way: opened, closed, counted."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.services import DraftPlan, proposed_name, proposed_pairing
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.plan import kept_findings, planning
from app.lifecycle.plan.plan_check import known_hash
from app.people.queries import hr_people
from app.questionnaires.services import ensure_default

OPEN_FOR: Final = timedelta(days=14)
OPEN_SINCE: Final = timedelta(days=3)


def quarters_before(opening: datetime, back: int) -> datetime:
    """The same day, three months earlier for each quarter; the last one of a shorter month."""
    year, month = divmod(opening.year * 12 + opening.month - 1 - 3 * back, 12)
    day = min(opening.day, monthrange(year, month + 1)[1])
    return opening.replace(year=year, month=month + 1, day=day)


def at_nine(moment: datetime) -> datetime:
    """Nine in the morning of that day, where the company is."""
    zone = current_app.config["SETTINGS"].zone
    return moment.astimezone(zone).replace(hour=9, minute=0, second=0, microsecond=0)


def open_now(opening: datetime, ids: list[int]) -> int:
    """Plan a cycle for `ids` and open it now, in one act; return its id."""
    cycle_id = plan_now(opening, ids)
    with transaction():
        services.open_(db.session.get_one(Cycle, cycle_id), by=None)
    return cycle_id


def plan_now(opening: datetime, ids: list[int]) -> int:
    """Plan a cycle for `ids`; return its id. Where two are of HR, both agree."""
    with transaction():
        hr = [one.id for one in hr_people()]
        taken = db.session.scalars(select(Cycle.name)).all()
        cycle = planning.create_draft(
            DraftPlan(
                name=proposed_name(opening, taken),
                questionnaire_id=ensure_default().id,
                opens_at=opening,
                closes_at=opening + OPEN_FOR,
                roster=frozenset(ids),
                pairing=proposed_pairing(len(ids)),
                policy=ReleasePolicy(asks_focus=True, leaders_hear=True),
            ),
            by=hr[0] if len(hr) > 1 else None,
        )
        cycle_id = cycle.id
    if len(hr) > 1:
        kept_findings.work_out(cycle_id)
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            planning.confirm(cycle, by=hr[1], plan=known_hash(cycle) or "")
    return cycle_id


def close_and_count(cycle_id: int) -> None:
    """Close a cycle and count it."""
    with transaction():
        services.begin_closing(db.session.get_one(Cycle, cycle_id), by=None)
    count_and_forget(cycle_id, progress=_nothing)


def _nothing(_step: str) -> None:
    """The demo's own progress bar is enough."""
