"""Scores on the scale 1-5: spread, intervals, and which differences are worth a word.

Everything here works on released values wherever it serves a report, so that nothing in
it can tell more than what was released anyway. Formulas: STATISTICS.md sections 1 and 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.domain.arrays import Floats
from app.domain.release import Score, Shown
from app.domain.reporting import Change

NORMAL: Final = NormalDist()
Z: Final = NORMAL.inv_cdf(0.975)
LEAST, MOST = 1.0, 5.0
PRIOR_VARIANCE: Final = 1.0
"""Spread assumed where nobody has two ratings: about what 1-5 ratings of one person show."""
PRIOR_WEIGHT: Final = 8
FALSE_MARKS: Final = 0.10
SELF_NOISE: Final = 0.6
SELF_ROUNDING: Final = 1 / 12
"""An own answer is a whole number: the variance of rounding to whole steps."""
OVERALL_MARGIN: Final = 0.5
OVERALL_SELF_NOISE: Final = 0.25
_SAFETY: Final = 1e-9
"""Keeps 3.6000000000000005 from being rounded outwards to the next step."""


def pooled_variance(counts: ArrayLike) -> float:
    """The company's within-subject variance of one statement, s0² in squared scale points.

    Takes `counts`, shape (n_subjects, 5): how many colleagues gave each subject a 1 … 5.
    Returns a number from 0 to 8 (with two ratings a subject, 1 and 5), or 1.0 when no
    subject has two ratings. Raises ValueError for another shape or negative counts.

    Source: pooled variance of the one-way layout, sum of squares around each subject's
    own mean over the sum of (ratings - 1).
    """
    found = np.asarray(counts, dtype=np.float64)
    if found.ndim != 2 or found.shape[1] != 5 or (found < 0).any():
        raise ValueError("counts must be non-negative with shape (subjects, 5)")
    options = np.arange(1.0, 6.0)
    ratings = found.sum(axis=1)
    found, ratings = found[ratings > 0], ratings[ratings > 0]
    freedom = float((ratings - 1).sum())
    if freedom == 0:
        return PRIOR_VARIANCE
    means = found @ options / ratings
    squares = (found * (options - means[:, None]) ** 2).sum()
    return float(squares) / freedom


def release_intervals(
    means: ArrayLike, *, ratings: ArrayLike, variance: ArrayLike, step: ArrayLike
) -> tuple[Floats, Floats]:
    """Released 95 % intervals around released means, all arguments broadcast together.

    `means` on the scale 1-5, `ratings` k >= 1, `variance` s0² >= 0 in squared points,
    `step` the grain (1, 0.5, 0.2 or 0.1). Returns (low, high): mean ± 1.96·√(s0²/k + step²/12),
    rounded outwards to the step and cut to 1-5; NaN where the mean is NaN. The second term is
    the variance of rounding the mean itself: without it 92 % of the intervals around 13 ratings
    on half points held the truth. Raises ValueError
    for k < 1 or a negative variance.
    """
    k = np.asarray(ratings, dtype=np.float64)
    spread = np.asarray(variance, dtype=np.float64)
    if (k < 1).any() or (spread < 0).any():
        raise ValueError("an interval needs at least one rating and a variance from 0 up")
    rounding = np.square(np.asarray(step, dtype=np.float64)) / 12
    return rounded_outwards(means, half=Z * np.sqrt(spread / k + rounding), step=step)


def release_interval(
    released_mean: float, *, ratings: int, variance: float, step: float
) -> tuple[float, float]:
    """The same for one mean; see `release_intervals`."""
    low, high = release_intervals(released_mean, ratings=ratings, variance=variance, step=step)
    return float(low), float(high)


def company_interval(
    released_mean: float, *, ratings: int, variance: float, own_variance: float, step: float
) -> tuple[float, float]:
    """Released 95 % interval of a company figure, whose own spread is nobody's secret.

    `own_variance` is the plain variance of its `ratings` (k >= 1), `variance` the
    within-subject s0². They are blended as (8·s0² + (k-1)·s²)/(8 + k - 1) and met with
    Student's t on as many degrees of freedom. Raises ValueError as `release_intervals`.
    """
    if ratings < 1 or min(variance, own_variance) < 0:
        raise ValueError("an interval needs at least one rating and a variance from 0 up")
    freedom = PRIOR_WEIGHT + ratings - 1
    blended = (PRIOR_WEIGHT * variance + (ratings - 1) * own_variance) / freedom
    half = t_quantile(freedom) * sqrt(blended / ratings)
    low, high = rounded_outwards(released_mean, half=half, step=step)
    return float(low), float(high)


def t_quantile(freedom: int) -> float:
    """Student's 97.5 % quantile for `freedom` >= 5, within .001.

    Source: Cornish-Fisher expansion, Abramowitz & Stegun 26.7.5.
    """
    z, v = Z, freedom
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum((term / v**power for power, term in enumerate(terms, start=1)), start=0.0)


def rounded_outwards(
    means: ArrayLike, *, half: Floats | float, step: ArrayLike
) -> tuple[Floats, Floats]:
    """Means ± half, rounded outwards to the step and cut to 1-5; all broadcast together."""
    centre, grain = np.asarray(means, dtype=np.float64), np.asarray(step, dtype=np.float64)
    low = np.floor((centre - half) / grain + _SAFETY) * grain
    high = np.ceil((centre + half) / grain - _SAFETY) * grain
    return np.clip(low.round(1), LEAST, MOST), np.clip(high.round(1), LEAST, MOST)


def benjamini_hochberg(p_values: ArrayLike, *, rate: float = FALSE_MARKS) -> NDArray[np.bool_]:
    """Which of several p-values stand when at most `rate` of all marks may be false.

    Takes `p_values`, shape (n,), each 0-1; returns a bool array of that shape. Raises
    ValueError for a value outside 0-1.

    Source: Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57(1), 289-300.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values lie between 0 and 1")
    ordered = np.sort(p)
    stands = ordered <= rate * np.arange(1, p.size + 1) / max(p.size, 1)
    cutoff = ordered[stands].max(initial=-1.0)
    marks: NDArray[np.bool_] = p <= cutoff
    return marks


