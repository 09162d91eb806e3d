"""After a backup of the database had to be brought back: believe the ballots as they are in it."""

from dataclasses import dataclass
from typing import Final

from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.cycle import RUNNING
from app.domain.errors import SealBrokenError, WrongStateError
from app.infra import audit, audit_checking, failing_steps
from app.infra.db import after_commit
from app.infra.keys import key_folder
from app.lifecycle.count.turned_back import TurnedBack, running_cycles, turned_back
from app.people import two_person_requests
from app.people.models import Act

WHOLE_COMPANY: Final = 0
"""What a request about the whole database is about, in place of a cycle or a person."""
TO: Final = "go on with the older backup of the database"
ALTERED: Final = "A ballot was altered or exchanged in the database; that is no older backup."
NOTHING_LOST: Final = "Nothing was lost: every ballot, and the log of acts, is the newest there is."


@dataclass(frozen=True)
class Losses:
    """What is gone since the backup that was brought back."""

    are_ballots: bool
    entries: int
    """Of the log of acts."""


def losses() -> Losses:
    """What would be lost by going on with the database as it is."""
    are_behind = any(turned_back(cycle).behind for cycle in running_cycles())
    return Losses(are_behind, audit.lost_entries())


def go_on_with_backup(*, by: int, reason: str = "", word: str = "") -> bool:
    """Go on with the database as it was brought back; False when it waits for a second person.

    Whoever may write to the database could bring back a single older ballot of somebody: so one
    person of HR alone does not let that pass. Raises WrongStateError where nothing is lost,
    SealBrokenError for a ballot that was altered, NotAllowedError for whoever asked already.
    """
    found, entries = [_believable(cycle) for cycle in running_cycles()], audit.lost_entries()
    behind = [one for one in found if one.behind]
    if not behind and not entries:
        raise WrongStateError(NOTHING_LOST)
    act = Act.GO_ON_WITH_BACKUP
    about = {"reason": reason, "word": word}
    if not two_person_requests.settle(act, WHOLE_COMPANY, by=by, to=TO, **about):
        return False
    for one in behind:
        _believe(one, by=by)
    if entries:
        audit.go_on_with_older(by=by)
        after_commit(audit_checking.walk_anew)
    failing_steps.forget([failing_steps.ANSWERS, audit.leave_witness.__name__])
    return True


def accept_restored(cycle: Cycle, *, by: int | None) -> None:
    """Forget that ballots were saved later than they stand in the database.

    Alone somebody on the app's own machine can do this, and the log of acts tells it. Raises
    WrongStateError when the cycle does not run or nothing of it was turned back.
    """
    lock(cycle)
    if cycle.state not in RUNNING:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; there are no ballots of it.")
    found = _believable(cycle)
    if not found.behind:
        raise WrongStateError(f"Every ballot of {cycle.name} is the one that was saved last.")
    _believe(found, by=by)


def _believable(cycle: Cycle) -> TurnedBack:
    lock(cycle)
    found = turned_back(cycle)
    if found.unreadable:
        raise SealBrokenError(ALTERED)
    return found


def _believe(found: TurnedBack, *, by: int | None) -> None:
    key_folder().write_saves(found.cycle.id, found.stored)
    audit.record("cycle:restored", actor_id=by, cycle_id=found.cycle.id)
