"""The board's page: one screen, one sheet of paper, from published company figures alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.internal_services.comparing import ServiceLine
from app.domain.projects.said_and_done import SaidAndDone
from app.domain.release.policy import Score, Shown
from app.domain.reports.company import CompanyFigures, ParticipationFigures, UnitLine
from app.domain.reports.contents import safe_name
from app.domain.reports.noteworthy import moved
from app.domain.statistics.differences import CHANGE_IN_WORDS, Direction


@dataclass(frozen=True)
class MovedStatement:
    """A statement whose company mean moved by more than chance explains."""

    text: str
    before: Shown
    now: Shown
    change: Direction

    @property
    def words(self) -> str:
        """Which way, without a verdict."""
        return CHANGE_IN_WORDS[self.change]


@dataclass(frozen=True)
class BoardReport:
    """What the board is given of one published quarter."""

    company: str
    published_on: date
    figures: CompanyFigures
    participation: tuple[tuple[str, ParticipationFigures], ...]
    """By quarter, oldest first."""
    moved: tuple[MovedStatement, ...]
    can_move: bool
    """Whether there is an earlier quarter to compare statements with."""
    services: tuple[ServiceLine, ...] = ()
    """By name, none that is really a person."""
    kept_apart: str = ""
    """Why some are not among them, as a sentence."""
    projects: tuple[SaidAndDone, ...] = ()
    """What is done about what people said, and what became of it, the newest first."""
    reworded: int = 0
    """How many statements the earlier quarter did not ask with this meaning."""

    @property
    def units(self) -> tuple[UnitLine, ...]:
        """Departments large enough to be shown."""
        return self.figures.shown_units

    @property
    def movement(self) -> str:
        """What moved in how we work together, in one sentence."""
        if not self.can_move:
            return "Statements are compared from the second quarter on."
        count = len(self.moved)
        some = {0: "No statement of the company", 1: "One statement"}.get(
            count, f"{count} statements"
        )
        moved = f"{some} moved since last quarter by more than chance explains."
        return f"{moved} {self.left_out}".strip()

    @property
    def left_out(self) -> str:
        """How many statements cannot be compared, as a sentence; empty when all can."""
        if not self.reworded:
            return ""
        some = "One statement has" if self.reworded == 1 else f"{self.reworded} statements have"
        return f"{some} new wording: not comparable."

    @property
    def file_name(self) -> str:
        """For example "Full Circle 2026 Q3 - board.pdf"."""
        return f"Full Circle {safe_name(f'{self.figures.cycle_name} - board')}.pdf"


def moved_statements(
    texts: Sequence[str], before: Sequence[Score | None], now: Sequence[Score]
) -> tuple[MovedStatement, ...]:
    """Statements that moved, all judged together, in their order."""
    changes = moved(before, now)
    return tuple(
        MovedStatement(text, old, new, change)
        for text, old, new, change in zip(texts, before, now, changes, strict=True)
        if change in (Direction.UP, Direction.DOWN)
        and isinstance(old, Shown)
        and isinstance(new, Shown)
    )
