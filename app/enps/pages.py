"""The charts of the company page, each with its numbers as text beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from app.charts.marks import Anchor, Chart, Dot, Line, Mark, Path, Rect, Role, Text
from app.charts.svg import svg
from app.domain.enps.histogram import share_words
from app.domain.enps.score import ReleasedShares, Stance, stance_of
from app.domain.release.policy import Shown
from app.domain.reports.company import CompanyFigures, ScoreQuarter, signed

LONGEST: Final = 8
SCORES: Final = (-100, -50, 0, 50, 100)
HALVES: Final = (-100, 0, 100)
SCALE: Final = (1, 2, 3, 4, 5)
ROW_WIDTH: Final = 200.0
ROW_HEIGHT: Final = 22.0
SCORE_HEIGHT: Final = 40.0
EDGE: Final = 20.0
GUTTER: Final = 1.0
TREND_WIDTH: Final = 400.0
TREND_HEIGHT: Final = 190.0
TREND_TOP: Final = 10.0
TREND_FOOT: Final = 22.0
TREND_LEFT: Final = 38.0
TREND_RIGHT: Final = 22.0
WITHOUT_CROWDING: Final = 6
HISTOGRAM_WIDTH: Final = 352.0
HISTOGRAM_HEIGHT: Final = 130.0
HISTOGRAM_HEAD: Final = 16.0
HISTOGRAM_FOOT: Final = 16.0
LABEL: Final = Role.LABEL
MIDDLE: Final = Anchor.MIDDLE
STANCES: Final = (
    ("detractors", "0–6", Role.OWN),
    ("passives", "7–8", Role.SHARE),
    ("promoters", "9–10", Role.COLLEAGUES),
)
"""From left to right, as the score runs from -100 to +100: name, answers, role in a chart."""


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


def score_bar(shares: ReleasedShares) -> Markup:
    """The score with its interval as SVG."""
    return svg(score_picture(shares))


def score_picture(shares: ReleasedShares) -> Chart:
    """The score with its interval on the whole range from -100 to +100, numbers below."""
    low, high = shares.interval
    words = f"eNPS {signed(shares.score)}, likely between {signed(low)} and {signed(high)}"
    wide = Ruler(SCORES, 320.0)
    numbers = tuple(
        Text(wide.x_at(tick), SCORE_HEIGHT - 3, signed(tick), LABEL, MIDDLE) for tick in SCORES
    )
    ground = (*_grid(wide, SCORE_HEIGHT - 16), *numbers)
    marks = _span(Span(shares.score, low, high), wide, (SCORE_HEIGHT - 16) / 2)
    return Chart("score", wide.width, SCORE_HEIGHT, words, ground, marks)


def unit_bar(shares: ReleasedShares) -> Markup:
    """The same for a row of a table, below `range_head`."""
    low, high = shares.interval
    words = f"{signed(shares.score)}, likely between {signed(low)} and {signed(high)}"
    return _range_bar(Span(shares.score, low, high), HALVES, words)


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


def _range_bar(span: Span, ticks: Sequence[int], words: str) -> Markup:
    ruler = Ruler(ticks)
    marks = _span(span, ruler, ROW_HEIGHT / 2)
    return svg(Chart("range", ruler.width, ROW_HEIGHT, words, _grid(ruler, ROW_HEIGHT), marks))


def _grid(ruler: Ruler, height: float) -> tuple[Mark, ...]:
    return tuple(
        Line(ruler.x_at(tick), 0, ruler.x_at(tick), height, Role.GRID) for tick in ruler.ticks
    )


def _span(span: Span, ruler: Ruler, middle: float) -> tuple[Mark, ...]:
    return (
        Line(ruler.x_at(span.low), middle, ruler.x_at(span.high), middle, Role.INTERVAL),
        Dot(ruler.x_at(span.value), middle, 4.5, Role.COLLEAGUES),
    )


class Part(NamedTuple):
    """One of the three groups of respondents."""

    name: str
    answers: str
    role: Role
    share: int
    text: str


def parts_of(shares: ReleasedShares) -> list[Part]:
    """Detractors, passives and promoters with their shares, in this order."""
    found = zip(STANCES, (shares.detractors, shares.passives, shares.promoters), strict=True)
    return [
        Part(*stance, share, text)
        for (stance, share), text in zip(found, reversed(shares.texts), strict=True)
    ]


def shares_bar(shares: ReleasedShares, *, width: float = 320, height: float = 28) -> Markup:
    """The three groups as one bar."""
    marks: list[Mark] = []
    left = 0.0
    for part in parts_of(shares):
        wide = part.share * width / 100
        if wide:
            marks.append(Rect(left, 0, max(wide - GUTTER, 0.5), height, part.role))
        left += wide
    words = ", ".join(f"{part.text} {part.name}" for part in parts_of(shares))
    return svg(Chart("shares", width, height, words, (), tuple(marks)))


def histogram(shares: Sequence[int]) -> Markup:
    """How many gave each answer as SVG."""
    return svg(histogram_picture(shares))


def histogram_picture(shares: Sequence[int]) -> Chart:
    """A column for each answer from 0 to 10, its percent above, in the colours of the groups."""
    step, ground = HISTOGRAM_WIDTH / len(shares), HISTOGRAM_HEIGHT - HISTOGRAM_FOOT
    marks: list[Mark] = [Line(0, ground, HISTOGRAM_WIDTH, ground, Role.AXIS)]
    for answer, share in enumerate(shares):
        middle = (answer + 0.5) * step
        tall = share / max(shares) * (ground - HISTOGRAM_HEAD)
        marks.append(Rect(middle - 0.36 * step, ground - tall, 0.72 * step, tall, _role_of(answer)))
        marks.append(Text(middle, ground - tall - 5, str(share), Role.VALUE, MIDDLE))
        marks.append(Text(middle, HISTOGRAM_HEIGHT - 3, str(answer), LABEL, MIDDLE))
    said = ", ".join(f"{answer}: {share_words(share)}" for answer, share in enumerate(shares))
    words = f"Answers from 0 to 10. {said}"
    return Chart("histogram", HISTOGRAM_WIDTH, HISTOGRAM_HEIGHT, words, (), tuple(marks))


def _role_of(answer: int) -> Role:
    places = {Stance.DETRACTOR: 0, Stance.PASSIVE: 1, Stance.PROMOTER: 2}
    return STANCES[places[stance_of(answer)]][2]


def reason_bar(points: int, reach: int, *, width: float = 200, height: float = 20) -> Markup:
    """Points to the right of zero when positive, to the left when negative."""
    middle = width / 2
    wide = abs(points) / max(reach, 1) * (middle - 2)
    role = Role.COLLEAGUES if points > 0 else Role.OWN
    bar = (Rect(middle if points > 0 else middle - wide, 3, wide, height - 6, role),)
    ground = (Line(middle, 0, middle, height, Role.AXIS),)
    words = f"{signed(points)} points"
    return svg(Chart("reason", width, height, words, ground, bar if points else ()))


def trend_chart(quarters: Sequence[ScoreQuarter]) -> Markup:
    """The score over the quarters as SVG."""
    return svg(trend_picture(quarters))


def on_paper(figures: CompanyFigures) -> list[Chart]:
    """The charts of the board’s sheet: a trend from two quarters on, the answers where released."""
    trend = [trend_picture(figures.trend)] if len(figures.trend) > 1 else []
    return [*trend, *([histogram_picture(figures.histogram)] if figures.histogram else [])]


def trend_picture(quarters: Sequence[ScoreQuarter]) -> Chart:
    """The score of up to eight quarters with its intervals, on the whole range."""
    last = quarters[-LONGEST:]
    step = (TREND_WIDTH - TREND_LEFT - TREND_RIGHT) / len(last)
    every = 2 if len(last) > WITHOUT_CROWDING else 1
    path: list[tuple[float, float]] = []
    marks: list[Mark] = []
    for place, quarter in enumerate(last):
        x = TREND_LEFT + (place + 0.5) * step
        if (len(last) - 1 - place) % every == 0:
            marks.append(Text(x, TREND_HEIGHT - 4, quarter.cycle_name, LABEL, MIDDLE))
        if isinstance(quarter.shares, ReleasedShares):
            path.append((x, _y_at(quarter.shares.score)))
            marks.extend(_quarter(quarter.shares, x))
    if len(path) > 1:
        marks.insert(0, Path(tuple(path), Role.COLLEAGUES))
    words = "eNPS by quarter; the table below has the numbers"
    return Chart("score-trend", TREND_WIDTH, TREND_HEIGHT, words, _trend_ground(), tuple(marks))


def _y_at(points: float) -> float:
    return TREND_TOP + (100 - points) / 200 * (TREND_HEIGHT - TREND_TOP - TREND_FOOT)


def _trend_ground() -> tuple[Mark, ...]:
    ground: list[Mark] = []
    for points in SCORES:
        role, y = (Role.GRID if points else Role.AXIS), _y_at(points)
        ground.append(Line(TREND_LEFT, y, TREND_WIDTH, y, role))
        ground.append(Text(TREND_LEFT - 6, y + 4, signed(points), LABEL, Anchor.END))
    return tuple(ground)


def _quarter(shares: ReleasedShares, x: float) -> tuple[Mark, ...]:
    low, high = shares.interval
    y = _y_at(shares.score)
    return (
        Line(x, _y_at(low), x, _y_at(high), Role.INTERVAL),
        Dot(x, y, 4.5, Role.COLLEAGUES),
        Text(x + 8, y - 6, signed(shares.score), Role.VALUE),
    )
