"""How far the ratings of one person lie apart in a cycle: two numbers for all, with noise."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Floats, Ints
from app.domain.count.adjusted import most_rate_most
from app.domain.count.by_subject import Behind
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.noise import Randomness, blurred
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.spread import NOISE_VARIANCE, PRINTING_VARIANCE, PRIOR, Spread

STEP: Final = STATEMENTS * (OPTIONS**2 - (OPTIONS - 1) ** 2)
"""The most by which a sum of squares grows when one rater is a step kinder in all statements."""
PRIOR_RATINGS: Final = 300
"""How many ratings the usual spread weighs."""
SMALLEST: Final = 0.05
"""In squared points. Without a floor an interval of no width would certify that all agreed."""


def spread_of(reviews: RatedPairs, behind: Behind, randomness: Randomness) -> Spread:
    """The spread of a cycle from the ratings behind released scores; `behind` has their sums.

    Two sums of squares are set equal to what both variances make of them. Each is counted in
    whole steps and blurred; the variances are blended with the usual ones, and told to two
    decimals. Source: moments of the two-way layout, raters by statements within a person.

    Where most people rate most others, everybody is rated by the same strict and generous ones.
    That is no chance between persons or quarters, and a third sum of squares takes it off.
    """
    found = _Sums.of(reviews, behind)
    sums = [found.of_ratings, found.of_raters, found.of_strictness]
    whole = np.array(sums, dtype=np.float64).astype(np.int64) // STEP
    of_ratings, of_raters, of_strictness = (
        (blurred(whole, randomness=randomness) + 0.5) * STEP
    ).tolist()
    variance = (of_ratings + PRIOR_RATINGS * PRIOR.of_a_rating) / (found.ratings + PRIOR_RATINGS)
    left = of_raters - variance * found.raters
    between = (left + PRIOR_RATINGS * PRIOR.between) / (
        found.ratings - found.raters + PRIOR_RATINGS
    )
    between = min(max(between, SMALLEST), max(variance - SMALLEST, SMALLEST))
    within = max(variance - between, SMALLEST)
    if most_rate_most(reviews.rater.size, _people(reviews)):
        common = found.strictness(of_strictness, Spread(between, within))
        between = max(between - max(common, 0.0), SMALLEST)
    return Spread(round(between, 2), round(within, 2))


def _people(reviews: RatedPairs) -> int:
    """How many take part, as raters or as subjects."""
    return int(np.unique(np.concatenate([reviews.rater, reviews.subject])).size)


def standard_errors(raters: Ints, spread: Spread, *, views: Ints | int = 1) -> Floats:
    """`standard_error_of_mean` for many means at once; for k < 1 as if it were 1."""
    k = np.maximum(raters, 1)
    noise = views * NOISE_VARIANCE / k**2
    found: Floats = np.sqrt(spread.of_a_rating / k + noise + PRINTING_VARIANCE)
    return found


@dataclass(frozen=True)
class _Sums:
    """Sums of squares, and how many independent ratings and raters each of them holds.

    `of_ratings` = Σ (x - mean of the person's statement)², expected (between + within)·`ratings`.
    `of_raters` = Σ over reviews (Σ of the same distances)² / answers, expected
    between·`ratings` + within·`raters`.
    `of_strictness` = Σ over raters (Σ of their distances)² / answers; see `strictness`.
    """

    of_ratings: float
    of_raters: float
    of_strictness: float
    ratings: float
    raters: float
    givers: int
    """How many raters there are."""
    answers: float
    alike: float
    """Σ over raters of Σ (answers of a review)² / answers of the rater."""

    @classmethod
    def of(cls, reviews: RatedPairs, behind: Behind) -> "_Sums":
        distance, answers, freedom = _per_review(reviews, behind)
        some = answers > 0
        given = np.bincount(reviews.rater, weights=answers)
        gives = given > 0
        by_rater = np.bincount(reviews.rater, weights=distance)[gives]
        of_reviews = np.bincount(reviews.rater, weights=np.square(answers, dtype=np.int32))[gives]
        return cls(
            of_ratings=float(behind.squares.sum()) - _squared_means(behind),
            of_raters=float((distance[some] ** 2 / answers[some]).sum()),
            of_strictness=float((by_rater**2 / given[gives]).sum()),
            ratings=float((np.maximum(behind.ratings, 1) - 1).sum()),
            raters=float((freedom[some] / answers[some]).sum()),
            givers=int(gives.sum()),
            answers=float(given.sum()),
            alike=float((of_reviews / given[gives]).sum()),
        )

    def strictness(self, of_strictness: float, spread: Spread) -> float:
        """The part of `spread.between` that a rater has in common to everybody they rate.

        A rater's sum over m reviews of n answers each holds strictness n·m times, halo √m·n times
        and single answers √(n·m) times, each less what the centring at k ratings takes, 1 - 1/k:
        `of_strictness` = (1 - 1/k)·(a·`answers` + (between - a)·`alike` + within·`givers`).
        """
        if self.answers <= self.alike or not self.ratings:
            return 0.0
        centred = of_strictness * self.answers / self.ratings
        chance = spread.between * self.alike + spread.within * self.givers
        return (centred - chance) / (self.answers - self.alike)


def _squared_means(behind: Behind) -> float:
    """Σ (total of a person's statement)² / its ratings."""
    found = 0.0
    for s in range(STATEMENTS):
        totals = behind.totals[:, s].astype(np.float64)
        found += float((totals**2 / np.maximum(behind.ratings[:, s], 1)).sum())
    return found


def _per_review(reviews: RatedPairs, behind: Behind) -> tuple[Floats, NDArray[np.int8], Floats]:
    """Of each review, (m,): the sum of its distances from the persons' means, how many answers.

    And Σ (1 - 1/k) over its answers, each one of k ratings.
    """
    distance, freedom = np.zeros(len(reviews.subject)), np.zeros(len(reviews.subject))
    answers = np.zeros(len(reviews.subject), np.int8)
    for s in range(STATEMENTS):
        count = np.maximum(behind.ratings[:, s], 1)
        means, independent = behind.totals[:, s] / count, 1 - 1 / count
        column = reviews.ratings[:, s]
        rated = column > NOT_OBSERVED
        np.add(distance, column - means[reviews.subject], out=distance, where=rated)
        np.add(freedom, independent[reviews.subject], out=freedom, where=rated)
        answers += rated
    return distance, answers, freedom
