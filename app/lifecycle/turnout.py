"""Who has sent, and who may miss raters: at once in a small company, in a large one by a job.

Adding up 1.2 million pairs takes seconds. Of a large cycle the sums are kept for a few minutes,
beside the few people who miss most raters; the pages say from when they are. It holds no pair
and no name of a rater.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from app.assignments import queries as assignments
from app.assignments.models import KeptTurnout, Participation
from app.assignments.queries import Participants, SubjectCoverage
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db, transaction

ADDED_UP_AT_ONCE: Final = 1_000
"""Of so many people everything is added up while its reader waits."""
FRESH_FOR: Final = timedelta(minutes=5)
"""After that a look at the page lets the sums of an open cycle be taken anew."""
MOST_MISSING: Final = 25
"""So many of those who may miss raters are named; a reminder helps them all."""


@dataclass(frozen=True)
class RunningTurnout:
    """How many have sent, and whose scores would stay hidden if an open cycle closed now."""

    participants: Participants
    missing: Sequence[SubjectCoverage]
    """Those who miss most raters first; none where HR sees numbers only, or nothing is open."""
    missing_total: int
    subjects: int
    """How many people the missing ones are of."""
    tells_missing: bool
    """Half of the time is over, and the plan shows HR who may miss raters."""
    added_up_at: datetime | None = field(default=None, compare=False)
    """None where it was added up just now."""

    @property
    def is_old(self) -> bool:
        """Whether it is time to add up anew."""
        return self.added_up_at is not None and self.added_up_at < clock.now() - FRESH_FOR


def turnout_now(cycle: Cycle) -> RunningTurnout | None:
    """What is known of `cycle`; None while a large one has not been added up, or in a draft."""
    if cycle.state is CycleState.DRAFT or cycle.purged_on is not None:
        return None
    if not is_large(cycle.id):
        return _added_up(cycle)
    kept = db.session.get(KeptTurnout, cycle.id, populate_existing=True)
    if kept is None or not _holds(kept, cycle):
        return None
    return _read(kept)


def _holds(kept: KeptTurnout, cycle: Cycle) -> bool:
    """Whether it was taken in the cycle's state, or both are behind the count."""
    states = {kept.state, cycle.state}
    return len(states) == 1 or states <= assignments.COUNTED_STATES


def is_due(cycle: Cycle) -> bool:
    """Whether the sums of a large cycle are missing or old, so that a job has to take them."""
    if cycle.state is CycleState.DRAFT or cycle.purged_on is not None or not is_large(cycle.id):
        return False
    known = turnout_now(cycle)
    return known is None or (known.is_old and cycle.state is CycleState.OPEN)


def add_up(cycle_id: int) -> None:
    """Take the sums of a large cycle and keep them; harmless where they are fresh."""
    cycle = db.session.get(Cycle, cycle_id, populate_existing=True)
    if cycle is None or not is_due(cycle):
        return
    state, found, now = cycle.state, _added_up(cycle), clock.now()
    content = {
        "participants": asdict(found.participants),
        "missing": [asdict(one) for one in found.missing],
        "missing_total": found.missing_total,
        "subjects": found.subjects,
        "tells_missing": found.tells_missing,
    }
    with transaction():
        cycle = db.session.get(Cycle, cycle_id, with_for_update=True)
        if cycle is not None and cycle.state is state and cycle.purged_on is None:
            row = KeptTurnout(cycle_id=cycle_id, state=state, added_up_at=now, content=content)
            db.session.merge(row)


def forget(cycle_id: int) -> None:
    """Delete what is kept of a cycle, within the current transaction."""
    db.session.execute(delete(KeptTurnout).where(KeptTurnout.cycle_id == cycle_id))


def is_large(cycle_id: int) -> bool:
    """Whether so many take part that nobody waits while they are added up."""
    if db.session.get(KeptTurnout, cycle_id) is not None:
        return True  # of a small one nothing is kept
    first = select(Participation.person_id).where(Participation.cycle_id == cycle_id)
    few = first.limit(ADDED_UP_AT_ONCE + 1).subquery()
    found = db.session.scalar(select(func.count()).select_from(few)) or 0
    return found > ADDED_UP_AT_ONCE


def half_of(cycle: Cycle) -> datetime:
    """When half of the time is over; before that it says nothing that few have sent."""
    return cycle.opens_at + (cycle.closes_at - cycle.opens_at) / 2


def is_half_over(cycle: Cycle) -> bool:
    """Whether it may be told who may miss raters."""
    return clock.now() >= half_of(cycle)


def _added_up(cycle: Cycle) -> RunningTurnout:
    is_told = is_half_over(cycle) and not cycle.policy.hr_sees_numbers_only
    # Where pairs are secret: with each who sends, and HR knows by name who has, the numbers of
    # those whom they rate would move.
    tells_missing = is_told and cycle.state is CycleState.OPEN and cycle.pairs_are_open
    found = assignments.coverage(cycle) if tells_missing else []
    missing = assignments.missing(found, cycle.policy.blind_raters)
    return RunningTurnout(
        participants=assignments.participants(cycle),
        missing=missing[:MOST_MISSING],
        missing_total=len(missing),
        subjects=len(found),
        tells_missing=tells_missing,
    )


def _read(kept: KeptTurnout) -> RunningTurnout:
    content: dict[str, Any] = kept.content
    return RunningTurnout(
        participants=assignments.participants_in(kept),
        missing=[SubjectCoverage(**one) for one in content["missing"]],
        missing_total=content["missing_total"],
        subjects=content["subjects"],
        tells_missing=content["tells_missing"],
        added_up_at=kept.added_up_at,
    )
