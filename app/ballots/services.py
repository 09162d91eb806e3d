"""Saving and sending a ballot: cell by cell, under a lock, sealed before it is stored."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sqlalchemy import bindparam, select, update

from app.assignments.models import Participation
from app.ballots.focus_questions import focus_of
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.queries import Review, keys_of, locked_ballot, save_context_of
from app.cycles.models import Cycle, RosterEntry
from app.domain.ballot.document import Ballot, Change, readable, under_epoch, with_wish
from app.domain.ballot.encoding import encode
from app.domain.ballot.merging import Bounds, merge
from app.domain.ballot.saved_cells import BatchRefusedError, follow, read_batch, read_origin
from app.domain.ballot.versions import TooManyVersionsError
from app.domain.cycle import CycleState
from app.domain.errors import CycleClosedError, ReviewError, WrongStateError
from app.infra import clock
from app.infra.db import after_commit, db, insert_of, write
from app.infra.forms import clean_text
from app.infra.keys import CycleKeys, key_folder, new_half
from app.infra.prepared_queries import Query

log = logging.getLogger(__name__)

_BOX_TO_WRITE: Final = Query(
    select(SealedBallot.sealed)
    .where(
        SealedBallot.cycle_id == bindparam("cycle_id"),
        SealedBallot.locator == bindparam("locator"),
    )
    .with_for_update()
)
_STILL_OPEN: Final = Query(
    select(Cycle.state, Cycle.closes_at)
    .where(Cycle.id == bindparam("cycle_id"))
    .with_for_update(read=True)
)
_STORE: Final = (
    update(SealedBallot)
    .where(SealedBallot.cycle_id == bindparam("cycle"), SealedBallot.locator == bindparam("place"))
    .values(sealed=bindparam("box"))
)
_NOTE: Final = (
    update(Participation)
    .where(
        Participation.cycle_id == bindparam("cycle"),
        Participation.person_id == bindparam("person"),
        Participation.sent != bindparam("is_sent"),
    )
    .values(sent=bindparam("is_sent"))
)


def make_keys(cycle: Cycle) -> None:
    """Make both halves of the cycle's key, and read the filed one back before relying on it."""
    filed = new_half()
    folder = key_folder()
    folder.write(cycle.id, filed)
    stored = StoredHalf(cycle_id=cycle.id, half=new_half())
    keys = CycleKeys.from_halves(
        cycle.id, stored.half, folder.read(cycle.id), promise=cycle.frozen_hash
    )
    asked = select(RosterEntry.person_id).where(RosterEntry.cycle_id == cycle.id)
    folder.write_saves(cycle.id, {keys.locator(one): 0 for one in db.session.scalars(asked)})
    db.session.add(stored)


def save(review: Review, changes: Iterable[Change]) -> Ballot:
    """Merge `changes` into the rater's stored ballot; return it as its owner may read it.

    Raises CycleClosedError when the answers come too late and BallotError when one of them
    does not fit; then nothing was saved.
    """
    changes = list(changes)
    _refuse_when_closed(review)
    keys = keys_of(review.cycle.id)
    ballot = under_epoch(_locked(keys, review.person_id), review.epoch)
    ballot = merge(ballot, changes, review.bounds)
    _store(keys, review.person_id, ballot)
    _note(review, sent=ballot.sent)
    return readable(ballot, review.epoch)


@dataclass(frozen=True)
class Saved:
    """What a batch changed, and the review as it stands then."""

    changes: Sequence[Change]
    review: Review


class OtherOwnerError(ReviewError):
    """Cells were typed by somebody else, or in another cycle."""


def save_batch(person_id: int, epoch: int, batch: Mapping[str, object]) -> Saved:
    """Merge a `batch` that a page saved as it went into the ballot of `person_id`.

    It has an `owner`, `cells`, and the `device` that sent it with its `number` there. Raises
    CycleClosedError when it comes too late, OtherOwnerError when it is not theirs,
    BatchRefusedError naming every cell that does not fit, and OvertakenError when a later one
    was faster; then nothing was saved.
    """
    desk = save_context_of(person_id)
    if desk is None or clock.now() >= desk.cycle.closes_at:
        raise CycleClosedError("No review is open to you.")
    focus = focus_of(desk.cycle.id, desk.cycle.terms, person_id)
    review = Review(desk.cycle, person_id, epoch, desk.colleagues, Ballot(), focus)
    if batch.get("owner") != review.owner:
        raise OtherOwnerError("This page belongs to somebody else, or to another review.")
    subjects = [colleague.person_id for colleague in desk.colleagues]
    origin = read_origin(batch.get("device"), batch.get("number"))
    changes = read_batch(
        batch.get("cells"), subjects, review.bounds, device=origin.device, clean=_cleaned
    )
    ballot = under_epoch(_locked(desk.keys, person_id), epoch)
    if changes:
        ballot = _merged_batch(follow(ballot, origin), changes, review.bounds)
        _store(desk.keys, person_id, ballot)
        if desk.sent != ballot.sent:
            _note(review, sent=ballot.sent)
    return Saved(changes, replace(review, ballot=readable(ballot, epoch)))


