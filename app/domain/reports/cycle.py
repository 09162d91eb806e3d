"""HR's report of a cycle: who took part, who got a report, and how far to trust the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.reports.company import ParticipationFigures
from app.domain.reports.contents import safe_name

BANDS = ((5, 9), (10, 19), (20, 49), (50, None))


@dataclass(frozen=True)
class Band:
    """How many reports stand on so many colleagues."""

    words: str
    reports: int


@dataclass(frozen=True)
class ReportCoverage:
    """Reports of a cycle, how many colleagues they stand on, and what could be shown in them."""

    reports: int
    without_scores: int
    bands: tuple[Band, ...]
    cells: int
    shown: int
    distributions: int
    comments: int

    @property
    def sentence(self) -> str:
        """How many people got scores."""
        with_scores = self.reports - self.without_scores
        return f"{with_scores} of {self.reports} reports hold scores."

    def percent(self, part: int) -> int:
        """Whole percent of all statement scores, half up."""
        return (200 * part + self.cells) // (2 * self.cells) if self.cells else 0


@dataclass(frozen=True)
class CycleReport:
    """What HR is given of one counted quarter."""

    company: str
    cycle_name: str
    counted_on: date
    participation: ParticipationFigures
    departments: tuple[tuple[str, ParticipationFigures], ...]
    """Empty once it is forgotten who took part."""
    coverage: ReportCoverage
    unseen: tuple[str, ...]
    """Statements that many colleagues did not observe, each as a sentence."""
    about: tuple[str, ...]
    """Sentences about the numbers of the whole cycle."""
    plans: tuple[str, ...] = ()
    """What people made of the reports of the quarter before; empty below twenty people."""

    @property
    def file_name(self) -> str:
        """For example "Full Circle 2026 Q3 - cycle report.pdf"."""
        return f"Full Circle {safe_name(f'{self.cycle_name} - cycle report')}.pdf"


def bands_of(reports: Mapping[int, int]) -> tuple[Band, ...]:
    """Reports by the number of colleagues behind them; empty bands are left out.

    `reports` counts them by that number.
    """
    found = []
    for least, most in BANDS:
        inside = sum(
            some
            for raters, some in reports.items()
            if least <= raters and (most is None or raters <= most)
        )
        if inside:
            words = f"{least} or more" if most is None else f"{least} to {most}"
            found.append(Band(f"{words} colleagues", inside))
    return tuple(found)
