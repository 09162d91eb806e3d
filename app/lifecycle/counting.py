"""The count: ballots are opened once, what may be shown is kept, everything else is destroyed.

It runs as one long act of its own. Until its single transaction commits, everything is as
before and nothing is released; afterwards everything is released and nothing can be
decrypted. What a crash leaves undone is finished by `forgetting.finish_forgetting`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random, SystemRandom

import numpy as np
from sqlalchemy import delete, insert, select

from app.assignments.models import Participation
from app.assignments.queries import turnout
from app.ballots.models import SealedBallot, StoredHalf
from app.cycles.models import Cycle, Unit
from app.domain.count import Counted, Reviews, count
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.units import EnpsCell, release_enps
from app.enps import services as enps
from app.infra import audit
from app.infra.db import db, transaction
from app.infra.settings import company_day
from app.lifecycle.forgetting import finish_forgetting
from app.lifecycle.services import lock
from app.lifecycle.unsealing import Frozen, Opened, frozen_plan, open_ballots
from app.results import services as results
from app.results.models import CycleTotals
from app.results.services import CycleResults, Words

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Released:
    """Everything that passes the door."""

    results: CycleResults
    enps_cells: list[EnpsCell]
    enps_comments: list[str]


def count_and_forget(
    cycle_id: int, *, progress: Progress | None = None, random: Random | None = None
) -> None:
    """Count a cycle in `closing`, keep what may be shown, and destroy the rest.

    Harmless when it has been done already. Raises WrongStateError before the close and
    SealBrokenError when a key half or a ballot cannot be read; then nothing has changed.
    """
    random = random or SystemRandom()
    say = progress or (lambda step: _note(cycle_id, step))
    cycle = db.session.get_one(Cycle, cycle_id, populate_existing=True)
    if cycle.state in (CycleState.CLOSED, CycleState.PUBLISHED):
        finish_forgetting(cycle_id)
        return
    if cycle.state is not CycleState.CLOSING:
        raise WrongStateError(f"A cycle that is {cycle.state} cannot be counted.")
    frozen = frozen_plan(cycle)
    opened = open_ballots(cycle, frozen, random, say)
    say("Computing what may be shown")
    released = _released(cycle, frozen, opened, random)
    say("Writing the results and destroying the ballots")
    with transaction():
        _through_the_door(cycle, released, random)
    finish_forgetting(cycle_id)


def _note(cycle_id: int, step: str) -> None:
    """Show how far the count is; a transaction of its own, before the great one."""
    with transaction():
        db.session.get_one(Cycle, cycle_id).progress = step


def _released(cycle: Cycle, frozen: Frozen, opened: Opened, random: Random) -> Released:
    policy = cycle.policy
    reviews = Reviews(
        people=len(frozen.people),
        rater=np.array(opened.rater, dtype=np.int64),
        subject=np.array(opened.subject, dtype=np.int64),
        ratings=np.array(opened.ratings, dtype=np.int8).reshape(-1, 14),
        is_blind=np.array(opened.is_blind, dtype=bool),
        is_report=np.array(opened.is_report, dtype=bool),
    )
    counted = count(reviews, policy)
    tree = dict(
        db.session.execute(
            select(Unit.number, Unit.parent_number).where(Unit.cycle_id == cycle.id)
        ).all()
    )
    cells = release_enps(opened.enps, tree=tree, policy=policy, reasons=cycle.reasons)
    return Released(
        results=CycleResults(
            cycle_id=cycle.id,
            subject_ids=frozen.people,
            units=[frozen.unit_of[person] for person in frozen.people],
            counted=counted,
            self_answers=opened.self_answers,
            comments=_released_comments(cycle, frozen, opened, counted),
            totals=_totals(cycle, opened.ballots),
        ),
        enps_cells=list(cells),
        enps_comments=(opened.enps_comments if len(opened.enps) >= policy.unit_respondents else []),
    )


def _released_comments(
    cycle: Cycle, frozen: Frozen, opened: Opened, counted: Counted
) -> list[Words]:
    """Comments about subjects whose number of blind raters reaches the threshold."""
    if not cycle.policy.shows_comments:
        return []
    enough = {
        person
        for person, raters in zip(frozen.people, counted.raters.tolist(), strict=True)
        if raters >= 0
    }
    return [words for words in opened.comments if words.subject_id in enough]


def _totals(cycle: Cycle, ballots: int) -> CycleTotals:
    found = turnout(cycle)
    return CycleTotals(
        cycle_id=cycle.id,
        invited=found.invited,
        started=found.started,
        sent=found.sent,
        counted=ballots,
    )


def _through_the_door(cycle: Cycle, released: Released, random: Random) -> None:
    """The one transaction: keep, destroy, shuffle, close."""
    lock(cycle)
    cycle.move_to(CycleState.CLOSED)  # a second count that lost the race stops here
    results.keep(released.results, random=random)
    enps.keep(cycle, released.enps_cells, released.enps_comments, random=random)
    db.session.execute(delete(SealedBallot).where(SealedBallot.cycle_id == cycle.id))
    db.session.execute(delete(StoredHalf).where(StoredHalf.cycle_id == cycle.id))
    _shuffle_participation(cycle, random)
    cycle.closed_on = company_day()
    cycle.progress = ""
    totals = released.results.totals
    audit.record("cycle:counted", cycle_id=cycle.id, ballots=totals.counted, sent=totals.sent)


def _shuffle_participation(cycle: Cycle, random: Random) -> None:
    """Write participation anew, so that its order on disk no longer follows the sending."""
    mine = Participation.cycle_id == cycle.id
    rows = [
        {"cycle_id": cycle.id, "person_id": person, "started": started, "sent": sent}
        for person, started, sent in db.session.execute(
            select(Participation.person_id, Participation.started, Participation.sent).where(mine)
        )
    ]
    random.shuffle(rows)
    db.session.execute(delete(Participation).where(mine))
    db.session.execute(insert(Participation.__table__), rows)  # type: ignore[arg-type]
