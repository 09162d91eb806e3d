"""The one-way door as a pure function: arrays of ratings in, released cells out.

Nothing here knows a name, a time or a database. What is not released is not returned.
"""

import os
from dataclasses import dataclass, replace

import numpy as np

from app.domain.arrays import Flags, Ints
from app.domain.count.adjusted import AdjustedTable
from app.domain.count.company_means import CompanyMeans, company_means, company_shown
from app.domain.count.fairness import CycleDiagnostics, fairness_of
from app.domain.count.rated_pairs import RatedPairs
from app.domain.count.spread_of_cycle import spread_of, standard_errors
from app.domain.release.cells import (
    Pool,
    ScoreTable,
    release,
    released_shares,
)
from app.domain.release.noise import Randomness, twice_blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS
from app.domain.statistics.spread import Spread


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
    company: CompanyMeans
    spread: Spread
    adjusted: AdjustedTable
    about: CycleDiagnostics


def count(
    reviews: RatedPairs, policy: ReleasePolicy, *, randomness: Randomness = os.urandom
) -> Counted:
    """Count `reviews` under `policy`; the noise is drawn here, once, and kept nowhere.

    Self ratings must not be among the reviews. Source of the rules: docs/statistics.md.
    """
    everybody = tally(reviews)
    enough = everybody.blind_raters >= policy.blind_raters
    shown = enough[:, None] & (everybody.raters >= policy.blind_raters)
    views = _two_views(reviews, everybody, policy, randomness)
    # Of two groups whose totals are shown, the total of both tells nothing more as their sum.
    blurred = twice_blurred(everybody.totals, randomness=randomness)
    totals = np.where(views.shown[:, None], views.totals, blurred)
    colleagues = release(everybody, totals, shown=shown, randomness=randomness)
    many = shown & (everybody.raters >= policy.distribution_from)
    shares = released_shares(everybody, shown=many, randomness=randomness)
    colleagues = replace(colleagues, shares=shares)
    behind = _without_hidden(reviews, shown)
    spread = spread_of(behind, _only(everybody, shown), randomness)
    errors = standard_errors(everybody.raters, spread, views=np.where(views.shown, 2, 1)[:, None])
    fairness = fairness_of(
        behind,
        policy,
        persons=colleagues,
        blind_raters=everybody.blind_raters,
        randomness=randomness,
    )
    return Counted(
        raters=np.where(enough, everybody.blind_raters, -1),
        colleagues=colleagues,
        has_second_view=views.shown,
        reports=views.reports,
        others=views.others,
        company=company_means(colleagues, errors, shown=company_shown(reviews, shown, policy)),
        spread=spread,
        adjusted=fairness.adjusted,
        about=fairness.about,
    )


def _without_hidden(reviews: RatedPairs, shown: Flags) -> RatedPairs:
    """Only the ratings behind released scores (n, 14): no figure of all may tell of others."""
    ratings = np.where(shown[reviews.subject], reviews.ratings, np.int8(NOT_OBSERVED))
    return replace(reviews, ratings=ratings)


def _only(pool: Pool, shown: Flags) -> Pool:
    """The tallies of the same ratings."""
    return replace(pool, options=np.where(shown[:, :, None], pool.options, 0))


@dataclass(frozen=True)
class TwoViews:
    """Direct reports beside everybody else: released scores, and the noised totals of both."""

    shown: Flags
    reports: ScoreTable
    others: ScoreTable
    totals: Ints


def _two_views(
    reviews: RatedPairs, everybody: Pool, policy: ReleasePolicy, randomness: Randomness
) -> TwoViews:
    """Means only: a distribution of one view, taken from that of all, would be the other's."""
    reports = tally(reviews.only(reviews.is_report))
    others = everybody.without(reports)
    both = np.minimum(reports.blind_raters, others.blind_raters) >= policy.blind_raters
    # A statement hidden in one view is hidden in the other: the total would give it away.
    cells = both[:, None] & (np.minimum(reports.raters, others.raters) >= policy.blind_raters)
    of_reports = twice_blurred(reports.totals, randomness=randomness)
    of_others = twice_blurred(others.totals, randomness=randomness)
    return TwoViews(
        both,
        release(reports, of_reports, shown=cells, randomness=randomness),
        release(others, of_others, shown=cells, randomness=randomness),
        of_reports + of_others,
    )


def tally(reviews: RatedPairs) -> Pool:
    """Tally column by column: one bincount per statement is the fastest numpy knows."""
    n, subject = reviews.people, reviews.subject
    options = np.zeros((n, STATEMENTS, OPTIONS), dtype=np.int64)
    raters = np.zeros((n, STATEMENTS), dtype=np.int64)
    rated_any = np.zeros(len(subject), dtype=bool)
    for s in range(STATEMENTS):
        column = reviews.ratings[:, s]
        rated = column > NOT_OBSERVED
        rated_any |= rated
        flat = subject[rated] * OPTIONS + column[rated] - 1
        options[:, s] = np.bincount(flat, minlength=n * OPTIONS).reshape(n, OPTIONS)
        raters[:, s] = np.bincount(subject[rated & reviews.is_blind], minlength=n)
    return Pool(
        options=options,
        raters=raters,
        blind_raters=np.bincount(subject[rated_any & reviews.is_blind], minlength=n),
    )
