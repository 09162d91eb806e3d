"""Places in the fill-in that a rater is led to: open cells, and texts with several versions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """A statement not yet answered about the colleague at `position`."""

    statement: int
    position: int


@dataclass(frozen=True)
class DoubledText:
    """A text with several versions: whom it is about, and where one of them is chosen."""

    name: str
    endpoint: str
    anchor: str
    number: int | None = None
    """Of the statement, where it stands beside one."""
