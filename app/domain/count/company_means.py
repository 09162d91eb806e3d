"""The company's means, computed from printed scores: they tell nothing that those do not.

Had the ratings themselves been summed, the company less the persons shown would be the persons
hidden.
"""

import os
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.rated_pairs import RatedPairs
from app.domain.count.spread_of_cycle import standard_errors
from app.domain.release.cells import TENTHS, ScoreTable
from app.domain.release.noise import Randomness, ratio_to, twice_blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.spread import PRINTING_VARIANCE, Spread

FEWEST_OWN_ANSWERS: Final = 10


@dataclass(frozen=True)
class CompanyMeans:
    """The company's mean of each statement, arrays of shape (14,); NaN and -1 where hidden.

    `raters` are ratings of all persons shown; the standard error speaks of the same subjects
    rated by other colleagues.
    """

    mean: Floats
    raters: Ints
    standard_error: Floats


def company_means(
    persons: ScoreTable, spread: Spread, *, views: Ints, shown: Flags
) -> CompanyMeans:
    """Printed means of `persons` (n, 14), each weighed by its raters.

    `views` (n,) is of how many released totals somebody's are the sum, `shown` (14,) see
    `company_shown`.
    """
    # One statement after the other: fourteen at once would take fourteen times the memory.
    found = [_company_mean(persons, s, spread, views) for s in range(STATEMENTS)]
    means, ratings, errors = zip(*found, strict=True)
    return CompanyMeans(
        mean=np.where(shown, means, np.nan),
        raters=np.where(shown, ratings, -1),
        standard_error=np.where(shown, errors, np.nan),
    )


def _company_mean(
    persons: ScoreTable, s: int, spread: Spread, views: Ints
) -> tuple[float, int, float]:
    """Mean, ratings and standard error of the statement at place `s`."""
    given = persons.raters[:, s].astype(np.int64)
    raters = np.maximum(given, 0)
    ratings = int(raters.sum())
    divisor = max(ratings, 1)
    points = int((persons.tenths[:, s] * raters).sum())
    errors = raters * standard_errors(raters, spread, views=views)
    return (
        (2 * points + divisor) // (2 * divisor) / TENTHS,
        ratings,
        sqrt(float((errors**2).sum()) / divisor**2 + PRINTING_VARIANCE),
    )


def own_means(
    own_answers: NDArray[np.integer[Any]], *, new: Ints, randomness: Randomness = os.urandom
) -> Floats:
    """The company's mean answer about oneself to each statement, (14,); NaN below ten answers.

    `own_answers` (r, 3): who, statement from 1, answer 1-5. `new` are those whose answers count
    towards no threshold. Both draws are in it as in every report's means.
    """
    who, number, answer = own_answers.T
    given = np.bincount(number, minlength=STATEMENTS + 1)[1:]
    settled = np.bincount(number[~np.isin(who, new)], minlength=STATEMENTS + 1)[1:]
    total = np.zeros(STATEMENTS + 1, dtype=np.int64)
    np.add.at(total, number, answer)
    noised = twice_blurred(total[None, 1:], randomness=randomness)[0]
    tenths = ratio_to(noised, np.maximum(given, 1), steps=TENTHS, randomness=randomness)
    mean = np.clip(tenths, TENTHS, OPTIONS * TENTHS) / TENTHS
    return np.where(settled >= FEWEST_OWN_ANSWERS, mean, np.nan)


def company_shown(behind: RatedPairs, persons: ScoreTable, policy: ReleasePolicy) -> Flags:
    """Which statements have enough raters and subjects, (14,).

    `behind` holds the ratings behind the released scores of `persons`. A mean needs as many
    different raters as a unit needs respondents, and as many subjects as a team report: one
    person's score must not pass for the company's.
    """
    rated = (np.bincount(behind.rater[column > NOT_OBSERVED]) for column in behind.ratings.T)
    raters = [np.count_nonzero(ratings) for ratings in rated]
    subjects = np.count_nonzero(persons.shown, axis=0)
    found: Flags = (np.array(raters) >= policy.unit_respondents) & (
        subjects >= policy.team_subjects
    )
    return found
