"""What a chart is made of: plain marks that name a role instead of a colour.

Coordinates are points from the chart's upper left corner, y downwards. The web's stylesheet
and the paper's theme each decide what a role looks like; both draw the same geometry.
Marks are named tuples: a report has hundreds, and they are made in a third of the time.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a mark stands for."""

    COLLEAGUES = "colleagues"
    INTERVAL = "interval"
    OWN = "own"
    LESS = "less"
    PREVIOUS = "previous"
    COMPANY = "company"
    SHARE = "share"
    SHARE_BASE = "share-base"
    BAND = "band"
    AXIS = "axis"
    GRID = "grid"
    GAP = "gap"
    LABEL = "label"
    VALUE = "value"


class Anchor(StrEnum):
    """Which point of a text stands at its x."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Line(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: Role


class Rect(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    role: Role


class Dot(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    radius: float
    role: Role


class Diamond(NamedTuple):
    """A square standing on its corner."""

    x: float
    y: float
    radius: float
    role: Role


class Tick(NamedTuple):
    """A short upright stroke downwards from y."""

    x: float
    y: float
    height: float
    role: Role


class Path(NamedTuple):
    """A line through points; `closed` fills it."""

    points: tuple[tuple[float, float], ...]
    role: Role
    closed: bool = False


class Text(NamedTuple):
    """Words on a baseline."""

    x: float
    y: float
    text: str
    role: Role
    anchor: Anchor = Anchor.START


class Group(NamedTuple):
    """Marks that belong together."""

    marks: tuple["Mark", ...]
    role: Role


Mark = Line | Rect | Dot | Diamond | Tick | Path | Text | Group


@dataclass(frozen=True)
class Chart:
    """A picture with its text alternative.

    `ground` is the part that does not depend on the data (axis, grid): it is the same
    object for all charts of one kind and size, so a paper draws it once and reuses it.
    """

    kind: str
    width: float
    height: float
    title: str
    ground: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    variant: str = ""
    """Tells grounds of one kind apart that differ in more than their size."""
