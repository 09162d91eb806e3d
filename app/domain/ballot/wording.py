"""A look at comments before they are left: names, a word or two, and "always" or "never".

It is done by rules on the machine itself; no text leaves it. A rater is asked once, in one
sentence, and may simply continue.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.ballot.document import KEEP
from app.domain.ballot.nudges import NamedPerson, names_in

FEWEST_WORDS: Final = 3
"""Fewer of them are no example of anything."""
MOST_NAMED: Final = 5
"""About so many colleagues the sentence speaks; of more it tells the number."""
ABSOLUTE: Final = (
    "always|never|immer|nie|niemals|toujours|jamais|siempre|nunca|sempre|altijd|nooit|zawsze|nigdy"
)
"""In the languages that people lists are read in, where no other word is written alike."""
HARMLESS: Final = (
    r"(?:not|n[’']t|nicht|nearly|almost|fast|as|wie|pas|presque|casi|quasi|non|niet|bijna|nie)\s+$"
)
"""What before such a word takes the edge off it: "not always", "almost never", "as always"."""
IDIOM: Final = r"^\s+mind\b"
UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that write whole sentences without a space, or few of them."""


@dataclass(frozen=True)
class WrittenComment:
    """A comment on the page: about whom, under which name, which question, and its words."""

    subject: NamedPerson
    called: str
    kind: str
    text: str


def wording_nudge(
    comments: Iterable[WrittenComment], *, rater: NamedPerson, others: Sequence[NamedPerson]
) -> str:
    """One friendly sentence about the comments that could be better; empty when all are fine.

    Of each colleague it says one thing at most.
    """
    found: dict[str, str] = {}
    for one in comments:
        if remark := _remark(one, rater, others):
            found.setdefault(one.called, remark)
    if not found:
        return ""
    said = [f"the one about {called} {remark}" for called, remark in found.items()]
    more = len(said) - MOST_NAMED
    listed = "; ".join(said[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return f"Comments are shown word for word: {listed}. Change that, or simply continue."


def _remark(one: WrittenComment, rater: NamedPerson, others: Sequence[NamedPerson]) -> str:
    if names := names_in(one.text, one.subject, rater, others):
        return f"names {_and(names)}"
    if one.kind != KEEP and (word := next(absolute_words(one.text), "")):
        return f"says “{word}”, where one occasion would convince more"
    if is_too_short(one.text):
        return "is very short, and one example would help more"
    return ""


def absolute_words(text: str) -> Iterator[str]:
    """Each "always" or "never" in `text`, as written, that is meant as such."""
    for match in re.finditer(rf"\b(?:{ABSOLUTE})\b", text, re.IGNORECASE):
        before, after = text[: match.start()], text[match.end() :]
        if not re.search(HARMLESS, before, re.IGNORECASE) and not re.match(IDIOM, after):
            yield match[0].lower()


def is_too_short(text: str) -> bool:
    """Whether `text` is a word or two: "Great!", "Nice colleague."; empty text is none."""
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    return 0 < len(words) < FEWEST_WORDS and not _is_unspaced(text)


def _is_unspaced(text: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(UNSPACED) for letter in text)


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
