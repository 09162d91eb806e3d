"""What may be said of services beside each other and against the quarter before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np

from app.domain.enps.score import StanceCounts
from app.domain.internal_services.asked import FEWEST_PEOPLE
from app.domain.plurals import listed, spelled
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.statistics.differences import CHANGE_IN_WORDS, Difference, Direction
from app.domain.statistics.multiplicity import weighted_step_up

CLEAR: Final = (Direction.UP, Direction.DOWN)
LEVEL: Final = 0.1
"""All changes of a service together are told falsely in one quarter of ten at most."""


@dataclass(frozen=True)
class ServiceLine:
    """A service as a page shows it."""

    id: int
    name: str
    owner: str
    is_a_person: bool
    raters: int | Hidden
    statements: tuple[str, ...]
    means: tuple[Score, ...]
    before: tuple[Score | None, ...]
    """The same statements the quarter before; None where they were not asked alike."""
    helped: StanceCounts | Hidden
    helped_before: StanceCounts | Hidden | None = None
    before_name: str = ""
    """That quarter; empty where there is none."""

    @property
    def changes(self) -> tuple[Direction, ...]:
        """Which way each statement has moved beyond chance, all of the service judged together."""
        differences = [
            _difference(old, new) for old, new in zip(self.before, self.means, strict=True)
        ]
        p_values = np.array([one.p if one else np.nan for one in differences])
        marks = weighted_step_up(p_values, np.ones(len(differences)), level=LEVEL)
        return tuple(
            Direction.UNKNOWN
            if one is None
            else (Direction.UP if one.delta > 0 else Direction.DOWN)
            if marked
            else Direction.NONE
            for one, marked in zip(differences, marks.tolist(), strict=True)
        )

    @property
    def words(self) -> tuple[str, ...]:
        """Each statement's change in two words; a dash where none is told."""
        return tuple(CHANGE_IN_WORDS[one] if one in CLEAR else "–" for one in self.changes)

    @property
    def change_of_help(self) -> Direction:
        """Which way the 0-10 score has moved beyond chance."""
        before, now = self.helped_before, self.helped
        if not isinstance(before, StanceCounts) or not isinstance(now, StanceCounts):
            return Direction.UNKNOWN
        error = sqrt(before.standard_error**2 + now.standard_error**2)
        return Difference(now.adjusted - before.adjusted, error).direction

    @property
    def is_shown(self) -> bool:
        """Whether there is any number of it."""
        return any(isinstance(one, Shown) for one in self.means)

    @property
    def missing(self) -> str:
        """Its name with the reason why there is no number of it; empty where there is one."""
        if self.is_shown:
            return ""
        found = (one.reason for one in (self.raters, *self.means) if isinstance(one, Hidden))
        return f"{self.name} ({next(found, 'nothing was answered')})"


def _difference(old: Score | None, new: Score) -> Difference | None:
    if not isinstance(old, Shown) or not isinstance(new, Shown):
        return None
    error = sqrt(old.standard_error**2 + new.standard_error**2)
    return Difference(new.mean - old.mean, error)


def clear_changes(lines: Sequence[ServiceLine]) -> list[str]:
    """One sentence for each statement of a service that moved beyond chance."""
    return [
        f"{line.name}, “{text}”: {CHANGE_IN_WORDS[change]} since the quarter before."
        for line in lines
        for text, change in zip(line.statements, line.changes, strict=True)
        if change in CLEAR
    ]


def clear_differences(lines: Sequence[ServiceLine]) -> list[str]:
    """One sentence for each pair of services whose ranges on a statement do not overlap."""
    return list(_clear_differences(lines))


def _clear_differences(lines: Sequence[ServiceLine]) -> Iterator[str]:
    for one, other in combinations(lines, 2):
        for place, (first, second) in enumerate(zip(one.means, other.means, strict=True)):
            if not isinstance(first, Shown) or not isinstance(second, Shown):
                continue
            if first.low > second.high or second.low > first.high:
                above, below = (one, other) if first.mean > second.mean else (other, one)
                yield (
                    f"“{one.statements[place]}”: clearly more often said of {above.name} "
                    f"than of {below.name}."
                )


def kept_apart(lines: Sequence[ServiceLine]) -> str:
    """Why some services stand on no page beside others, as a sentence; empty where all do."""
    names = [one.name for one in lines if one.is_a_person]
    if not names:
        return ""
    are, run = ("is", "it") if len(names) == 1 else ("are", "each of them")
    return (
        f"{listed(names)} {are} not shown: fewer than {spelled(FEWEST_PEOPLE)} people run {run}, "
        "so the figures would be about a person. Only they and HR see them."
    )
