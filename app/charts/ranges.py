"""A value with its likely range as a row of a table: a dot, and a line through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from app.charts.marks import Anchor, Chart, Dot, Line, Mark, Role, Text
from app.charts.svg import svg
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Shown
from app.domain.reports.score_change import signed

HALVES: Final = (-100, 0, 100)
SCALE: Final = (1, 2, 3, 4, 5)
ROW_WIDTH: Final = 200.0
ROW_HEIGHT: Final = 22.0
EDGE: Final = 20.0
LABEL: Final = Role.LABEL
MIDDLE: Final = Anchor.MIDDLE


class Span(NamedTuple):
    """A value and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Ruler:
    """Where values lie on a horizontal scale from the first tick to the last."""

    ticks: Sequence[int]
    width: float = ROW_WIDTH

    def x_at(self, value: float) -> float:
        least, most = self.ticks[0], self.ticks[-1]
        return EDGE + (value - least) / (most - least) * (self.width - 2 * EDGE)


def unit_bar(answers: StanceCounts) -> Markup:
    """The same for a row of a table, below `range_head`."""
    low, high = answers.interval
    words = f"{signed(answers.score)}, likely between {signed(low)} and {signed(high)}"
    return _range_bar(Span(answers.score, low, high), HALVES, words)


def mean_bar(score: Shown) -> Markup:
    """A mean with its interval on the scale from 1 to 5, below `range_head`."""
    words = f"{score.text}, likely between {score.low:.1f} and {score.high:.1f}"
    return _range_bar(Span(score.mean, score.low, score.high), SCALE, words)


def range_head(ticks: Sequence[int]) -> Markup:
    """The numbers above a column of bars; the rows say the same in words."""
    ruler = Ruler(ticks)
    numbers = tuple(
        Text(ruler.x_at(tick), 10, signed(tick) if ticks == HALVES else str(tick), LABEL, MIDDLE)
        for tick in ticks
    )
    words = f"scale from {ticks[0]} to {ticks[-1]}"
    return svg(Chart("range-head", ruler.width, 14, words, numbers, ()))


def _range_bar(shown: Span, ticks: Sequence[int], words: str) -> Markup:
    ruler = Ruler(ticks)
    marks = span(shown, ruler, ROW_HEIGHT / 2)
    return svg(Chart("range", ruler.width, ROW_HEIGHT, words, grid(ruler, ROW_HEIGHT), marks))


def grid(ruler: Ruler, height: float) -> tuple[Mark, ...]:
    """The lines at the ticks."""
    return tuple(
        Line(ruler.x_at(tick), 0, ruler.x_at(tick), height, Role.GRID) for tick in ruler.ticks
    )


def span(shown: Span, ruler: Ruler, middle: float) -> tuple[Mark, ...]:
    """A value as a dot, its interval as a line."""
    return (
        Line(ruler.x_at(shown.low), middle, ruler.x_at(shown.high), middle, Role.INTERVAL),
        Dot(ruler.x_at(shown.value), middle, 4.5, Role.COLLEAGUES),
    )
