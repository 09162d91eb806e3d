"""Friendly questions before a page is left: never an error, never twice for one page.

Prompts of this kind make people look again without making more of them give up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.scale import NOT_OBSERVED

ENOUGH_ANSWERS: Final = 8
SECONDS_PER_WORD: Final = 1 / 3
MOST_NUDGES: Final = 2
"""In one cycle, for one rater, about ratings: more of them would be nagging."""
SHORTEST_NAME: Final = 3

SAME_ANSWER: Final = (
    "Every answer on this page is the same. If that is what you saw, simply continue."
)
QUICK: Final = (
    "That was quick. If every answer on this page is what you saw, simply continue; "
    "otherwise take another look."
)


@dataclass(frozen=True)
class NamedPerson:
    """Somebody who could be named in a comment."""

    name: str
    email: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The parts of the name by which people are called."""
        parts = re.findall(r"[^\W\d_]+", self.name)
        return frozenset(part for part in parts if len(part) >= SHORTEST_NAME)


def is_uniform(answers: Sequence[int]) -> bool:
    """Whether all answers of a page are one and the same rating, and enough to wonder.

    "Not observed" throughout is what somebody says who was not there: nothing to ask about.
    """
    options = set(answers)
    return len(answers) >= ENOUGH_ANSWERS and len(options) == 1 and NOT_OBSERVED not in options


def is_hasty(seconds: float, texts: Sequence[str]) -> bool:
    """Whether rows with these texts were answered faster than anybody reads them."""
    words = sum(len(text.split()) for text in texts)
    return len(texts) >= ENOUGH_ANSWERS and seconds < words * SECONDS_PER_WORD


def names_in(
    comment: str, subject: NamedPerson, rater: NamedPerson, others: Iterable[NamedPerson]
) -> list[str]:
    """Who is named in a comment about `subject` besides them: "you", or names of third people.

    Parts of a name count as they are written, with a capital letter; parts that the subject
    shares say nothing.
    """
    found = ["you"] if _is_named(rater, comment, subject) else []
    third = (other for other in others if other not in (subject, rater))
    found += [other.name for other in third if _is_named(other, comment, subject)]
    return found


def _is_named(someone: NamedPerson, comment: str, subject: NamedPerson) -> bool:
    whole = [text for text in (someone.name, someone.email) if text and text != subject.name]
    if any(_stands_in(text.casefold(), comment.casefold()) for text in whole):
        return True
    shared = subject.words
    return any(_stands_in(part, comment) for part in someone.words - shared)


def _stands_in(text: str, comment: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", comment) is not None
