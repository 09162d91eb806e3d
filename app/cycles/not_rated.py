"""A person's own wish, before a cycle opens, that nobody is asked about them.

It holds without anybody agreeing to it. HR sees it in the plan, and nobody else does; it is frozen
with the roster at the opening.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from app.cycles.models import Cycle, RosterEntry
from app.cycles.queries import cycle_by_id, lock
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError, WrongStateError
from app.infra.db import db
from app.infra.prepared_queries import Query


@dataclass(frozen=True)
class PlannedPart:
    """Somebody's part in a review that has not opened yet."""

    cycle_id: int
    cycle_name: str
    opens_at: datetime
    is_rated: bool
    """False where they asked that nobody is asked about them."""


_PLANNED: Final = Query(
    select(Cycle.id, Cycle.name, Cycle.opens_at, RosterEntry.is_rated)
    .join(RosterEntry, RosterEntry.cycle_id == Cycle.id)
    .where(
        Cycle.state == CycleState.DRAFT,
        Cycle.is_imported.is_(False),
        RosterEntry.person_id == bindparam("person_id"),
    )
    .order_by(Cycle.opens_at, Cycle.id)
)


def planned_parts(person_id: int) -> list[PlannedPart]:
    """The plans in which somebody is to take part, the next one first."""
    return [PlannedPart(*row) for row in _PLANNED.all(person_id=person_id)]


def planned_entry(cycle_id: int, person_id: int) -> tuple[Cycle, RosterEntry]:
    """One of them. Raises NotFoundError where there is no such plan, or not with this person."""
    cycle = cycle_by_id(cycle_id)
    entry = db.session.get(RosterEntry, (cycle_id, person_id))
    if entry is None or cycle.is_imported or cycle.state is not CycleState.DRAFT:
        raise NotFoundError("No review is planned with you under this address.")
    return cycle, entry


def ask_not_to_be_rated(cycle_id: int, person_id: int) -> None:
    """Let nobody be asked about this person once the cycle opens."""
    _entry_to_write(cycle_id, person_id).is_rated = False


def ask_to_be_rated(cycle_id: int, person_id: int) -> None:
    """Take that back."""
    _entry_to_write(cycle_id, person_id).is_rated = True


def unrated_ids(cycle: Cycle) -> frozenset[int]:
    """Everybody about whom nobody is asked."""
    mine = select(RosterEntry.person_id).where(RosterEntry.cycle_id == cycle.id)
    return frozenset(db.session.scalars(mine.where(RosterEntry.is_rated.is_(False))))


def _entry_to_write(cycle_id: int, person_id: int) -> RosterEntry:
    """The entry, under the cycle's lock: a wish comes before the opening, or too late."""
    cycle, _ = planned_entry(cycle_id, person_id)
    lock(cycle)
    if cycle.state is not CycleState.DRAFT:
        raise WrongStateError(f"{cycle.name} is open by now; whom people rate is fixed.")
    return db.session.get_one(RosterEntry, (cycle_id, person_id), populate_existing=True)
