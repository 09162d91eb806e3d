"""What papers and pages are given: objects that hold no number that may not be shown."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Final

from app.domain.names import JOINERS
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.reports.action_plan import Action, LookBack
from app.domain.reports.focus import LEANS
from app.domain.reports.voice import Voice, capitalised
from app.domain.scale import DEFAULT_LABELS
from app.domain.statistics.differences import Direction

FORBIDDEN_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))
LONGEST_NAME: Final = 120
"""Bytes of UTF-8 in the name of a file."""
LONGEST_PART: Final = 96
"""The same for the part that differs."""


@dataclass(frozen=True)
class StatementLine:
    """One of the 14 rows: what colleagues said, beside the subject's own answer."""

    number: int
    competency: str
    text: str
    colleagues: Score
    own: int | None
    company: Score
    previous: Score | None
    change: Direction
    """Since the last quarter, beside how all statements moved."""
    answered: int | None = None
    """How many colleagues who cannot read the report answered about the subject at all."""
    stands_out: Direction = Direction.NONE
    """Higher or lower than the subject's own average, the company's means taken off."""
    change_longer: Direction = Direction.UNKNOWN
    """Since the mean of up to four earlier quarters; UNKNOWN with fewer than two."""
    own_view: Direction = Direction.NONE
    """UP: colleagues see it more positively than the subject; DOWN: less positively."""
    below_company: Direction = Direction.NONE
    """DOWN: far below the company's mean of this statement."""
    short_name: str = ""
    """The statement in two or three words; empty where the questionnaire gives none."""
    hint: str = ""
    """What people who do this do; empty where the questionnaire gives none."""

    @property
    def called(self) -> str:
        """The statement in the middle of a sentence: its short name, or its words in quotes."""
        if self.short_name:
            return self.short_name[:1].lower() + self.short_name[1:]
        return f"“{self.text.rstrip('.')}”"

    @property
    def title(self) -> str:
        """The statement as a heading: its short name, or its words in quotes."""
        return self.short_name or f"“{self.text}”"

    @property
    def unrated_by(self) -> int:
        """How many colleagues who answered gave this statement no rating."""
        if self.answered is None or isinstance(self.colleagues, Hidden):
            return 0
        return self.answered - self.colleagues.raters

    @cached_property
    def gap(self) -> float | None:
        """Own answer minus colleagues' released mean; None when either is missing."""
        if self.own is None or isinstance(self.colleagues, Hidden):
            return None
        return self.own - self.colleagues.mean


class Kind(IntEnum):
    """What a conclusion is about, in the order in which they stand."""

    WHOLE = 0
    STRENGTH = 1
    CHANGE = 2
    LOW = 3
    PATTERN = 4
    TWO_VIEWS = 5
    COMPETENCY = 6
    OPINIONS = 7


KIND_WORDS: Final = {
    "A clear strength": "strength",
    "A low score": "low",
    "Two views": "seen in two ways",
}
"""What a kicker says, in brackets behind a name."""


@dataclass(frozen=True)
class Conclusion:
    """One thing that is clear, in words."""

    kind: Kind
    kicker: str
    """What kind of thing it is, in two or three words."""
    title: str
    words: str
    """Complete sentences with the numbers; may be empty."""
    clause: str
    """The same for the headline, without a capital letter and a full stop."""
    statement: int | None = None
    """The number of the statement it is about, if it is about one."""
    called: str = ""
    """That statement in the middle of a sentence; empty where it is about several."""

    @property
    def kind_words(self) -> str:
        """What it says of its statement, as short as can be: "strength", "low"."""
        if self.kind is Kind.CHANGE:
            return self.clause.rpartition(" ")[2]
        return KIND_WORDS.get(self.kicker, self.kicker.lower())


@dataclass(frozen=True)
class CompetencyLine:
    """Its one to five statements together, computed from their released means."""

    name: str
    colleagues: float | Hidden
    own: float | None
    company: float | None


@dataclass(frozen=True)
class TrendPoint:
    """A competency in one cycle; None where nothing was released or may be read."""

    cycle_name: str
    value: float | None


@dataclass(frozen=True)
class TrendLine:
    """A competency over up to eight cycles, oldest first; `noise` is half the band of chance."""

    competency: str
    points: tuple[TrendPoint, ...]
    noise: float


@dataclass(frozen=True)
class SecondView:
    """Direct reports beside everyone else; made only when both groups are large enough."""

    reports: tuple[Score, ...]
    others: tuple[Score, ...]


