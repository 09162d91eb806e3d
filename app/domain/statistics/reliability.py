"""How far a person's score can be relied on: the part of its variance that is the person."""

from dataclasses import replace
from typing import Final

import numpy as np

from app.domain.arrays import Floats
from app.domain.statistics.components import Components
from app.domain.statistics.fit import Penalties
from app.domain.statistics.network import Network

EXACT_TO: Final = 2000
LEAST_REST: Final = 1e-6
"""Of the whole variance. Without any rest, a graph that falls into parts has no one solution."""


def reliabilities(network: Network, found: Components) -> Floats:
    """1 - PEV_j/σ²_b of everybody, shape (n,), 0 to 1; 0 for who received nothing.

    PEV is the variance of the error with which a subject's effect is predicted: from the
    inverse of the equations that `fit` solves up to 2,000 people, beyond that from their
    diagonal. Takes truncated components; where people do not differ every reliability is 0.

    Source: Henderson (1975), Biometrics 31(2), 423-447.
    """
    if found.subject <= 0:
        return np.zeros(network.people)
    rest = max(found.rest, LEAST_REST * found.total)
    penalties = Penalties.of(replace(found, rest=rest))
    error = (_exact if network.people <= EXACT_TO else _approximate)(network, penalties)
    lost = np.where(network.received > 0, penalties.subject * error, 1.0)
    kept: Floats = np.clip(1 - lost, 0.0, 1.0)
    return kept


def _weights(network: Network, penalties: Penalties) -> Floats:
    """1/(n_i + λ_a), shape (n,); 0 for who gave nothing."""
    given = network.given
    weights: Floats = np.zeros(network.people)
    np.divide(1.0, given + penalties.rater, out=weights, where=given > 0)
    return weights


def _exact(network: Network, penalties: Penalties) -> Floats:
    """PEV/σ²_g: the diagonal of the inverse of the subjects' equations. O(n³)."""
    n, weight = network.people, _weights(network, penalties)
    pairs = np.zeros((n, n))
    pairs[network.rater, network.subject] = 1.0
    schur = np.diag(network.received + penalties.subject) - pairs.T @ (weight[:, None] * pairs)
    found: Floats = np.diag(np.linalg.inv(schur)).copy()
    return found


def _approximate(network: Network, penalties: Penalties) -> Floats:
    """PEV/σ²_g ≈ 1/(k_j + λ_b - Σ_i 1/(n_i + λ_a)). O(m)."""
    used = network.by_subject(_weights(network, penalties)[network.rater])
    found: Floats = 1 / (network.received - used + penalties.subject)
    return found
