"""Scores corrected for how strict or generous each rater usually is, and when they may be shown.

"Your adjusted score is the average of your colleagues' ratings after correcting for how strict
or generous each colleague usually is." STATISTICS.md section 1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Floats, Ints
from app.domain.release.grains import STEPS, overall_grains_for, rounded
from app.domain.statistics.components import Components
from app.domain.statistics.connectivity import crosses_departments, parts_of
from app.domain.statistics.fit import Fit, Penalties
from app.domain.statistics.intervals import Z, rounded_outwards
from app.domain.statistics.network import Network
from app.domain.statistics.reliability import word_for

ADJUSTED_FROM: Final = 10
SMALLEST_REST: Final = 0.05
"""In squared points. Without a floor an interval of no width would certify that all agreed."""


class Adjustment(StrEnum):
    """Whether a cycle's scores can be corrected for strictness, or why not."""

    MADE = "made"
    NOT_CONNECTED = "not_connected"
    FEW_ACROSS = "few_across"


def reason_without(adjustment: Adjustment, *, raters: int) -> str:
    """Why somebody has no adjusted score, in words; `raters` is the policy's threshold."""
    return {
        Adjustment.MADE: f"fewer than {max(ADJUSTED_FROM, raters)} colleagues answered",
        Adjustment.NOT_CONNECTED: "the ratings of this review do not hang together",
        Adjustment.FEW_ACROSS: "too few colleagues rated people of other departments",
    }[adjustment]


def adjustment_of(network: Network, department: Ints) -> Adjustment:
    """What the graph of ratings allows; `department` (n,) any numbers."""
    if parts_of(network) != 1:
        return Adjustment.NOT_CONNECTED
    return Adjustment.MADE if crosses_departments(network, department) else Adjustment.FEW_ACROSS


@dataclass(frozen=True)
class Adjusted:
    """Adjusted scores and their standard errors in scale points, (n,); NaN without ratings."""

    score: Floats
    standard_error: Floats

    def first(self, people: int) -> "Adjusted":
        """Only those with an index below `people`."""
        return Adjusted(self.score[:people], self.standard_error[:people])


def adjusted_scores(network: Network, fitted: Fit, found: Components, *, level: float) -> Adjusted:
    """s_j = level + the mean over raters of (y_ij - â_i): raters are shrunk, the subject is not.

    SE_j² = (σ²_g + the mean over raters of σ²_g/(n_i + λ_a)) / k_j. `level` brings the values
    of the network back to the scale 1-5; see `network_of`. Takes truncated components.
    """
    received = np.where(network.received > 0, network.received, np.nan)
    corrected = network.value - fitted.rater[network.rater]
    score = level + network.by_subject(corrected) / received
    rest = found.rest
    given, _ = network.counts
    strictness: Floats = rest / (given + Penalties.of(found).rater)[network.rater]
    variance = (rest + network.by_subject(strictness) / received) / received
    return Adjusted(score, np.sqrt(variance))


@dataclass(frozen=True)
class AdjustedTable:
    """Released adjusted scores, arrays of shape (n,); grain -1, NaN and None where hidden."""

    grain: Ints
    mean: Floats
    low: Floats
    high: Floats
    reliability: NDArray[np.object_]


def release_adjusted(
    adjusted: Adjusted, *, reliability: Floats, raters: Ints, shown: Flags
) -> AdjustedTable:
    """Round adjusted scores to the grain of `raters` (n,), and wipe all that are not `shown`.

    Intervals are 1.96 standard errors around the released score, its rounding included, rounded
    outwards; of the reliability (n,) only its word is released.
    """
    grain = overall_grains_for(raters)
    mean = np.where(shown, rounded(adjusted.score, grain), np.nan)
    least = np.sqrt(SMALLEST_REST / np.maximum(raters, 1))
    error = np.maximum(adjusted.standard_error, least)
    half = Z * np.sqrt(error**2 + STEPS[grain] ** 2 / 12)
    low, high = rounded_outwards(mean, half=half, step=STEPS[grain])
    words = np.full(shown.shape, None, dtype=object)
    words[shown] = [word_for(found) for found in reliability[shown].tolist()]
    return AdjustedTable(np.where(shown, grain, -1), mean, low, high, words)
