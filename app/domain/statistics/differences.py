"""Differences between figures: which way, and how sure."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from app.domain.statistics.intervals import NORMAL, Z


class Direction(StrEnum):
    """Which way a figure differs from another, beyond what chance explains."""

    UP = "up"
    DOWN = "down"
    NONE = "none"
    UNKNOWN = "unknown"


CHANGE_IN_WORDS: Final = {
    Direction.UP: "clear rise",
    Direction.DOWN: "clear fall",
    Direction.NONE: "no change that could be seen",
    Direction.UNKNOWN: "not compared",
}
"""What pages, papers and files say of a figure against an earlier one."""


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
    def direction(self) -> Direction:
        """UP, DOWN, or NONE when it is noise."""
        if self.is_noise:
            return Direction.NONE
        return Direction.UP if self.delta > 0 else Direction.DOWN
