"""The company's means, computed from released scores: they tell nothing that those do not.

Of each released score the middle of the totals that look like it is taken. Had the ratings
themselves been summed, the company less the persons shown would be the persons hidden.
"""

from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.reviews import Reviews
from app.domain.release.cells import (
    ScoreTable,
    hidden_where,
    rounded_half_totals,
    twice_centres,
)
from app.domain.release.grains import STEPS, grains_for
from app.domain.release.policy import Reason, ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.intervals import company_interval

SMALLEST_VARIANCE: Final = 0.25
"""Without a floor an interval of no width would certify that everybody agreed."""


def company_means(
    twice_totals: Ints, options: Ints, *, shown: Flags, variance: Floats
) -> ScoreTable:
    """The means of shape (1, 14), without distributions.

    `twice_totals` (n, 14) from `twice_centres`, `options` (n, 14, 5) the ratings behind released
    scores, both 0 elsewhere; `shown` (14,), see `company_shown`; `variance` (14,) within subjects.
    """
    pooled = options.sum(axis=0, keepdims=True)
    ratings = pooled.sum(axis=2)
    grain = grains_for(ratings)
    mean = rounded_half_totals(twice_totals.sum(axis=0, keepdims=True), ratings, grain)
    low, high = _intervals(mean[0], pooled[0], grain=grain[0], variance=variance)
    visible = shown[None, :]
    return ScoreTable(
        hidden=hidden_where(~visible, Reason.FEW_RESPONDENTS),
        grain=np.where(visible, grain, -1),
        mean=np.where(visible, mean, np.nan),
        low=np.where(visible, low, np.nan),
        high=np.where(visible, high, np.nan),
        shares=np.full((1, STATEMENTS, 3), -1),
        not_observed=np.full((1, STATEMENTS), None, dtype=object),
    )


def company_shown(reviews: Reviews, cells: Flags, policy: ReleasePolicy) -> Flags:
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


def totals_behind(
    whole: ScoreTable, options: Ints, parts: tuple[tuple[ScoreTable, Ints], ...]
) -> Ints:
    """Twice the middle of the totals behind each released score, of the parts where shown."""
    twice = twice_centres(whole, options.sum(axis=2))
    of_parts = sum(twice_centres(table, split.sum(axis=2)) for table, split in parts)
    in_parts = np.logical_and.reduce([table.shown for table, _ in parts])
    return np.where(in_parts, of_parts, twice)


def _intervals(
    mean: Floats, options: Ints, *, grain: Ints, variance: Floats
) -> tuple[Floats, Floats]:
    """Intervals that follow the company's own spread, too."""
    own_variance = np.maximum(_plain_variance(options), SMALLEST_VARIANCE)
    ratings = np.maximum(options.sum(axis=1), 1)
    found = [
        company_interval(
            float(mean[s]),
            ratings=int(ratings[s]),
            variance=float(variance[s]),
            own_variance=float(own_variance[s]),
            step=float(STEPS[grain[s]]),
        )
        for s in range(STATEMENTS)
    ]
    low, high = np.array(found).T
    return low, high


def _plain_variance(options: Ints) -> Floats:
    """The sample variance of the ratings behind each row of `options`; 0 for fewer than two."""
    ratings, values = options.sum(axis=1), np.arange(1.0, OPTIONS + 1)
    means = options @ values / np.maximum(ratings, 1)
    squares = (options * (values - means[:, None]) ** 2).sum(axis=1)
    found: Floats = squares / np.maximum(ratings - 1, 1)
    return found
