"""Reads of cycles, and of what was frozen when they opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select

from app.cycles.facts import COLUMNS, CycleFacts, facts_of
from app.cycles.models import AnswerReader, Cycle, Opening, ReaderRole, RosterEntry
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.infra.audit import Witness
from app.infra.db import db
from app.infra.prepared_queries import Query

COUNTED = (CycleState.CLOSED, CycleState.PUBLISHED)
READABLE = (CycleState.PUBLISHED,)


_NEWEST: Final = (
    select(Cycle)
    .where(Cycle.state.in_(bindparam("states", expanding=True)))
    .order_by(Cycle.closes_at.desc())
    .limit(1)
)


def newest_cycle(states: Sequence[CycleState] = READABLE) -> Cycle | None:
    """The cycle that closed last among those in one of `states`."""
    return db.session.scalar(_NEWEST, {"states": list(states)})


_NEWEST_FACTS: Final = Query(_NEWEST.with_only_columns(*COLUMNS))
_FACTS: Final = Query(select(*COLUMNS).where(Cycle.id == bindparam("cycle_id")))


def newest_facts(states: Sequence[CycleState] = READABLE) -> CycleFacts | None:
    """The same for pages that everybody reads: plain values."""
    found = _NEWEST_FACTS.first(states=list(states))
    return facts_of(found) if found else None


def facts_by_id(cycle_id: int) -> CycleFacts:
    """The values of the cycle with this id. Raises NotFoundError."""
    found = _FACTS.first(cycle_id=cycle_id)
    if found is None:
        raise NotFoundError("This cycle does not exist.")
    return facts_of(found)


def next_cycle(after: Cycle | CycleFacts) -> Cycle | None:
    """The cycle behind `after` that is open, or that HR has confirmed and that opens by itself."""
    known = or_(
        Cycle.state == CycleState.OPEN,
        and_(Cycle.state == CycleState.DRAFT, Cycle.confirmed_by_id.is_not(None)),
    )
    later = select(Cycle).where(known, Cycle.opens_at > after.opens_at)
    return db.session.scalar(later.order_by(Cycle.opens_at).limit(1))


A_QUARTER: Final = timedelta(weeks=12)
"""The Monday that follows these weeks is thirteen weeks after a Monday."""


def cycle_by_id(cycle_id: int) -> Cycle:
    """The cycle with this id. Raises NotFoundError."""
    found = db.session.get(Cycle, cycle_id)
    if found is None:
        raise NotFoundError("This cycle does not exist.")
    return found


def cycle_by_name(name: str) -> Cycle:
    """The cycle called `name`. Raises NotFoundError."""
    found = db.session.scalar(select(Cycle).where(Cycle.name == name.strip()))
    if found is None:
        raise NotFoundError(f"There is no cycle called {name.strip()}.")
    return found


def hr_at_opening(cycle_id: int) -> frozenset[int]:
    """Who was of HR when the cycle opened."""
    return _frozen_as(ReaderRole.HR, cycle_id)


def leaders_at_opening(cycle_id: int) -> frozenset[int]:
    """The leaders who hear the comments of this cycle about services, as raters were told."""
    return _frozen_as(ReaderRole.LEADER, cycle_id)


def _frozen_as(role: ReaderRole, cycle_id: int) -> frozenset[int]:
    mine = AnswerReader.cycle_id == cycle_id, AnswerReader.role == role
    return frozenset(db.session.scalars(select(AnswerReader.person_id).where(*mine)))


def lock(cycle: Cycle) -> None:
    """Hold the cycle's row until commit and read it afresh, so that one act wins a race."""
    db.session.refresh(cycle, with_for_update=True)


def open_cycle() -> Cycle | None:
    """The cycle that takes answers now, or None."""
    return db.session.scalar(select(Cycle).where(Cycle.state == CycleState.OPEN))


def running_cycle(*, besides: int | None = None) -> Cycle | None:
    """A cycle that is open or being counted, other than `besides`, or None."""
    running = select(Cycle).where(Cycle.state.in_((CycleState.OPEN, CycleState.CLOSING)))
    return db.session.scalar(running.where(Cycle.id != besides).limit(1))


def free_after(now: datetime) -> datetime:
    """The moment after which the next cycle is due.

    `now`; when every planned or open one is over; or, a quarter after the latest opening.
    """
    waiting = Cycle.state.in_((CycleState.DRAFT, CycleState.OPEN))
    last_close = db.session.scalar(select(func.max(Cycle.closes_at)).where(waiting))
    begun = Cycle.opened_on.is_not(None) | waiting
    last_opening = db.session.scalar(
        select(func.max(Cycle.opens_at)).where(begun, Cycle.is_imported.is_(False))
    )
    rhythm = last_opening + A_QUARTER if last_opening else None
    return max(moment for moment in (now, last_close, rhythm) if moment)


def drafts() -> list[Cycle]:
    """Every draft of a cycle that people will answer, the first to open first."""
    planned = select(Cycle).where(Cycle.state == CycleState.DRAFT, Cycle.is_imported.is_(False))
    return list(db.session.scalars(planned.order_by(Cycle.opens_at, Cycle.id)))


def is_any_opened() -> bool:
    """Whether a cycle was ever opened here; imported ones do not count."""
    opened = select(Cycle.id).where(Cycle.opened_on.is_not(None), Cycle.is_imported.is_(False))
    return db.session.scalar(opened.limit(1)) is not None


def newest_plan() -> Cycle | None:
    """The cycle that was planned last here, not taken over from another tool."""
    planned = select(Cycle).where(Cycle.is_imported.is_(False))
    return db.session.scalar(planned.order_by(Cycle.id.desc()).limit(1))


def roster_size(cycle: Cycle) -> int:
    """How many people are on the roster."""
    members = select(func.count()).where(RosterEntry.cycle_id == cycle.id)
    return db.session.scalar(members) or 0


def opening_of(cycle_id: int) -> Opening | None:
    """How far a large draft is that is being opened; None for any other cycle."""
    return db.session.get(Opening, cycle_id, populate_existing=True)


def cycle_being_opened(*, besides: int) -> Cycle | None:
    """Another large draft that is being opened now, or None."""
    asked = select(Cycle).join(Opening, Opening.cycle_id == Cycle.id)
    return db.session.scalar(asked.where(Cycle.id != besides).limit(1))


def cycles_newest_first() -> list[Cycle]:
    """Every cycle, the latest opening first."""
    return list(db.session.scalars(select(Cycle).order_by(Cycle.opens_at.desc(), Cycle.id.desc())))


def has_opened_before(cycle: Cycle) -> bool:
    """Whether any other cycle was ever opened here; imported ones do not count."""
    earlier = select(Cycle.id).where(
        Cycle.id != cycle.id, Cycle.opened_on.is_not(None), Cycle.is_imported.is_(False)
    )
    return db.session.scalar(earlier.limit(1)) is not None


def log_witnesses() -> list[Witness]:
    """What the log of acts was when each cycle opened, as its raters were told."""
    opened = select(Cycle.name, Cycle.log_length, Cycle.log_head).where(Cycle.log_length > 0)
    return [
        Witness(length, digest, f"The promise of {name}")
        for name, length, digest in db.session.execute(opened)
    ]


def roster_ids(cycle: Cycle) -> list[int]:
    """Ids of all who take part."""
    entries = select(RosterEntry.person_id).where(RosterEntry.cycle_id == cycle.id)
    return list(db.session.scalars(entries.order_by(RosterEntry.person_id)))
