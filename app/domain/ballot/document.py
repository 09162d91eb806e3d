"""What a ballot holds, and how saved cells are merged into it.

A ballot is one rater's document in one cycle. Cells change one by one, so that two tabs or
two devices never overwrite each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.ballot.focus import FocusAnswer
from app.domain.ballot.versions import WrittenText
from app.domain.scale import (
    NOT_OBSERVED,
    STATEMENTS,
    UNANSWERED,
)

EARLIER: Final = -2
"""Stands for an answer given before the password was reset from outside: not to be read."""

KEEP: Final = "keep"
TRY: Final = "try"
KINDS: Final = (KEEP, TRY)
MOST_REASONS: Final = 3
DECLINED: Final = "d"
"""The cell of the wish not to take part."""
COMPANY_WORDS: Final = "ec"
"""The cell of the words to the 0-10 answer."""
FURTHER: Final = "f"
FURTHER_WORDS: Final = "w"
"""With what the cells of further questions begin: of their numbers, and of their words."""


@dataclass(frozen=True)
class Rating:
    """The answer to one statement about one subject; None clears it."""

    subject_id: int
    statement: int
    value: int | None


@dataclass(frozen=True)
class Own:
    """The rater's answer about themselves; None clears it."""

    statement: int
    value: int | None


@dataclass(frozen=True)
class Away:
    """The rater did not work with the subject: open statements count as not observed."""

    subject_id: int
    away: bool


@dataclass(frozen=True)
class Comment:
    """What a subject should keep doing, or try next quarter; empty text removes it."""

    subject_id: int
    kind: str
    text: str
    base: str | None = None
    """The mark of the text that the page was made from; None for who knows the present one."""
    device: str = ""

    @property
    def cell(self) -> str:
        return f"c{self.subject_id}.{self.kind}"


@dataclass(frozen=True)
class EnpsScoreChange:
    """The answer to the 0-10 question; None clears it."""

    value: int | None


@dataclass(frozen=True)
class EnpsReasonsChange:
    """Up to three reasons for the 0-10 answer."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class EnpsCommentChange:
    """The optional words to the 0-10 answer."""

    text: str
    base: str | None = None
    device: str = ""

    @property
    def cell(self) -> str:
        return COMPANY_WORDS


@dataclass(frozen=True)
class FurtherAnswer:
    """The answer to a further question, a whole number; None clears it."""

    key: str
    value: int | None


@dataclass(frozen=True)
class FurtherText:
    """The words to a further question; empty text removes them."""

    key: str
    text: str
    base: str | None = None
    device: str = ""

    @property
    def cell(self) -> str:
        return f"{FURTHER_WORDS}{self.key}"


@dataclass(frozen=True)
class Chosen:
    """Which of several versions of a text is to count, or which is not wanted any more."""

    cell: str
    mark: str
    is_wanted: bool


Text = Comment | EnpsCommentChange | FurtherText
Change = (
    Rating
    | Own
    | Away
    | EnpsScoreChange
    | EnpsReasonsChange
    | FurtherAnswer
    | FocusAnswer
    | Text
    | Chosen
)


@dataclass
class Ballot:
    """All answers, comments and the eNPS answer of one rater in one cycle."""

    own: list[int | None] = field(default_factory=lambda: [None] * STATEMENTS)
    answers: dict[int, list[int | None]] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    comments: dict[int, dict[str, str]] = field(default_factory=dict)
    focus: dict[int, dict[int, int]] = field(default_factory=dict)
    """By subject and statement: what the rater sees of a behaviour that the subject works on."""
    enps_score: int | None = None
    enps_reasons: list[str] = field(default_factory=list)
    enps_comment: str = ""
    further: dict[str, int] = field(default_factory=dict)
    """The answers to further questions, beside people and the 0-10 question, by their keys."""
    further_texts: dict[str, str] = field(default_factory=dict)
    sent: bool = False
    declined: bool = False
    """The rater would rather not take part: no reminder goes to them."""
    saves: int = field(default=0, compare=False)
    """How often it was written, which is no answer: it tells an earlier state from the last one."""
    epoch: int = 0
    """The owner's credential epoch when the ballot was last written."""
    veiled: set[str] = field(default_factory=set)
    """Cells answered under an earlier epoch: they count, but are not shown."""
    seen: dict[str, int] = field(default_factory=dict)
    """The highest batch merged from each device, for the few that saved last, newest at the end."""

    writers: dict[str, str] = field(default_factory=dict)
    """Which device wrote the text of a cell."""
    beside: dict[str, tuple[WrittenText, ...]] = field(default_factory=dict)
    """Other versions of a cell's text, which count only once their rater chooses them."""

    def text(self, cell: str) -> str:
        """The words that stand in a cell and count."""
        if cell == COMPANY_WORDS:
            return self.enps_comment
        if cell.startswith(FURTHER_WORDS):
            return self.further_texts.get(cell.removeprefix(FURTHER_WORDS), "")
        subject, _, kind = cell[1:].partition(".")
        return self.comments.get(int(subject), {}).get(kind, "")

    def rating(self, subject_id: int, statement: int) -> int | None:
        """The answer as it stands: 1-5, 0 not observed, None open, EARLIER not to be read."""
        given = self.answers.get(subject_id, OPEN)[statement - 1]
        if given is not None:
            return given
        return self._away_answer(subject_id)

    def answers_about(self, subject_id: int) -> Sequence[int | None]:
        """All 14 answers about a subject, each as `rating` tells it."""
        given = self.answers.get(subject_id, OPEN)
        if subject_id not in self.away:
            return given
        rest = self._away_answer(subject_id)
        return [rest if value is None else value for value in given]

    def _away_answer(self, subject_id: int) -> int | None:
        if subject_id not in self.away:
            return None
        return EARLIER if f"a{subject_id}" in self.veiled else NOT_OBSERVED

    @property
    def earlier_comments(self) -> set[tuple[int, str]]:
        """Comments written under an earlier epoch, as (subject id, kind)."""
        return {
            (int(subject), kind)
            for subject, _, kind in (
                key[1:].partition(".") for key in self.veiled if key.startswith("c")
            )
        }

    @property
    def has_earlier_reasons(self) -> bool:
        return "er" in self.veiled

    @property
    def has_earlier_enps_comment(self) -> bool:
        return "ec" in self.veiled

    def cells(self) -> Iterator[str]:
        """The key of every cell that holds something."""
        yield from (f"o{n}" for n, value in enumerate(self.own, 1) if value is not None)
        for subject, values in self.answers.items():
            yield from (f"r{subject}.{n}" for n, value in enumerate(values, 1) if value is not None)
        yield from (f"a{subject}" for subject in self.away)
        for subject, texts in self.comments.items():
            yield from (f"c{subject}.{kind}" for kind in texts)
        yield from (f"v{subject}.{n}" for subject, seen in self.focus.items() for n in seen)
        if self.declined:
            yield DECLINED
        yield from self._cells_about_company()

    def _cells_about_company(self) -> Iterator[str]:
        if self.enps_score is not None:
            yield "es"
        if self.enps_reasons:
            yield "er"
        if self.enps_comment:
            yield "ec"
        yield from (f"{FURTHER}{key}" for key in self.further)
        yield from (f"{FURTHER_WORDS}{key}" for key in self.further_texts)


