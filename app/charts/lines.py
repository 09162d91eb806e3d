"""Charts over time and on other scales: a trend, a value with its interval."""

from collections.abc import Callable, Sequence
from itertools import groupby
from math import ceil, floor

from app.charts.marks import Anchor, Chart, Dot, Line, Mark, Path, Rect, Role, Text
from app.domain.reports.contents import TrendLine
from app.domain.reports.words import DASH, one_decimal

LONGEST = 8
EDGE = 14.0
GUTTER = 9.0
"""Left of a trend: the numbers of its levels."""
HALF_A_VALUE = 8.0
"""So far a value such as 3.8 reaches to either side, and the gap it needs."""
FOOT = 13.0
HEAD = 12.0
SMALLEST_SPAN = 1.5
YAt = Callable[[float], float]


def has_trend(lines: Sequence[TrendLine]) -> bool:
    """Whether any competency has a value in more than one cycle."""
    return any(sum(point.value is not None for point in line.points) > 1 for line in lines)


def trend_range(lines: Sequence[TrendLine]) -> tuple[float, float]:
    """One range of the scale for all small charts, so that their slopes can be compared."""
    values = [point.value for line in lines for point in line.points if point.value is not None]
    widest = max((line.noise for line in lines), default=0.0)
    if not values:
        return 1.0, 5.0
    low = floor((min(values) - widest) * 2) / 2
    high = ceil((max(values) + widest) * 2) / 2
    missing = max(0.0, SMALLEST_SPAN - (high - low))
    return max(1.0, low - missing / 2), min(5.0, high + missing / 2)


def trend_line(
    line: TrendLine,
    *,
    width: float = 220,
    height: float = 76,
    scale: tuple[float, float] | None = None,
) -> Chart:
    """A competency over its last eight cycles, with the band that chance alone fills.

    The band lies around the mean of the cycles before the last: a last point outside it
    is more than chance usually does.
    """
    points = line.points[-LONGEST:]
    low, high = scale or trend_range([line])
    places = _places(len(points), width)

    def y_at(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return height - FOOT - share * (height - FOOT - HEAD)

    known = [
        (x, point.value) for x, point in zip(places, points, strict=True) if point.value is not None
    ]
    marks: list[Mark] = [*_band(known, line.noise, y_at, width)]
    marks.extend(_strokes([(x, p.value) for x, p in zip(places, points, strict=True)], y_at))
    for x, value in known[:-1]:
        marks.append(Dot(x, y_at(value), 2.2, Role.COLLEAGUES))
        marks.append(_value_at(x, y_at(value) - 5, value))
    if known:
        x, value = known[-1]
        marks.append(Dot(x, y_at(value), 3.8, Role.COLLEAGUES))
        marks.append(Text(x, y_at(value) - 7, one_decimal(value), Role.VALUE, Anchor.END))
    marks.extend(_cycle_names([point.cycle_name for point in points], places, height))
    ground = tuple(_levels(low, high, y_at, width))
    variant = f"-{low:g}-{high:g}"
    return Chart("trend", width, height, trend_words(line), ground, tuple(marks), variant)


def _value_at(x: float, y: float, value: float) -> Text:
    """A value above its dot; the first one begins there, clear of the numbers of the scale."""
    if x - HALF_A_VALUE < GUTTER:
        return Text(x - 2, y, one_decimal(value), Role.LABEL)
    return Text(x, y, one_decimal(value), Role.LABEL, Anchor.MIDDLE)


def trend_words(line: TrendLine) -> str:
    """The trend as text, cycle by cycle."""
    said = (
        f"{point.cycle_name} {DASH if point.value is None else one_decimal(point.value)}"
        for point in line.points[-LONGEST:]
    )
    return ", ".join(said)


def _places(count: int, width: float) -> list[float]:
    """Evenly spaced, ending at the same place for every line, however many cycles it has."""
    step = (width - 2 * EDGE) / max(1, count - 1)
    return [width - EDGE - step * (count - 1 - number) for number in range(count)]


def _levels(low: float, high: float, y_at: YAt, width: float) -> list[Mark]:
    """The axis at the foot, and a hairline with its number at each whole point."""
    marks: list[Mark] = [Line(GUTTER, y_at(low), width, y_at(low), Role.AXIS)]
    for level in range(ceil(low), floor(high) + 1):
        y = y_at(level)
        if level > low:
            marks.append(Line(GUTTER, y, width, y, Role.GRID))
        marks.append(Text(0, y + 2.5, str(level), Role.LABEL))
    return marks


def _band(known: list[tuple[float, float]], noise: float, y_at: YAt, width: float) -> list[Mark]:
    earlier = [value for _, value in known[:-1]]
    if not earlier or noise <= 0:
        return []
    centre = sum(earlier) / len(earlier)
    top, bottom = y_at(centre + noise), y_at(centre - noise)
    return [Rect(GUTTER, top, width - GUTTER, bottom - top, Role.BAND)]


def _strokes(points: list[tuple[float, float | None]], y_at: YAt) -> list[Mark]:
    """A line through neighbouring cycles; a cycle without a value leaves a gap."""
    marks: list[Mark] = []
    for is_known, neighbours in groupby(points, key=lambda point: point[1] is not None):
        line = [(x, y_at(value)) for x, value in neighbours if value is not None]
        if is_known and len(line) > 1:
            marks.append(Path(tuple(line), Role.COLLEAGUES))
    return marks


def _cycle_names(names: list[str], places: list[float], height: float) -> list[Mark]:
    """The first and the last cycle by name; the ones between would crowd."""
    if not names:
        return []
    last = Text(places[-1] + 4, height - 3, names[-1], Role.LABEL, Anchor.END)
    if len(names) == 1:
        return [last]
    return [Text(places[0] - 4, height - 3, names[0], Role.LABEL), last]
