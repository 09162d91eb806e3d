"""The one-way door as a pure function: arrays of ratings in, released cells out.

Nothing here knows a name, a time or a database. What is not released is not returned.
"""

import os
from dataclasses import dataclass, replace

import numpy as np

from app.domain.arrays import Flags, Ints
from app.domain.count.adjusted import AdjustedTable
from app.domain.count.by_subject import BLOCK, release_by_subject
from app.domain.count.company_means import CompanyMeans, company_means, company_shown
from app.domain.count.fairness import CycleDiagnostics, fairness_of
from app.domain.count.rated_pairs import RatedPairs
from app.domain.count.spread_of_cycle import spread_of
from app.domain.release.cells import ScoreTable
from app.domain.release.noise import Randomness
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, STATEMENTS
from app.domain.statistics.spread import Spread


@dataclass(frozen=True)
class Counted:
    """Everything the count lets out.

    `raters` (n,): blind raters who answered, -1 where hidden. Beside the threshold, a number
    that included the manager would tell whether the manager answered. `reports` and `others` are
    of those who have a second view, in their order: few have one.
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
    reviews: RatedPairs,
    policy: ReleasePolicy,
    *,
    randomness: Randomness = os.urandom,
    at_once: int | None = None,
    block: int = BLOCK,
) -> Counted:
    """Count `reviews` under `policy`; the noise is drawn here, once, and kept nowhere.

    Self ratings must not be among the reviews. `at_once` says how many subjects are tallied
    together, None for all of them: the result is the same to the bit. Source of the rules:
    docs/statistics.md.
    """
    parts = reviews.people if at_once is None else at_once
    found = release_by_subject(reviews, policy, randomness=randomness, at_once=parts, block=block)
    colleagues, views = found.colleagues, np.where(found.has_second_view, 2, 1)
    behind = _without_hidden(reviews, colleagues.shown)
    del reviews  # where nobody else needs them, they do not stand beside their copy
    spread = spread_of(behind, found.behind, randomness)
    fairness = fairness_of(
        behind,
        policy,
        persons=colleagues,
        blind_raters=found.blind_raters,
        randomness=randomness,
    )
    enough = found.blind_raters >= policy.blind_raters
    shown = company_shown(behind, colleagues, policy)
    return Counted(
        raters=np.where(enough, found.blind_raters, -1),
        colleagues=colleagues,
        has_second_view=found.has_second_view,
        reports=found.reports,
        others=found.others,
        company=company_means(colleagues, spread, views=views, shown=shown),
        spread=spread,
        adjusted=fairness.adjusted,
        about=fairness.about,
    )


def _without_hidden(reviews: RatedPairs, shown: Flags) -> RatedPairs:
    """Only the ratings behind released scores (n, 14): no figure of all may tell of others."""
    ratings = reviews.ratings.copy()
    for s in range(STATEMENTS):
        ratings[~shown[reviews.subject, s], s] = NOT_OBSERVED
    return replace(reviews, ratings=ratings)
