"""Has the eNPS moved? The newest quarters against the ones before, and who may explain it away.

All of it from released answers. The base is the mean of up to four quarters; after an alarm it
starts anew, so that an old rise is not announced again, and a fall after it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import ceil, sqrt
from typing import Final

from app.domain.enps.score import StanceCounts, together
from app.domain.enps.stances import Stance
from app.domain.statistics.differences import Difference, Direction

BASE_QUARTERS: Final = 4
SPANS: Final = (1, 2)
"""The latest quarter alone, and the last two together."""
CLEAR_FROM: Final = 3.0
POSSIBLE_FROM: Final = 2.0
"""In standard errors. False alarms within eight quarters stay below one in twenty."""
SEEN_IN_80_PERCENT: Final = CLEAR_FROM + 0.84
"""A shift of so many standard errors exceeds CLEAR_FROM in 80 % of all cases."""


class Certainty(StrEnum):
    """How much a shift may be spoken of."""

    FIRST = "first"
    NONE = "none"
    POSSIBLE = "possible"
    CLEAR = "clear"


@dataclass(frozen=True)
class Quarter:
    """What was released of one quarter, and how many were asked."""

    answers: StanceCounts
    invited: int

    @property
    def silent(self) -> int:
        """How many were asked and did not answer."""
        return max(0, self.invited - self.answers.respondents)


@dataclass(frozen=True)
class Shift:
    """What the newest quarters say against their base; scores and `smallest` in points."""

    certainty: Certainty
    direction: Direction = Direction.NONE
    span: int = 1
    """How many of the newest quarters the shift is seen in."""
    base: float = 0.0
    """The mean score of the quarters before them."""
    base_quarters: int = 0
    smallest: int = 0
    """A shift of this size of the latest quarter would be clear in four of five cases."""
    stopped: int = 0
    """How many fewer people answered than usual, where they could explain the shift; else 0."""


def shift_in(history: Sequence[Quarter]) -> Shift:
    """What may be said of the last quarter of `history`, oldest first, gaps left out.

    Raises ValueError without any quarter.
    """
    if not history:
        raise ValueError("a shift needs at least one quarter")
    start, found = 0, Shift(Certainty.FIRST)
    for end in range(2, len(history) + 1):
        found = _judged(history[start:end])
        if found.certainty is Certainty.CLEAR:
            start = end - found.span
    return found


def _judged(quarters: Sequence[Quarter]) -> Shift:
    """The last of at least two quarters; the latest alone is heard before the last two."""
    tests = [_Test(quarters[:-span], quarters[-span:]) for span in SPANS if span < len(quarters)]
    smallest = ceil(SEEN_IN_80_PERCENT * tests[0].difference.standard_error)
    for certainty, least in ((Certainty.CLEAR, CLEAR_FROM), (Certainty.POSSIBLE, POSSIBLE_FROM)):
        for test in tests:
            if abs(test.difference.z) >= least:
                return test.told(certainty, least, smallest)
    return tests[0].told(Certainty.NONE, 0.0, smallest)


@dataclass(frozen=True)
class _Test:
    """The newest quarters, `latest`, against up to four of those `before` them."""

    before: Sequence[Quarter]
    latest: Sequence[Quarter]

    @property
    def base(self) -> Sequence[Quarter]:
        return self.before[-BASE_QUARTERS:]

    @cached_property
    def difference(self) -> Difference:
        """Mean of the latest adjusted scores minus that of the base, in points."""
        return _between(self.base, [one.answers for one in self.latest])

    def told(self, certainty: Certainty, least: float, smallest: int) -> Shift:
        """The test in words' terms: it reached `least` standard errors."""
        is_shift = certainty is not Certainty.NONE
        way = Direction.UP if self.difference.z > 0 else Direction.DOWN
        missing = self._missing()
        return Shift(
            certainty,
            direction=way if is_shift else Direction.NONE,
            span=len(self.latest),
            base=sum(one.answers.score for one in self.base) / len(self.base),
            base_quarters=len(self.base),
            smallest=smallest,
            stopped=max(missing) if is_shift and self._is_explained_by(missing, least) else 0,
        )

    def _missing(self) -> list[int]:
        """How many fewer answered in each of the latest quarters than the base's rate of them."""
        invited = sum(one.invited for one in self.base)
        rate = sum(one.answers.respondents for one in self.base) / invited if invited else 0.0
        return [max(0, round(rate * one.invited) - one.answers.respondents) for one in self.latest]

    def _is_explained_by(self, missing: Sequence[int], least: float) -> bool:
        """Whether the shift could vanish if those who stopped had answered against it."""
        is_up = self.difference.z > 0
        answered = [
            one.answers.with_more(more, Stance.DETRACTOR if is_up else Stance.PROMOTER)
            for one, more in zip(self.latest, missing, strict=True)
        ]
        z = _between(self.base, answered).z
        return (z if is_up else -z) < least


def _between(base: Sequence[Quarter], latest: Sequence[StanceCounts]) -> Difference:
    """The difference of two means of quarters, with the error of both.

    What one answer varies by is taken from all these quarters together: taken from each alone, a
    quarter that chance has made extreme would also seem the more certain.
    """
    before = [one.answers for one in base]
    variance = together([*before, *latest]).variance
    means = [sum(one.adjusted for one in part) / len(part) for part in (before, latest)]
    variances = [
        sum(one.error_with(variance) ** 2 for one in part) / len(part) ** 2
        for part in (before, latest)
    ]
    return Difference(means[1] - means[0], sqrt(sum(variances)))
