"""What the count lets out beyond plain means: adjusted scores, and how far to trust a cycle."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.count.adjusted import AdjustedTable, Strictness, adjustment_of, release_adjusted
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.cells import ScoreTable
from app.domain.release.fairness import ADJUSTED_FROM, CARELESS_FROM, Adjustment
from app.domain.release.noise import Randomness, blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics.careless import Careless, careless_of
from app.domain.statistics.components import Components, blended, components_of, truncated
from app.domain.statistics.fit import Fit, Penalties, fit
from app.domain.statistics.network import Network, network_of
from app.domain.statistics.reliability import reliabilities

ABOUT_FROM: Final = 25
"""Fewer raters than this say nothing of the cycle as a whole."""
SHARE_STEP: Final = 10
RELIABILITY_STEP: Final = 0.1


@dataclass(frozen=True)
class CycleDiagnostics:
    """What is told of a whole cycle; None where too few took part for it."""

    adjustment: Adjustment
    split: tuple[int, int, int] | None = None
    """Percent of the variance that is the rater, the person and the rest; in tens, sum 100."""
    reliability: float | None = None
    """Of a typical person's score, in tenths."""
    careless: Careless = field(default_factory=Careless)


@dataclass(frozen=True)
class Fairness:
    """Released adjusted scores of the n people, and what is told of the cycle."""

    adjusted: AdjustedTable
    about: CycleDiagnostics


def fairness_of(
    reviews: RatedPairs,
    policy: ReleasePolicy,
    *,
    persons: ScoreTable,
    blind_raters: Ints,
    randomness: Randomness,
) -> Fairness:
    """Adjust the printed scores of `persons` where the graph allows it, and judge the cycle.

    The reviews hold no rating behind a hidden score, so that nothing here depends on one.
    `blind_raters` (n,): how many raters of each subject count towards the threshold. It also
    decides here: a total with the manager in it would tell whether the manager answered.
    """
    network = network_of(reviews.rater, reviews.subject, reviews.ratings, people=reviews.unit.size)
    if not network.value.size:
        return Fairness(_nothing(reviews.people), CycleDiagnostics(Adjustment.NOT_CONNECTED))
    found = _components(network)
    fitted = fit(network, Penalties.of(found))
    reliability = reliabilities(network, found)[: reviews.people]
    adjustment = adjustment_of(network, reviews.unit, asked=reviews.rater.size)
    enough = blind_raters >= max(ADJUSTED_FROM, policy.blind_raters)
    table = release_adjusted(
        persons,
        Strictness.of(network, fitted, found, people=reviews.people),
        reliability=reliability,
        raters=blind_raters,
        shown=enough & persons.shown.any(axis=1) & (adjustment is Adjustment.MADE),
        randomness=randomness,
    )
    if not _is_enough(network, policy):
        return Fairness(table, CycleDiagnostics(adjustment))
    about = CycleDiagnostics(
        adjustment,
        split=_in_steps(found.shares),
        reliability=_typical(reliability, rows=blind_raters >= policy.blind_raters),
        careless=told(_careless(reviews, network, fitted), randomness),
    )
    return Fairness(table, about)


def _careless(reviews: RatedPairs, network: Network, fitted: Fit) -> Careless:
    residuals = fitted.residuals(network)
    return careless_of(reviews.rater, reviews.ratings, network=network, residuals=residuals)


def told(careless: Careless, randomness: Randomness) -> Careless:
    """The numbers with noise; None for those that are then too small to be told."""
    counts = np.array([careless.uniform or 0, careless.inconsistent or 0])
    noised = blurred(counts, randomness=randomness).tolist()
    return Careless(*(found if found >= CARELESS_FROM else None for found in noised))


def _nothing(people: int) -> AdjustedTable:
    empty = np.full(people, np.nan)
    return AdjustedTable(empty, np.full(people, -1), empty, np.full(people, None, dtype=object))


def _components(network: Network) -> Components:
    involved = np.count_nonzero((network.given > 0) | (network.received > 0))
    return blended(truncated(components_of(network)), people=int(involved))


def _is_enough(network: Network, policy: ReleasePolicy) -> bool:
    """Whether the cycle as a whole may be told of."""
    raters, subjects = np.count_nonzero(network.given), np.count_nonzero(network.received)
    return bool(
        raters >= max(ABOUT_FROM, policy.unit_respondents) and subjects >= policy.team_subjects
    )


def _in_steps(shares: tuple[float, float, float]) -> tuple[int, int, int]:
    """Shares of 1 as percent in steps of 10 that add up to 100, by largest remainders."""
    parts = np.array(shares) * (100 / SHARE_STEP)
    steps = np.floor(parts + 1e-9).astype(np.int64)
    missing = 100 // SHARE_STEP - int(steps.sum())
    steps[np.argsort(steps - parts, kind="stable")[:missing]] += 1
    rater, person, rest = (steps * SHARE_STEP).tolist()
    return rater, person, rest


def _typical(reliability: Floats, *, rows: Flags) -> float:
    """The median of those whose scores are released, in tenths; there is at least one."""
    steps = round(float(np.median(reliability[rows])) / RELIABILITY_STEP)
    return round(steps * RELIABILITY_STEP, 2)
