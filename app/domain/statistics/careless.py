"""Ballots that look careless or manipulated: counted inside the count, never named, never deleted.

What is published are numbers of ballots with noise, told from five up. Pairs who rate each other
down are not counted: those who do so on purpose fill the count, and one of them who rates
somebody else down, too, reads from the next pair what that person answered.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Whole
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.network import Network

LONGSTRING_FROM: Final = 10
UNIFORM_SHARE: Final = 0.80
LITTLE_SPREAD: Final = 0.25
INCONSISTENT_ABOVE: Final = 1.7
INCONSISTENT_FROM: Final = 5
"""Fewer reviews than this have a mean square that says nothing."""


@dataclass(frozen=True)
class Careless:
    """How many ballots are nearly uniform, and how many inconsistent; None where it is not told."""

    uniform: int | None = None
    inconsistent: int | None = None


def careless_of(
    rater: Whole, ratings: NDArray[np.int8], *, network: Network, residuals: Floats
) -> Careless:
    """Count careless ballots.

    `rater` (m,), `ratings` (m, 14) as in `network_of`; `residuals` of `network`, shape of its
    values. Who rated nobody is no careless rater.
    """
    return Careless(
        uniform=int(np.count_nonzero(nearly_uniform(rater, ratings, people=network.people))),
        inconsistent=int(np.count_nonzero(inconsistent(network, residuals))),
    )


def nearly_uniform(rater: Whole, ratings: NDArray[np.int8], *, people: int) -> Flags:
    """Raters who answered alike all along, shape (n,).

    One answer to all of ten or more observed statements for 80 % or more of their subjects,
    or a standard deviation below .25 over everything they answered.
    """
    observed, low, high, total, squares = _per_review(ratings)
    alike = (observed >= LONGSTRING_FROM) & (low == high)
    reviews = np.bincount(rater[observed > 0], minlength=people)
    long = np.bincount(rater[alike], minlength=people)
    cells = np.bincount(rater, weights=observed, minlength=people)
    divisor = np.maximum(cells, 1)
    mean = np.bincount(rater, weights=total, minlength=people) / divisor
    square = np.bincount(rater, weights=squares, minlength=people) / divisor
    # The sums are whole numbers: a spread of nothing is exactly 0 up to the division.
    flat = (square - mean**2 < LITTLE_SPREAD**2 - 1e-9) & (cells >= LONGSTRING_FROM)
    found: Flags = (reviews > 0) & ((long >= UNIFORM_SHARE * reviews) | flat)
    return found


class _AnswerSums(NamedTuple):
    """What each of m reviews holds, (m,), in the smallest numbers that fit."""

    observed: NDArray[np.int8]
    """How many answers were observed."""
    low: NDArray[np.int8]
    """The least of them; more than OPTIONS without any."""
    high: NDArray[np.int8]
    total: NDArray[np.int16]
    squares: NDArray[np.int16]


def _per_review(ratings: NDArray[np.int8]) -> _AnswerSums:
    m = len(ratings)
    observed, high = np.zeros(m, np.int8), np.zeros(m, np.int8)
    low = np.full(m, OPTIONS + 1, np.int8)
    total, squares = np.zeros(m, np.int16), np.zeros(m, np.int16)
    for s in range(STATEMENTS):
        column = ratings[:, s]
        rated = column > NOT_OBSERVED
        answer = np.where(rated, column, np.int8(0))
        observed += rated
        total += answer
        squares += answer * answer
        np.minimum(low, np.where(rated, column, np.int8(OPTIONS + 1)), out=low)
        np.maximum(high, answer, out=high)
    return _AnswerSums(observed, low, high, total, squares)


def inconsistent(network: Network, residuals: Floats) -> Flags:
    """Raters whose residual mean square is above 1.7 times the company's, shape (n,)."""
    given = network.given
    squares = network.by_rater(residuals**2)
    company = squares.sum() / max(given.sum(), 1)
    found: Flags = (given >= INCONSISTENT_FROM) & (squares > INCONSISTENT_ABOVE * company * given)
    return found
