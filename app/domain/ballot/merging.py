"""How saved cells are merged into a ballot, and what is wrong with those that do not fit."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain import limits
from app.domain.ballot.document import (
    COMPANY_WORDS,
    FURTHER,
    FURTHER_WORDS,
    KINDS,
    MOST_REASONS,
    OPEN,
    Away,
    Ballot,
    Change,
    Chosen,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    FurtherText,
    Own,
    Rating,
    Text,
)
from app.domain.ballot.focus import (
    Asked,
    FocusAnswer,
    fault_of_answer,
    statement_of_help,
)
from app.domain.ballot.versions import TooManyVersionsError, Versions, WrittenText
from app.domain.errors import BallotError
from app.domain.scale import ENPS_OPTIONS, LABELS, NOT_OBSERVED, OPTIONS, STATEMENTS, is_answer


@dataclass(frozen=True)
class FurtherQuestions:
    """What a rater is asked beside people and the 0-10 question."""

    numbers: dict[str, range] = field(default_factory=dict)
    """The answers there are to each question, by its key."""
    texts: frozenset[str] = frozenset()
    """The keys of those that are answered in words."""


@dataclass(frozen=True)
class Bounds:
    """What a rater may answer about: their subjects, the cycle's reasons, and in words or not."""

    subject_ids: frozenset[int]
    reasons: tuple[str, ...]
    comments: bool = True
    """Whether the cycle asks for comments."""
    further: FurtherQuestions = FurtherQuestions()
    focus: Asked = frozenset()
    """Subjects and statements of the focus questions."""


NOT_ASKED: Final = "An answer belongs to a question that is not on your pages. Please reload."


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
        further=dict(ballot.further),
        further_texts=dict(ballot.further_texts),
        focus={subject: dict(seen) for subject, seen in ballot.focus.items()},
        veiled=set(ballot.veiled),
        writers=dict(ballot.writers),
        beside=dict(ballot.beside),
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
    if isinstance(change, Text):
        return _text_fault(change, bounds)
    if isinstance(change, EnpsScoreChange | EnpsReasonsChange):
        return _enps_fault(change, bounds)
    return _fault_of_added(change, bounds)


def _fault_of_added(change: Change, bounds: Bounds) -> str | None:
    """The same of what only some cycles ask."""
    if isinstance(change, FurtherAnswer):
        return _further_fault(change, bounds.further)
    if isinstance(change, FocusAnswer):
        return fault_of_answer(change, bounds.focus)
    return None


def _rating_fault(change: Rating | Own) -> str | None:
    if not 1 <= change.statement <= STATEMENTS:
        return f"There is no statement {change.statement}."
    if change.value is not None and not is_answer(change.value):
        return f"An answer must be 1 to {OPTIONS} or “{LABELS[NOT_OBSERVED]}”."
    if isinstance(change, Own) and change.value == NOT_OBSERVED:
        return "About yourself, an answer must be 1 to 5."
    return None


def _further_fault(change: FurtherAnswer, questions: FurtherQuestions) -> str | None:
    options = questions.numbers.get(change.key)
    if options is None:
        return NOT_ASKED
    fits = change.value is None or (type(change.value) is int and change.value in options)
    return None if fits else f"An answer must be {options[0]} to {options[-1]}."


def _text_fault(change: Text, bounds: Bounds) -> str | None:
    if isinstance(change, Comment | EnpsCommentChange) and not bounds.comments:
        return "This review asks for no comments."
    if isinstance(change, Comment) and not _is_asked(change, bounds):
        return "A comment answers either “keep doing” or “try next quarter”."
    if isinstance(change, FurtherText) and change.key not in bounds.further.texts:
        return NOT_ASKED
    if len(change.text) > limits.COMMENT:
        return f"A comment has {len(change.text):,} characters; {limits.COMMENT:,} fit."
    return None


def _is_asked(comment: Comment, bounds: Bounds) -> bool:
    """Whether it answers one of the two questions, or what would help with a focus behaviour."""
    about_focus = (comment.subject_id, statement_of_help(comment.kind))
    return comment.kind in KINDS or about_focus in bounds.focus


