"""The count: ballots are opened once, what may be shown is kept, everything else is destroyed.

It runs as one long act of its own. Until its single transaction commits, everything is as
before and nothing is released; afterwards everything is released and nothing can be
decrypted. What a crash leaves undone is finished by `forgetting.finish_forgetting`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Final

import numpy as np
from sqlalchemy import update

from app.assignments.queries import participants, turnout
from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.count.collecting import rated_pairs_of
from app.domain.count.company_means import own_means
from app.domain.count.counting import Counted, count
from app.domain.count.focus import FocusTable, count_focus
from app.domain.count.memory import subjects_at_once
from app.domain.count.rated_pairs import RatedPairs
from app.domain.cycle import CycleState
from app.domain.enps.direct import DirectCounts, is_asked, release_direct
from app.domain.enps.units import EnpsCell, release_enps
from app.domain.errors import SealBrokenError, WrongStateError
from app.domain.internal_services.release import ReleasedService, release_services
from app.domain.release.noise import Randomness
from app.domain.release.policy import Hidden
from app.domain.unit_questions.release import ReleasedUnitQuestion, release_unit_questions
from app.enps import services as enps
from app.infra import audit
from app.infra.bulk import no_cycles_sought
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.settings import company_day, settings
from app.lifecycle.count.drawing_once import noise_from
from app.lifecycle.count.forgetting import finish_forgetting, forget_ballots
from app.lifecycle.count.frozen_terms import Frozen, frozen_plan
from app.lifecycle.count.unsealing import Opened, open_ballots
from app.results import storing as results
from app.results.models import CycleTotals
from app.results.packed_words import PackedWords
from app.results.storing import CycleResults
from app.service_results import services as service_results
from app.unit_answers import services as unit_answers

Progress = Callable[[str], None]

ANSWERS_LOST: Final = "The answers cannot be counted"
"""How the cycle's progress begins after a count that could not read the key or a ballot."""


@dataclass(frozen=True)
class ReleasedCycle:
    """Everything that passes the door."""

    results: CycleResults
    enps_cells: list[EnpsCell]
    enps_comments: list[str]
    direct: DirectCounts | Hidden | None
    """None where the direct question was not asked."""
    services: list[ReleasedService]
    unit_questions: list[ReleasedUnitQuestion]


def count_and_forget(
    cycle_id: int,
    *,
    progress: Progress | None = None,
    random: Random | None = None,
    randomness: Randomness | None = None,
) -> None:
    """Count a cycle in `closing`, keep what may be shown, and destroy the rest.

    Harmless when it has been done already. Raises WrongStateError before the close and
    SealBrokenError when a key half or a ballot cannot be read; then nothing has changed.
    The noise comes from `randomness`, where none is given from a source that every count of the
    cycle shares: a count that was killed, or was slower than another one, draws what that one does.
    """
    random = random or SystemRandom()
    say = progress or (lambda step: _note(cycle_id, step))
    cycle = db.session.get_one(Cycle, cycle_id, populate_existing=True)
    if cycle.state in (CycleState.CLOSED, CycleState.PUBLISHED):
        finish_forgetting(cycle_id)
        return
    if cycle.state is not CycleState.CLOSING:
        raise WrongStateError(f"A cycle that is {cycle.state} cannot be counted.")
    try:
        _count(cycle, random, randomness, say)
    except Exception as error:
        if not _is_counted(cycle_id):
            _note_failure(cycle_id, error)
            raise
        # Another count was faster, and has taken away what this one was reading.
    finish_forgetting(cycle_id)


def _is_counted(cycle_id: int) -> bool:
    db.session.rollback()
    state = db.session.get_one(Cycle, cycle_id, populate_existing=True).state
    db.session.rollback()
    return state in (CycleState.CLOSED, CycleState.PUBLISHED)


@no_cycles_sought()
def _count(cycle: Cycle, random: Random, randomness: Randomness | None, say: Progress) -> None:
    # Before the ballots: after another count has destroyed it, those cannot be opened any more.
    source = key_folder().noise_source(cycle.id)
    frozen = frozen_plan(cycle)
    opened = open_ballots(cycle, frozen, say)
    say("Computing what may be shown")
    noise = randomness or noise_from(source, frozen, opened)
    released = released_from(cycle, frozen, opened, randomness=noise)
    del frozen, opened  # who answered what leaves the memory before the results are written
    say("Writing the results and destroying the ballots")
    with transaction(beforehand=lambda: results.keep_beforehand(released.results, random=random)):
        _through_the_door(cycle, released, random)


def _note(cycle_id: int, step: str) -> None:
    """Show how far the count is; a transaction of its own, before the great one.

    Of two counts the slower one has nothing more to say once the cycle is closed.
    """
    counting = update(Cycle).where(Cycle.id == cycle_id, Cycle.state == CycleState.CLOSING)
    with transaction():
        db.session.execute(counting.values(progress=step))


def _note_failure(cycle_id: int, error: Exception) -> None:
    """Tell HR on the cycle's page why there are no results yet."""
    if isinstance(error, SealBrokenError):
        sentence = f"{ANSWERS_LOST}. {error.in_full}"
    else:
        sentence = "The count stopped, and nothing was changed. It is tried again; see the log."
    _note(cycle_id, sentence[:300])


