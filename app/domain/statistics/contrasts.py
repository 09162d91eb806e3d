"""Differences between printed means, and how far chance alone moves them: docs/statistics.md.

Every difference here is a weighted sum of printed means. How a rater sees somebody in everything
(leniency, halo) and the noise common to all statements of a report are the same in each of its
means; they cancel where the weights add up to zero, and only there. Arrays may stand for one
report, shape (n,) for its n statements, or for many reports at once, shape (..., n).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import erfc, sqrt
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from app.domain.arrays import Flags, Floats, Ints
from app.domain.statistics.spread import NOISE_VARIANCE, PRINTING_VARIANCE, Spread

DRAW_VARIANCE: Final = 1.5
"""Of one draw of noise, in squared rating points; see release/noise.py."""
DITHER_VARIANCE: Final = NOISE_VARIANCE - 2 * DRAW_VARIANCE
"""Of the even shift by up to half a rating point that hides the number of raters."""
_erfc: Final = np.frompyfunc(erfc, 1, 1)


class Means(Protocol):
    """Means of n statements: which are shown, and their weighted sums with their variances."""

    @property
    def shown(self) -> Flags: ...

    def weighted(self, weights: Floats) -> Floats: ...

    def variance(self, weights: Floats) -> Floats: ...


@dataclass(frozen=True)
class Printed:
    """The printed means of one report in one quarter, or of many reports alike.

    `mean` (..., n) in scale points, NaN where hidden; `raters` (..., n), how many blind raters
    rated each statement, at least 1 where a mean is shown; `views` (..., n), of how many blurred
    totals a mean is the sum.
    """

    mean: Floats
    raters: Ints
    spread: Spread
    views: ArrayLike = 1

    @cached_property
    def shown(self) -> Flags:
        found: Flags = ~np.isnan(self.mean)
        return found

    @cached_property
    def _mean_or_zero(self) -> Floats:
        found: Floats = np.where(self.shown, self.mean, 0.0)
        return found

    @cached_property
    def _errors(self) -> tuple[Floats, Floats, Floats]:
        """The error of each mean alone, the halo that all of them share, and their noise.

        Worked out once: a report asks for a dozen variances.
        """
        per_rating = np.where(self.shown, 1 / np.maximum(self.raters, 1), 0.0)
        noise = np.sqrt(self.views) * per_rating
        most = np.where(self.shown, per_rating, 1.0).min(axis=-1, keepdims=True)
        alone = (
            self.spread.within * per_rating
            + self.spread.between * np.maximum(per_rating - most, 0.0)
            + (DRAW_VARIANCE + DITHER_VARIANCE) * noise**2
            + PRINTING_VARIANCE
        )
        return alone, self.spread.between * most, noise

    def weighted(self, weights: Floats) -> Floats:
        """Weighted sums of the means, (..., h), for `weights` (..., h, n) that are 0 if hidden."""
        return _times(weights, self._mean_or_zero)

    def variance(self, weights: Floats) -> Floats:
        """The variance of such sums, (..., h), in squared scale points.

        With k raters of a statement, K of the statement that most have rated, and `views` v:
        Σw²·(within/k + between·(1/k − 1/K) + v·(1.5 + 1/12)/k² + .1²/12)
        + (Σw)²·between/K + 1.5·(Σw·√v/k)².
        Two statements share as many raters as independent choices of "not observed" leave them;
        what they do not share is another halo, hence 1/k − 1/K.
        """
        alone, shared, noise = self._errors
        found: Floats = _times(weights**2, alone) + shared * weights.sum(axis=-1) ** 2
        return found + DRAW_VARIANCE * _times(weights, noise) ** 2


@dataclass(frozen=True)
class Average:
    """The mean of several means of the same statements: earlier quarters, people of a team.

    A statement's mean is that of the parts that show it, and is there from `least` of them on.
    """

    parts: Sequence[Means]
    least: int = 1

    @property
    def shown(self) -> Flags:
        found: Flags = self._count >= self.least
        return found

    @property
    def _count(self) -> Floats:
        found = np.sum([part.shown for part in self.parts], axis=0)
        return np.asarray(found, dtype=np.float64)

    def weighted(self, weights: Floats) -> Floats:
        found = [part.weighted(share) for part, share in self._shares(weights)]
        return np.asarray(np.sum(found, axis=0), dtype=np.float64)

    def variance(self, weights: Floats) -> Floats:
        """As if the parts were independent; raters who stay the same only lessen it."""
        found = [part.variance(share) for part, share in self._shares(weights)]
        return np.asarray(np.sum(found, axis=0), dtype=np.float64)

    def _shares(self, weights: Floats) -> list[tuple[Means, Floats]]:
        count = np.maximum(self._count, 1)
        return [(part, weights * (part.shown / count)[..., None, :]) for part in self.parts]


@dataclass(frozen=True)
class Differences:
    """Differences in scale points with standard errors, (..., h); NaN where untested."""

    delta: Floats
    standard_error: Floats

    @classmethod
    def of(cls, delta: Floats, variance: Floats, *, tested: ArrayLike = True) -> "Differences":
        found = np.asarray(tested, dtype=np.bool_)
        return cls(np.where(found, delta, np.nan), np.sqrt(np.where(found, variance, np.nan)))

    @property
    def tested(self) -> Flags:
        found: Flags = ~np.isnan(self.standard_error)
        return found

    @property
    def p(self) -> Floats:
        """Two-sided p-values under the normal distribution, NaN where untested."""
        return _beyond(np.abs(self.delta) / self.standard_error)

    @property
    def p_below(self) -> Floats:
        """One-sided p-values: how likely chance puts a difference as far below zero."""
        return _beyond(-self.delta / self.standard_error) / 2


def profile(now: Means, usual: Floats, groups: Floats) -> Differences:
    """The mean of each group of statements against the mean of all, beyond what is usual.

    `groups` (h, n) holds 1 where a statement belongs to a group; `usual` (n,) the company's
    means, or zeros where they are not known. Taken off, so that a statement that is hard for
    everybody is nobody's weakness. A group is tested where all its statements are shown and
    others besides.
    """
    weights = _against_all(groups, now.shown)
    delta = now.weighted(weights) - _times(weights, usual)
    return Differences.of(delta, now.variance(weights), tested=_complete(groups, now.shown))


def change(now: Means, before: Means, groups: Floats) -> Differences:
    """How far the mean of each group moved, against how far all statements moved together.

    Leniency and halo of two sets of raters cancel. Zero where a group itself stayed or moved the
    other way: what only the rest did is no change of the group.
    """
    both = now.shown & before.shown
    weights, alone = _against_all(groups, both), _alone(groups, both)
    delta = now.weighted(weights) - before.weighted(weights)
    itself = now.weighted(alone) - before.weighted(alone)
    return Differences.of(
        _only_if_so(delta, itself),
        now.variance(weights) + before.variance(weights),
        tested=_complete(groups, both),
    )


def overall_change(now: Means, before: Means) -> Differences:
    """How far the mean of all statements that both show moved, (..., 1)."""
    both = now.shown & before.shown
    weights = _all(both)
    return Differences.of(
        now.weighted(weights) - before.weighted(weights),
        now.variance(weights) + before.variance(weights),
        tested=both.any(axis=-1, keepdims=True),
    )


def level(now: Means, usual: Floats, *, margin: float = 0.0) -> Differences:
    """The mean of all shown statements less the `usual` one of the same statements, (..., 1).

    A `margin` in scale points is added, so that only what lies farther below counts as below.
    """
    weights = _all(now.shown)
    return Differences.of(
        now.weighted(weights) - _times(weights, usual) + margin,
        now.variance(weights),
        tested=now.shown.any(axis=-1, keepdims=True),
    )


def below(now: Means, usual: Floats, *, margin: float) -> Differences:
    """Each shown statement less the `usual` mean (n,) of the same statement, (..., n).

    Halo counts in full here: how raters see the person in everything is in this difference. A
    `margin` in scale points is added, so that only what lies farther below counts as below.
    """
    each = np.eye(now.shown.shape[-1])
    return Differences.of(
        now.weighted(each * now.shown[..., None, :]) - usual + margin,
        now.variance(each * now.shown[..., None, :]),
        tested=now.shown,
    )


def self_others(now: Means, own: Floats, usual_gap: Floats, *, noise: float) -> Differences:
    """Own answers less colleagues' means, beyond the company's usual gap, by statement (..., n).

    `own` (..., n) is NaN where unanswered; `usual_gap` (n,) the company's mean of own answers
    less its mean of colleagues' ratings; `noise` the variance of one own answer. Zero where the
    plain gap goes the other way: nobody is told that others see more in them when they do not.
    """
    each = np.eye(now.shown.shape[-1])
    gap = own - now.weighted(each)
    return Differences.of(
        _only_if_so(gap - usual_gap, gap),
        now.variance(each) + noise,
        tested=now.shown & ~np.isnan(own),
    )


def self_others_overall(now: Means, own: Floats, usual_gap: Floats, *, noise: float) -> Differences:
    """The same for the mean over all statements with both views, (..., 1)."""
    both = now.shown & ~np.isnan(own)
    weights = _all(both)
    gap = _times(weights, np.where(both, own, 0.0)) - now.weighted(weights)
    usual = _times(weights, np.where(both, usual_gap, 0.0))
    return Differences.of(
        _only_if_so(gap - usual, gap),
        now.variance(weights) + noise,
        tested=both.sum(axis=-1, keepdims=True) > 1,
    )


def _only_if_so(delta: Floats, itself: Floats) -> Floats:
    """`delta` where the plain difference goes the same way, otherwise zero.

    Means with one decimal leave differences of 1e-16, which are none.
    """
    found: Floats = np.where(np.round(delta * itself, 9) > 0, delta, 0.0)
    return found


def _beyond(errors: Floats) -> Floats:
    """How likely chance moves a figure by more than so many standard errors, either way above 0."""
    return np.asarray(_erfc(errors / sqrt(2)), dtype=np.float64)


def normal_below(errors: Floats) -> Floats:
    """How likely a standard normal draw lies below so many standard errors."""
    return _beyond(-errors) / 2


def _times(weights: Floats, values: Floats) -> Floats:
    """Weighted sums over the last axis, (..., h)."""
    found: Floats = (weights @ values[..., None])[..., 0]
    return found


def _all(shown: Flags) -> Floats:
    """Equal weights over all shown statements, as one row, (..., 1, n)."""
    found: Floats = (shown / np.maximum(shown.sum(axis=-1, keepdims=True), 1))[..., None, :]
    return found


def _alone(groups: Floats, shown: Flags) -> Floats:
    """The mean of each group as weights, (..., h, n)."""
    found: Floats = groups / groups.sum(axis=-1, keepdims=True) * shown[..., None, :]
    return found


def _against_all(groups: Floats, shown: Flags) -> Floats:
    return _alone(groups, shown) - _all(shown)


def _complete(groups: Floats, shown: Flags) -> Flags:
    """Which groups have all their statements shown, and others besides them, (..., h)."""
    hidden = _times(groups, (~shown).astype(np.float64))
    found: Flags = (hidden == 0) & (shown.sum(axis=-1, keepdims=True) > groups.sum(axis=-1))
    return found
