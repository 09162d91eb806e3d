"""The load planner: what a plan asks of people, and what their answers will allow to be shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Final

from app.domain.pairing.assignment import Pair
from app.domain.scale import STATEMENTS

SECONDS_PER_RATING: Final = 2.5
SECONDS_PER_COLLEAGUE: Final = 40
"""For the two comments."""
RESPONSES: Final = (60, 80, 95)
"""Percent of raters who send, for which the planner looks ahead."""


@dataclass(frozen=True)
class Load:
    """Minutes of the slowest and the median rater, and ratings in total."""

    raters: int
    ratings: int
    slowest_minutes: float
    median_minutes: float
    most_colleagues: int


@dataclass(frozen=True)
class Outlook:
    """How many raters a subject has, and how many of them are blind."""

    subject: int
    raters: int
    blind: int

    def expected_raters(self, percent: int) -> float:
        """Raters who will have sent at a response of `percent`."""
        return self.raters * percent / 100

    def expected_blind(self, percent: int) -> float:
        """Blind raters who will have sent at a response of `percent`."""
        return self.blind * percent / 100


def rating_minutes(ratings: int, seconds_per_rating: float = SECONDS_PER_RATING) -> int:
    """Whole minutes for so many ratings, comments left out: what every rater is told."""
    return ceil(ratings * seconds_per_rating / 60)


def minutes_for(colleagues: int) -> float:
    """Minutes to rate `colleagues` on all statements and to comment on each: the planner's."""
    return colleagues * (STATEMENTS * SECONDS_PER_RATING + SECONDS_PER_COLLEAGUE) / 60


def load_of(pairs: Iterable[Pair]) -> Load:
    """What `pairs` ask of the raters."""
    colleagues = Counter(pair.rater for pair in pairs)
    minutes = [minutes_for(count) for count in colleagues.values()]
    return Load(
        raters=len(colleagues),
        ratings=STATEMENTS * sum(colleagues.values()),
        slowest_minutes=max(minutes, default=0.0),
        median_minutes=median(minutes) if minutes else 0.0,
        most_colleagues=max(colleagues.values(), default=0),
    )


@dataclass(frozen=True)
class Forecast:
    """What to expect over all subjects at one response."""

    percent: int
    fewest_raters: float
    median_raters: float
    fewest_blind: float
    below_threshold: int
    """Subjects with fewer expected blind raters than the threshold."""


def forecasts(found: Sequence[Outlook], *, threshold: int) -> list[Forecast]:
    """Expected raters at each of the usual responses; empty without subjects."""
    return [_forecast(found, percent, threshold) for percent in RESPONSES] if found else []


def _forecast(found: Sequence[Outlook], percent: int, threshold: int) -> Forecast:
    raters = [one.expected_raters(percent) for one in found]
    blind = [one.expected_blind(percent) for one in found]
    return Forecast(
        percent=percent,
        fewest_raters=min(raters),
        median_raters=median(raters),
        fewest_blind=min(blind),
        below_threshold=sum(expected < threshold for expected in blind),
    )