@dataclass(frozen=True)
class Difference:
    """A difference between two figures and its standard error, both in their own unit."""

    delta: float
    standard_error: float

    @property
    def z(self) -> float:
        """The difference in standard errors; infinite when there is no error at all."""
        if self.standard_error == 0:
            return 0.0 if self.delta == 0 else inf * self.delta
        return self.delta / self.standard_error

    @property
    def p(self) -> float:
        """Two-sided p-value under the normal distribution, 0-1."""
        return 2 * NORMAL.cdf(-abs(self.z))

    @property
    def is_noise(self) -> bool:
        """Whether chance alone explains it: |delta| below 1.96 standard errors."""
        return abs(self.z) < Z

    @property
    def direction(self) -> Change:
        """UP, DOWN, or NONE when it is noise."""
        if self.is_noise:
            return Change.NONE
        return Change.UP if self.delta > 0 else Change.DOWN


def change_between(previous: Shown, current: Shown) -> Difference:
    """How far a score moved, in scale points, with the error of both released scores."""
    error = sqrt(previous.standard_error**2 + current.standard_error**2)
    return Difference(current.mean - previous.mean, error)


def changes_between(
    previous: Sequence[Score | None], current: Sequence[Score | None]
) -> tuple[Change, ...]:
    """Which scores of one report moved since the last quarter, one answer per pair.

    UP or DOWN only beyond noise and after Benjamini-Hochberg at 10 % over the report;
    UNKNOWN where either score is missing or hidden. Raises ValueError for unequal lengths.
    """
    return _marked(_since(previous, current))


def _since(
    previous: Sequence[Score | None], current: Sequence[Score | None]
) -> list[Difference | None]:
    return [
        change_between(old, new) if isinstance(old, Shown) and isinstance(new, Shown) else None
        for old, new in zip(previous, current, strict=True)
    ]