OPEN: Final[list[int | None]] = [None] * STATEMENTS
OPEN_BYTE: Final = UNANSWERED % 256


def with_wish(ballot: Ballot, *, declined: bool) -> Ballot:
    """The ballot with its rater's wish to take part, or rather not; it is theirs to read again."""
    return replace(ballot, declined=declined, veiled=ballot.veiled - {DECLINED})


NOBODYS: Final = -1
"""The epoch of an account that cannot be trusted: nothing is open to it, not even its own."""


def under_epoch(ballot: Ballot, epoch: int) -> Ballot:
    """Veil what was answered under another epoch, for good, and go on under `epoch`."""
    if ballot.epoch == epoch != NOBODYS:
        return ballot
    # Versions that nobody has chosen can be neither read nor counted from here on.
    return replace(ballot, epoch=epoch, veiled=set(ballot.cells()), beside={}, writers={})


def readable(ballot: Ballot, epoch: int) -> Ballot:
    """A copy for its owner's eyes: veiled answers are EARLIER, veiled words are gone."""
    ballot = under_epoch(ballot, epoch)
    veiled = ballot.veiled
    if not veiled:
        return ballot
    return replace(
        ballot,
        own=[EARLIER if f"o{n}" in veiled else v for n, v in enumerate(ballot.own, 1)],
        answers={
            subject: [
                EARLIER if f"r{subject}.{n}" in veiled else v for n, v in enumerate(values, 1)
            ]
            for subject, values in ballot.answers.items()
        },
        comments={
            subject: {k: t for k, t in texts.items() if f"c{subject}.{k}" not in veiled}
            for subject, texts in ballot.comments.items()
        },
        focus={
            subject: {n: EARLIER if f"v{subject}.{n}" in veiled else v for n, v in seen.items()}
            for subject, seen in ballot.focus.items()
        },
        declined=ballot.declined and DECLINED not in veiled,
        enps_score=EARLIER if "es" in veiled else ballot.enps_score,
        enps_reasons=[] if "er" in veiled else ballot.enps_reasons,
        enps_comment="" if "ec" in veiled else ballot.enps_comment,
        further={
            key: EARLIER if f"{FURTHER}{key}" in veiled else value
            for key, value in ballot.further.items()
        },
        further_texts={
            key: text
            for key, text in ballot.further_texts.items()
            if f"{FURTHER_WORDS}{key}" not in veiled
        },
    )


def packed(answers: Sequence[int | None]) -> bytes:
    """Answers as the count takes them, one byte each, to be read as int8: 0-5, -1 for None."""
    try:
        return bytes(answers)  # type: ignore[arg-type]
    except TypeError:
        return bytes(OPEN_BYTE if value is None else value for value in answers)
