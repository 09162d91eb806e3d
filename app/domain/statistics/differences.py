"""Differences between figures: which way, how sure, and which of many stand."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.domain.statistics.intervals import NORMAL, Z

FALSE_MARKS: Final = 0.10


class Change(StrEnum):
    """Which way a figure differs from another, beyond what chance explains."""

    UP = "up"
    DOWN = "down"
    NONE = "none"
    UNKNOWN = "unknown"


def benjamini_hochberg(p_values: ArrayLike, *, rate: float = FALSE_MARKS) -> NDArray[np.bool_]:
    """Which of several p-values stand when at most `rate` of all marks may be false.

    Takes `p_values`, shape (n,), each 0-1; returns a bool array of that shape. Raises
    ValueError for a value outside 0-1.

    Source: Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57(1), 289-300.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values lie between 0 and 1")
    ordered = np.sort(p)
    stands = ordered <= rate * np.arange(1, p.size + 1) / max(p.size, 1)
    cutoff = ordered[stands].max(initial=-1.0)
    marks: NDArray[np.bool_] = p <= cutoff
    return marks


@dataclass(frozen=True)
class Difference:
    """A difference between two figures and its standard error, both in their own unit."""

    delta: float
    standard_error: float

    @property
    def z(self) -> float:
        """The difference in standard errors; infinite when there is no error at all."""
        if self.standard_error == 0:
            return 0.0 if self.delta == 0 else inf * self.delta
        return self.delta / self.standard_error

    @property
    def p(self) -> float:
        """Two-sided p-value under the normal distribution, 0-1."""
        return 2 * NORMAL.cdf(-abs(self.z))

    @property
    def is_noise(self) -> bool:
        """Whether chance alone explains it: |delta| below 1.96 standard errors."""
        return abs(self.z) < Z

    @property
    def direction(self) -> Change:
        """UP, DOWN, or NONE when it is noise."""
        if self.is_noise:
            return Change.NONE
        return Change.UP if self.delta > 0 else Change.DOWN