def stands_out(scores: Sequence[Score]) -> tuple[Change, ...]:
    """Which statements lie above (UP) or below (DOWN) the person's own average.

    Takes the released scores of one report; UNKNOWN for hidden ones. The own average is
    the plain mean m of the n shown means, so that Var(x_i - m) =
    SE_i²·(1 - 2/n) + ΣSE²/n²: the statement itself is part of the average. Marks pass
    Benjamini-Hochberg at 10 % over the report.
    """
    return _marked(_against_average(scores))


def _against_average(scores: Sequence[Score]) -> list[Difference | None]:
    shown = [score for score in scores if isinstance(score, Shown)]
    n = len(shown)
    average = sum(score.mean for score in shown) / max(n, 1)
    shared = sum(score.standard_error**2 for score in shown) / max(n, 1) ** 2

    def against_average(score: Shown) -> Difference:
        variance = score.standard_error**2 * (1 - 2 / n) + shared
        # Means on a grid leave differences of 1e-16, which would be infinitely many errors.
        return Difference(round(score.mean - average, 9), sqrt(max(variance, 0.0)))

    return [against_average(x) if isinstance(x, Shown) else None for x in scores]


@dataclass(frozen=True)
class Marks:
    """Every mark of one report, one of each kind per statement."""

    changes: tuple[Change, ...]
    stands_out: tuple[Change, ...]
    own_views: tuple[Change, ...]
    """UP: colleagues see it more positively than the subject; DOWN: less positively."""


def marks_of_report(
    *,
    previous: Sequence[Score | None],
    current: Sequence[Score],
    own: Sequence[Difference | None],
) -> Marks:
    """All marks of a report together: changes, what stands out, and self against others.

    Each must be beyond noise, and all pass one Benjamini-Hochberg at 10 %: three rounds of
    it would let three times as many false marks through. `own` comes from
    `self_other_difference`, None where there is nothing to compare. Raises ValueError for
    unequal lengths.
    """
    families = [_since(previous, current), _against_average(current), list(own)]
    n = len(current)
    if len(own) != n:
        raise ValueError("a report has one own answer, or none, per statement")
    marks = _marked([found for family in families for found in family])
    return Marks(marks[:n], marks[n : 2 * n], tuple(map(_as_colleagues_see, marks[2 * n :])))


def _as_colleagues_see(own_answer: Change) -> Change:
    """An own answer above the colleagues' is a view of theirs that is less positive."""
    return {Change.UP: Change.DOWN, Change.DOWN: Change.UP}.get(own_answer, own_answer)


def _marked(differences: Sequence[Difference | None]) -> tuple[Change, ...]:
    """The directions that pass noise and false-mark rules; UNKNOWN where there is nothing."""
    passes = iter(benjamini_hochberg([found.p for found in differences if found]))
    return tuple(
        Change.UNKNOWN if found is None else found.direction if next(passes) else Change.NONE
        for found in differences
    )


def self_other_difference(own: int, others: Shown, company_gap: float) -> Difference:
    """Own answer minus colleagues' mean, beyond the company's usual difference, in points.

    `own` 1-5; `company_gap` is the company's average of (self - others) for the statement.
    The error holds the colleagues' released error, the noise of a single own answer (.6)
    and its rounding (1/12); worth a word only when not `is_noise`: about 1.3 points.
    """
    error = sqrt(others.standard_error**2 + SELF_NOISE**2 + SELF_ROUNDING)
    return Difference((own - others.mean) - company_gap, error)


def own_view(own: int, others: Shown, company_gap: float) -> Change:
    """UP: colleagues see it more positively than the subject; DOWN: less positively."""
    return _as_colleagues_see(self_other_difference(own, others, company_gap).direction)


def overall_own_view(difference: float, *, standard_error: float, company_gap: float) -> Change:
    """The same over all statements: worth a word beyond .5 points plus its standard error.

    `difference` is mean own answer minus mean of colleagues, `standard_error` the error of
    the colleagues' side; the own side adds .25.
    """
    beyond = difference - company_gap
    if abs(beyond) <= OVERALL_MARGIN + sqrt(standard_error**2 + OVERALL_SELF_NOISE**2):
        return Change.NONE
    return Change.DOWN if beyond > 0 else Change.UP


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
