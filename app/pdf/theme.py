"""How papers look: faces, styles, colours, and a face for every character.

Source Sans Pro carries Latin, Greek and Cyrillic. A run in another script is set in the first
face of FALLBACKS that the machine has, then in ReportLab's Asian faces (not embedded: the
reader's viewer brings them). What no face can draw becomes a dotted box, an emoji its name in
brackets; both keep their characters in the text layer.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import font_source_sans_pro
from reportlab import rl_config
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from app.charts.marks import Role
from app.pdf.bidi import drawn, is_right_to_left

rl_config.useA85 = 0  # bytes as they are: a fifth smaller than as letters

FONT_FOLDER: Final = Path(font_source_sans_pro.font_directory)
FALLBACK_FOLDERS: Final = (
    Path("/usr/share/fonts/truetype"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
)
FALLBACKS: Final = (
    "dejavu/DejaVuSans.ttf",
    "wqy/wqy-microhei.ttc",
    "droid/DroidSansFallbackFull.ttf",
    "noto/NotoSansArabic-Regular.ttf",
    "noto/NotoSansHebrew-Regular.ttf",
    "noto/NotoSansDevanagari-Regular.ttf",
    "noto/NotoSansThai-Regular.ttf",
)
ASIAN: Final = {"ja": "HeiseiKakuGo-W5", "ko": "HYGothic-Medium", "zh": "STSong-Light"}

Colour = tuple[float, float, float]


def _colour(code: str) -> Colour:
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return round(red, 3), round(green, 3), round(blue, 3)


INK: Final = _colour("17212e")
SOFT: Final = _colour("566273")
HAIR: Final = _colour("d3d9e0")
FAINT: Final = _colour("e3e7eb")
PALE: Final = _colour("f1f4f6")
TINT: Final = _colour("cfdfe4")
BAND: Final = _colour("e6eaee")
STEEL: Final = _colour("aab4be")
GREY: Final = _colour("7d8794")
ACCENT: Final = _colour("14566a")
WHITE: Final = _colour("ffffff")

FILLS: Final[dict[Role, Colour]] = {
    Role.COLLEAGUES: ACCENT,
    Role.INTERVAL: ACCENT,
    Role.OWN: INK,
    Role.PREVIOUS: ACCENT,
    Role.COMPANY: GREY,
    Role.SHARE: TINT,
    Role.SHARE_BASE: TINT,
    Role.BAND: BAND,
    Role.AXIS: GREY,
    Role.GRID: FAINT,
    Role.GAP: STEEL,
    Role.LABEL: SOFT,
    Role.VALUE: INK,
}
STROKES: Final[dict[Role, float]] = {
    Role.INTERVAL: 1.1,
    Role.OWN: 1.3,
    Role.PREVIOUS: 1.7,
    Role.COMPANY: 1.7,
    Role.COLLEAGUES: 1.4,
    Role.GAP: 2.4,
}
THIN: Final = 0.5


@dataclass(frozen=True, eq=False)
class Face:
    """One typeface: what it can draw and how wide."""

    name: str
    font: Any
    widths: dict[str, float] = field(default_factory=dict)
    """Width of a character at size 1; empty for an Asian face, whose letters are square."""

    def covers(self, letter: str) -> bool:
        if self.widths:
            return letter in self.widths
        return is_asian(letter)

    def width(self, text: str) -> float:
        if self.widths:
            return sum(map(self.widths.__getitem__, text))
        return float(len(text))


@dataclass(frozen=True)
class Style:
    """Face, size, line distance and colour of a piece of text."""

    face: Face
    size: float
    leading: float
    colour: Colour = INK


@cache
def _source_sans(weight: str) -> Face:
    return _true_type(f"SourceSans-{weight}", FONT_FOLDER / f"SourceSansPro-{weight}.ttf")


def _true_type(name: str, file: Path) -> Face:
    """Parse a TrueType file once and keep its widths in a plain dictionary.

    Characters above U+FFFF are left out: ReportLab's table for copying text cannot name them.
    """
    font = TTFont(name, str(file), asciiReadable=0)
    registerFont(font)
    widths = {
        chr(code): width / 1000 for code, width in font.face.charWidths.items() if code <= 0xFFFF
    }
    return Face(name, font, widths)


@cache
def _fallback_faces() -> tuple[Face, ...]:
    """The further faces of this machine, parsed when the first name needs one."""
    faces = []
    for name in FALLBACKS:
        files = (folder / name for folder in FALLBACK_FOLDERS)
        found = next((file for file in files if file.is_file()), None)
        if found:
            try:
                faces.append(_true_type(found.stem, found))
            except TTFError:
                continue  # PostScript outlines, which ReportLab cannot embed
    return tuple(faces)


@cache
def _asian_face(language: str) -> Face:
    font = UnicodeCIDFont(ASIAN[language])
    registerFont(font)
    return Face(font.fontName, font)


REGULAR: Final = _source_sans("Regular")
STRONG: Final = _source_sans("Semibold")
LIGHT: Final = _source_sans("Light")

DISPLAY: Final = Style(LIGHT, 34, 40)
FIGURE: Final = Style(LIGHT, 44, 46, ACCENT)
TITLE: Final = Style(LIGHT, 22, 28)
SMALLER_TITLE: Final = Style(LIGHT, 16, 22)
LEAD: Final = Style(LIGHT, 15, 21)
HEADING: Final = Style(STRONG, 11, 15)
BODY: Final = Style(REGULAR, 10, 14.5)
BODY_STRONG: Final = Style(STRONG, 10, 14.5)
SMALL: Final = Style(REGULAR, 8.5, 11.5)
SMALL_STRONG: Final = Style(STRONG, 8.5, 11.5)
NOTE: Final = Style(REGULAR, 8.5, 12, SOFT)
LABEL: Final = Style(STRONG, 8, 11, ACCENT)
CHART_LABEL: Final = Style(REGULAR, 7.5, 10, SOFT)
CHART_VALUE: Final = Style(STRONG, 9, 11)


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
    for number, run in enumerate(_cut(drawn(text), face)):
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


@cache
def _faces_after(face: Face) -> tuple[Face, ...]:
    return (face, *_fallback_faces())


def face_for(letter: str, face: Face, language: str = "zh") -> Face | None:
    """The face that draws `letter`: `face` where it can, None where nothing can."""
    if letter in face.widths:
        return face
    for candidate in _faces_after(face):
        if candidate.covers(letter):
            return candidate
    return _asian_face(language) if is_asian(letter) else None


def is_asian(letter: str) -> bool:
    """Whether ReportLab's Chinese, Japanese and Korean faces may be asked for `letter`."""
    return (
        "\u2e80" <= letter <= "\ud7ff"
        or "\uf900" <= letter <= "\ufaff"
        or ("\uff00" <= letter <= "\uffef")
    )


def language_of(text: str) -> str:
    """Which Asian face suits: kana speak Japanese, hangul Korean, otherwise Chinese."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "ja"
    return "ko" if any("\uac00" <= letter <= "\ud7a3" for letter in text) else "zh"
