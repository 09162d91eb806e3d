"""Released cells: tallies of ratings in, values on their grain out, and what is hidden wiped.

The grain, the interval and the distribution follow the number of blind ratings. Had they
followed all of them, they would tell whether the manager answered.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints
from app.domain.release.grains import LEAST, MOST, STEPS, grains_for
from app.domain.release.policy import (
    SHARES_IN_TENTHS_FROM,
    TOP_SHARE,
    Observed,
    Reason,
    ReleasePolicy,
)
from app.domain.scale import OPTIONS
from app.domain.statistics.intervals import release_intervals

FINE_SHARES_FROM: Final = 100
MANY_NOT_OBSERVED: Final = 0.5


@dataclass(frozen=True)
class ScoreTable:
    """Released scores, one row per subject and statement, arrays of shape (n, 14).

    Where `hidden` holds a Reason every other array holds nothing to be read (NaN or -1).
    `shares` has shape (n, 14, 3): percent of ratings 1-2, 3, 4-5; -1 below the threshold.
    """

    hidden: NDArray[np.object_]
    grain: Ints
    mean: Floats
    low: Floats
    high: Floats
    shares: Ints
    not_observed: NDArray[np.object_]

    @property
    def shown(self) -> Flags:
        found: Flags = self.grain >= 0
        return found

    def without_shares(self) -> "ScoreTable":
        """The same means without distributions."""
        return replace(self, shares=np.full_like(self.shares, -1))


@dataclass(frozen=True)
class Pool:
    """Ratings that are released together: sums inside the count, which never leave it.

    `options` (n, 14, 5) ratings of each option; `blind` and `unobserved` (n, 14) ratings and
    "not observed" of those who cannot read the report.
    """

    options: Ints
    blind: Ints
    unobserved: Ints


def release(
    pool: Pool, hidden: NDArray[np.object_], *, policy: ReleasePolicy, variance: Floats
) -> ScoreTable:
    """Round to the grain, add intervals and shares, and wipe what is hidden."""
    shown: Flags = hidden == None  # noqa: E711 - elementwise
    grain = grains_for(pool.blind)
    mean = rounded_means(pool.options, grain)
    low, high = _intervals(mean, pool, variance)
    shares = released_shares(pool.options, pool.blind)
    shares[~(shown & (pool.blind >= policy.distribution_from))] = -1
    return ScoreTable(
        hidden=hidden,
        grain=np.where(shown, grain, -1),
        mean=np.where(shown, mean, np.nan),
        low=np.where(shown, low, np.nan),
        high=np.where(shown, high, np.nan),
        shares=shares,
        not_observed=_bands(pool, shown),
    )


def _intervals(mean: Floats, pool: Pool, variance: Floats) -> tuple[Floats, Floats]:
    step = STEPS[grains_for(pool.blind)]
    return release_intervals(mean, ratings=np.maximum(pool.blind, 1), variance=variance, step=step)


def hidden_where(cells: Flags, reason: Reason) -> NDArray[np.object_]:
    """`reason` where a cell is hidden, None where it is shown."""
    hidden = np.full(cells.shape, None, dtype=object)
    hidden[cells] = reason
    return hidden


def rounded_means(options: Ints, grain: Ints) -> Floats:
    """Means of shape (n, 14), half up on their grain, inside its open-ended limits."""
    ratings = options.sum(axis=2)
    return rounded_half_totals(2 * (options @ np.arange(1, OPTIONS + 1)), ratings, grain)


def rounded_half_totals(twice_total: Ints, ratings: Ints, grain: Ints) -> Floats:
    """Half a doubled total over its ratings, half up on the grain, inside its limits.

    The arithmetic is done in whole numbers, so that 4.25 never turns into 4.2499.
    """
    per_unit = _units_per_point(grain)
    divisor = np.maximum(ratings, 1)
    units = (twice_total * per_unit + divisor) // (2 * divisor)
    mean = np.round(units / per_unit, 1)
    clipped: Floats = np.clip(mean, LEAST[grain], MOST[grain])
    return clipped


def _units_per_point(grain: Ints) -> Ints:
    found: Ints = np.rint(1 / STEPS).astype(np.int64)[grain]
    return found


def twice_centres(table: ScoreTable, ratings: Ints) -> Ints:
    """Twice the middle of the totals that look like each released mean; 0 where hidden.

    It follows from the released mean and the number of ratings alone, so whatever is
    computed from it tells nothing that the mean does not.
    """
    grain = np.where(table.shown, table.grain, 0)
    mean = np.where(table.shown, table.mean, 3.0)
    per_unit = _units_per_point(grain)
    units = np.rint(mean * per_unit).astype(np.int64)
    lowest = -((1 - 2 * units) * ratings // (2 * per_unit))  # rounded up
    highest = -((-1 - 2 * units) * ratings // (2 * per_unit)) - 1
    lowest = np.where(mean <= LEAST[grain], ratings, lowest)
    highest = np.where(mean >= MOST[grain], OPTIONS * ratings, highest)
    return np.where(table.shown, lowest + highest, 0)


def together(
    whole: ScoreTable,
    parts: tuple[ScoreTable, ScoreTable],
    *,
    pools: tuple[Pool, Pool],
    variance: Floats,
) -> ScoreTable:
    """`whole` with each mean computed from the means of its two parts, where they are shown.

    Three roundings of two groups would now and then give one of them away entirely (the
    whole at the lower edge of its step, one part at the upper edge of its own: the other
    part is then known to be unanimous); two roundings of two groups never do.
    """
    ratings = [pool.options.sum(axis=2) for pool in pools]
    blind = pools[0].blind + pools[1].blind
    twice_total = twice_centres(parts[0], ratings[0]) + twice_centres(parts[1], ratings[1])
    derived = rounded_half_totals(twice_total, ratings[0] + ratings[1], grains_for(blind))
    from_parts = whole.shown & parts[0].shown & parts[1].shown
    mean = np.where(from_parts, derived, whole.mean)
    pool = Pool(pools[0].options + pools[1].options, blind, pools[0].unobserved)
    low, high = _intervals(mean, pool, variance)
    return replace(whole, mean=mean, low=low, high=high)


def released_shares(options: Ints, blind: Ints) -> Ints:
    """Percent of ratings 1-2, 3 and 4-5, shape (n, 14, 3), in steps by the blind ratings.

    Steps of 20, from 30 ratings of 10, from 100 of 1. A share from TOP_SHARE on is released as
    TOP_SHARE and the others as 0: whether everybody or nearly everybody agreed stays open.
    """
    bins = np.stack(
        [
            options[:, :, 0] + options[:, :, 1],
            options[:, :, 2],
            options[:, :, 3] + options[:, :, 4],
        ],
        axis=2,
    )
    ratings = np.maximum(bins.sum(axis=2, keepdims=True), 1)
    by_tenths = np.where(blind >= SHARES_IN_TENTHS_FROM, 10, 20)
    step = np.where(blind >= FINE_SHARES_FROM, 1, by_tenths)[:, :, None]
    shares = (200 * bins + step * ratings) // (2 * step * ratings) * step
    one_sided = shares.max(axis=2, keepdims=True) >= TOP_SHARE
    capped = np.where(shares >= TOP_SHARE, TOP_SHARE, 0)
    return np.where(one_sided, capped, shares)


def _bands(pool: Pool, shown: Flags) -> NDArray[np.object_]:
    """How many of the blind raters ticked "not observed", in bands; None where hidden."""
    answered = pool.blind + pool.unobserved
    bands = np.full(pool.blind.shape, None, dtype=object)
    bands[shown] = Observed.SOME
    bands[shown & (pool.unobserved == 0)] = Observed.NONE
    bands[shown & (pool.unobserved > MANY_NOT_OBSERVED * answered)] = Observed.MANY
    return bands