def released_from(
    cycle: Cycle, frozen: Frozen, opened: Opened, *, randomness: Randomness = os.urandom
) -> ReleasedCycle:
    """What may be shown of what the ballots say; nothing else of it is kept anywhere."""
    policy = frozen.policy
    counted = _counted(frozen, opened, randomness)
    cells = release_enps(
        opened.enps,
        tree=frozen.tree,
        policy=policy,
        reasons=frozen.reasons,
        randomness=randomness,
    )
    own = opened.pile.own_answers
    direct = None
    if is_asked(len(frozen.unit_of)):
        direct = release_direct(opened.direct, policy, randomness=randomness)
    return ReleasedCycle(
        results=CycleResults(
            cycle_id=cycle.id,
            subject_ids=frozen.roster.people.tolist(),
            rated=~np.isin(frozen.roster.people, list(frozen.unrated)),
            units=frozen.roster.unit.tolist(),
            counted=counted,
            self_answers=own,
            focus=_focus(frozen, opened, randomness),
            own_means=own_means(own, new=frozen.roster.new, randomness=randomness),
            comments=_released_comments(frozen, opened, counted),
            totals=_totals(cycle, opened.pile.ballots),
        ),
        enps_cells=list(cells),
        enps_comments=_company_words(frozen, opened, cells),
        direct=direct,
        services=release_services(frozen.services, opened.services, policy, randomness=randomness),
        unit_questions=release_unit_questions(
            frozen.unit_questions, opened.unit_answers, policy, randomness=randomness
        ),
    )


def _counted(frozen: Frozen, opened: Opened, randomness: Randomness) -> Counted:
    # In a list, out of which the count takes them: it lets go of them before it is done.
    reviews = [rated_pairs_of(opened.pile.answers, frozen.asked, frozen.roster)]
    opened.pile.forget_answers()
    at_once = _subjects_at_once(reviews[0])
    return count(reviews.pop(), frozen.policy, randomness=randomness, at_once=at_once)


def _subjects_at_once(reviews: RatedPairs) -> int:
    """How many subjects fit into the memory that a count may take."""
    memory = settings().count_memory_mb * 2**20
    return subjects_at_once(memory, people=reviews.people, pairs=reviews.subject.size)


def _focus(frozen: Frozen, opened: Opened, randomness: Randomness) -> FocusTable:
    return count_focus(
        opened.focus,
        frozen.focus,
        asked=frozen.asked,
        roster=frozen.roster,
        policy=frozen.policy,
        randomness=randomness,
    )


def _released_comments(frozen: Frozen, opened: Opened, counted: Counted) -> PackedWords:
    """Comments about subjects whose number of blind raters reaches the threshold."""
    if not frozen.policy.shows_comments:
        return PackedWords()
    enough = frozen.roster.people[counted.raters >= 0]
    commenters, subjects = opened.comment_pairs
    released = frozen.asked.holds(commenters, subjects) & np.isin(subjects, enough)
    return opened.comments.only(released)


def _company_words(frozen: Frozen, opened: Opened, cells: list[EnpsCell]) -> list[str]:
    """None where too few settled people answered for a score, or where no comments are asked."""
    is_shown = frozen.policy.shows_comments and any(one.is_shown for one in cells)
    return opened.enps_comments if is_shown else []


def _totals(cycle: Cycle, ballots: int) -> CycleTotals:
    """How many were asked and have sent; where HR sees numbers only, the least that it may know."""
    found = turnout(cycle)
    if cycle.policy.hr_sees_numbers_only:
        least = participants(cycle).total.least
        return CycleTotals(cycle_id=cycle.id, invited=found.invited, sent=least, counted=least)
    return CycleTotals(cycle_id=cycle.id, invited=found.invited, sent=found.sent, counted=ballots)


def _through_the_door(cycle: Cycle, released: ReleasedCycle, random: Random) -> None:
    """The one transaction: keep, destroy, shuffle, close.

    What lets others wait stands at its end. Raises WrongStateError when another count was faster,
    whose results stand: those of this one were written beforehand, and go with the transaction.
    """
    lock(cycle)
    if cycle.state is not CycleState.CLOSING:
        raise WrongStateError(f"A cycle that is {cycle.state} cannot be counted.")
    cycle.move_to(CycleState.CLOSED)
    results.keep_what_was_written(released.results)
    _keep_about_the_company(cycle, released, random)
    cycle.progress = ""
    forget_ballots(cycle, random=random)
    totals = released.results.totals
    audit.record("cycle:counted", cycle_id=cycle.id, ballots=totals.counted, sent=totals.sent)


def keep(cycle: Cycle, released: ReleasedCycle, *, random: Random) -> None:
    """Write what passed the door, shuffled, within the current transaction."""
    results.keep(released.results, random=random)
    _keep_about_the_company(cycle, released, random)


def _keep_about_the_company(cycle: Cycle, released: ReleasedCycle, random: Random) -> None:
    enps.keep(cycle, released.enps_cells, released.enps_comments, random=random)
    enps.keep_direct(cycle, released.direct)
    service_results.keep(cycle, released.services, random=random)
    unit_answers.keep(cycle, released.unit_questions, random=random)
    cycle.closed_on = company_day()
