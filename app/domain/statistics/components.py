"""Where differences between ratings come from: the rater, the person rated, and the rest.

The social relations model: y_ij = mean + a_i (rater) + b_j (subject) + g_ij, where a person's
two roles may be related (a_i with b_i), and so may two people's views of each other (g_ij with
g_ji). Estimating, cutting at 0 and blending are three steps, because the first is compared with
published numbers. STATISTICS.md section 1.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.arrays import Floats
from app.domain.statistics.network import Network

RATER_PRIOR, SUBJECT_PRIOR, REST_PRIOR = 0.20, 0.25, 0.55
"""How the variance of ratings usually splits; stands in for what few people cannot tell."""
BLEND_BELOW: Final = 10
_RANK_TOLERANCE: Final = 1e-10


@dataclass(frozen=True)
class Components:
    """Variances and covariances of the parts of a rating, in squared scale points."""

    rater: float
    subject: float
    rest: float
    roles: float = 0.0
    """Covariance of how a person rates with how they are rated."""
    reciprocity: float = 0.0
    """Covariance of what is special in two people's views of each other."""

    @property
    def total(self) -> float:
        """Variance of one rating."""
        return self.rater + self.subject + self.rest

    @property
    def shares(self) -> tuple[float, float, float]:
        """Rater, subject and rest as parts of 1; the usual split where nothing varies."""
        if self.total <= 0:
            return RATER_PRIOR, SUBJECT_PRIOR, REST_PRIOR
        return self.rater / self.total, self.subject / self.total, self.rest / self.total


def components_of(network: Network) -> Components:
    """Estimate the components by moments; they may come out negative.

    Five quadratic forms of the values centred at their grand mean (total, by rater, by
    subject, rater by subject, reciprocal) are set equal to what the model expects of them
    under the counts of this very design; O(m). A form the design cannot tell from others
    (nobody rates back) gets 0. Without any rating every component is 0.

    Source: Warner, Kenny & Stoto (1979), J. Pers. Soc. Psych. 37(10), 1742-1757, whose
    formulas this gives on a full round robin; the expectations for other designs are the
    traces of the products of the forms' matrices.
    """
    if network.value.size < 2:
        return Components(0.0, 0.0, 0.0)
    forms, expected = _forms(network), _expectations(network)
    # The scales differ by powers of the design's size: bring every form to its own.
    scale = np.sqrt(np.maximum(np.diag(expected), 1e-300))
    scaled = expected / np.outer(scale, scale)
    found, *_ = np.linalg.lstsq(scaled, forms / scale, rcond=_RANK_TOLERANCE)
    rater, subject, roles, rest, reciprocity = (found / scale).tolist()
    return Components(rater, subject, rest, roles, reciprocity)


def _forms(network: Network) -> Floats:
    """The five quadratic forms of the centred values."""
    back = network.returned
    z = network.value - network.value.mean()
    rows, columns = network.by_rater(z), network.by_subject(z)
    across = z[back]
    across[back < 0] = 0.0
    across *= z
    return np.array(
        [
            (rows**2).sum(),
            (columns**2).sum(),
            2 * (rows * columns).sum(),
            (z**2).sum(),
            across.sum(),
        ]
    )


def _expectations(network: Network) -> Floats:
    """What each form holds of each component, shape (5, 5).

    A form is z'Hz with z = My, M = I - 11'/m, and a component stands in Var(y) with a
    matrix K from the same five; the entry is tr(MHMK) = tr(HK) - 2/m·(H1)'(K1) +
    (1'H1)(1'K1)/m².
    """
    given, received = network.counts
    m = network.value.size
    mutual = network.returned >= 0
    both = 2.0 * np.count_nonzero(mutual)
    traces = np.array(
        [
            [(given**2).sum(), m, 0, m, 0],
            [m, (received**2).sum(), 0, m, 0],
            [0, 0, both + 2 * (given * received).sum(), 0, both],
            [m, m, 0, m, 0],
            [0, 0, both, 0, both / 2],
        ]
    )
    products, ones = np.zeros_like(traces), np.zeros(len(traces))
    for rows in network.blocks():  # whole numbers: their sums are exact in any order
        i, j = network.rater[rows], network.subject[rows]
        each = [given[i], received[j], received[i] + given[j], np.ones(i.size), mutual[rows]]
        sums = np.stack(each)
        products += sums @ sums.T
        ones += sums.sum(axis=1)
    found: Floats = traces - 2 / m * products + np.outer(ones, ones) / m**2
    return found


def truncated(found: Components) -> Components:
    """The same with variances that came out negative cut at 0."""
    return Components(
        max(found.rater, 0.0),
        max(found.subject, 0.0),
        max(found.rest, 0.0),
        found.roles,
        found.reciprocity,
    )


def blended(found: Components, *, people: int) -> Components:
    """Below ten people, the estimate mixed with the usual split of the same total variance.

    The estimate weighs people/10. Takes truncated components; covariances keep their part.
    """
    own = min(people / BLEND_BELOW, 1.0)
    usual = (1 - own) * found.total
    return Components(
        own * found.rater + usual * RATER_PRIOR,
        own * found.subject + usual * SUBJECT_PRIOR,
        own * found.rest + usual * REST_PRIOR,
        own * found.roles,
        own * found.reciprocity,
    )