@dataclass(frozen=True)
class CommentText:
    """A released comment; `id` serves reporting it as abusive."""

    id: str
    text: str


@dataclass(frozen=True)
class AdjustedOverall:
    """The overall score corrected for how strict or generous each colleague usually is."""

    score: Shown
    reliability: str
    """In words: "solid", "indicative" or "too few ratings to compare"."""

    def sentences(self, your: str) -> str:
        """The score with its interval, how far to rely on it, and what it is."""
        low, high = self.score.low, self.score.high
        return (
            f"{capitalised(your)} adjusted overall score is {self.score.text} "
            f"(likely between {low:.1f} and {high:.1f}; {self.reliability}). "
            "It is the average of colleagues’ ratings after correcting for how strict or "
            "generous each colleague usually is."
        )


@dataclass(frozen=True)
class PersonalReport:
    """A subject's report of one cycle, ready to be shown or printed."""

    company: str
    cycle_name: str
    published_on: date
    name: str
    title: str
    department: str
    raters: int | Hidden
    finding: str
    """What is clear, in one sentence."""
    said: tuple[Conclusion, ...]
    """Three conclusions at most."""
    also: tuple[Conclusion, ...]
    """What else is clear."""
    unseen: str
    """What else there may be that this report cannot show; empty without scores."""
    statements: tuple[StatementLine, ...]
    competencies: tuple[CompetencyLine, ...]
    trend: tuple[TrendLine, ...]
    keep: tuple[CommentText, ...]
    try_next: tuple[CommentText, ...]
    comments_hidden: Hidden | None
    notes: tuple[str, ...]
    """Sentences for 'How to read' and 'About these numbers'."""
    second_view: SecondView | None = None
    adjusted: AdjustedOverall | Hidden | None = None
    labels: tuple[str, ...] = DEFAULT_LABELS
    """The words for the answers 1 to 5."""
    """Told once, in `notes`; None for reviews counted before there was one."""
    plan: tuple[Action, ...] = ()
    """The person's own plan for the coming quarter, as far as the reader may see it."""
    looking_back: tuple[LookBack, ...] = ()
    """What was planned a quarter ago, beside what became of it."""
    speaks_to_subject: bool = True
    """Whether "you" in it is the person it is about."""
    readers: str = ""
    """Who reads it, in complete sentences."""
    whole: Direction = Direction.UNKNOWN
    """How all statements together have moved since the last quarter."""
    label: str = ""
    """The name beside those of others, told apart from them; empty for a report alone."""

    @property
    def about_impressions(self) -> str:
        """How far to trust what colleagues see; empty where they were not asked."""
        return LEANS if any(one.impression for one in self.looking_back) else ""

    @property
    def voice(self) -> Voice:
        return Voice(self.name, self.speaks_to_subject)

    @cached_property
    def differences(self) -> tuple[StatementLine, ...]:
        """Statements with both views, largest difference first."""
        lines = (line for line in self.statements if line.gap is not None)
        return tuple(sorted(lines, key=lambda line: (-abs(line.gap or 0), line.number)))

    def line(self, number: int | None) -> StatementLine | None:
        """The statement of that number; None where the report has none."""
        return next((line for line in self.statements if line.number == number), None)

    @property
    def file_name(self) -> str:
        """For example "Full Circle 2026 Q3 - Alice Example.pdf"; safe on every file system."""
        return f"Full Circle {safe_name(f'{self.cycle_name} - {self.label or self.name}')}.pdf"


def safe_name(text: str) -> str:
    """`text` as a part of a file's name that every file system takes, at most 96 bytes in UTF-8.

    With what stands around it the name has at most 120 bytes: some programs that unpack a ZIP
    fail on longer ones.
    """
    kept = "".join(letter for letter in text if letter.isprintable() or letter in JOINERS)
    return cut_to_bytes(kept.translate(FORBIDDEN_IN_NAMES), LONGEST_PART).strip()


def cut_to_bytes(text: str, most: int) -> str:
    """`text` cut to at most `most` bytes of UTF-8, between two letters and not before an accent.

    What stands in brackets at its end stays whole where there is room: it tells people apart.
    """
    if len(text.encode()) <= most:
        return text
    name, bracket, detail = text.rpartition(" (")
    end = f"{bracket}{detail}"
    room = most - len(end.encode())
    if not name or not text.endswith(")") or room < most // 2:
        name, end, room = text, "", most
    cut = name.encode()[:room].decode(errors="ignore")
    while cut and unicodedata.category(name[len(cut)])[0] == "M":
        cut = cut[:-1]
    return cut.rstrip() + end
