"""Cycles in the states that these tests start from."""

from datetime import timedelta

from app.cycles.queries import cycle_by_id
from app.domain.release.policy import FLOORS
from app.infra import clock
from app.infra.db import transaction
from app.lifecycle import services
from app.lifecycle.plan import plan_check, planning
from tests.factories import make_company, make_cycle, make_person


def plan_form(**over):
    """What a browser sends for a plan that may open."""
    opens_at = clock.now() + timedelta(days=2)
    values = {
        "name": "2031 Q1",
        "questionnaire_id": "1",
        "opens_at": f"{opens_at:%Y-%m-%dT%H:%M}",
        "closes_at": f"{opens_at + timedelta(days=14):%Y-%m-%dT%H:%M}",
        "pairing": "everyone",
        "sample_size": "12",
        **{name: str(least) for name, least in FLOORS.items()},
        "shows_comments": "y",
        "reasons": "pay\ngrowth",
    }
    return values | over


def make_draft(people=10, *, planner=None, **over):
    """A draft with a company of `people`; its own HR person does not count as a second one."""
    company = make_company(people)
    for person in company:
        person.is_hr = False
    return make_cycle(company, planned_by_id=planner.id if planner else None, **over)


def make_second_hr():
    return make_person(name="Henry Hart", email="henry@example.com", is_hr=True)


def confirm_as_shown(cycle_id, *, by):
    """Confirm a plan as it stands, by whoever has just looked at it."""
    cycle = cycle_by_id(cycle_id)
    planning.confirm(cycle, by=by, plan=plan_check.check_plan(cycle).plan_hash)


def open_now(cycle):
    """Open a cycle as its service does."""
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)
    return cycle_by_id(cycle.id)
