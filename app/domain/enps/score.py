"""The 0-10 question: what is released of the answers, the score, and how far to trust it.

Promoters and detractors are released with small known noise; everything else follows from the
two. Scores are in points from -100 to +100. Formulas and sources: docs/statistics.md.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from app.domain.enps.stances import Stance, stance_of
from app.domain.release.noise import ENPS_RATIO, Randomness, blurred, variance_of
from app.domain.statistics.intervals import Z

IMAGINARY: Final = 0.75
"""Promoters, and as many detractors, that the adjusted score adds; and twice as many passives."""
NOISE: Final = 2 * variance_of(ENPS_RATIO)
"""Variance of promoters minus detractors that both draws of one quarter add."""

Interval = tuple[float, float]
"""Low and high, in points."""


@dataclass(frozen=True)
class StanceCounts:
    """The answers of some people by stance; `noise` is the variance in promoters - detractors."""

    respondents: int
    promoters: int
    detractors: int
    noise: float = NOISE

    @classmethod
    def of(cls, answers: Iterable[int]) -> "StanceCounts":
        """Exactly as given, each from 0 to 10: nothing of it may leave the count."""
        found = Counter(stance_of(answer) for answer in answers)
        promoters, detractors = found[Stance.PROMOTER], found[Stance.DETRACTOR]
        return cls(found.total(), promoters, detractors, noise=0.0)

    @property
    def shares(self) -> tuple[int, int, int]:
        """Promoters, passives and detractors in whole percent; passives are what is left."""
        promoters, detractors = (
            (200 * count + self.respondents) // (2 * self.respondents)
            for count in (self.promoters, self.detractors)
        )
        # 2.5 and 97.5 percent would both be rounded up.
        detractors = min(detractors, 100 - promoters)
        return promoters, 100 - promoters - detractors, detractors

    @property
    def score(self) -> int:
        """The eNPS: the printed share of promoters minus the printed share of detractors."""
        return self.shares[0] - self.shares[2]

    @property
    def adjusted(self) -> float:
        """The score in points with three imaginary answers, ¾ promoter and ¾ detractor."""
        return 100 * (self.promoters - self.detractors) / (self.respondents + 4 * IMAGINARY)

    @property
    def standard_error(self) -> float:
        """Of the adjusted score, in points: chance in the answers, and the noise.

        The variance of one answer coded +1, 0, -1 is p + d - (p - d)². No correction for a
        finite population: the same people answer differently on different days.
        """
        return self.error_with(self.variance)

    @property
    def variance(self) -> float:
        """Of one answer, with the imaginary ones, 0-1."""
        n = self.respondents + 4 * IMAGINARY
        p, d = (self.promoters + IMAGINARY) / n, (self.detractors + IMAGINARY) / n
        return p + d - (p - d) ** 2

    def error_with(self, variance: float) -> float:
        """The standard error in points if one answer has this variance."""
        n = self.respondents + 4 * IMAGINARY
        return 100 * sqrt(variance / n + self.noise / n**2)

    @property
    def interval(self) -> tuple[int, int]:
        """Adjusted Wald 95 % interval in whole points, cut to ±100.

        Source: Rocks (2016), Interval estimation for the Net Promoter Score, The American
        Statistician 70(4), 365-372; the variance of the noise is added.
        """
        half = Z * self.standard_error
        return max(-100, round(self.adjusted - half)), min(100, round(self.adjusted + half))

    def with_more(self, more: int, stance: Stance) -> "StanceCounts":
        """As if so many more people had answered, all of one stance."""
        return StanceCounts(
            self.respondents + more,
            self.promoters + more * (stance is Stance.PROMOTER),
            self.detractors + more * (stance is Stance.DETRACTOR),
            self.noise,
        )

    def whatever_others_think(self, silent: int) -> tuple[int, int]:
        """Between which scores everybody together would lie, in whole points.

        All `silent` people are taken for detractors, then for promoters: bounds that assume
        nothing. Source: Manski (1989), Anatomy of the selection problem, J. Human Resources
        24(3), 343-360.
        """
        low = self.with_more(silent, Stance.DETRACTOR)
        high = self.with_more(silent, Stance.PROMOTER)
        return low.score, high.score


def together(quarters: Sequence[StanceCounts]) -> StanceCounts:
    """Several quarters as one: their answers are added, and so is the noise in them."""
    return StanceCounts(
        respondents=sum(one.respondents for one in quarters),
        promoters=sum(one.promoters for one in quarters),
        detractors=sum(one.detractors for one in quarters),
        noise=sum(one.noise for one in quarters),
    )


def release(exact: StanceCounts, *, randomness: Randomness = os.urandom) -> StanceCounts:
    """`exact` as it may be shown: with noise on promoters and on detractors, cut to what can be."""
    counts = np.array([exact.promoters, exact.detractors])
    drawn = blurred(counts, ratio=ENPS_RATIO, randomness=randomness)
    promoters, detractors = np.clip(drawn, 0, exact.respondents).tolist()
    over = max(0, promoters + detractors - exact.respondents)
    # Both give up alike, so that the score stays where the noise has put it.
    return StanceCounts(exact.respondents, promoters - over // 2, detractors - (over + 1) // 2)
