"""Whether a figure moved since a project began: the quarters since against those before.

All of it from printed figures and their standard errors, noise included. The same people answer
in every quarter, so that errors of a difference are rather too large than too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

from app.domain.statistics.differences import Difference
from app.domain.statistics.intervals import Z

MOST_QUARTERS: Final = 4
"""So many quarters before the beginning, and since it, are taken together."""
MOVED_FROM: Final = 1.75
"""In standard errors, in the direction that was wanted. A figure is looked at after every quarter;
so a project that did nothing is said to have moved something in one of ten cases at most."""
SEEN_IN_80_PERCENT: Final = MOVED_FROM + 0.84


class Verdict(StrEnum):
    """What may be said of a project's figure."""

    MOVED = "moved"
    NOT_SEEN = "not seen"
    AGAINST = "against"


VERDICT_IN_WORDS: Final = {
    Verdict.MOVED: "It moved",
    Verdict.NOT_SEEN: "No change that could be seen",
    Verdict.AGAINST: "It moved the other way",
}
"""The same wherever a project, or the figure that it is to move, is shown."""


@dataclass(frozen=True)
class PrintedFigure:
    """A printed figure of one quarter with its standard error, both in the figure's unit."""

    value: float
    standard_error: float
    printed: float | None = None
    """Where people read another number than `value`, which is what is compared."""


@dataclass(frozen=True)
class Effect:
    """What became of a figure."""

    before: float
    """As printed, like `now`."""
    now: float
    low: float
    """The likely range of `now`, from here to `high`."""
    high: float
    verdict: Verdict
    smallest: float
    """A change of this size would have been called so in four of five cases."""


def effect_of(
    before: Sequence[PrintedFigure], since: Sequence[PrintedFigure], *, wants_more: bool
) -> Effect | None:
    """The mean of up to four quarters since the beginning against up to four before it.

    Both oldest first. None while there is no quarter on one of the sides.
    """
    earlier, later = before[-MOST_QUARTERS:], since[-MOST_QUARTERS:]
    if not earlier or not later:
        return None
    first, second = _mean(earlier), _mean(later)
    error = sqrt(first.standard_error**2 + second.standard_error**2)
    difference = Difference(second.value - first.value, error)
    wanted = difference.z if wants_more else -difference.z
    verdict = Verdict.NOT_SEEN
    if wanted >= MOVED_FROM:
        verdict = Verdict.MOVED
    elif wanted <= -MOVED_FROM:
        verdict = Verdict.AGAINST
    half = Z * second.standard_error
    return Effect(
        before=_printed(earlier),
        now=_printed(later),
        low=second.value - half,
        high=second.value + half,
        verdict=verdict,
        smallest=SEEN_IN_80_PERCENT * error,
    )


def _printed(quarters: Sequence[PrintedFigure]) -> float:
    """The mean of what people read in some quarters."""
    return sum(one.value if one.printed is None else one.printed for one in quarters) / len(
        quarters
    )


def _mean(quarters: Sequence[PrintedFigure]) -> PrintedFigure:
    count = len(quarters)
    error = sqrt(sum(one.standard_error**2 for one in quarters)) / count
    return PrintedFigure(sum(one.value for one in quarters) / count, error)
