"""How rare it is that so many differences point the same way: a sign test for what is correlated.

Signs of the same report are not independent: whoever sees somebody kindly does so in every
statement, and the person's own answers share a mood. The ordinary sign test would call that a
finding. Here the common part of the differences is one normal draw; given it, signs are
independent.
"""

from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.statistics.contrasts import Means, normal_below

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
NODES: Final[Floats] = np.asarray(_NODES, dtype=np.float64)
WEIGHTS: Final[Floats] = np.asarray(_WEIGHTS / _WEIGHTS.sum(), dtype=np.float64)
"""Gauss-Hermite nodes and weights for the common draw."""


def signs(gap: Floats, usual: Floats) -> Ints:
    """1 where a gap lies above zero and above the `usual` one, -1 below both, otherwise 0.

    `gap` (..., n) is NaN where there is nothing to compare, which gives 0; `usual` (n,).
    """
    plain, beyond = np.round(gap, 9), np.round(gap - usual, 9)
    up, down = (plain > 0) & (beyond > 0), (plain < 0) & (beyond < 0)
    found: Ints = up.astype(np.int64) - down.astype(np.int64)
    return found


def chance_of_signs(
    gap: Floats, usual: Floats, *, now: Means, noise: float, shared_noise: float
) -> Floats:
    """The chance of as many `signs` one way, or more, when none lies either way in truth, (..., 1).

    `gap` (..., n) own answers less colleagues' means `now`, NaN where either is missing; `usual`
    (n,) the company's usual gap. An own answer has the variance `noise`, of which `shared_noise`
    is common to all answers of a person. Statements without a sign are left out, as in the plain
    sign test. P = E[P(N ≥ n | u)] over the common draw u, doubled for both sides, at most 1.

    Source: the sign test (Dixon & Mood 1946, JASA 41, 557-566) on differences with one common
    normal factor; without it, this is the plain test.
    """
    sign = signs(gap, usual)
    common, single = _variances(now, ~np.isnan(gap))
    chance = _chance_up(common + shared_noise, single + noise - shared_noise, sign != 0)
    most = np.maximum((sign > 0).sum(axis=-1), (sign < 0).sum(axis=-1))
    found: Floats = np.minimum(1.0, 2 * _at_least(chance, most))[..., None]
    return found


def _variances(now: Means, compared: Flags) -> tuple[Floats, Floats]:
    """What the means of a report share, (..., 1), and what each has of its own, (..., n).

    The shared part is the mean covariance of two means: it follows from the variance of their
    mean, (Σ own + n·(n − 1)·shared) / n² = Var.
    """
    count = np.maximum(compared.sum(axis=-1, keepdims=True), 2)
    each = now.variance(np.eye(compared.shape[-1]) * compared[..., None, :])
    together = now.variance((compared / count)[..., None, :])
    total = np.where(compared, each, 0.0).sum(axis=-1, keepdims=True)
    shared = np.maximum((count**2 * together - total) / (count * (count - 1)), 0.0)
    return shared, np.maximum(each - shared, 0.0)


def _chance_up(common: Floats, single: Floats, counted: Flags) -> Floats:
    """The chance of each sign being up at each node, (..., nodes, n); 0 where not counted."""
    lean = np.sqrt(common / np.maximum(single, 1e-12))
    found = normal_below(NODES[:, None] * lean[..., None, :])
    return np.where(counted[..., None, :], found, 0.0)


def _at_least(chance: Floats, n: Ints) -> Floats:
    """P(N ≥ n) for signs with these chances (..., nodes, n), the nodes weighed, (...)."""
    size = chance.shape[-1]
    spread = np.zeros((*chance.shape[:-1], size + 1))
    spread[..., 0] = 1.0
    for place in range(size):  # one sign after the other: how many are up so far
        up = chance[..., place, None]
        raised = np.concatenate([np.zeros_like(up), spread[..., :-1]], axis=-1)
        spread = spread * (1 - up) + raised * up
    wanted = np.arange(size + 1) >= n[..., None]
    mixed = (spread * WEIGHTS[:, None]).sum(axis=-2)
    found: Floats = (mixed * wanted).sum(axis=-1)
    return found