def _enps_fault(change: EnpsScoreChange | EnpsReasonsChange, bounds: Bounds) -> str | None:
    if isinstance(change, EnpsScoreChange):
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
        case Rating() | Own():
            _rate(ballot, change)
        case Away(subject, away):
            (ballot.away.add if away else ballot.away.discard)(subject)
            ballot.veiled.discard(f"a{subject}")
        case Comment() | EnpsCommentChange() | FurtherText():
            _write_text(ballot, change)
        case Chosen():
            _choose(ballot, change)
        case FocusAnswer():
            _answer_focus(ballot, change)
        case _:
            _answer_beside_people(ballot, change)


def _rate(ballot: Ballot, change: Rating | Own) -> None:
    place, value = change.statement - 1, change.value
    if isinstance(change, Own):
        ballot.own[place] = value
        ballot.veiled.discard(f"o{change.statement}")
        return
    subject = change.subject_id
    if value is None and f"a{subject}" in ballot.veiled:
        _spell_out(ballot, subject)
    ballot.answers.setdefault(subject, list(OPEN))[place] = value
    ballot.veiled.discard(f"r{subject}.{change.statement}")


def _spell_out(ballot: Ballot, subject: int) -> None:
    """Turn a veiled "did not work with" into as many veiled answers, so that one can be cleared."""
    values = ballot.answers.setdefault(subject, list(OPEN))
    for place, value in enumerate(values):
        if value is None:
            values[place] = NOT_OBSERVED
            ballot.veiled.add(f"r{subject}.{place + 1}")
    ballot.away.discard(subject)
    ballot.veiled.discard(f"a{subject}")


def _answer_focus(ballot: Ballot, change: FocusAnswer) -> None:
    seen = ballot.focus.setdefault(change.subject_id, {})
    seen.pop(change.statement, None)
    if change.value is not None:
        seen[change.statement] = change.value
    ballot.veiled.discard(change.cell)


def _write_text(ballot: Ballot, change: Text) -> None:
    """Write a text where it belongs, or beside what a page did not know of."""
    cell = change.cell
    draft = WrittenText(change.text, change.device)
    if cell in ballot.veiled:  # nobody can read what stands there, so it is simply replaced
        versions: Versions | None = Versions(draft)
    else:
        versions = _versions(ballot, cell).written(draft, change.base)
    if versions is None:
        raise TooManyVersionsError(cell)
    _keep(ballot, cell, versions)


def _answer_beside_people(
    ballot: Ballot, change: EnpsScoreChange | EnpsReasonsChange | FurtherAnswer
) -> None:
    if isinstance(change, FurtherAnswer):
        ballot.further.pop(change.key, None)
        if change.value is not None:
            ballot.further[change.key] = change.value
        ballot.veiled.discard(f"{FURTHER}{change.key}")
    elif isinstance(change, EnpsScoreChange):
        ballot.enps_score = change.value
        ballot.veiled.discard("es")
    else:
        ballot.enps_reasons = list(dict.fromkeys(change.reasons))
        ballot.veiled.discard("er")


def _choose(ballot: Ballot, change: Chosen) -> None:
    """Do with a version what its rater wants; nothing where it is gone already."""
    if change.cell in ballot.beside:
        versions = _versions(ballot, change.cell)
        chosen = versions.used if change.is_wanted else versions.dropped
        _keep(ballot, change.cell, chosen(change.mark))


def _versions(ballot: Ballot, cell: str) -> Versions:
    standing = WrittenText(ballot.text(cell), ballot.writers.get(cell, ""))
    return Versions(standing, ballot.beside.get(cell, ()))


def _keep(ballot: Ballot, cell: str, versions: Versions) -> None:
    text = versions.standing.text
    if cell == COMPANY_WORDS:
        ballot.enps_comment = text
    elif cell.startswith(FURTHER_WORDS):
        _set(ballot.further_texts, cell.removeprefix(FURTHER_WORDS), text)
    else:
        subject, _, kind = cell[1:].partition(".")
        _set(ballot.comments.setdefault(int(subject), {}), kind, text)
    ballot.writers.pop(cell, None)
    if versions.standing.device:
        ballot.writers[cell] = versions.standing.device
    ballot.beside.pop(cell, None)
    if versions.beside:
        ballot.beside[cell] = versions.beside
    ballot.veiled.discard(cell)


def _set(texts: dict[str, str], key: str, text: str) -> None:
    """Put a text in its place; an empty one leaves none."""
    texts.pop(key, None)
    if text:
        texts[key] = text
