"""After a backup of the database had to be brought back: believe the ballots as they are in it."""

from sqlalchemy import select

from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.ballot.encoding import decode
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.infra import audit
from app.infra.db import db
from app.infra.keys import key_folder


def accept_restored(cycle: Cycle, *, by: int | None) -> int:
    """Forget that ballots were saved later than they stand in the database.

    Returns how many raters lost something that they had saved since the backup. Only somebody
    on the app's own machine can do this, and the log of acts tells it. Raises WrongStateError
    when the cycle does not run or nothing of it was turned back.
    """
    lock(cycle)
    if cycle.state not in (CycleState.OPEN, CycleState.CLOSING):
        raise WrongStateError(f"{cycle.name} is {cycle.state}; there are no ballots of it.")
    keys, book = keys_of(cycle.id), key_folder().saves(cycle.id)
    open_one, remembered = keys.opener(), book.counts()
    stored = dict.fromkeys(remembered, 0)
    boxes = select(SealedBallot.locator, SealedBallot.sealed)
    for locator, box in db.session.execute(boxes.where(SealedBallot.cycle_id == cycle.id)):
        stored[locator] = decode(open_one(locator, box)).saves
    behind = sum(stored[locator] < number for locator, number in remembered.items())
    if not behind:
        raise WrongStateError(f"Every ballot of {cycle.name} is the one that was saved last.")
    key_folder().write_saves(cycle.id, stored)
    audit.record("cycle:restored", actor_id=by, cycle_id=cycle.id, ballots=behind)
    return behind
