"""What papers cannot print of the people a list brings: said before they are taken over."""

from collections.abc import Iterable
from typing import Final

from app.domain.files.people_changes import Preview
from app.domain.files.people_file import PersonRow
from app.domain.plurals import counted
from app.pdf.engine.shaping import unprintable
from app.pdf.engine.theme import REGULAR

MOST: Final = 5
"""Letters and people named in the sentence."""


def note_on_letters(rows: Iterable[PersonRow], preview: Preview) -> str:
    """A sentence about letters of new or changed people that no typeface has; else nothing."""
    brought = {person.email for person in preview.added}
    brought |= {person.email for person in preview.changed}
    letters: dict[str, None] = {}
    people = []
    for row in rows:
        if row.email not in brought:
            continue
        found = unprintable(" ".join((row.name, row.title, *row.department)), REGULAR)
        letters.update(dict.fromkeys(found))
        if found:
            people.append(f"{row.name} ({row.email})")
    return f"{_without_typeface(letters)} This is about {_first(people)}." if people else ""


def note_on_words(*words: str) -> str:
    """The same about one person's name, title and the like."""
    found = unprintable(" ".join(words), REGULAR)
    return _without_typeface(found) if found else ""


def _without_typeface(letters: Iterable[str]) -> str:
    codes = [f"{one} ({' '.join(f'U+{ord(letter):04X}' for letter in one)})" for one in letters]
    return (
        "No typeface has these letters, so printed reports show their code in brackets instead: "
        f"{_first(codes)}."
    )


def _first(things: list[str]) -> str:
    """The first of `things` as words, and how many more there are."""
    more = len(things) - MOST
    return ", ".join(things[:MOST]) + (f" and {counted(more, 'other')}" if more > 0 else "")
