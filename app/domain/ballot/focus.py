"""The focus question: whether colleagues see a behaviour more often that a person works on.

It is asked about people who wanted it, in cycles that HR planned with it, beside the statement
they work on. A rater may answer it, and may write what would help.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from app.domain.scale import STATEMENTS

CELL: Final = "focus"
HELP: Final = "help"


class Seen(IntEnum):
    """How often a rater sees the behaviour, compared with the last quarter."""

    CANNOT_SAY = 0
    LESS = 1
    SAME = 2
    MORE = 3


SEEN_WORDS: Final = {
    Seen.LESS: "less",
    Seen.SAME: "the same",
    Seen.MORE: "more",
    Seen.CANNOT_SAY: "cannot say",
}
"""The answers in the order of the page."""


@dataclass(frozen=True)
class FocusAnswer:
    """What a rater sees of the behaviour that a subject works on; None clears it."""

    subject_id: int
    statement: int
    value: int | None

    @property
    def cell(self) -> str:
        return f"v{self.subject_id}.{self.statement}"


Asked = frozenset[tuple[int, int]]
"""Subject and statement of every focus question that a rater is asked."""


def help_kind(statement: int) -> str:
    """What a comment is called that says what would help with `statement`."""
    return f"{HELP}{statement}"


def statement_of_help(kind: str) -> int:
    """The statement that a comment of this kind is about; 0 for every other kind."""
    return _number(HELP, kind)


def statement_of_cell(what: str) -> int:
    """The statement of a focus question as a page names it, "focus7"; 0 for anything else."""
    return _number(CELL, what)


def _number(name: str, text: str) -> int:
    match = re.fullmatch(rf"{name}([1-9][0-9]?)", text)
    number = int(match[1]) if match else 0
    return number if number <= STATEMENTS else 0


def fault_of_answer(change: FocusAnswer, asked: Asked) -> str | None:
    """What is wrong with an answer, as a sentence, or None."""
    if (change.subject_id, change.statement) not in asked:
        return "An answer is about a behaviour that nobody asked you about."
    fits = change.value is None or (type(change.value) is int and change.value in set(Seen))
    return None if fits else "Compared with the last quarter it is less, the same or more."
