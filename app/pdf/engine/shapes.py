"""The marks of a chart as page operators, in the chart's own coordinates (y downwards).

The same marks come back on every report (a diamond at 4, a column of 30 %), so their operators
are remembered. Each says its own colour and width and depends on nothing before it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from app.charts.marks import Diamond, Dot, Line, Path, Rect, Tick
from app.pdf.engine.theme import FILLS, STROKES, THIN, WHITE, filling, stroking

RIM: Final = 0.8
"""Width of the white rim that keeps a dot readable on whatever lies below."""
ON_WHITE: Final = f"{filling(WHITE)} "
FILLED: Final = {role: f"{filling(colour)} " for role, colour in FILLS.items()}
COLOURED: Final = {role: f"{stroking(colour)} " for role, colour in FILLS.items()}
STROKED: Final = {role: f"{COLOURED[role]}{STROKES.get(role, THIN):g} w " for role in FILLS}
WHITE_STROKE: Final = f"{stroking(WHITE)} "


@lru_cache(maxsize=8192, typed=True)
def operators_of(mark: Any) -> str:
    """What draws `mark`; a chart's words are not drawn here."""
    return WRITERS[type(mark)](mark)


def _line(mark: Line) -> str:
    return f"{STROKED[mark.role]}{mark.x1:.2f} {mark.y1:.2f} m {mark.x2:.2f} {mark.y2:.2f} l S\n"


def _tick(mark: Tick) -> str:
    return (
        f"{STROKED[mark.role]}{mark.x:.2f} {mark.y:.2f} m "
        f"{mark.x:.2f} {mark.y + mark.height:.2f} l S\n"
    )


def _rect(mark: Rect) -> str:
    return f"{FILLED[mark.role]}{mark.x:.2f} {mark.y:.2f} {mark.width:.2f} {mark.height:.2f} re f\n"


def _dot(mark: Dot) -> str:
    """A stroke of no length with round ends: a circle in a third of the bytes of four curves."""
    place = f"{mark.x:.2f} {mark.y:.2f}"
    whole = 2 * mark.radius
    return (
        f"1 J {WHITE_STROKE}{whole + RIM:.2f} w {place} m {place} l S "
        f"{COLOURED[mark.role]}{whole - RIM:.2f} w {place} m {place} l S 0 J\n"
    )


def _diamond(mark: Diamond) -> str:
    x, y, radius = mark.x, mark.y, mark.radius
    corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    return f"{ON_WHITE}{STROKED[mark.role]}{_outline(corners)} b\n"


def _path(mark: Path) -> str:
    if mark.closed:
        return f"{FILLED[mark.role]}{_outline(mark.points)} h f\n"
    return f"{STROKED[mark.role]}{_outline(mark.points)} S\n"


def _outline(points: Iterable[tuple[float, float]]) -> str:
    steps = [f"{x:.2f} {y:.2f}" for x, y in points]
    return f"{steps[0]} m " + " ".join(f"{step} l" for step in steps[1:])


WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    Line: _line,
    Tick: _tick,
    Rect: _rect,
    Dot: _dot,
    Diamond: _diamond,
    Path: _path,
}
