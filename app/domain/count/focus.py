"""Counting what colleagues see of the behaviours that people work on: one of three phrases."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.domain.arrays import Flags, Ints
from app.domain.ballot.focus import Seen
from app.domain.count.collecting import AskedPairs, Roster
from app.domain.release.focus import FocusDirection, direction_of
from app.domain.release.noise import Randomness, blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import STATEMENTS


@dataclass(frozen=True)
class FocusTable:
    """q questions, arrays of shape (q,): ids of subjects, statements, blind raters, directions.

    `raters` is -1 and `direction` None where too few answered.
    """

    subject: Ints
    statement: Ints
    raters: Ints
    direction: list[FocusDirection | None]


def count_focus(
    answers: Iterable[int],
    questions: Ints,
    *,
    asked: AskedPairs,
    roster: Roster,
    policy: ReleasePolicy,
    randomness: Randomness = os.urandom,
) -> FocusTable:
    """Count the answers to the frozen `questions`, shape (q, 2): subject id and statement.

    `answers` are flat: rater id, subject id, statement and answer, one after the other. As with
    scores, everybody's answer counts, and those who cannot read the report make up the number.
    Answers of whoever was not asked are left out.
    """
    found = np.fromiter(answers, dtype=np.int64).reshape(-1, 4)
    rater, subject, statement, seen = found.T
    place, is_frozen = _places(subject, statement, questions)
    says = is_frozen & asked.holds(rater, subject) & (seen != Seen.CANNOT_SAY)
    blind = says & roster.is_blind(rater, subject)
    size = len(questions)
    raters = np.bincount(place[blind], minlength=size)
    step = seen[says] - Seen.SAME
    balance = np.zeros(size, dtype=np.int64)
    np.add.at(balance, place[says], step)
    enough = raters >= policy.focus_raters
    noised = blurred(balance, randomness=randomness)
    return FocusTable(
        subject=questions[:, 0],
        statement=questions[:, 1],
        raters=np.where(enough, raters, -1),
        direction=[
            direction_of(int(total), int(n)) if is_enough else None
            for total, n, is_enough in zip(noised, raters, enough, strict=True)
        ],
    )


def _places(subject: Ints, statement: Ints, questions: Ints) -> tuple[Ints, Flags]:
    """Where each answer's question stands among `questions`, and whether it is there at all."""
    if not len(questions):
        return np.zeros(subject.size, dtype=np.int64), np.zeros(subject.size, dtype=np.bool_)
    known, wanted = _key(*questions.T), _key(subject, statement)
    order = np.argsort(known, kind="stable")
    place = order[np.minimum(np.searchsorted(known[order], wanted), known.size - 1)]
    return place, known[place] == wanted


def _key(subject: Ints, statement: Ints) -> Ints:
    """One number for each question."""
    found: Ints = subject * (STATEMENTS + 1) + statement
    return found
