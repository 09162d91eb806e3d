"""What may be said of a department's answers against the quarter before."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.statistics.differences import Difference, Direction
from app.domain.unit_questions.asked import UnitQuestion

Released = Score | StanceCounts | None
"""A mean, 0-10 answers, why there are none, or None where words were asked for and are shown."""


@dataclass(frozen=True)
class UnitAnswerLine:
    """A department's question with what was released of it, as a page shows it."""

    question: UnitQuestion
    now: Released
    before: Released
    """Of the last quarter in which this department was asked in the same words."""
    before_name: str
    words: Sequence[str]

    @property
    def hidden(self) -> str:
        """Why nothing is shown; empty where something is."""
        return self.now.reason if isinstance(self.now, Hidden) else ""

    @property
    def change(self) -> Direction:
        """Which way it has moved beyond chance; unknown where it was not asked alike."""
        old, new = _measured(self.before), _measured(self.now)
        if old is None or new is None:
            return Direction.UNKNOWN
        return Difference(new[0] - old[0], sqrt(old[1] ** 2 + new[1] ** 2)).direction


def _measured(released: Released) -> tuple[float, float] | None:
    """A figure and its standard error."""
    if isinstance(released, Shown):
        return released.mean, released.standard_error
    if isinstance(released, StanceCounts):
        return released.adjusted, released.standard_error
    return None
