"""The one-way door as a pure function: arrays of ratings in, released cells out.

Nothing here knows a name, a time or a database. What is not released is not returned.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.adjusted import AdjustedTable
from app.domain.count.company_means import (
    SMALLEST_VARIANCE,
    company_means,
    company_shown,
    totals_behind,
)
from app.domain.count.fairness import AboutNumbers, fairness_of
from app.domain.count.reviews import Reviews
from app.domain.release.cells import Pool, ScoreTable, hidden_where, release, together
from app.domain.release.policy import Reason, ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.intervals import pooled_variance


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
    enough = tallies.blind_raters >= policy.blind_raters
    shown = enough[:, None] & (tallies.blind >= policy.blind_raters)
    behind = np.where(shown[:, :, None], tallies.options, 0)
    # Not even a width follows from ratings that are hidden.
    spread = [pooled_variance(behind[:, s]) for s in range(STATEMENTS)]
    variance = np.maximum(spread, SMALLEST_VARIANCE)
    views = _two_views(reviews, policy, variance)
    colleagues = together(
        _scores(tallies, shown, policy, variance),
        (views.reports, views.others),
        pools=views.pools,
        variance=variance,
    )
    fairness = fairness_of(
        _without_hidden(reviews, shown), policy, blind_raters=tallies.blind_raters
    )
    return Counted(
        raters=np.where(enough, tallies.blind_raters, -1),
        colleagues=colleagues,
        has_second_view=views.shown,
        reports=views.reports,
        others=views.others,
        company=company_means(
            totals_behind(colleagues, tallies.options, views.parts),
            behind,
            shown=company_shown(reviews, shown, policy),
            variance=variance,
        ),
        adjusted=fairness.adjusted,
        about=fairness.about,
    )


def _without_hidden(reviews: Reviews, shown: Flags) -> Reviews:
    """Only the ratings behind released scores (n, 14): strictness must not tell of others."""
    ratings = np.where(shown[reviews.subject], reviews.ratings, np.int8(NOT_OBSERVED))
    return replace(reviews, ratings=ratings)


@dataclass(frozen=True)
class TwoViews:
    """Direct reports beside everybody else: released scores, and the ratings behind them."""

    shown: Flags
    reports: ScoreTable
    others: ScoreTable
    pools: tuple[Pool, Pool]

    @property
    def parts(self) -> tuple[tuple[ScoreTable, Ints], tuple[ScoreTable, Ints]]:
        """Each view with its ratings by option."""
        return (self.reports, self.pools[0].options), (self.others, self.pools[1].options)


def _two_views(reviews: Reviews, policy: ReleasePolicy, variance: Floats) -> TwoViews:
    """Means only: a distribution of one view, taken from that of all, would be the other's."""
    reports = Tallies.of(reviews.only(reviews.is_report))
    others = Tallies.of(reviews.only(~reviews.is_report))
    both = np.minimum(reports.blind_raters, others.blind_raters) >= policy.blind_raters
    # A statement hidden in one view is hidden in the other: the total would give it away.
    cells = both[:, None] & (np.minimum(reports.blind, others.blind) >= policy.blind_raters)
    return TwoViews(
        both,
        _scores(reports, cells, policy, variance).without_shares(),
        _scores(others, cells, policy, variance).without_shares(),
        (reports, others),
    )


@dataclass(frozen=True)
class Tallies(Pool):
    """A pool with `raters` and `blind_raters` (n,), who rated at least one statement."""

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
            missed = (column == NOT_OBSERVED) & reviews.is_blind
            unobserved[:, s] = np.bincount(subject[missed], minlength=n)
        return cls(
            options=options,
            blind=blind,
            unobserved=unobserved,
            raters=np.bincount(subject[rated_any], minlength=n),
            blind_raters=np.bincount(subject[rated_any & reviews.is_blind], minlength=n),
        )


def _scores(tallies: Tallies, shown: Flags, policy: ReleasePolicy, variance: Floats) -> ScoreTable:
    """Released scores of every subject; all numbers outside the policy are wiped."""
    hidden = hidden_where(~shown, Reason.FEW_RATERS)
    return release(tallies, hidden, policy=policy, variance=variance)
