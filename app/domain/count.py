"""The one-way door as a pure function: arrays of ratings in, released cells out.

Nothing here knows a name, a time or a database. What is not released is not returned.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.adjusted import AdjustedTable
from app.domain.fairness import AboutNumbers, fairness_of
from app.domain.grains import LEAST, MOST, STEPS, grains_for
from app.domain.release import TOP_SHARE, Observed, Reason, ReleasePolicy
from app.domain.reviews import Reviews
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.scores import company_interval, pooled_variance, release_intervals

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FINE_SHARES_FROM: Final = 100
MANY_NOT_OBSERVED: Final = 0.5
SMALLEST_VARIANCE: Final = 0.25
"""Without a floor an interval of no width would certify that everybody agreed."""


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


@dataclass(frozen=True)
class Counted:
    """Everything the count lets out.

    `raters` (n,): blind raters who answered, -1 where hidden. Beside the threshold, a number
    that included the manager would tell whether the manager answered.
    """

    raters: Ints
    colleagues: ScoreTable
    has_second_view: Flags
    reports: ScoreTable
    others: ScoreTable
    company: ScoreTable
    """Shape (1, 14): the company as a whole."""
    adjusted: AdjustedTable
    about: AboutNumbers


def count(reviews: Reviews, policy: ReleasePolicy) -> Counted:
    """Count `reviews` under `policy`.

    Self ratings must not be among the reviews. Source of the rules: DESIGN.md section 5.
    """
    tallies = Tallies.of(reviews)
    spread = [pooled_variance(tallies.options[:, s]) for s in range(STATEMENTS)]
    variance = np.maximum(spread, SMALLEST_VARIANCE)
    enough = tallies.blind_raters >= policy.blind_raters
    colleagues = _scores(tallies, policy, variance, rows=enough)
    from_reports = Tallies.of(reviews.only(reviews.is_report))
    from_others = Tallies.of(reviews.only(~reviews.is_report))
    both = (from_reports.blind_raters >= policy.blind_raters) & (
        from_others.blind_raters >= policy.blind_raters
    )
    # A statement hidden in one view is hidden in the other: the total would give it away.
    both_cells = both[:, None] & (
        np.minimum(from_reports.blind, from_others.blind) >= policy.blind_raters
    )
    fairness = fairness_of(reviews, policy, blind_raters=tallies.blind_raters)
    return Counted(
        raters=np.where(enough, tallies.blind_raters, -1),
        colleagues=colleagues,
        has_second_view=both,
        reports=_scores(from_reports, policy, variance, rows=both, cells=both_cells),
        others=_scores(from_others, policy, variance, rows=both, cells=both_cells),
        company=_company(reviews, tallies, policy, variance),
        adjusted=fairness.adjusted,
        about=fairness.about,
    )


@dataclass(frozen=True)
class Tallies:
    """Sums inside the count; they never leave it.

    `options` (n, 14, 5) ratings of each option, `blind` (n, 14) ratings by blind raters,
    `unobserved` (n, 14), `raters` and `blind_raters` (n,) who rated at least one statement.
    """

    options: Ints
    blind: Ints
    unobserved: Ints
    raters: Ints
    blind_raters: Ints

    @classmethod
    def of(cls, reviews: Reviews) -> "Tallies":
        """Tally column by column: one bincount per statement is the fastest numpy knows."""
        n, subject = reviews.people, reviews.subject
        options = np.zeros((n, STATEMENTS, OPTIONS), dtype=np.int64)
        blind = np.zeros((n, STATEMENTS), dtype=np.int64)
        unobserved = np.zeros((n, STATEMENTS), dtype=np.int64)
        rated_any = np.zeros(len(subject), dtype=bool)
        for s in range(STATEMENTS):
            column = reviews.ratings[:, s]
            rated = column > NOT_OBSERVED
            rated_any |= rated
            flat = subject[rated] * OPTIONS + column[rated] - 1
            options[:, s] = np.bincount(flat, minlength=n * OPTIONS).reshape(n, OPTIONS)
            blind[:, s] = np.bincount(subject[rated & reviews.is_blind], minlength=n)
            unobserved[:, s] = np.bincount(subject[column == NOT_OBSERVED], minlength=n)
        return cls(
            options=options,
            blind=blind,
            unobserved=unobserved,
            raters=np.bincount(subject[rated_any], minlength=n),
            blind_raters=np.bincount(subject[rated_any & reviews.is_blind], minlength=n),
        )


def _scores(
    tallies: Tallies,
    policy: ReleasePolicy,
    variance: Floats,
    *,
    rows: Flags,
    cells: Flags | None = None,
) -> ScoreTable:
    """Released scores of every subject; all numbers outside the policy are wiped."""
    shown = rows[:, None] & (tallies.blind >= policy.blind_raters if cells is None else cells)
    return _release(
        tallies.options, tallies.unobserved, _hidden(~shown, Reason.FEW_RATERS), policy, variance
    )


def _company(
    reviews: Reviews, tallies: Tallies, policy: ReleasePolicy, variance: Floats
) -> ScoreTable:
    """The company's statement means, without distributions.

    A mean needs as many different raters as a unit needs respondents, and as many subjects
    as a team report: one person's score must not pass for the company's.
    """
    options = tallies.options.sum(axis=0, keepdims=True)
    subjects = np.count_nonzero(tallies.options.sum(axis=2), axis=0)
    shown = (_raters(reviews) >= policy.unit_respondents) & (subjects >= policy.team_subjects)
    unobserved = tallies.unobserved.sum(axis=0, keepdims=True)
    hidden = _hidden(~shown[None, :], Reason.FEW_RESPONDENTS)
    released = _release(options, unobserved, hidden, policy, variance)
    return _with_company_intervals(released, options[0], variance)


def _raters(reviews: Reviews) -> Ints:
    """How many different people rated anybody on each statement, shape (14,)."""
    rated = reviews.ratings > NOT_OBSERVED
    return np.array([np.unique(reviews.rater[rated[:, s]]).size for s in range(STATEMENTS)])


def _with_company_intervals(released: ScoreTable, options: Ints, variance: Floats) -> ScoreTable:
    """The company's figures with intervals that follow their own spread, too."""
    low, high = released.low.copy(), released.high.copy()
    own_variance = np.maximum(_plain_variance(options), SMALLEST_VARIANCE)
    ratings = options.sum(axis=1)
    for s in np.flatnonzero(released.grain[0] >= 0):
        low[0, s], high[0, s] = company_interval(
            float(released.mean[0, s]),
            ratings=int(ratings[s]),
            variance=float(variance[s]),
            own_variance=float(own_variance[s]),
            step=float(STEPS[released.grain[0, s]]),
        )
    return replace(released, low=low, high=high, shares=np.full_like(released.shares, -1))


