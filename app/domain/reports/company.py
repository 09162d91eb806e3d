"""What the company page and the board's paper are given; it holds no number that is hidden."""

from dataclasses import dataclass
from typing import Final

from app.domain.enps.score import ReleasedShares
from app.domain.enps.shifts import Certainty, Shift
from app.domain.release.policy import Hidden, Score, Shown

MINUS: Final = "\u2212"


def signed(points: float) -> str:
    """A score as people read it: "+25", "0", with a true minus sign below zero."""
    whole = round(points)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole < 0 else "0"


@dataclass(frozen=True)
class ScoreQuarter:
    """The company's released shares in one cycle, or why there are none."""

    cycle_id: int
    cycle_name: str
    shares: ReleasedShares | Hidden


@dataclass(frozen=True)
class UnitLine:
    """A unit of the frozen tree; `depth` 1 stands right below the company."""

    name: str
    depth: int
    shares: ReleasedShares | Hidden


@dataclass(frozen=True)
class ReasonLines:
    """The reasons behind one unit's score; with `rest` they add up to it."""

    unit_name: str
    score: int
    points: tuple[tuple[str, int], ...]
    """Reason and points, largest first."""
    rest: int
    unnamed: tuple[str, ...]
    """Reasons that too few people mentioned; their points are part of the rest."""


@dataclass(frozen=True)
class StatementMean:
    """One statement of the questionnaire and the company's released mean."""

    number: int
    text: str
    score: Score


@dataclass(frozen=True)
class CompetencyMeans:
    """The statements of one competency."""

    name: str
    statements: tuple[StatementMean, ...]

    @property
    def mean(self) -> float | None:
        """From the released means only; None when one of them is hidden."""
        shown = [line.score.mean for line in self.statements if isinstance(line.score, Shown)]
        return sum(shown) / len(shown) if shown and len(shown) == len(self.statements) else None


@dataclass(frozen=True)
class Participation:
    """How many were asked to take part, and how many sent their review."""

    invited: int
    sent: int

    @property
    def rate(self) -> int:
        """Whole percent, half up."""
        return (200 * self.sent + self.invited) // (2 * self.invited) if self.invited else 0


@dataclass(frozen=True)
class CompanyFigures:
    """Everything the company sees of one cycle."""

    cycle_id: int
    cycle_name: str
    is_published: bool
    shares: ReleasedShares | Hidden
    shift: Shift | None
    """None when there is no score."""
    trend: tuple[ScoreQuarter, ...]
    """Oldest first, this cycle last."""
    units: tuple[UnitLine, ...]
    reasons: tuple[ReasonLines, ...]
    participation: Participation | None
    competencies: tuple[CompetencyMeans, ...]
    comments: tuple[str, ...]
    histogram: tuple[int, ...] = ()
    """Percent of the answers 0 to 10; empty where too few people answered for it."""

    @property
    def finding(self) -> str:
        """The first sentence of the page: score, interval and shift in one breath."""
        if isinstance(self.shares, Hidden) or self.shift is None:
            why = self.shares.reason if isinstance(self.shares, Hidden) else "nothing to compare"
            return f"There is no eNPS for {self.cycle_name}: {why}."
        low, high = self.shares.interval
        score = f"{signed(self.shares.score)}, likely between {signed(low)} and {signed(high)}"
        return _opening(self.shift).format(score=score)

    @property
    def shown_units(self) -> tuple[UnitLine, ...]:
        """Departments large enough to be shown."""
        return tuple(one for one in self.units if isinstance(one.shares, ReleasedShares))

    @property
    def hidden_units(self) -> str:
        """How many departments are not shown, as a sentence; empty when all are."""
        hidden = len(self.units) - len(self.shown_units)
        if not hidden:
            return ""
        some = "One department is not" if hidden == 1 else f"{hidden} departments are not"
        some = some if self.shown_units else "No department is"
        it = "it" if hidden == 1 else "them"
        return f"{some} shown: too few people answered, or others could be worked out from {it}."

    @property
    def one_answer(self) -> str:
        """How much a single answer weighs, so that small moves are not overrated."""
        if isinstance(self.shares, Hidden):
            return ""
        return (
            f"With {self.shares.respondents} answers, one answer that turns from passive to "
            f"promoter moves the score by {100 / self.shares.respondents:.1f} points."
        )


def _opening(shift: Shift) -> str:
    return {
        Certainty.FIRST: "Our first eNPS is {score}.",
        Certainty.NONE: f"Our eNPS is {{score}}: {shift.finding}.",
        Certainty.POSSIBLE: f"Our eNPS is {{score}}: {shift.finding}.",
        Certainty.CLEAR: f"Our eNPS shows a {shift.finding}: it is now {{score}}.",
    }[shift.certainty]
