"""Charts as SVG for the web: classes only, so that a strict policy and dark mode both work."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from app.charts.marks import Chart, Diamond, Dot, Group, Line, Mark, Path, Rect, Text, Tick

GROUNDS: Final = 64
"""So many axes and grids are kept drawn: there are few kinds and sizes."""
COORDINATES: Final = 4_096
"""So many numbers are kept as text: a chart has few, and most charts have the same."""


def svg(chart: Chart) -> Markup:
    """`chart` as an <svg> element with its text alternative.

    It carries no style attribute and no id, so any number of charts fit on one page.
    """
    ground, ground_words = _ground(chart.ground)
    shapes, words = _drawn(chart.marks)
    shapes, words = ground + shapes, ground_words + words
    # Words come last, so that no line runs across them, on a ground that a stylesheet can name.
    sheet = f'<rect class="sheet" width="{_n(chart.width)}" height="{_n(chart.height)}"/>'
    body = f'{shapes}<g class="words">{sheet}{words}</g>' if words else shapes
    drawing = (
        f'<svg class="chart chart-{escape(chart.kind)}" role="img" '
        f'viewBox="0 0 {_n(chart.width)} {_n(chart.height)}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(chart.title)}</title>{body}</svg>"
    )
    return Markup(drawing)  # noqa: S704 - every text in it went through escape()  # nosec B704


@lru_cache(GROUNDS)
def _ground(marks: tuple[Mark, ...]) -> tuple[str, str]:
    """The part of a chart that many share, drawn once."""
    return _drawn(marks)


def _drawn(marks: Iterable[Mark]) -> tuple[str, str]:
    """The shapes among `marks`, and the words."""
    shapes: list[str] = []
    words: list[str] = []
    for mark in marks:
        (words if isinstance(mark, Text) else shapes).append(_element(mark))
    return "".join(shapes), "".join(words)


def _element(mark: Mark) -> str:
    if type(mark) not in _ELEMENTS:
        raise TypeError(f"no such mark: {mark!r}")
    return _ELEMENTS[type(mark)](mark)


@lru_cache(COORDINATES)
def _n(number: float) -> str:
    """A coordinate without needless digits."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _line(mark: Line) -> str:
    ends = f'x1="{_n(mark.x1)}" y1="{_n(mark.y1)}" x2="{_n(mark.x2)}" y2="{_n(mark.y2)}"'
    return f'<line class="mark-line {mark.role}" {ends}/>'


def _rect(mark: Rect) -> str:
    box = f'x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
    return f'<rect class="mark-fill {mark.role}" {box}/>'


def _dot(mark: Dot) -> str:
    return (
        f'<circle class="mark-fill {mark.role}" cx="{_n(mark.x)}" cy="{_n(mark.y)}" '
        f'r="{_n(mark.radius)}"/>'
    )


def _diamond(mark: Diamond) -> str:
    corners = (
        (mark.x, mark.y - mark.radius),
        (mark.x + mark.radius, mark.y),
        (mark.x, mark.y + mark.radius),
        (mark.x - mark.radius, mark.y),
    )
    return f'<polygon class="mark-diamond {mark.role}" points="{_points(corners)}"/>'


def _tick(mark: Tick) -> str:
    x, top, bottom = _n(mark.x), _n(mark.y), _n(mark.y + mark.height)
    return f'<line class="mark-tick {mark.role}" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>'


def _path(mark: Path) -> str:
    if mark.closed:
        return f'<polygon class="mark-fill {mark.role}" points="{_points(mark.points)}"/>'
    return f'<polyline class="mark-stroke {mark.role}" points="{_points(mark.points)}"/>'


def _text(mark: Text) -> str:
    return (
        f'<text class="mark-text {mark.role}" x="{_n(mark.x)}" y="{_n(mark.y)}" '
        f'text-anchor="{mark.anchor}">{escape(mark.text)}</text>'
    )


def _group(mark: Group) -> str:
    return f'<g class="{mark.role}">{"".join(map(_element, mark.marks))}</g>'


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


_ELEMENTS: Final[Mapping[type[Mark], Callable[[Any], str]]] = {
    Line: _line,
    Rect: _rect,
    Dot: _dot,
    Diamond: _diamond,
    Tick: _tick,
    Path: _path,
    Text: _text,
    Group: _group,
}
