"""Reads what a fill-in page saves as it goes: a list of cells, each becoming one change.

A cell is [who, what, value], and for a text also the mark of the text that its page was made
from. `who` is a colleague's position in the rater's own order, "own", "company" or "more"; `what`
is a statement's number, a kind of comment, "away", "focus" with a statement's number, a part of
the 0-10 question, or the key of a further question. Nobody can name a person by number, so nobody
can write about other people's subjects.

Every device numbers its batches and sends all that is unsaved in each. So one that was held up
on its way adds nothing to the batch that overtook it, and could only undo newer answers.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.domain.ballot.document import (
    Away,
    Ballot,
    Change,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    FurtherText,
    Own,
    Rating,
)
from app.domain.ballot.focus import FocusAnswer, statement_of_cell
from app.domain.ballot.merging import Bounds, fault_of
from app.domain.errors import BallotError

COMPANY: Final = "company"
MORE: Final = "more"
AWAY: Final = "away"
WORDS: Final = "comment"
MOST_CELLS: Final = 5000
MOST_DEVICES: Final = 8
"""So many a ballot remembers: more than anybody types on within the minutes a batch can be late."""
MOST_BATCHES: Final = 10**9

MALFORMED: Final = "What was sent is not a list of answers. Please reload the page."
UNKNOWN: Final = "An answer belongs to nothing on your list. Please reload the page."


class BatchRefusedError(BallotError):
    """Cells do not fit the ballot; `faults` has a sentence for each, by place in the batch."""

    def __init__(self, faults: dict[int, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(faults.values())) or MALFORMED)
        self.faults = faults


class OvertakenError(BallotError):
    """A later batch of the same device is already merged; `seen` is its number."""

    def __init__(self, seen: int) -> None:
        super().__init__("Newer answers from this device are already saved.")
        self.seen = seen


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from: a device's chance name, and its place among those sent there."""

    device: str
    number: int


def read_origin(device: object, number: object) -> Origin:
    """Where a batch says it comes from. Raises BatchRefusedError when it does not properly say."""
    is_device = isinstance(device, str) and re.fullmatch("[0-9a-z]{1,8}", device)
    if is_device and type(number) is int and 1 <= number <= MOST_BATCHES:
        return Origin(str(device), number)
    raise BatchRefusedError({})


def follow(ballot: Ballot, origin: Origin) -> Ballot:
    """A copy of `ballot` that remembers `origin`, and forgets who saved longest ago.

    Two tabs may take the same number in the same moment: both are merged. Raises
    OvertakenError for a batch with a lower number than one already merged.
    """
    before = ballot.seen.get(origin.device, 0)
    if origin.number < before:
        raise OvertakenError(before)
    others = [pair for pair in ballot.seen.items() if pair[0] != origin.device]
    latest = [*others, (origin.device, origin.number)][-MOST_DEVICES:]
    return replace(ballot, seen=dict(latest))


def read_batch(
    cells: object,
    subjects: Sequence[int],
    bounds: Bounds,
    *,
    device: str,
    clean: Callable[[str], str],
) -> list[Change]:
    """The changes that `cells` ask for, as `device` sent them; `clean` is done to every text.

    `subjects` are the rater's subjects in their order, so that position 1 is the first.
    Raises BatchRefusedError naming every fault; then no cell may be saved.
    """
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        raise BatchRefusedError({})
    changes: list[Change] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        change = _change(cell, subjects, TextWriter(device, clean))
        fault = UNKNOWN if change is None else fault_of(change, bounds)
        if fault:
            faults[place] = fault
        elif change is not None:
            changes.append(change)
    if faults:
        raise BatchRefusedError(faults)
    return changes


@dataclass(frozen=True)
class TextWriter:
    """With what a text is written: the device, and what is done to every text."""

    device: str
    clean: Callable[[str], str]


def _change(cell: object, subjects: Sequence[int], pen: TextWriter) -> Change | None:
    """The change of one cell, its value still unchecked; None when it names nothing we know."""
    if not isinstance(cell, list) or len(cell) not in {3, 4}:
        return None
    who, what, value, *base = cell
    if base:
        return _text(who, what, value, base[0], subjects=subjects, pen=pen)
    if _is_position(who, subjects):
        return _about_subject(subjects[who - 1], what, value)
    return _beside_people(who, what, value)


def _beside_people(who: Any, what: object, value: Any) -> Change | None:
    match who, what:
        case "own", bool():
            return None
        case "own", int(statement):
            return Own(statement, value)
        case "more", str(key):
            return FurtherAnswer(key, value)
        case "company", _:
            return _about_company(what, value)
    return None


def _is_position(who: object, subjects: Sequence[int]) -> bool:
    return type(who) is int and 1 <= who <= len(subjects)


def _text(
    who: Any, what: object, text: object, base: object, *, subjects: Sequence[int], pen: TextWriter
) -> Change | None:
    if not (isinstance(what, str) and isinstance(text, str) and isinstance(base, str)):
        return None
    if who == COMPANY and what == WORDS:
        return EnpsCommentChange(pen.clean(text), base, pen.device)
    if who == MORE:
        return FurtherText(what, pen.clean(text), base, pen.device)
    if _is_position(who, subjects):
        return Comment(subjects[who - 1], what, pen.clean(text), base, pen.device)
    return None


def _about_subject(subject_id: int, what: object, value: Any) -> Change | None:
    match what, value:
        case bool(), _:
            return None
        case int(statement), _:
            return Rating(subject_id, statement, value)
        case str(kind), bool(away) if kind == AWAY:
            return Away(subject_id, away)
        case str(cell), _ if number := statement_of_cell(cell):
            return FocusAnswer(subject_id, number, value)
    return None


def _about_company(what: object, value: Any) -> Change | None:
    match what, value:
        case "score", _:
            return EnpsScoreChange(value)
        case "reasons", list(reasons) if all(isinstance(reason, str) for reason in reasons):
            return EnpsReasonsChange(tuple(dict.fromkeys(reasons)))
    return None
