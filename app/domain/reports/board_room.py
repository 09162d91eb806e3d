"""How much of each part the board's paper holds, so that it never has more than two pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

MOST_PAGES: Final = 2
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class BoardRoom:
    """Most entries of each part that are printed; the rest stands on the board's page."""

    quarters: int
    reasons: int
    services: int
    findings: int
    """Sentences about services."""
    projects: int
    letters: int
    """Of what people said and of what was done, for each project."""
    moved: int
    units: int


ROOMS: Final = (
    BoardRoom(8, 5, 8, 6, 8, 400, 14, 40),
    BoardRoom(8, 5, 8, 5, 6, 260, 10, 20),
    BoardRoom(6, 4, 6, 4, 5, 200, 6, 14),
    BoardRoom(5, 3, 6, 3, 4, 160, 5, 10),
    BoardRoom(4, 3, 6, 2, 3, 120, 4, 7),
    BoardRoom(4, 3, 5, 1, 3, 90, 3, 4),
    BoardRoom(4, 2, 4, 1, 2, 80, 2, 3),
    BoardRoom(3, 1, 3, 0, 1, 60, 1, 2),
)
"""From the most generous on; the first with which everything fits is taken, else the last."""


def within(entries: Sequence[Entry], most: int) -> tuple[Sequence[Entry], int]:
    """The first entries, and how many are left out."""
    return entries[:most], max(0, len(entries) - most)


def left_out(count: int, one: str, several: str) -> str:
    """Where the rest is read, as a sentence; empty when nothing is left out."""
    if not count:
        return ""
    if count == 1:
        return f"One more {one} stands on the board’s page."
    return f"{count:,} more {several} stand on the board’s page."


def shortened(text: str, most: int) -> str:
    """`text` in at most so many letters, cut between words, with a sign that it goes on."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    whole = cut.rpartition(" ")[0]
    return f"{(whole if len(whole) > most // 2 else cut).rstrip('.,;: ')}…"
