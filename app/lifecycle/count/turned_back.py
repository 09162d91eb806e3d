"""Noticing that an older backup of the database was brought back, or that ballots were exchanged.

The worker counts its rounds in the database and in the key folder, which no backup of the
database holds. Only where the database knows of fewer rounds, or a rater met a ballot that
cannot be believed, every ballot is looked at: for very many people that takes seconds.
"""

from dataclasses import dataclass

from sqlalchemy import select

from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.domain.ballot.encoding import decode
from app.domain.cycle import RUNNING
from app.domain.errors import ReviewError, SealBrokenError
from app.infra import failing_steps, heartbeats
from app.infra.db import db, transaction
from app.infra.heartbeats import ROUND_LASTS, Sign
from app.infra.keys import ROUNDS, key_folder


class TurnedBackError(ReviewError):
    """The ballots in the database are not those that were saved last."""


@dataclass(frozen=True)
class TurnedBack:
    """What is wrong with the ballots of a running cycle, without whose they are."""

    cycle: Cycle
    stored: dict[bytes, int]
    """How often each ballot was saved, as the database has it."""
    behind: int
    """How many ballots were saved later than that."""
    unreadable: int


def look_after_answers() -> None:
    """Count the round; where there is a reason to, look at every ballot of a running cycle.

    Raises TurnedBackError with what HR can do.
    """
    with transaction():
        is_suspect = _count_round() or failing_steps.is_failing(failing_steps.ANSWERS)
    if not is_suspect:
        return
    found = [turned_back(cycle) for cycle in running_cycles()]
    if wrong := [_in_words(one) for one in found if one.behind or one.unreadable]:
        raise TurnedBackError(" ".join(wrong))


def running_cycles() -> list[Cycle]:
    """Cycles that hold ballots and whose key is there; where it is missing HR is told of that."""
    cycles = db.session.scalars(select(Cycle).where(Cycle.state.in_(RUNNING)).order_by(Cycle.id))
    return [cycle for cycle in cycles if key_folder().has(cycle.id)]


def turned_back(cycle: Cycle) -> TurnedBack:
    """Compare every stored ballot with the number that the key folder remembers."""
    keys = keys_of(cycle.id)
    remembered = key_folder().saves(cycle.id).counts()
    stored, unreadable, open_one = dict.fromkeys(remembered, 0), 0, keys.opener()
    boxes = select(SealedBallot.locator, SealedBallot.sealed)
    for locator, box in db.session.execute(boxes.where(SealedBallot.cycle_id == cycle.id)):
        try:
            stored[locator] = decode(open_one(locator, box)).saves
        except SealBrokenError:
            unreadable += 1
            stored[locator] = remembered.get(locator, 0)
    behind = sum(stored[locator] < number for locator, number in remembered.items())
    return TurnedBack(cycle, stored, behind, unreadable)


def _count_round() -> bool:
    """Count this round in both places; whether the database had forgotten some."""
    noted = key_folder().read_note(name=ROUNDS)
    remembered = int(noted) if noted.isdecimal() else 0
    beats = heartbeats.beat(Sign.ROUND, next_within=ROUND_LASTS)
    has_forgotten = beats <= remembered
    if has_forgotten:
        beats = remembered + 1
        heartbeats.count_on_from(Sign.ROUND, beats)
    key_folder().write_note(str(beats), name=ROUNDS)
    return has_forgotten


def _in_words(found: TurnedBack) -> str:
    """What HR reads; no number, for it would tell how many have begun or sent since."""
    name = found.cycle.name
    if found.unreadable:
        return (
            f"Ballots of {name} cannot be opened: they were altered in the database. If a backup "
            "from before can be brought back, do that; otherwise the cycle cannot be counted."
        )
    return (
        "An older backup of the database was brought back: whoever saved something in "
        f"{name} since then has lost it, and cannot go on. If a newer backup can be brought back, "
        "do that first. If not, two people of HR say that the cycle goes on with the answers as "
        "they are."
    )