def _merged_batch(ballot: Ballot, changes: Sequence[Change], bounds: Bounds) -> Ballot:
    try:
        return merge(ballot, changes, bounds)
    except TooManyVersionsError as error:
        cells = [getattr(change, "cell", "") for change in changes]
        raise BatchRefusedError({cells.index(error.cell): str(error)}) from error


def _cleaned(text: str) -> str:
    return clean_text(text) or ""


def send(review: Review) -> Ballot:
    """Say "count this"; the ballot stays editable until the close.

    Raises CycleClosedError when it comes too late.
    """
    _refuse_when_closed(review)
    keys = keys_of(review.cycle.id)
    ballot = under_epoch(_locked(keys, review.person_id), review.epoch)
    ballot = replace(with_wish(ballot, declined=False), sent=True)
    _store(keys, review.person_id, ballot)
    _note(review, sent=True)
    return readable(ballot, review.epoch)


def decline(review: Review) -> Ballot:
    """Keep in the sealed ballot that its rater would rather not take part.

    No table says so, so that to everybody it looks as if nothing was sent. Raises WrongStateError
    where it means nothing: after sending, and where reminders go to everybody alike.
    """
    if review.ballot.sent:
        raise WrongStateError("Your review is sent, so no reminder comes to you.")
    if review.cycle.policy.hr_sees_numbers_only:
        raise WrongStateError("In this review reminders go to everybody alike.")
    return _keep_wish(review, declined=True)


def take_part_again(review: Review) -> Ballot:
    """Forget that the rater would rather not: reminders come again."""
    return _keep_wish(review, declined=False)


def _keep_wish(review: Review, *, declined: bool) -> Ballot:
    _refuse_when_closed(review)
    keys = keys_of(review.cycle.id)
    ballot = under_epoch(_locked(keys, review.person_id), review.epoch)
    ballot = with_wish(ballot, declined=declined)
    _store(keys, review.person_id, ballot)
    return readable(ballot, review.epoch)


def _refuse_when_closed(review: Review) -> None:
    """Hold the cycle open until our commit: closing waits for us, or we see it closed."""
    state, closes_at = _STILL_OPEN.one(cycle_id=review.cycle.id)
    if state is CycleState.OPEN and clock.now() < closes_at:
        return
    verdict = (
        "Your ballot was sent and counts with what was saved before."
        if review.ballot.sent
        else "Your ballot had not been sent, so it is not counted."
    )
    raise CycleClosedError(
        f"The review {review.cycle.name} is closed; this last change came too late. {verdict}"
    )


def _locked(keys: CycleKeys, person_id: int) -> Ballot:
    """The stored ballot, locked until commit; made empty first when there is none."""
    locator = keys.locator(person_id)
    place = {"cycle_id": keys.cycle_id, "locator": locator}
    found = _BOX_TO_WRITE.first(**place)
    if found is None:
        empty = insert_of(SealedBallot).values(place | {"sealed": b""})
        write(empty.on_conflict_do_nothing(), {})
        found = _BOX_TO_WRITE.one(**place)
    return locked_ballot(keys, locator, found[0])


def _store(keys: CycleKeys, person_id: int, ballot: Ballot) -> None:
    locator = keys.locator(person_id)
    ballot = replace(ballot, saves=ballot.saves + 1)
    box = keys.seal(locator, encode(ballot))
    write(_STORE, {"cycle": keys.cycle_id, "place": locator, "box": box})
    after_commit(partial(_remember, keys.cycle_id, locator, ballot.saves))


def _remember(cycle_id: int, locator: bytes, number: int) -> None:
    """Note the save beside the key; it is committed already, so a fault stops nothing."""
    try:
        key_folder().saves(cycle_id).note(locator, number)
    except OSError as error:
        log.warning("a save could not be noted in the key folder: %s", error.strerror)


def _note(review: Review, *, sent: bool) -> None:
    """Let HR see that the rater has sent, once, and nothing else."""
    write(_NOTE, {"cycle": review.cycle.id, "person": review.person_id, "is_sent": sent})
