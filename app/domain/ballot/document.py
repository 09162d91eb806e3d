"""What a ballot holds, how saved cells are merged into it, and how it is written down.

A ballot is one rater's document in one cycle. Cells change one by one, so that two tabs or
two devices never overwrite each other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from app.domain.errors import BallotError
from app.domain.scale import (
    COMMENT_LENGTH,
    ENPS_OPTIONS,
    NOT_OBSERVED,
    STATEMENTS,
    UNANSWERED,
    is_answer,
)

T = TypeVar("T")

EARLIER: Final = -2
"""Stands for an answer given before the password was reset from outside: not to be read."""

KEEP: Final = "keep"
TRY: Final = "try"
KINDS: Final = (KEEP, TRY)
MOST_REASONS: Final = 3


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


@dataclass(frozen=True)
class EnpsScore:
    """The answer to the 0-10 question; None clears it."""

    value: int | None


@dataclass(frozen=True)
class EnpsReasons:
    """Up to three reasons for the 0-10 answer."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class EnpsComment:
    """The optional words to the 0-10 answer."""

    text: str


Change = Rating | Own | Away | Comment | EnpsScore | EnpsReasons | EnpsComment


@dataclass
class Ballot:
    """All answers, comments and the eNPS answer of one rater in one cycle."""

    own: list[int | None] = field(default_factory=lambda: [None] * STATEMENTS)
    answers: dict[int, list[int | None]] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    comments: dict[int, dict[str, str]] = field(default_factory=dict)
    enps_score: int | None = None
    enps_reasons: list[str] = field(default_factory=list)
    enps_comment: str = ""
    sent: bool = False
    saves: int = field(default=0, compare=False)
    """How often it was written, which is no answer: it tells an earlier state from the last one."""
    epoch: int = 0
    """The owner's credential epoch when the ballot was last written."""
    veiled: set[str] = field(default_factory=set)
    """Cells answered under an earlier epoch: they count, but are not shown."""
    seen: dict[str, int] = field(default_factory=dict)
    """The highest batch merged from each device, for the few that saved last, newest at the end."""

    def rating(self, subject_id: int, statement: int) -> int | None:
        """The answer as it stands: 1-5, 0 not observed, None open, EARLIER not to be read."""
        given = self.answers.get(subject_id, _OPEN)[statement - 1]
        if given is not None:
            return given
        return self._away_answer(subject_id)

    def answers_about(self, subject_id: int) -> Sequence[int | None]:
        """All 14 answers about a subject, each as `rating` tells it."""
        given = self.answers.get(subject_id, _OPEN)
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
        if self.enps_score is not None:
            yield "es"
        if self.enps_reasons:
            yield "er"
        if self.enps_comment:
            yield "ec"


_OPEN: Final[list[int | None]] = [None] * STATEMENTS
OPEN_BYTE: Final = UNANSWERED % 256


NOBODYS: Final = -1
"""The epoch of an account that cannot be trusted: nothing is open to it, not even its own."""


def under_epoch(ballot: Ballot, epoch: int) -> Ballot:
    """Veil what was answered under another epoch, for good, and go on under `epoch`."""
    if ballot.epoch == epoch != NOBODYS:
        return ballot
    return replace(ballot, epoch=epoch, veiled=set(ballot.cells()))


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
        enps_score=EARLIER if "es" in veiled else ballot.enps_score,
        enps_reasons=[] if "er" in veiled else ballot.enps_reasons,
        enps_comment="" if "ec" in veiled else ballot.enps_comment,
    )


@dataclass(frozen=True)
class Bounds:
    """What a rater may answer about: their subjects, the cycle's reasons, and in words or not."""

    subject_ids: frozenset[int]
    reasons: tuple[str, ...]
    comments: bool = True
    """Whether the cycle asks for comments about persons."""


def merge(ballot: Ballot, changes: Iterable[Change], bounds: Bounds) -> Ballot:
    """Apply `changes` to a copy of `ballot`, the later winning; other cells stay.

    Raises BallotError naming every fault; then nothing was applied.
    """
    changes = list(changes)
    faults = [fault for change in changes if (fault := fault_of(change, bounds))]
    if faults:
        raise BallotError(" ".join(dict.fromkeys(faults)))
    merged = replace(
        ballot,
        own=list(ballot.own),
        answers={subject: list(values) for subject, values in ballot.answers.items()},
        away=set(ballot.away),
        comments={subject: dict(texts) for subject, texts in ballot.comments.items()},
        veiled=set(ballot.veiled),
    )
    for change in changes:
        _apply(merged, change)
    return merged


def fault_of(change: Change, bounds: Bounds) -> str | None:
    """What is wrong with one change, as a sentence, or None."""
    if isinstance(change, Rating | Away | Comment) and change.subject_id not in bounds.subject_ids:
        return "An answer is about somebody whom you were not asked to rate."
    if isinstance(change, Rating | Own):
        return _rating_fault(change)
    if isinstance(change, Comment | EnpsComment):
        return _text_fault(change, bounds)
    if isinstance(change, EnpsScore | EnpsReasons):
        return _enps_fault(change, bounds)
    return None