def _plain_variance(options: Ints) -> Floats:
    """The sample variance of the ratings behind each row of `options`; 0 for fewer than two."""
    ratings, values = options.sum(axis=1), np.arange(1.0, OPTIONS + 1)
    means = options @ values / np.maximum(ratings, 1)
    squares = (options * (values - means[:, None]) ** 2).sum(axis=1)
    found: Floats = squares / np.maximum(ratings - 1, 1)
    return found


def _hidden(cells: Flags, reason: Reason) -> NDArray[np.object_]:
    """`reason` where a cell is hidden, None where it is shown."""
    hidden = np.full(cells.shape, None, dtype=object)
    hidden[cells] = reason
    return hidden


def _release(
    options: Ints,
    unobserved: Ints,
    hidden: NDArray[np.object_],
    policy: ReleasePolicy,
    variance: Floats,
) -> ScoreTable:
    """Round to the grain, add intervals and shares, and wipe what is hidden."""
    shown: Flags = hidden == None  # noqa: E711 - elementwise
    ratings = options.sum(axis=2)
    grain = grains_for(ratings)
    mean = rounded_means(options, grain)
    low, high = release_intervals(
        mean, ratings=np.maximum(ratings, 1), variance=variance, step=STEPS[grain]
    )
    shares = released_shares(options)
    shares[~(shown & (ratings >= policy.distribution_from))] = -1
    return ScoreTable(
        hidden=hidden,
        grain=np.where(shown, grain, -1),
        mean=np.where(shown, mean, np.nan),
        low=np.where(shown, low, np.nan),
        high=np.where(shown, high, np.nan),
        shares=shares,
        not_observed=_bands(ratings, unobserved, shown),
    )


def rounded_means(options: Ints, grain: Ints) -> Floats:
    """Means of shape (n, 14), half up on their grain, inside its open-ended limits.

    The arithmetic is done in whole numbers, so that 4.25 never turns into 4.2499.
    """
    ratings = options.sum(axis=2)
    total = options @ np.arange(1, OPTIONS + 1)
    per_unit = np.rint(1 / STEPS).astype(np.int64)[grain]
    divisor = np.maximum(ratings, 1)
    units = (2 * total * per_unit + divisor) // (2 * divisor)
    mean = np.round(units / per_unit, 1)
    clipped: Floats = np.clip(mean, LEAST[grain], MOST[grain])
    return clipped


def released_shares(options: Ints) -> Ints:
    """Percent of ratings 1-2, 3 and 4-5, shape (n, 14, 3); steps of 10, from 100 ratings of 1.

    A share from TOP_SHARE on is released as TOP_SHARE and the others as 0: whether everybody
    or nearly everybody agreed stays open.
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
    step = np.where(ratings >= FINE_SHARES_FROM, 1, 10)
    shares = (200 * bins + step * ratings) // (2 * step * ratings) * step
    one_sided = shares.max(axis=2, keepdims=True) >= TOP_SHARE
    capped = np.where(shares >= TOP_SHARE, TOP_SHARE, 0)
    return np.where(one_sided, capped, shares)


def _bands(ratings: Ints, unobserved: Ints, shown: Flags) -> NDArray[np.object_]:
    """How many of those who answered ticked "not observed", in bands; None where hidden."""
    bands = np.full(ratings.shape, None, dtype=object)
    bands[shown] = Observed.SOME
    bands[shown & (unobserved == 0)] = Observed.NONE
    bands[shown & (unobserved > MANY_NOT_OBSERVED * (ratings + unobserved))] = Observed.MANY
    return bands
