"""How far raters agree, and how reliable ratings are; internal, never printed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def within_group_agreement(ratings: Sequence[int], *, options: int = 5) -> float:
    """How far raters of one subject agree on one statement (r_wg); internal, never printed.

    Takes `ratings`, shape (n_raters,), each from 1 to `options`. Returns a unitless
    number: 1.0 is full agreement, 0.0 is no better than chance; negative values are
    cut to 0.0. Raises ValueError for fewer than two ratings.

    Source: James, Demaree & Wolf (1984), J. Applied Psychology 69(1), 85-98, with
    the uniform null variance (options**2 - 1) / 12.
    """
    if len(ratings) < 2:
        raise ValueError("agreement needs at least two ratings")
    by_chance = (options**2 - 1) / 12
    return max(0.0, 1.0 - float(np.var(ratings, ddof=1)) / by_chance)


@dataclass(frozen=True)
class IntraclassCorrelations:
    """Reliability of one rating and of the mean of k, in three designs; unitless, at most 1."""

    one_way: float
    two_way_random: float
    two_way_fixed: float
    one_way_mean: float
    two_way_random_mean: float
    two_way_fixed_mean: float


def intraclass_correlations(ratings: ArrayLike) -> IntraclassCorrelations:
    """Reliability of complete ratings; internal, never printed.

    Takes `ratings`, shape (n_subjects, n_raters), no gaps, at least 2 x 2. Raises
    ValueError for another shape or when all ratings are equal.

    Source: Shrout & Fleiss (1979), Psychological Bulletin 86(2), 420-428: ICC(1,1),
    ICC(2,1), ICC(3,1) and their means over k raters.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or np.ptp(x) == 0:
        raise ValueError("needs at least two subjects and two raters who differ somewhere")
    n, k = x.shape
    centred = x - x.mean()
    rows = k * (centred.mean(axis=1) ** 2).sum()
    columns = n * (centred.mean(axis=0) ** 2).sum()
    total = (centred**2).sum()
    between = rows / (n - 1)
    within = (total - rows) / (n * (k - 1))
    rater = columns / (k - 1)
    error = (total - rows - columns) / ((n - 1) * (k - 1))
    return IntraclassCorrelations(
        one_way=float((between - within) / (between + (k - 1) * within)),
        two_way_random=float(
            (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
        ),
        two_way_fixed=float((between - error) / (between + (k - 1) * error)),
        one_way_mean=float((between - within) / between),
        two_way_random_mean=float((between - error) / (between + (rater - error) / n)),
        two_way_fixed_mean=float((between - error) / between),
    )
