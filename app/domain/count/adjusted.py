"""Scores corrected for how strict or generous each rater usually is, and when they may be shown.

"Your adjusted score is the average of your colleagues' ratings after correcting for how strict
or generous each colleague usually is." docs/statistics.md has the formulas.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints
from app.domain.release.cells import TENTHS, ScoreTable
from app.domain.release.fairness import ADJUSTED_FROM, Adjustment
from app.domain.release.noise import RATINGS_RATIO, Randomness, blurred, variance_of
from app.domain.scale import OPTIONS, STATEMENTS
from app.domain.statistics.comparable import word_for
from app.domain.statistics.components import Components
from app.domain.statistics.connectivity import crosses_departments, parts_of
from app.domain.statistics.fit import Fit, Penalties
from app.domain.statistics.network import Network
from app.domain.statistics.spread import NOISE_VARIANCE, PRINTING_VARIANCE

LARGEST_SAMPLE: Final = 0.5
"""The most of all possible pairs that may be asked: where everybody rates everybody, the
correction of a person's score is that person's own strictness with the sign turned round."""
HALVES: Final = 2
"""Strictness is summed up in half points, each of which the noise may move."""
REST_STEP: Final = 0.05
"""In squared points. One rating moves what is told of the spread by less than this, and an interval
of no width, which would certify that all agreed, there is none."""


def reason_without(adjustment: Adjustment, *, raters: int) -> str:
    """Why somebody has no adjusted score, in words; `raters` is the policy's threshold."""
    return {
        Adjustment.MADE: f"fewer than {max(ADJUSTED_FROM, raters)} colleagues answered",
        Adjustment.NOT_CONNECTED: "the ratings of this review do not hang together",
        Adjustment.FEW_ACROSS: "too few colleagues rated people of other departments",
        Adjustment.NO_SAMPLE: (
            "where most people rate most others, it would tell how strict you are yourself"
        ),
    }[adjustment]


def most_rate_most(asked: int, people: int) -> bool:
    """Whether `asked` pairs are too many of all that `people` could make to be a sample."""
    return asked > LARGEST_SAMPLE * people * (people - 1)


def adjustment_of(network: Network, department: Ints, *, asked: int) -> Adjustment:
    """What the graph of ratings allows; `department` (n,) any numbers, `asked` how many pairs."""
    people = np.count_nonzero((network.given > 0) | (network.received > 0))
    if most_rate_most(asked, int(people)):
        return Adjustment.NO_SAMPLE
    if parts_of(network) != 1:
        return Adjustment.NOT_CONNECTED
    return Adjustment.MADE if crosses_departments(network, department) else Adjustment.FEW_ACROSS


@dataclass(frozen=True)
class AdjustedTable:
    """Released adjusted scores, arrays of shape (n,); NaN, -1 and None where hidden."""

    mean: Floats
    raters: Ints
    standard_error: Floats
    reliability: NDArray[np.object_]

    @property
    def shown(self) -> Flags:
        found: Flags = self.raters >= 0
        return found


@dataclass(frozen=True)
class Strictness:
    """How strict or generous the raters of n subjects are together, (n,), in scale points.

    `ratings` (n,) is how many rated the subject, `variance` the squared error of one rating
    once the strictness is taken off, one number for all in steps of REST_STEP.
    """

    total: Floats
    ratings: Ints
    variance: float

    @classmethod
    def of(cls, network: Network, fitted: Fit, found: Components, *, people: int) -> "Strictness":
        """Σ â_i over the raters of a subject; they are shrunk, the subject is not.

        The squared error is σ²_g + the mean over ratings of σ²_g/(n_i + λ_a), rounded up. One of
        each subject's own raters would tell who among them has answered. Takes truncated
        components.
        """
        given, _ = network.counts
        unknown = 1 / (given + Penalties.of(found).rater)[network.rater]
        variance = found.rest * (1 + float(unknown.mean()))
        steps = max(1, ceil(round(variance / REST_STEP, 9)))
        total = network.by_subject(fitted.rater[network.rater])
        return cls(total[:people], network.received[:people], steps * REST_STEP)

    def blurred(self, randomness: Randomness) -> Floats:
        """The sums with noise, counted in half points."""
        halves = np.rint(HALVES * self.total).astype(np.int64)
        return blurred(halves, randomness=randomness) / HALVES


def overall_means(persons: ScoreTable) -> Floats:
    """The mean of everybody's printed means, (n,); NaN without any.

    Each counts by its distance from all persons' printed mean of that statement, so that a
    hidden one shifts nobody's overall score.
    """
    people = len(persons.raters)
    tenths, statements = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    usual, level, asked = np.zeros(people), 0.0, 0
    for of_all, raters in zip(persons.tenths.T, persons.raters.T, strict=True):
        shown = raters >= 0
        if not shown.any():
            continue
        mean = int(of_all[shown].sum(dtype=np.int64)) / TENTHS / np.count_nonzero(shown)
        usual += np.where(shown, mean, 0.0)
        level += mean
        asked += 1
        tenths += np.where(shown, of_all, 0)
        statements += shown
    each = np.maximum(statements, 1)
    mean_of_all: Floats = tenths / TENTHS / each + (level / max(asked, 1) - usual / each)
    return np.where(statements > 0, mean_of_all, np.nan)


def release_adjusted(
    persons: ScoreTable,
    strictness: Strictness,
    *,
    reliability: Floats,
    raters: Ints,
    shown: Flags,
    randomness: Randomness,
) -> AdjustedTable:
    """Printed overall means less the noised strictness of their raters; the rest is wiped.

    `raters` (n,) are blind. Of the reliability (n,) only its word is released.
    """
    k = np.maximum(strictness.ratings, 1)
    score = overall_means(persons) - strictness.blurred(randomness) / k
    tenths = np.floor(np.where(shown, score, 1.0) * TENTHS + 0.5)
    mean = np.clip(tenths, TENTHS, OPTIONS * TENTHS) / TENTHS
    words = np.full(shown.shape, None, dtype=object)
    words[shown] = [word_for(found) for found in reliability[shown].tolist()]
    # By blind raters: one more in it, and the error would tell whether the manager answered.
    variance = strictness.variance / np.maximum(raters, 1)
    error = np.sqrt(variance + _noise_variance(raters))
    return AdjustedTable(
        mean=np.where(shown, mean, np.nan),
        raters=np.where(shown, raters, -1),
        standard_error=np.where(shown, error, np.nan),
        reliability=words,
    )


def _noise_variance(raters: Ints) -> Floats:
    """Of the noise in the overall mean and in its correction, and of printing one decimal."""
    common = variance_of(RATINGS_RATIO)
    of_overall = common + (NOISE_VARIANCE - common) / STATEMENTS
    found: Floats = (of_overall + common / HALVES**2) / np.maximum(raters, 1) ** 2
    return found + PRINTING_VARIANCE
