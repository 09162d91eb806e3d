"""What the count lets out beyond plain means: adjusted scores, and how far to trust a cycle."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.adjusted import (
    ADJUSTED_FROM,
    AdjustedTable,
    Adjustment,
    adjusted_scores,
    adjustment_of,
    release_adjusted,
)
from app.domain.count.reviews import Reviews
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics.careless import Careless, careless_of
from app.domain.statistics.components import Components, blended, components_of, truncated
from app.domain.statistics.fit import Penalties, fit
from app.domain.statistics.network import Network, network_of
from app.domain.statistics.reliability import reliabilities

SHARE_STEP: Final = 5
RELIABILITY_STEP: Final = 0.05


@dataclass(frozen=True)
class AboutNumbers:
    """What is told of a whole cycle; None where too few took part for it."""

    adjustment: Adjustment
    split: tuple[int, int, int] | None = None
    """Percent of the variance that is the rater, the person and the rest; steps of 5, sum 100."""
    reliability: float | None = None
    """Of a typical person's score, in steps of .05."""
    careless: Careless = field(default_factory=Careless)


@dataclass(frozen=True)
class Fairness:
    """Released adjusted scores of the n people, and what is told of the cycle."""

    adjusted: AdjustedTable
    about: AboutNumbers


def fairness_of(reviews: Reviews, policy: ReleasePolicy, *, blind_raters: Ints) -> Fairness:
    """Adjust scores for strictness where the graph allows it, and judge the cycle.

    The reviews hold no rating behind a hidden score, so that nothing here depends on one.
    `blind_raters` (n,): how many raters of each subject count towards the threshold. It also
    decides here: a total with the manager in it would tell whether the manager answered.
    """
    network, level = network_of(
        reviews.rater, reviews.subject, reviews.ratings, people=reviews.unit.size
    )
    if not network.value.size:
        return Fairness(_nothing(reviews.people), AboutNumbers(Adjustment.NOT_CONNECTED))
    found = _components(network)
    fitted = fit(network, Penalties.of(found))
    reliability = reliabilities(network, found)[: reviews.people]
    adjustment = adjustment_of(network, reviews.unit)
    enough = blind_raters >= max(ADJUSTED_FROM, policy.blind_raters)
    adjusted = adjusted_scores(network, fitted, found, level=level)
    table = release_adjusted(
        adjusted.first(reviews.people),
        reliability=reliability,
        raters=blind_raters,
        shown=enough & (adjustment is Adjustment.MADE),
    )
    if not _is_enough(network, policy):
        return Fairness(table, AboutNumbers(adjustment))
    about = AboutNumbers(
        adjustment,
        split=_in_steps(found.shares),
        reliability=_typical(reliability, rows=blind_raters >= policy.blind_raters),
        careless=careless_of(
            reviews.rater, reviews.ratings, network=network, residuals=fitted.residuals(network)
        ).published,
    )
    return Fairness(table, about)


def _nothing(people: int) -> AdjustedTable:
    empty = np.full(people, np.nan)
    hidden = np.full(people, None, dtype=object)
    return AdjustedTable(np.full(people, -1), empty, empty, empty, hidden)


def _components(network: Network) -> Components:
    involved = np.count_nonzero((network.given > 0) | (network.received > 0))
    return blended(truncated(components_of(network)), people=int(involved))


def _is_enough(network: Network, policy: ReleasePolicy) -> bool:
    """Whether the cycle as a whole may be told of: the thresholds of the company's means."""
    raters, subjects = np.count_nonzero(network.given), np.count_nonzero(network.received)
    return bool(raters >= policy.unit_respondents and subjects >= policy.team_subjects)


def _in_steps(shares: tuple[float, float, float]) -> tuple[int, int, int]:
    """Shares of 1 as percent in steps of 5 that add up to 100, by largest remainders."""
    parts = np.array(shares) * (100 / SHARE_STEP)
    steps = np.floor(parts + 1e-9).astype(np.int64)
    missing = 100 // SHARE_STEP - int(steps.sum())
    steps[np.argsort(steps - parts, kind="stable")[:missing]] += 1
    rater, person, rest = (steps * SHARE_STEP).tolist()
    return rater, person, rest


def _typical(reliability: Floats, *, rows: Flags) -> float:
    """The median of those whose scores are released, on its grain; there is at least one."""
    steps = round(float(np.median(reliability[rows])) / RELIABILITY_STEP)
    return round(steps * RELIABILITY_STEP, 2)
