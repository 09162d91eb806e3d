"""Ballots of very many invented raters: the same documents and seals as the pages write."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update

from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cli.demo_answers import (
    ENPS_COMMENT_SHARE,
    KEEP_DOING,
    KEEP_SHARE,
    MIXED,
    PRAISE,
    TRY_NEXT,
    TRY_SHARE,
    USUAL,
    WISHES,
)
from app.cycles.models import Cycle
from app.domain.ballot.document import Ballot
from app.domain.ballot.encoding import encode
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.infra.bulk import plain_rows, write_columns
from app.infra.db import db
from app.infra.keys import key_folder

TOGETHER: Final = 2_000
"""Ballots written at once: all of them would not fit into the memory."""
IDS_AT_ONCE: Final = 5_000
UNSEEN_SHARE: Final = 0.07


@dataclass(frozen=True)
class Chance:
    """Where single values come from, and where whole arrays do."""

    single: Random
    arrays: np.random.Generator


@dataclass(frozen=True)
class Crowd:
    """Everybody's lasting character, each array by person id."""

    seen_as: NDArray[np.float32]
    """Shape (n + 1, statements): how somebody comes across."""
    generosity: NDArray[np.float32]
    loyalty: NDArray[np.float32]

    @classmethod
    def of(cls, people: int, chance: np.random.Generator) -> "Crowd":
        """Draw `people` characters, for the ids from 1 on."""
        overall = chance.normal(USUAL, 0.32, (people + 1, 1))
        return cls(
            (overall + chance.normal(0, 0.5, (people + 1, STATEMENTS))).astype(np.float32),
            chance.normal(0, 0.3, people + 1).astype(np.float32),
            chance.normal(7.9, 1.6, people + 1).astype(np.float32),
        )


def fill_in(cycle: Cycle, raters: Sequence[int], crowd: Crowd, *, random: Random) -> None:
    """Store the sent ballots of `raters` in the open `cycle`, in the current transaction."""
    chance = Chance(random, np.random.default_rng(random.getrandbits(64)))
    keys, subjects = keys_of(cycle.id), _subjects_of(cycle.id)
    counts = key_folder().saves(cycle.id).counts()
    wanted = set(raters)
    ballots = (
        (keys.locator(rater), _ballot(rater, subjects[rater], cycle, crowd, chance))
        for rater in raters
    )
    for part in _parts(ballots):
        locators = [locator for locator, _ in part]
        boxes = [keys.seal(locator, encode(ballot)) for locator, ballot in part]
        counts.update(dict.fromkeys(locators, 1))
        same = [cycle.id] * len(part)
        write_columns(SealedBallot, {"cycle_id": same, "locator": locators, "sealed": boxes})
    _note_sent(cycle.id, wanted)
    key_folder().write_saves(cycle.id, counts)


def _parts(ballots: Iterator[tuple[bytes, Ballot]]) -> Iterator[list[tuple[bytes, Ballot]]]:
    part: list[tuple[bytes, Ballot]] = []
    for one in ballots:
        part.append(one)
        if len(part) == TOGETHER:
            yield part
            part = []
    if part:
        yield part


def _subjects_of(cycle_id: int) -> dict[int, list[int]]:
    asked = select(Assignment.rater_id, Assignment.subject_id)
    found: dict[int, list[int]] = defaultdict(list)
    for rows in plain_rows(asked.where(Assignment.cycle_id == cycle_id)):
        for rater, subject in rows:
            found[rater].append(subject)
    return found


def _ballot(rater: int, subjects: list[int], cycle: Cycle, crowd: Crowd, chance: Chance) -> Ballot:
    """What this rater answers: everything, with a comment here and there, sent after one save."""
    own = crowd.seen_as[rater] + chance.arrays.normal(0.15, 0.6, STATEMENTS)
    score = min(10, max(0, round(chance.single.gauss(float(crowd.loyalty[rater]), 0.9))))
    words = PRAISE if score >= 9 else MIXED if score >= 7 else WISHES
    has_words = chance.single.random() < ENPS_COMMENT_SHARE
    return Ballot(
        own=np.clip(np.rint(own), 1, OPTIONS).astype(int).tolist(),
        answers=dict(zip(subjects, _ratings(rater, subjects, crowd, chance.arrays), strict=True)),
        comments=_comments(subjects, chance.single) if cycle.policy.shows_comments else {},
        enps_score=score,
        enps_reasons=chance.single.sample(list(cycle.reasons), k=min(len(cycle.reasons), 2)),
        enps_comment=chance.single.choice(words) if has_words else "",
        sent=True,
        saves=1,
    )


def _ratings(
    rater: int, subjects: list[int], crowd: Crowd, chance: np.random.Generator
) -> list[list[int | None]]:
    shape = (len(subjects), STATEMENTS)
    bond = chance.normal(float(crowd.generosity[rater]), 0.35, (len(subjects), 1))
    felt = crowd.seen_as[subjects] + bond + chance.normal(0, 0.55, shape)
    given = np.clip(np.rint(felt), 1, OPTIONS).astype(int)
    given[chance.random(shape) < UNSEEN_SHARE] = NOT_OBSERVED
    ratings: list[list[int | None]] = given.tolist()
    return ratings


def _comments(subjects: list[int], random: Random) -> dict[int, dict[str, str]]:
    found = {}
    for subject in subjects:
        texts = {}
        if random.random() < KEEP_SHARE:
            texts["keep"] = random.choice(KEEP_DOING)
        if random.random() < TRY_SHARE:
            texts["try"] = random.choice(TRY_NEXT)
        if texts:
            found[subject] = texts
    return found


def _note_sent(cycle_id: int, raters: set[int]) -> None:
    ids = sorted(raters)
    for begin in range(0, len(ids), IDS_AT_ONCE):
        some = Participation.person_id.in_(ids[begin : begin + IDS_AT_ONCE])
        db.session.execute(
            update(Participation).where(Participation.cycle_id == cycle_id, some).values(sent=True),
            execution_options={"synchronize_session": False},
        )
