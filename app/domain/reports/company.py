"""What the company page and the board's paper are given; it holds no number that is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain import limits
from app.domain.enps.direct import DirectCounts
from app.domain.enps.reasons import Place
from app.domain.enps.score import StanceCounts, together
from app.domain.enps.shifts import BASE_QUARTERS, Certainty, Quarter, Shift
from app.domain.plurals import spelled
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.reports.score_change import (
    EarlierScore,
    direct_explained,
    headline,
    in_words,
    signed,
    silent_sentence,
    telling,
)
from app.domain.scale import DEFAULT_LABELS

UNFOLDED_UP_TO: Final = 60
"""Units in a table; of more the upper ones are shown, each leading to those inside it."""
MOST_BESIDE: Final = 12
"""So many departments beside another one are named on its page at most."""
RANGE: Final = (
    "The likely range says where the score would lie if the same people answered on another day. "
    "It holds chance and the blur: a small random amount, about two answers, is in the number of "
    "promoters and of detractors. It says nothing about those who did not answer."
)


@dataclass(frozen=True)
class ScoreQuarter:
    """The company's released answers in one cycle, or why there are none."""

    cycle_id: int
    cycle_name: str
    answers: StanceCounts | Hidden
    invited: int
    """How many people were asked."""

    @property
    def shown(self) -> Quarter | None:
        """None where nothing was released."""
        if isinstance(self.answers, Hidden):
            return None
        return Quarter(self.answers, self.invited)


@dataclass(frozen=True)
class UnitLine:
    """A unit of the frozen tree; `depth` 1 stands right below the company."""

    number: int
    name: str
    depth: int
    answers: StanceCounts | Hidden
    inside: int = 0
    """How many lines right behind this one are of units inside it."""


def unfolded(units: Sequence[UnitLine]) -> tuple[UnitLine, ...]:
    """What a table of `units` shows: all of a few, of many only those that are in none of them."""
    if len(units) <= UNFOLDED_UP_TO:
        return tuple(units)
    top = min(one.depth for one in units)
    return tuple(one for one in units if one.depth == top)


def units_above(units: Sequence[UnitLine], number: int) -> tuple[UnitLine, ...]:
    """The units that `number` is inside of, outermost first."""
    return tuple(
        one
        for place, one in enumerate(units)
        if any(each.number == number for each in units[place + 1 : place + 1 + one.inside])
    )


def units_inside(units: Sequence[UnitLine], number: int) -> tuple[UnitLine, ...]:
    """The unit `number` and, behind it, those inside it; empty without such a line."""
    for place, one in enumerate(units):
        if one.number == number:
            return tuple(units[place : place + 1 + one.inside])
    return ()


def units_beside(units: Sequence[UnitLine], number: int) -> tuple[UnitLine, ...]:
    """The others right inside the unit that `number` is right inside of; none where they are many.

    Whoever looks for one of many finds them in the table of what they belong to.
    """
    above, mine = units_above(units, number), units_inside(units, number)
    if not mine:
        return ()
    around = units_inside(units, above[-1].number)[1:] if above else tuple(units)
    beside = [one for one in around if one.depth == mine[0].depth and one.number != number]
    return tuple(beside) if len(beside) <= MOST_BESIDE else ()


@dataclass(frozen=True)
class Rankings:
    """What promoters and detractors of the company name, in one quarter or several together."""

    promoters: tuple[Place, ...]
    detractors: tuple[Place, ...]
    respondents: int
    quarters: int

    @property
    def source(self) -> str:
        """Whose reasons these are, as a sentence."""
        several = f"the last {in_words(self.quarters, 'quarter', 'quarters')} together"
        when = "this quarter" if self.quarters == 1 else several
        return f"{self.respondents:,} answers of {when}, up to three reasons each."


@dataclass(frozen=True)
class StatementMean:
    """One statement of the questionnaire and the company's released mean."""

    number: int
    identity: str
    """What it is, whatever its number and spelling."""
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
class ParticipationFigures:
    """How many were asked to take part, and how many sent their review."""

    invited: int
    sent: int
    said: str = ""
    """What is said in place of the number, where that would tell of somebody."""

    @property
    def words(self) -> str:
        """For example "40 of 50"."""
        return self.said or f"{self.sent:,} of {self.invited:,}"

    @property
    def percent(self) -> str:
        """For example "80 %"; empty where the number is not said."""
        return "" if self.said else f"{self.rate} %"

    @property
    def sentence(self) -> str:
        """For example "40 of 50 people sent their review (80 %)."."""
        share = f" ({self.percent})" if self.percent else ""
        return f"{self.words} people sent their review{share}."

    @property
    def rate(self) -> int:
        """Whole percent, half up."""
        return (200 * self.sent + self.invited) // (2 * self.invited) if self.invited else 0


