"""Released cells: sums of ratings in, means with small known noise out, what is hidden wiped.

Two draws are added to each total: one of its own, and one common to all statements of a subject.
Without the second a subject's 14 means together would give away how a colleague rates on the
whole: their own noise averages out, the common draw does not.

A printed mean pools all ratings; how many stand behind it is told of blind raters only, and
an even shift by up to half a rating point hides whether one more person, typically the manager,
is in the sum.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints, Whole
from app.domain.release.noise import Randomness, ratio_to, twice_blurred
from app.domain.release.policy import Reason
from app.domain.scale import OPTIONS

TENTHS = 10


@dataclass(frozen=True)
class Pool:
    """Ratings that are released together: sums inside the count, which never leave it.

    `options` (n, 14, 5) ratings of each option; `raters` (n, 14) ratings of those who cannot
    read the report; `blind_raters` (n,) how many of them rated at least one statement.
    """

    options: Ints
    raters: Ints
    blind_raters: Ints

    @cached_property
    def ratings(self) -> Ints:
        """How many ratings, those of readers included, shape (n, 14)."""
        found: Ints = self.options.sum(axis=2)
        return found

    @property
    def totals(self) -> Ints:
        """Their sums in rating points, shape (n, 14)."""
        found: Ints = self.options @ np.arange(1, OPTIONS + 1)
        return found

    def rows(self, some: slice) -> "Pool":
        """The ratings of some subjects only."""
        return Pool(self.options[some], self.raters[some], self.blind_raters[some])

    def without(self, part: "Pool") -> "Pool":
        """The ratings that are not in `part`."""
        return Pool(
            self.options - part.options,
            self.raters - part.raters,
            self.blind_raters - part.blind_raters,
        )


@dataclass(frozen=True)
class ScoreTable:
    """Released scores, one row per subject and statement, arrays of shape (n, 14).

    Whole numbers, which a count keeps in narrow arrays: `tenths` are means times ten, 0 where
    hidden; `raters` are blind, -1 where hidden. `shares` has shape (n, 14, 3): percent of ratings
    1-2, 3, 4-5; -1 below the threshold.
    """

    tenths: Whole
    raters: Whole
    shares: Whole

    def of(self, some: Flags) -> "ScoreTable":
        """The rows of `some` subjects, (n,), in narrow arrays."""
        return ScoreTable(
            self.tenths[some].astype(np.int8),
            self.raters[some].astype(np.int32),
            self.shares[some].astype(np.int8),
        )

    @property
    def shown(self) -> Flags:
        found: Flags = self.raters >= 0
        return found

    @property
    def mean(self) -> Floats:
        """The printed means in scale points; NaN where hidden."""
        return np.where(self.shown, self.tenths.astype(np.float64) / TENTHS, np.nan)

    @property
    def hidden(self) -> NDArray[np.object_]:
        """The reason where a cell is hidden, None where it is shown."""
        found = np.full(self.raters.shape, None, dtype=object)
        found[~self.shown] = Reason.FEW_RATERS
        return found


def release(pool: Pool, noised: Ints, *, shown: Flags, randomness: Randomness) -> ScoreTable:
    """Means of `noised` totals (n, 14), without distributions; what is not `shown` is wiped."""
    divisor = np.maximum(pool.ratings, 1)
    tenths = ratio_to(noised, divisor, steps=TENTHS, randomness=randomness)
    printed = np.clip(tenths, TENTHS, OPTIONS * TENTHS)
    return ScoreTable(
        tenths=np.where(shown, printed, 0),
        raters=np.where(shown, pool.raters, -1),
        shares=np.full((*shown.shape, 3), -1),
    )


def released_shares(pool: Pool, *, shown: Flags, randomness: Randomness) -> Ints:
    """Percent of ratings 1-2, 3 and 4-5, shape (n, 14, 3); -1 where not `shown` (n, 14).

    Both draws are added to how many are low and to how many are high, each; what is left is the
    middle, so that the three add up to 100.
    """
    low = _noised_percent(pool, pool.options[:, :, :2].sum(axis=2), randomness)
    high = _noised_percent(pool, pool.options[:, :, 3:].sum(axis=2), randomness)
    # Where noise made them more than all, both keep their proportion.
    both = np.maximum(low + high, 100)
    low = (200 * low + both) // (2 * both)
    high = np.minimum((200 * high + both) // (2 * both), 100 - low)
    shares = np.stack([low, 100 - low - high, high], axis=2)
    return np.where(shown[:, :, None], shares, -1)


def _noised_percent(pool: Pool, counts: Ints, randomness: Randomness) -> Ints:
    noised = twice_blurred(counts, randomness=randomness)
    percent = ratio_to(noised, np.maximum(pool.ratings, 1), steps=100, randomness=randomness)
    return np.clip(percent, 0, 100)
