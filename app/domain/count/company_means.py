"""The company's means, computed from printed scores: they tell nothing that those do not.

Had the ratings themselves been summed, the company less the persons shown would be the persons
hidden.
"""

import os
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.cells import TENTHS, ScoreTable
from app.domain.release.noise import Randomness, ratio_to, twice_blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.spread import PRINTING_VARIANCE

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


def company_means(persons: ScoreTable, errors: Floats, *, shown: Flags) -> CompanyMeans:
    """Printed means of `persons` (n, 14), each weighed by its raters.

    `errors` (n, 14) are their standard errors, `shown` (14,) see `company_shown`.
    """
    raters = np.where(persons.shown, persons.raters, 0)
    ratings = raters.sum(axis=0)
    tenths = np.where(persons.shown, np.rint(persons.mean * TENTHS), 0).astype(np.int64)
    divisor = np.maximum(ratings, 1)
    mean = (2 * (tenths * raters).sum(axis=0) + divisor) // (2 * divisor) / TENTHS
    squares = np.where(persons.shown, (raters * errors) ** 2, 0.0).sum(axis=0)
    error = np.sqrt(squares / divisor**2 + PRINTING_VARIANCE)
    return CompanyMeans(
        mean=np.where(shown, mean, np.nan),
        raters=np.where(shown, ratings, -1),
        standard_error=np.where(shown, error, np.nan),
    )


def own_means(own_answers: Ints, *, new: Ints, randomness: Randomness = os.urandom) -> Floats:
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


def company_shown(reviews: RatedPairs, cells: Flags, policy: ReleasePolicy) -> Flags:
    """Which statements have enough raters and subjects among the released `cells` (n, 14).

    A mean needs as many different raters as a unit needs respondents, and as many subjects
    as a team report: one person's score must not pass for the company's.
    """
    rated = (reviews.ratings > NOT_OBSERVED) & cells[reviews.subject]
    given = [np.bincount(reviews.rater[rated[:, s]]) for s in range(STATEMENTS)]
    raters = [np.count_nonzero(ratings) for ratings in given]
    subjects = np.count_nonzero(cells, axis=0)
    found: Flags = (np.array(raters) >= policy.unit_respondents) & (
        subjects >= policy.team_subjects
    )
    return found
