"""What may be shown: thresholds, and values that hold no number when hidden."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Self

from app.domain import limits
from app.domain.errors import PlanRefusedError
from app.domain.statistics.intervals import LEAST, MOST, Z


class Reason(StrEnum):
    """Why a value is hidden."""

    FEW_RATERS = "few_raters"
    FEW_RATINGS = "few_ratings"
    FEW_RESPONDENTS = "few_respondents"
    PROTECTS_OTHERS = "protects_others"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True)
class Hidden:
    """A value withheld; it carries a reason and, on purpose, no number."""

    reason: str


@dataclass(frozen=True)
class Shares:
    """A released distribution: percent of ratings 1-2, 3 and 4-5, slightly blurred, sum 100."""

    low: int
    middle: int
    high: int

    def __iter__(self) -> Iterator[int]:
        return iter((self.low, self.middle, self.high))


@dataclass(frozen=True)
class Shown:
    """A released score: a mean with small known noise in it, and how far to trust it.

    `mean` lies within 1-5 and has one decimal. `raters` says how many ratings stand behind it
    of colleagues who cannot read the report, of one person or of all together. The
    `standard_error` in scale points holds chance, noise and printing.
    """

    mean: float
    raters: int
    standard_error: float
    shares: Shares | None = None

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval, to one decimal."""
        return max(LEAST, round(self.mean - Z * self.standard_error, 1))

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval, to one decimal."""
        return min(MOST, round(self.mean + Z * self.standard_error, 1))

    @property
    def text(self) -> str:
        """The mean as people read it: "3.8"."""
        return f"{self.mean:.1f}"


Score = Shown | Hidden


@dataclass(frozen=True)
class ReleasePolicy:
    """The thresholds of a cycle; HR may raise them in a draft, nobody ever lowers them."""

    blind_raters: int = 5
    distribution_from: int = 30
    unit_respondents: int = 20
    reason_respondents: int = 60
    team_subjects: int = 5
    shows_comments: bool = True
    hr_reads_reports: bool = False
    asks_focus: bool = False
    """Whether raters are asked about the behaviours that people work on, where those want it."""
    subject_reads_alone: bool = False
    """Whether a report is read by nobody but its subject; then managers count as blind raters."""
    hr_sees_numbers_only: bool = False
    """Whether HR learns in numbers how many have sent, and not who."""
    hr_sees_pairs: bool = False
    """Whether HR is shown in the draft who rates whom."""

    leaders_hear: bool = False
    """Whether comments about the company and its services may be mailed to leaders."""

    def __post_init__(self) -> None:
        faults = [
            f"The threshold for {THRESHOLDS[name]} cannot be lower than {least}."
            for name, least in FLOORS.items()
            if getattr(self, name) < least
        ]
        if self.leaders_hear and not self.shows_comments:
            faults.append("Leaders cannot hear comments where none are asked for. Choose one.")
        if self.subject_reads_alone and self.hr_reads_reports:
            faults.append("Where only the person reads a report, HR cannot read it. Choose one.")
        if faults:
            raise PlanRefusedError(faults)

    @property
    def focus_raters(self) -> int:
        """Fewest blind raters behind what is said of a behaviour that somebody works on."""
        return max(FOCUS_FROM, self.blind_raters)

    def as_dict(self) -> dict[str, int | bool]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, int | bool]) -> Self:
        """The policy kept with a cycle."""
        return cls(**stored)  # type: ignore[arg-type]

    def promise(self, closes: str) -> str:
        """The promise in one sentence; `closes` says when the review closes, as people read it.

        Every page of the fill-in, the full promise and the invitation say it in these words.
        """
        when = f"the review closes, on {closes}," if closes else "a review closes,"
        return (
            f"What you answer about colleagues is shown from {self.blind_raters} answering "
            f"colleagues on and never with your name; when {when} all ballots are counted and "
            "then destroyed."
        )

    @property
    def readers(self) -> str:
        """Who reads a personal report, in words."""
        if self.subject_reads_alone:
            return "the person alone"
        also = ", and HR" if self.hr_reads_reports else ""
        return f"the person and their manager, or managers where there are two{also}"

    @property
    def hr_sees(self) -> str:
        """What HR learns about taking part, in words."""
        return "how many have sent, in numbers" if self.hr_sees_numbers_only else "who has sent"

    @property
    def about_noise(self) -> str:
        """What the noise in scores promises, and what it does not."""
        return f"{NOISE} {BOUND} {NOT_PROMISED}"

    def words(self, reason: Reason) -> str:
        """Why a value is hidden, in the reader's words."""
        return {
            Reason.FEW_RATERS: f"fewer than {self.blind_raters} colleagues answered",
            Reason.FEW_RATINGS: f"fewer than {self.distribution_from} ratings",
            Reason.FEW_RESPONDENTS: f"fewer than {self.unit_respondents} people answered",
            Reason.PROTECTS_OTHERS: "hidden so that a smaller group cannot be worked out",
            Reason.NOT_ANSWERED: "not answered",
        }[reason]


def noise_with(raters: int) -> str:
    """What the noise in scores is, and how large it mostly is where so many colleagues rated.

    Both draws together are at most 2 rating points in more than four of five scores; in tenths.
    """
    mostly = (10 * MOSTLY // raters + 1) / 10
    return (
        "A small random amount is in every score, so that no answer can be worked out for "
        f"certain; with {raters} colleagues it is mostly less than {mostly:.1f}."
    )


MOSTLY: Final = 2
NOISE: Final = noise_with(12)
BOUND: Final = (
    "Whatever others know or answer, the printed scores of a report make no answer more than three "
    "times as likely as the one next to it."
)
NOT_PROMISED: Final = (
    "Being a little kinder or stricter in everything counts as one such step. Answers that "
    "differ up here and down there add up, and so do quarters: who answers exactly alike in "
    "eight quarters is easier to guess than in one."
)
"""What the noise promises, in the words of pages and papers, and what it does not."""

FOCUS_FROM: Final = limits.FOCUS
"""Fewest blind raters who say less, the same or more; "cannot say" is no answer."""
THRESHOLDS: Final = {
    "blind_raters": "colleagues who answered",
    "distribution_from": "ratings in a distribution",
    "unit_respondents": "people in a unit",
    "reason_respondents": "people behind the reasons",
    "team_subjects": "people in a team report",
}
FLOORS: Final = {name: int(getattr(ReleasePolicy, name)) for name in THRESHOLDS}
"""The fewest of each: what a plan has until HR raises it."""