@dataclass(frozen=True)
class ScoreStory:
    """The score of a company or a unit in one quarter, and how it came there."""

    cycle_id: int
    cycle_name: str
    shift: Shift | None
    """None when there is no score."""
    trend: tuple[ScoreQuarter, ...]
    """Oldest first, this cycle last."""

    @property
    def answers(self) -> StanceCounts | Hidden:
        """Of this cycle."""
        return self.trend[-1].answers

    @property
    def finding(self) -> str:
        """The first sentence of the page: the score, how sure it is, and whether it moved."""
        if isinstance(self.answers, Hidden) or self.shift is None:
            why = self.answers.reason if isinstance(self.answers, Hidden) else "nothing to compare"
            return f"There is no eNPS for {self.cycle_name}: {why}."
        earlier = [
            EarlierScore(one.cycle_name, one.answers)
            for one in self.trend[:-1]
            if isinstance(one.answers, StanceCounts)
        ]
        return headline(self.shift, earlier=earlier, now=self.answers)

    @property
    def lead(self) -> str:
        """What stands below the finding; empty where that says everything."""
        is_first = self.shift is not None and self.shift.certainty is Certainty.FIRST
        return "Changes can be told from the next quarter on." if is_first else ""

    @property
    def telling(self) -> str:
        """How large a change has to be to be told from chance; empty where nothing is compared."""
        if isinstance(self.answers, Hidden) or self.shift is None:
            return ""
        return telling(self.shift, self.answers)

    @property
    def silent(self) -> str:
        """How far those who did not answer could move the score; empty where there is nothing."""
        quarter = self.trend[-1].shown
        return silent_sentence(quarter) if quarter else ""

    @property
    def together(self) -> StanceCounts | None:
        """Up to four quarters as one, where a single one says little; else None."""
        quarters = [one.answers for one in self._shown[-BASE_QUARTERS:]]
        if isinstance(self.answers, Hidden) or self.answers.respondents >= limits.SMALL_COMPANY:
            return None
        return together(quarters) if len(quarters) > 1 else None

    @property
    def together_name(self) -> str:
        """For example "Last four together"."""
        many = min(BASE_QUARTERS, len(self._shown))
        return f"Last {spelled(many)} together"

    @property
    def steadiness(self) -> str:
        """Why quarters stand together below the others; empty where they do not."""
        return "Several quarters together are steadier than each of them." if self.together else ""

    @property
    def _shown(self) -> list[Quarter]:
        return [one.shown for one in self.trend if one.shown is not None]


@dataclass(frozen=True)
class UnitFigures(ScoreStory):
    """What everybody sees of one department: its score, and the departments inside it."""

    number: int
    name: str
    above: tuple[UnitLine, ...]
    """Those that it is inside of, outermost first."""
    beside: tuple[UnitLine, ...]
    """Those that belong to the same, where they are few."""
    inside: tuple[UnitLine, ...]
    """Those inside it, each followed by what is inside that one."""


@dataclass(frozen=True, kw_only=True)
class CompanyFigures(ScoreStory):
    """Everything the company sees of one cycle."""

    is_published: bool
    units: tuple[UnitLine, ...]
    rankings: Rankings | None
    """None while too few people answered to rank reasons."""
    participation: ParticipationFigures | None
    competencies: tuple[CompetencyMeans, ...]
    direct: DirectCounts | Hidden | None = None
    """Of the direct question; None where it was not asked."""
    labels: tuple[str, ...] = DEFAULT_LABELS
    """The words for the answers 1 to 5."""

    @property
    def lead(self) -> str:
        """The same, after what was said when asked directly."""
        said = super().lead
        if self.shift is not None and isinstance(self.direct, DirectCounts):
            return f"{self.direct.verdict} {said}".strip()
        return said

    @property
    def asked_directly(self) -> str:
        """The figure of the direct question with its range; empty where it was not asked."""
        if self.direct is None:
            return ""
        if isinstance(self.direct, Hidden):
            return f"There is nothing to show of the direct question: {self.direct.reason}."
        low, high = map(signed, self.direct.interval)
        figure = f"{signed(self.direct.score)}, likely {low} to {high}"
        people = in_words(self.direct.respondents, "person", "people")
        return f"Asked directly, {people} answered: {figure}. {self.direct_explained}"

    @property
    def direct_explained(self) -> str:
        """What the number of the direct question is; empty where there is none."""
        return direct_explained(self.direct) if isinstance(self.direct, DirectCounts) else ""

    @property
    def shown_units(self) -> tuple[UnitLine, ...]:
        """Departments large enough to be shown."""
        return tuple(one for one in self.units if isinstance(one.answers, StanceCounts))

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
