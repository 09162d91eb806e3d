"""What may be shown: thresholds, rounding, and values that hold no number when hidden."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Final, Self

from app.domain.errors import PlanRefusedError


class Grain(StrEnum):
    """How finely a mean is released; the fewer blind ratings, the coarser."""

    WHOLE = "whole"
    HALF = "half"
    FIFTH = "fifth"
    TENTH = "tenth"


STEP: Final = {Grain.WHOLE: 1.0, Grain.HALF: 0.5, Grain.FIFTH: 0.2, Grain.TENTH: 0.1}
LIMITS: Final = {
    Grain.WHOLE: (2.0, 4.0),
    Grain.HALF: (1.5, 4.5),
    Grain.FIFTH: (1.2, 4.8),
    Grain.TENTH: (1.2, 4.8),
}
HALVES_FROM: Final = 7
FIFTHS_FROM: Final = 15
TENTHS_FROM: Final = 20
SHARES_IN_TENTHS_FROM: Final = 30
TOP_SHARE: Final = 90
"""Shares from here on are released as this one value, so that unanimity is never certified."""


class Reason(StrEnum):
    """Why a value is hidden."""

    FEW_RATERS = "few_raters"
    FEW_RATINGS = "few_ratings"
    FEW_RESPONDENTS = "few_respondents"
    PROTECTS_OTHERS = "protects_others"
    NOT_ANSWERED = "not_answered"


class Observed(StrEnum):
    """How many raters ticked "not observed", in bands."""

    NONE = "none"
    SOME = "some"
    MANY = "many"


@dataclass(frozen=True)
class Hidden:
    """A value withheld; it carries a reason and, on purpose, no number."""

    reason: str


@dataclass(frozen=True)
class Shares:
    """A released distribution: percent of ratings 1-2, 3 and 4-5."""

    low: int
    middle: int
    high: int

    def __iter__(self) -> Iterator[int]:
        return iter((self.low, self.middle, self.high))

    @property
    def words(self) -> tuple[str, str, str]:
        """The three shares as people read them.

        Beside a share of "90 % or more" the others are "10 % or less": 9 of 10 and 10 of 10
        read the same, so that nobody learns that everybody said one thing.
        """
        if max(self) >= TOP_SHARE:
            low, middle, high = (
                f"{TOP_SHARE} % or more" if share >= TOP_SHARE else f"{100 - TOP_SHARE} % or less"
                for share in self
            )
        else:
            low, middle, high = (f"{share} %" for share in self)
        return low, middle, high


@dataclass(frozen=True)
class Shown:
    """A released score: the mean on its grain, and the interval around it."""

    mean: float
    grain: Grain
    low: float
    high: float
    shares: Shares | None = None

    @property
    def text(self) -> str:
        """The mean as people read it: "3.8", "4.5 or more", "1.5 or less"."""
        least, most = LIMITS[self.grain]
        if self.mean <= least:
            return f"{least} or less"
        if self.mean >= most:
            return f"{most} or more"
        return f"{self.mean:.1f}"

    @property
    def standard_error(self) -> float:
        """Half the released interval's width in units of 1.96; never smaller than the truth."""
        return max(self.high - self.mean, self.mean - self.low) / 1.96


Score = Shown | Hidden


@dataclass(frozen=True)
class ReleasePolicy:
    """The thresholds of a cycle; HR may raise them in a draft, nobody ever lowers them."""

    blind_raters: int = 5
    distribution_from: int = 20
    unit_respondents: int = 20
    reason_respondents: int = 25
    reason_mentions: int = 5
    histogram_from: int = 100
    team_subjects: int = 5
    shows_comments: bool = True
    hr_reads_reports: bool = False

    def __post_init__(self) -> None:
        faults = [
            f"The threshold for {THRESHOLDS[name]} cannot be lower than {least}."
            for name, least in FLOORS.items()
            if getattr(self, name) < least
        ]
        if faults:
            raise PlanRefusedError(faults)

    def as_dict(self) -> dict[str, int | bool]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, int | bool]) -> Self:
        """The policy kept with a cycle; what was once the floor is lifted to today's."""
        known = {item.name for item in fields(cls)}
        terms = PROMISED_TO_NOBODY | {
            name: FLOORS[name] if value == FORMER_FLOORS.get(name) else value
            for name, value in stored.items()
            if name in known
        }
        return cls(**terms)  # type: ignore[arg-type]

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

    def words(self, reason: Reason) -> str:
        """Why a value is hidden, in the reader's words."""
        return {
            Reason.FEW_RATERS: f"fewer than {self.blind_raters} colleagues answered",
            Reason.FEW_RATINGS: f"fewer than {self.distribution_from} ratings",
            Reason.FEW_RESPONDENTS: f"fewer than {self.unit_respondents} people answered",
            Reason.PROTECTS_OTHERS: "hidden so that a smaller group cannot be worked out",
            Reason.NOT_ANSWERED: "not answered",
        }[reason]


THRESHOLDS: Final = {
    "blind_raters": "colleagues who answered",
    "distribution_from": "ratings in a distribution",
    "unit_respondents": "people in a unit",
    "reason_respondents": "people behind the reasons",
    "reason_mentions": "mentions of a reason",
    "histogram_from": "people in a histogram",
    "team_subjects": "people in a team report",
}
FLOORS: Final = {
    "blind_raters": 5,
    "distribution_from": 20,
    "unit_respondents": 20,
    "reason_respondents": 25,
    "reason_mentions": 5,
    "histogram_from": 100,
    "team_subjects": 5,
}
PROMISED_TO_NOBODY: Final[dict[str, int | bool]] = {"histogram_from": 2**31}
"""Terms that came later: in a cycle opened before, nobody was told of them, so nothing is shown."""
FORMER_FLOORS: Final = {"distribution_from": 10, "unit_respondents": 10}
"""Cycles opened under them exist; whatever of them is counted from now on is counted stricter."""
