"""The company on which processes are killed: a published quarter, and a draft that opens soon."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.assignments.models import Assignment
from app.cli.demo_quarters import OPEN_FOR, close_and_count
from app.cycles.models import Cycle
from app.cycles.services import DraftPlan, proposed_name, proposed_pairing
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.plan import kept_findings, planning
from app.lifecycle.plan.plan_check import known_hash
from app.people.models import Person
from app.people.queries import hr_people
from app.questionnaires.services import ensure_default

A_MINUTE = timedelta(minutes=1)
TO_PLAN = timedelta(seconds=15)
"""At least so far ahead lies the opening, which nobody may plan for a moment that is over."""


class Member(NamedTuple):
    """Somebody who can sign in."""

    person_id: int
    email: str


def publish_what_is_open() -> int:
    """Close, count and publish the demo's open quarter; return its id."""
    cycle_id = db.session.scalars(select(Cycle.id).where(Cycle.state == CycleState.OPEN)).one()
    db.session.rollback()
    close_and_count(cycle_id)
    with transaction():
        services.publish(db.session.get_one(Cycle, cycle_id), by=None)
    return cycle_id


def draft_for_everybody() -> int:
    """Plan a cycle that opens at a whole minute soon, as two people of HR do."""
    opens_at = (clock.now() + TO_PLAN + A_MINUTE).replace(second=0, microsecond=0)
    with transaction():
        hr = [one.id for one in hr_people()]
        taken = db.session.scalars(select(Cycle.name)).all()
        everybody = db.session.scalars(select(Person.id).where(Person.is_active)).all()
        cycle = planning.create_draft(
            DraftPlan(
                name=proposed_name(opens_at, taken),
                questionnaire_id=ensure_default().id,
                opens_at=opens_at,
                closes_at=opens_at + OPEN_FOR,
                roster=frozenset(everybody),
                pairing=proposed_pairing(len(everybody)),
                policy=ReleasePolicy(),
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


def let_close_soon(cycle_id: int) -> None:
    """Let the open cycle close at the next whole minute."""
    with transaction():
        cycle = db.session.get_one(Cycle, cycle_id, with_for_update=True)
        cycle.closes_at = (clock.now() + A_MINUTE).replace(second=0, microsecond=0)


def members(most: int) -> list[Member]:
    """So many people who are neither of HR nor of the board, the last of the list."""
    plain = select(Person.id, Person.email).where(
        Person.is_active, Person.is_hr.is_(False), Person.is_board.is_(False)
    )
    rows = db.session.execute(plain.order_by(Person.id.desc()).limit(most)).all()
    return [Member(*row) for row in rows]


def colleagues_of(cycle_id: int) -> dict[int, int]:
    """How many people each rater is asked about."""
    asked = select(Assignment.rater_id, func.count()).where(Assignment.cycle_id == cycle_id)
    return {row[0]: row[1] for row in db.session.execute(asked.group_by(Assignment.rater_id))}
