"""Has the eNPS moved? Two quarters side by side, many quarters together, and who may speak.

All of it on released shares. Up to the fourth quarter the two-quarter test speaks; from the
fifth on a "clear shift" comes from the moving average only, because testing every pair of
quarters would alarm a quarter of all stable companies within eight. STATISTICS.md section 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt
from typing import Final

from app.domain.enps.score import Groups, ReleasedShares, rounding_variance, standard_error
from app.domain.statistics.differences import Change, Difference
from app.domain.statistics.intervals import Z

WEIGHT: Final = 0.3
WIDTH: Final = 2.7
BASE_QUARTERS: Final = 4
CLEAR_BELOW: Final = 0.003
"""Three tests in the first four quarters, and then the moving average, may alarm a stable company.

At .05 each, one in seven would be alarmed within eight quarters (simulated); at this value
fewer than one in twenty are, which is what we promise.
"""
POSSIBLE_BELOW: Final = 0.20


def ewma(values: Sequence[float], *, start: float = 0.0, weight: float = WEIGHT) -> list[float]:
    """Exponentially weighted moving average, one number per value, in the unit of `values`.

    E_t = weight·x_t + (1 - weight)·E_(t-1), E_0 = start. Raises ValueError unless
    0 < weight <= 1. Source: Roberts (1959), Technometrics 1(3), 239-250.
    """
    if not 0 < weight <= 1:
        raise ValueError("the weight lies above 0 and at most at 1")
    averages: list[float] = []
    for value in values:
        start = weight * value + (1 - weight) * start
        averages.append(start)
    return averages


def ewma_limits(
    length: int, *, weight: float = WEIGHT, width: float = WIDTH, base_quarters: int | None = None
) -> list[float]:
    """How far the average of z-values may stray by chance, for t = 1 … `length`.

    width·√(weight/(2 - weight)·[1 - (1 - weight)^(2t)] + [1 - (1 - weight)^t]²/base_quarters);
    the last term only with `base_quarters`: the base is an estimate itself. Unit: standard
    errors of one value.
    """
    base = 0.0 if base_quarters is None else 1 / base_quarters
    faded = [(1 - weight) ** t for t in range(1, length + 1)]
    return [
        width * sqrt(weight / (2 - weight) * (1 - rest**2) + base * (1 - rest) ** 2)
        for rest in faded
    ]


class Certainty(StrEnum):
    """How much a shift may be spoken of."""

    FIRST = "first"
    NONE = "none"
    POSSIBLE = "possible"
    CLEAR = "clear"


@dataclass(frozen=True)
class Shift:
    """What the newest quarter says against the ones before; `smallest` in points."""

    certainty: Certainty
    direction: Change = Change.NONE
    smallest: int | None = None
    against_base: bool = False

    @property
    def finding(self) -> str:
        """The shift in words, to follow the score: "clear shift up since last quarter"."""
        since = "against the first four quarters" if self.against_base else "since last quarter"
        return {
            Certainty.FIRST: "the first quarter with a score",
            Certainty.NONE: "no detectable shift since last quarter",
            Certainty.POSSIBLE: f"possible shift {self.direction}, watch next quarter",
            Certainty.CLEAR: f"clear shift {self.direction} {since}",
        }[self.certainty]

    @property
    def reach(self) -> str:
        """How small a shift would still have been noticed."""
        if self.certainty is Certainty.FIRST:
            return "Shifts are looked for from the next quarter on."
        return f"The smallest shift we could have seen is ±{self.smallest} points."

    @property
    def sentence(self) -> str:
        """The whole truth in one sentence: what was found, and what could have been."""
        found = self.finding[0].upper() + self.finding[1:]
        return f"{found}; {self.reach[0].lower()}{self.reach[1:]}"


def difference_between(previous: Groups, current: Groups, *, rounding: float = 0.0) -> Difference:
    """The change of the adjusted score in points, with the error of both quarters.

    `rounding` is the variance that rounding adds to both, in squared points. No finite
    population correction: the same people answer differently on different days.
    """
    variance = standard_error(previous) ** 2 + standard_error(current) ** 2 + rounding
    return Difference(current.adjusted.score - previous.adjusted.score, sqrt(variance))


def two_quarters(previous: ReleasedShares, current: ReleasedShares) -> Difference:
    """The same on released shares, their rounding included."""
    rounding = rounding_variance(previous.grain) + rounding_variance(current.grain)
    return difference_between(previous.groups, current.groups, rounding=rounding)


def shift_in(history: Sequence[ReleasedShares]) -> Shift:
    """What may be said of the last quarter of `history`, oldest first, gaps left out.

    Raises ValueError without any quarter.
    """
    if not history:
        raise ValueError("a shift needs at least one quarter")
    if len(history) == 1:
        return Shift(Certainty.FIRST)
    change = two_quarters(history[-2], history[-1])
    smallest = ceil(Z * change.standard_error)
    if len(history) > BASE_QUARTERS:
        strayed = _strayed(history)
        if strayed is not Change.NONE:
            return Shift(Certainty.CLEAR, strayed, smallest, against_base=True)
    certainty = _certainty(change.p, quarters=len(history))
    return Shift(certainty, _sign(change.delta, certainty), smallest)


def _certainty(p: float, *, quarters: int) -> Certainty:
    """What the two-quarter test may say."""
    if p < CLEAR_BELOW and quarters <= BASE_QUARTERS:
        return Certainty.CLEAR
    return Certainty.POSSIBLE if p < POSSIBLE_BELOW else Certainty.NONE


def _sign(delta: float, certainty: Certainty) -> Change:
    if certainty is Certainty.NONE:
        return Change.NONE
    return Change.UP if delta > 0 else Change.DOWN


def _strayed(history: Sequence[ReleasedShares]) -> Change:
    """Whether the moving average has left its limits; monitored from the fifth quarter on."""
    scores = [quarter.groups.adjusted.score for quarter in history]
    base = sum(scores[:BASE_QUARTERS]) / BASE_QUARTERS
    later = list(zip(scores, history, strict=True))[BASE_QUARTERS:]
    average = ewma([(score - base) / quarter.standard_error for score, quarter in later])[-1]
    limit = ewma_limits(len(later), base_quarters=BASE_QUARTERS)[-1]
    if abs(average) <= limit:
        return Change.NONE
    return Change.UP if average > 0 else Change.DOWN
