"""How strict or generous each rater is, and how each subject is seen: the two-way fit."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats
from app.domain.statistics.components import Components
from app.domain.statistics.network import Network

TOLERANCE: Final = 1e-11
MOST_ITERATIONS: Final = 1000
_NOTHING_LEFT: Final = 1e-9


@dataclass(frozen=True)
class Penalties:
    """How strongly effects are drawn towards 0: variance of the rest over that of the effect.

    0 leaves an effect free, infinity makes it 0.
    """

    rater: float
    subject: float

    @classmethod
    def of(cls, found: Components) -> "Penalties":
        """λ_a = σ²_g/σ²_a and λ_b = σ²_g/σ²_b; infinite for an effect without variance."""
        return cls(_ratio(found.rest, found.rater), _ratio(found.rest, found.subject))


def _ratio(rest: float, variance: float) -> float:
    return rest / variance if variance > 0 else np.inf


@dataclass(frozen=True)
class Fit:
    """value ≈ mean + rater[i] + subject[j]; effects of shape (n,) sum to 0 over those with ratings.

    Who gave (received) nothing has the effect 0. `iterations` were needed.
    """

    mean: float
    rater: Floats
    subject: Floats
    iterations: int

    def residuals(self, network: Network) -> Floats:
        """What the fit leaves of each value, shape (m,)."""
        left = self.rater[network.rater]
        left += self.mean
        left += self.subject[network.subject]
        return np.subtract(network.value, left, out=left)


def fit(network: Network, penalties: Penalties) -> Fit:
    """Minimise Σ(y - mean - a_i - b_j)² + λ_a·|a|² + λ_b·|b|² over mean, a and b.

    The network holds at least one rating. With λ from variance components these are the
    best linear unbiased predictions. The raters are eliminated, and the system of the
    subjects is solved by conjugate gradients with its diagonal as preconditioner: O(m) a
    step, about a dozen steps, no matrix.

    Source: Henderson (1975), Biometrics 31(2), 423-447, for the equations.
    """
    system = _Schur.of(network, penalties)
    values, ones = system.solve(network.value), system.solve(np.ones(network.value.size))
    # The mean by generalised least squares: 1'V⁻¹y / 1'V⁻¹1, up to the same factor.
    left = ones.residuals(network, 1.0).sum()
    mean = float(network.value.mean())
    if left > _NOTHING_LEFT * network.value.size:
        mean = float(values.residuals(network, network.value).sum() / left)
    rater, rater_mean = _centred(values.rater - mean * ones.rater, network.given > 0)
    subject, subject_mean = _centred(values.subject - mean * ones.subject, network.received > 0)
    return Fit(mean + rater_mean + subject_mean, rater, subject, max(values.steps, ones.steps))


def _centred(effects: Floats, known: Flags) -> tuple[Floats, float]:
    """Effects that sum to 0, and what was taken away; penalised ones sum to 0 already."""
    mean = float(effects[known].mean())
    return np.where(known, effects - mean, 0.0), mean


@dataclass(frozen=True)
class _Effects:
    rater: Floats
    subject: Floats
    steps: int

    def residuals(self, network: Network, values: Floats | float) -> Floats:
        left = self.rater[network.rater]
        np.subtract(values, left, out=left)
        left -= self.subject[network.subject]
        return left


@dataclass(frozen=True)
class _Schur:
    """[D_b + λ_b - W(D_a + λ_a)⁻¹Wᵀ] b = r_b - W(D_a + λ_a)⁻¹ r_a, never written out."""

    network: Network
    weight: Floats
    """1/(n_i + λ_a), shape (n,); 0 for who gave nothing."""
    own: Floats
    """k_j + λ_b, shape (n,)."""
    has_subjects: bool

    @classmethod
    def of(cls, network: Network, penalties: Penalties) -> "_Schur":
        given, received = network.counts
        weight = np.divide(
            1.0, given + penalties.rater, out=np.zeros(network.people), where=given > 0
        )
        has_subjects = bool(np.isfinite(penalties.subject))
        own: Floats = received + (penalties.subject if has_subjects else 0.0)
        return cls(network, weight, own, has_subjects)

    def solve(self, values: Floats) -> _Effects:
        """The effects that fit `values` (m,) without a mean."""
        net = self.network
        rows = net.by_rater(values)
        subject, steps = np.zeros(net.people), 0
        if self.has_subjects:
            right = net.by_subject(values - (self.weight * rows)[net.rater])
            subject, steps = self._conjugate_gradients(right)
        rater = self.weight * (rows - net.by_rater(subject[net.subject]))
        return _Effects(rater, subject, steps)

    def _times(self, subject: Floats) -> Floats:
        net = self.network
        inner = self.weight * net.by_rater(subject[net.subject])
        return self.own * subject - net.by_subject(inner[net.rater])

    def _conjugate_gradients(self, right: Floats) -> tuple[Floats, int]:
        """Solve for `right` (n,); also where the system is singular but has a solution."""
        diagonal = self.own - self.network.by_subject(self.weight[self.network.rater])
        divide = 1 / np.where(diagonal > _NOTHING_LEFT, diagonal, 1.0)
        found, left = np.zeros_like(right), right.copy()
        ahead = divide * left
        direction, power = ahead, float(left @ ahead)
        enough = TOLERANCE**2 * power
        for step in range(1, MOST_ITERATIONS + 1):
            if power <= enough:
                return found, step - 1
            turned = self._times(direction)
            length = power / float(direction @ turned)
            found += length * direction
            left -= length * turned
            ahead = divide * left
            power, before = float(left @ ahead), power
            direction = ahead + (power / before) * direction
        return found, MOST_ITERATIONS
