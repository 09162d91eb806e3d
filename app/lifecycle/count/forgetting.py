"""Forgetting: what stood behind the door leaves the database, its disk and the key folder.

It is a duty that is remembered. The deleting commits together with what is released; after
that `forgotten_on` stays empty until the key file is destroyed and the deleted rows are swept
off the disk, and until then nothing is published.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

import numpy as np
from sqlalchemy import delete, select

from app.assignments.models import Assignment, KeptTurnout, ManualChange, Participation
from app.ballots.models import SealedBallot, StoredHalf
from app.cycles.models import Cycle, DrawSecret, FocusQuestion, RosterEntry
from app.domain.cycle import CycleState
from app.domain.errors import NotForgottenError, WrongStateError
from app.enps import services as enps
from app.infra import mail
from app.infra.bulk import whole_numbers, write_columns
from app.infra.db import Base, db, is_sqlite, transaction
from app.infra.disk_erasure import NotSweptError, cut_off, sweep
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.infra.settings import company_day
from app.leaders import services as leaders
from app.lifecycle import turnout
from app.reports.models import ActionMarkRow, PlannedAction, PlanTotals
from app.results import services as results
from app.results.sums import keep_sums
from app.service_results import services as service_results
from app.unit_answers import services as unit_answers

BEHIND_THE_DOOR: Final = (CycleState.CLOSED, CycleState.PUBLISHED)
EMPTIED: Final = (SealedBallot, StoredHalf, Assignment, FocusQuestion)
"""Tables that hold rows of the running cycle only."""
RESULTS: Final = (
    *results.OF_CYCLE,
    *enps.OF_CYCLE,
    *service_results.OF_CYCLE,
    *leaders.OF_CYCLE,
    *unit_answers.OF_CYCLE,
    ActionMarkRow,
    PlannedAction,
    PlanTotals,
)


def forget_ballots(cycle: Cycle, *, random: Random) -> None:
    """Delete ballots, the database's key half, who was asked about whom, and personal mails.

    With the pairs and all reports of a cycle it could be worked out how strict each rater is;
    after the count nothing needs them. When who took part is levelled. Part of the act that
    closes the cycle; `finish_forgetting` follows after its commit.
    """
    turnout.forget(cycle.id)
    _shuffle_participation(cycle, random)
    mail.forget_of_cycle(cycle.id)
    cycle.forgotten_on = None
    db.session.flush()
    # Last: whoever opens the start page waits from here until the commit.
    _delete_ballots_and_pairs(cycle)


def _delete_ballots_and_pairs(cycle: Cycle) -> None:
    """Delete them; all rows of a table at once, where nothing stands against it.

    One cycle runs at a time, and no other one opens before this act commits, so the tables hold
    its rows only. Should they not, nobody else's answers are touched.
    """
    db.session.execute(delete(ManualChange).where(ManualChange.cycle_id == cycle.id))
    found = [
        db.session.scalar(select(table.cycle_id).where(table.cycle_id != cycle.id).limit(1))
        for table in EMPTIED
    ]
    if not any(found) and cut_off(EMPTIED):
        return
    for table in EMPTIED:
        db.session.execute(delete(table).where(table.cycle_id == cycle.id))


def finish_forgetting(cycle_id: int) -> None:
    """After the commit: destroy the key file, then sweep the deleted rows off the disk.

    The key goes first: whoever holds up the sweep, or puts an old database back, wins nothing.
    Doing it again does no harm, so it may follow any crash. Each part is tried even if the
    other fails. Raises NotForgottenError, and notes it with the cycle, when one did, and
    WrongStateError for a cycle whose answers are still needed.
    """
    db.session.rollback()
    state = db.session.get_one(Cycle, cycle_id).state
    db.session.rollback()
    if state not in BEHIND_THE_DOOR:
        raise WrongStateError("Nothing of a cycle is destroyed before it is closed.")
    kept = results.still_kept(cycle_id)
    is_just_counted = key_folder().has(cycle_id)
    sweeping = _tables_of(cycle_id, with_results=not is_just_counted)
    faults = [
        fault for fault in (_fault_of_the_key(cycle_id), _fault_of_sweeping(sweeping)) if fault
    ]
    sentence = f"Not everything is destroyed yet: {'; '.join(faults)}."[:300] if faults else ""
    if not faults:
        keep_sums(cycle_id)
        turnout.add_up(cycle_id)
    with transaction():
        cycle = db.session.get_one(Cycle, cycle_id, with_for_update=True)
        cycle.progress = sentence
        # What was erased meanwhile came too late for the sweep: the next round has it.
        is_done = not faults and results.still_kept(cycle_id) == kept
        cycle.forgotten_on = company_day() if is_done else None
    if faults:
        raise NotForgottenError(f"{sentence} It is tried again every minute.")


def ensure_forgotten(cycle_id: int) -> None:
    """Finish what a crash interrupted, before anything else is done with the cycle.

    Called outside of a transaction. Raises NotForgottenError when it still does not succeed.
    """
    if cycle_id in owed():
        finish_forgetting(cycle_id)


def owed() -> list[int]:
    """Cycles of which something is still to be destroyed."""
    found = select(Cycle.id).where(Cycle.state.in_(BEHIND_THE_DOOR), Cycle.forgotten_on.is_(None))
    ids = list(db.session.scalars(found.order_by(Cycle.id)))
    db.session.rollback()
    return ids


def _fault_of_sweeping(tables: Sequence[type[Base]]) -> str:
    try:
        sweep(tables)
    except NotSweptError as error:
        return f"deleted rows are still on the database's disk ({error})"
    return ""


def _fault_of_the_key(cycle_id: int) -> str:
    try:
        key_folder().destroy(cycle_id)
    except OSError as error:
        return f"the key file could not be destroyed ({error.strerror})"
    return ""


def _tables_of(cycle_id: int, *, with_results: bool) -> list[type[Base]]:
    """The tables from which rows of the cycle were deleted so far.

    `with_results` where a comment, a person's or all results may have been erased: everybody who
    looks at a start page waits while those are written anew.
    """
    cycle = db.session.get_one(Cycle, cycle_id, populate_existing=True)
    tables: list[type[Base]] = [*EMPTIED, ManualChange, Participation, KeptTurnout]
    tables += [OutboxMail, DrawSecret]
    if cycle.purged_on is not None:
        tables += [RosterEntry]
    if with_results:
        tables += RESULTS
    return tables


def _shuffle_participation(cycle: Cycle, random: Random) -> None:
    """Write participation anew, so that its order on disk no longer follows the sending."""
    mine = Participation.cycle_id == cycle.id
    taking_part = select(Participation.person_id, Participation.sent)
    rows = whole_numbers(taking_part.where(mine).order_by(Participation.person_id))
    if not is_sqlite():  # there rows lie in the order of their keys, whenever they come
        rows = np.random.default_rng(random.getrandbits(128)).permutation(rows)
    db.session.execute(delete(Participation).where(mine))
    columns = {
        "cycle_id": [cycle.id] * len(rows),
        "person_id": rows[:, 0].tolist(),
        "sent": (rows[:, 1] != 0).tolist(),
    }
    write_columns(Participation, columns)