def _rating_fault(change: Rating | Own) -> str | None:
    if not 1 <= change.statement <= STATEMENTS:
        return f"There is no statement {change.statement}."
    if change.value is not None and not is_answer(change.value):
        return "An answer must be 1 to 5 or “not observed”."
    if isinstance(change, Own) and change.value == NOT_OBSERVED:
        return "About yourself, an answer must be 1 to 5."
    return None


def _text_fault(change: Comment | EnpsComment, bounds: Bounds) -> str | None:
    if isinstance(change, Comment) and not bounds.comments:
        return "This review asks for no comments about colleagues."
    if isinstance(change, Comment) and change.kind not in KINDS:
        return "A comment answers either “keep doing” or “try next quarter”."
    if len(change.text) > COMMENT_LENGTH:
        return f"A comment has {len(change.text):,} characters; {COMMENT_LENGTH:,} fit."
    return None


def _enps_fault(change: EnpsScore | EnpsReasons, bounds: Bounds) -> str | None:
    if isinstance(change, EnpsScore):
        fits = change.value is None or (type(change.value) is int and change.value in ENPS_OPTIONS)
        return None if fits else "The answer to the last question must be 0 to 10."
    if len(change.reasons) > MOST_REASONS:
        return f"Please choose up to {MOST_REASONS} reasons."
    if not set(change.reasons) <= set(bounds.reasons):
        return "A reason is not one of those offered."
    return None


def _apply(ballot: Ballot, change: Change) -> None:
    """Write one valid change into `ballot` and lift the veil from its cell."""
    match change:
        case Rating(subject, statement, value):
            if value is None and f"a{subject}" in ballot.veiled:
                _spell_out(ballot, subject)
            ballot.answers.setdefault(subject, list(_OPEN))[statement - 1] = value
            ballot.veiled.discard(f"r{subject}.{statement}")
        case Own(statement, value):
            ballot.own[statement - 1] = value
            ballot.veiled.discard(f"o{statement}")
        case Away(subject, away):
            (ballot.away.add if away else ballot.away.discard)(subject)
            ballot.veiled.discard(f"a{subject}")
        case Comment(subject, kind, text):
            _write_comment(ballot, subject, kind, text)
        case _:
            _apply_enps(ballot, change)


def _spell_out(ballot: Ballot, subject: int) -> None:
    """Turn a veiled "did not work with" into as many veiled answers, so that one can be cleared."""
    values = ballot.answers.setdefault(subject, list(_OPEN))
    for place, value in enumerate(values):
        if value is None:
            values[place] = NOT_OBSERVED
            ballot.veiled.add(f"r{subject}.{place + 1}")
    ballot.away.discard(subject)
    ballot.veiled.discard(f"a{subject}")


def _write_comment(ballot: Ballot, subject: int, kind: str, text: str) -> None:
    texts = ballot.comments.setdefault(subject, {})
    texts.pop(kind, None)
    if text:
        texts[kind] = text
    ballot.veiled.discard(f"c{subject}.{kind}")


def _apply_enps(ballot: Ballot, change: EnpsScore | EnpsReasons | EnpsComment) -> None:
    match change:
        case EnpsScore(value):
            ballot.enps_score = value
            ballot.veiled.discard("es")
        case EnpsReasons(reasons):
            ballot.enps_reasons = list(dict.fromkeys(reasons))
            ballot.veiled.discard("er")
        case EnpsComment(text):
            ballot.enps_comment = text
            ballot.veiled.discard("ec")


def packed(answers: Sequence[int | None]) -> bytes:
    """Answers as the count takes them, one byte each, to be read as int8: 0-5, -1 for None."""
    try:
        return bytes(answers)  # type: ignore[arg-type]
    except TypeError:
        return bytes(OPEN_BYTE if value is None else value for value in answers)


def encode(ballot: Ballot) -> bytes:
    """Write a ballot as compact JSON."""
    document = {
        "own": ballot.own,
        "answers": ballot.answers,
        "away": sorted(ballot.away),
        "comments": {subject: texts for subject, texts in ballot.comments.items() if texts},
        "enps": [ballot.enps_score, ballot.enps_reasons, ballot.enps_comment],
        "sent": ballot.sent,
        "saves": ballot.saves,
        "epoch": ballot.epoch,
        "veiled": sorted(ballot.veiled),
        "seen": ballot.seen,
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def decode(written: bytes) -> Ballot:
    """Read what `encode` wrote."""
    document = json.loads(written)
    score, reasons, comment = document["enps"]
    return Ballot(
        own=document["own"],
        answers=_by_subject(document["answers"]),
        away=set(document["away"]),
        comments=_by_subject(document["comments"]),
        enps_score=score,
        enps_reasons=reasons,
        enps_comment=comment,
        sent=document["sent"],
        saves=document.get("saves", 0),
        epoch=document["epoch"],
        veiled=set(document["veiled"]),
        seen=document.get("seen", {}),  # an upgrade during a cycle finds ballots without
    )


def _by_subject(stored: Mapping[str, T]) -> dict[int, T]:
    return {int(subject): value for subject, value in stored.items()}
