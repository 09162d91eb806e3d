"""Typefaces: what each can draw, how wide, and which one steps in for a character.

Source Sans Pro carries Latin, Greek and Cyrillic, the bundled face Hebrew and Arabic, and
WenQuanYi Micro Hei, which comes with a package, Chinese, Japanese and Korean. A run in another
script is set in the first face of FALLBACKS that the machine has. Where even the package is
missing, ReportLab's Asian faces step in (not embedded: the reader's viewer brings them). What no
face can draw becomes a dotted box, an emoji its name in brackets; both keep their characters in
the text layer.
"""

import unicodedata
from codecs import charmap_build, charmap_encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import font_source_sans_pro
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

from app.pdf.engine.bidi import in_visual_order, is_right_to_left

FONT_FOLDER: Final = Path(font_source_sans_pro.font_directory)
BUNDLED: Final = Path(__file__).parent / "typefaces" / "DejaVuSans-HebrewArabic.ttf"
ASIAN_PACKAGE: Final = "paperang_p2_fonts_cjk"
ASIAN_FILE: Final = "fonts/wqy-microhei.ttc"
FALLBACK_FOLDERS: Final = (
    Path("/usr/share/fonts/truetype"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
)
FALLBACKS: Final = (
    "dejavu/DejaVuSans.ttf",
    "wqy/wqy-microhei.ttc",
    "nanum/NanumGothic.ttf",
    "droid/DroidSansFallbackFull.ttf",
    "noto/NotoSansArabic-Regular.ttf",
    "noto/NotoSansHebrew-Regular.ttf",
    "noto/NotoSansDevanagari-Regular.ttf",
    "noto/NotoSansThai-Regular.ttf",
)
ASIAN: Final = {"ja": "HeiseiKakuGo-W5", "ko": "HYGothic-Medium", "zh": "STSong-Light"}
CHARACTERS: Final = {"ja": "shift_jis", "ko": "euc_kr"}
"""What the Japanese and the Korean face hold; the Chinese one is asked for all others."""

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
    """One typeface: what it can draw and how wide."""

    name: str
    font: Any
    """ReportLab's parsed TrueType file, or its Asian face."""
    widths: dict[str, float] = field(default_factory=dict)
    """Width of a character at size 1; empty for an Asian face, whose letters are square."""
    has_chapters: bool = False
    """Whether its letters are embedded by whole chapters, cut once in the process."""

    def covers(self, letter: str) -> bool:
        if self.widths:
            return letter in self.widths
        return is_asian(letter)

    def width(self, text: str) -> float:
        if self.widths:
            return sum(map(self.widths.__getitem__, text))
        return float(len(text))


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


def _true_type(name: str, file: Path, *, has_chapters: bool = False) -> Face:
    """Parse a TrueType file once and keep its widths in a plain dictionary.

    Characters above U+FFFF are left out: the table for copying text names two bytes.
    """
    font = TTFontFile(str(file))
    widths = {chr(code): width / 1000 for code, width in font.charWidths.items() if code <= 0xFFFF}
    return Face(name, font, widths, has_chapters)


@cache
def source_sans(weight: str) -> Face:
    """A weight of the family that papers are set in."""
    file = FONT_FOLDER / f"SourceSansPro-{weight}.ttf"
    return _true_type(weight[0], file, has_chapters=True)


@cache
def bundled_face() -> Face:
    """Hebrew and Arabic: the same letters on every machine."""
    return _true_type("H", BUNDLED)


@cache
def asian_faces() -> tuple[Face, ...]:
    """Chinese, Japanese and Korean, parsed when a name needs them; none where not installed."""
    package = find_spec(ASIAN_PACKAGE)
    folders = package.submodule_search_locations if package else None
    return tuple(_true_type("C", Path(folder, ASIAN_FILE)) for folder in folders or ())


@cache
def fallback_faces() -> tuple[Face, ...]:
    """The further faces of this machine, parsed when the first name needs one."""
    faces = []
    for number, name in enumerate(FALLBACKS):
        files = (folder / name for folder in FALLBACK_FOLDERS)
        found = next((file for file in files if file.is_file()), None)
        if found:
            try:
                faces.append(_true_type(f"X{number}", found))
            except TTFError:
                continue  # PostScript outlines, which ReportLab cannot embed
    return tuple(faces)


@cache
def asian_face(language: str) -> Face:
    """ReportLab's face for "zh", "ja" or "ko"; its letters are not embedded."""
    return Face(f"A{language}", UnicodeCIDFont(ASIAN[language]))


@dataclass(frozen=True)
class Run:
    """Characters in one face; `original` is what the text layer says when that differs."""

    face: Face | None
    text: str
    original: str | None = None

    @property
    def width(self) -> float:
        """Width at size 1; a box is two thirds of a square per character."""
        return self.face.width(self.text) if self.face else 0.66 * len(self.text)


def runs(text: str, face: Face) -> list[Run]:
    """`text` cut where another face must step in, in the order in which it is drawn."""
    if face.widths.keys() >= set(text):
        return [Run(face, text)]
    return list(_runs_by_face(text, face))


def _runs_by_face(text: str, face: Face) -> Iterator[Run]:
    """Runs in the order of drawing; right to left, the first run says the whole text."""
    if not is_right_to_left(text):
        yield from _cut(text, face)
        return
    for number, run in enumerate(_cut(in_visual_order(text), face)):
        yield replace(run, original="" if number else text)


def _cut(text: str, face: Face) -> Iterator[Run]:
    language = language_of(text)
    for chosen, letters in groupby(text, key=lambda letter: face_for(letter, face, language)):
        part = "".join(letters)
        if chosen is None:
            yield from _stand_ins(part, face)
        else:
            yield Run(chosen, part)


def _stand_ins(part: str, face: Face) -> Iterator[Run]:
    """What to draw for characters that no face has: names of emoji, boxes for the rest."""
    for kind, letters in groupby(part, key=_stand_in):
        original = "".join(letters)
        if kind == "emoji":
            names = " ".join(f"[{unicodedata.name(letter).lower()}]" for letter in original)
            yield Run(face, names, original)
        elif kind == "box":
            yield Run(None, original, original)


def _stand_in(letter: str) -> str:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf", "Cc", "Sk"}:
        return "nothing"  # joiners, variation selectors, skin tones: no picture of their own
    return "emoji" if unicodedata.category(letter) == "So" else "box"


def _other_faces() -> Iterator[Face]:
    """Whatever may step in, each parsed only when those before it could not."""
    yield bundled_face()
    yield from asian_faces()
    yield from fallback_faces()


def face_for(letter: str, face: Face, language: str = "zh") -> Face | None:
    """The face that draws `letter`: `face` where it can, None where nothing can."""
    if letter in face.widths:
        return face
    found = next((other for other in _other_faces() if other.covers(letter)), None)
    if found is None and is_asian(letter):
        return asian_face(_language_for(letter, language))
    return found


def is_asian(letter: str) -> bool:
    """Whether ReportLab's Chinese, Japanese and Korean faces may be asked for `letter`."""
    return (
        "\u2e80" <= letter <= "\ud7ff"
        or "\uf900" <= letter <= "\ufaff"
        or ("\uff00" <= letter <= "\uffef")
    )


def language_of(text: str) -> str:
    """Which Asian face suits: kana speak Japanese, hangul Korean, otherwise Chinese."""
    languages = {_own_language(letter) for letter in text}
    return next((one for one in CHARACTERS if one in languages), "zh")


def _own_language(letter: str) -> str:
    """The language that alone writes this letter; empty where several do."""
    if "\u3040" <= letter <= "\u30ff":
        return "ja"
    return "ko" if "\uac00" <= letter <= "\ud7a3" else ""


def _language_for(letter: str, language: str) -> str:
    """Which Asian face has `letter`, that of its text's language if it can."""
    language = _own_language(letter) or language
    try:
        letter.encode(CHARACTERS.get(language, "utf-8"))
    except UnicodeEncodeError:
        return "zh"
    return language
