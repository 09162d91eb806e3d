"""The typeface that papers are set in: what it can draw, how wide, and how it is embedded.

Source Sans Pro carries Latin, Greek and Cyrillic. What else people write is set in the
typefaces of `other_scripts`.
"""

import unicodedata
from codecs import charmap_build, charmap_encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import font_source_sans_pro
from reportlab.pdfbase.ttfonts import TTFontFile

FONT_FOLDER: Final = Path(font_source_sans_pro.font_directory)
WEIGHTS: Final = {"Light": 300, "Regular": 400, "Semibold": 600}

NO_LETTER: Final = "\ufffe"
"""Stands for an unused code in a chapter's table."""
FIRST: Final = (
    NO_LETTER * 32
    + "".join(map(chr, range(32, 127)))
    + NO_LETTER
    + "–—\u2018’“”„\u201a«»\u2039\u203a…·•≥≤±×−€£§°©®™"
)
"""The letters of the first chapter by their code: ASCII where it always is, and punctuation."""
FIRST_CODES: Final = charmap_build(FIRST.ljust(256, NO_LETTER))
IN_FIRST: Final = {letter: code for code, letter in enumerate(FIRST) if letter != NO_LETTER}
BLOCK: Final = 32
"""Every later chapter holds this many neighbouring characters of Unicode: an accented name
costs two kilobytes, not ten."""
BLOCK_CODES: Final = 64
"""The code of a later chapter's first letter."""


@dataclass(frozen=True, eq=False)
class Face:
    """One weight of the papers' own family."""

    name: str
    font: Any
    """ReportLab's parsed TrueType file."""
    weight: int
    """From 300 (light) to 600 (strong); letters of other scripts are drawn as heavy."""
    widths: dict[str, float] = field(default_factory=dict)
    """Width of a character at size 1."""


def chapter_of(letter: str) -> int:
    """The chapter of a face that holds `letter`: 0, or one per block of Unicode."""
    return 0 if letter in IN_FIRST else 1 + ord(letter) // BLOCK


def letters_of(chapter: int) -> list[str]:
    """The letters of a chapter by their code, 0 to 255."""
    if chapter == 0:
        return list(FIRST)
    start = (chapter - 1) * BLOCK
    return [NO_LETTER] * BLOCK_CODES + [chr(start + place) for place in range(BLOCK)]


def in_first_chapter(text: str) -> str | None:
    """`text` in the codes of the first chapter (as Latin-1); None where a letter is not in it."""
    if text.isascii() and text.isprintable():
        return text
    try:
        return charmap_encode(text, "strict", FIRST_CODES)[0].decode("latin-1")
    except UnicodeEncodeError:
        return None


def by_chapters(text: str) -> Iterator[tuple[int, str]]:
    """`text` as (chapter, codes as Latin-1), cut where the chapter changes."""
    for chapter, letters in groupby(text, key=chapter_of):
        codes = (IN_FIRST.get(letter) or BLOCK_CODES + ord(letter) % BLOCK for letter in letters)
        yield chapter, "".join(map(chr, codes))


@cache
def source_sans(weight: str) -> Face:
    """A weight of the family that papers are set in, parsed once.

    Characters above U+FFFF are left out, because the table for copying text names two bytes;
    so are accents without a letter, which only a shaping engine can place.
    """
    font = TTFontFile(str(FONT_FOLDER / f"SourceSansPro-{weight}.ttf"))
    widths = {
        chr(code): width / 1000
        for code, width in font.charWidths.items()
        if code <= 0xFFFF and not unicodedata.combining(chr(code))
    }
    return Face(weight[0], font, WEIGHTS[weight], widths)
