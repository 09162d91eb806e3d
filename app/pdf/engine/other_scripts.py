"""Typefaces for scripts that the papers' own family lacks, and which of them draws a letter.

They come with two pinned packages, so that a paper looks alike on every machine: the Noto
families of one package for most scripts, symbols and emoji, WenQuanYi Micro Hei of another for
Chinese, Japanese and Korean. No file is opened before a name or a comment needs it.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import uharfbuzz

NOTO: Final = "manimgx_fonts"
ASIAN: Final = "paperang_p2_fonts_cjk"
GENERAL: Final = "NotoSans"
"""Latin, Greek and Cyrillic with every accent."""
EMOJI: Final = "NotoEmoji"
SYMBOLS: Final = "NotoSansSymbols"
MICRO_HEI: Final = "wqy-microhei"
PICTURE_STYLE: Final = "\ufe0f"
"""Asks for the coloured form of the sign before it."""
UNSEEN: Final = {"Cf", "Cc"}
UNSEEN_LETTERS: Final = {"\ufe0e", PICTURE_STYLE}


@dataclass(frozen=True)
class Typeface:
    """One typeface in one weight; `font` is HarfBuzz's, which shapes with it."""

    name: str
    weight: int
    font: Any

    @property
    def unit(self) -> int:
        """How many of its units make the size of the text."""
        return int(self.font.face.upem)

    def covers(self, letter: str) -> bool:
        return self.font.get_nominal_glyph(ord(letter)) is not None


@cache
def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package, name=package)
    return Path(found.submodule_search_locations[0])


@cache
def _file(name: str) -> Path | None:
    """The file of a typeface, None where no package brings one of that name."""
    if name == MICRO_HEI:
        return _folder(ASIAN) / "fonts" / f"{MICRO_HEI}.ttc"
    file = _folder(NOTO) / f"{name}[wght].ttf"
    return file if file.is_file() else None


@cache
def typeface(name: str, weight: int) -> Typeface | None:
    """A typeface by its name, parsed when the first letter asks for it."""
    file = _file(name)
    if file is None:
        return None
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)), 0))
    font.set_variations({"wght": weight})
    return Typeface(name.replace("-", ""), weight, font)


def is_unseen(letter: str) -> bool:
    """Whether `letter` only changes its neighbours: a joiner, a mark of direction, a style."""
    return letter in UNSEEN_LETTERS or unicodedata.category(letter) in UNSEEN


@lru_cache(maxsize=4096)
def typeface_for(cluster: str, weight: int) -> Typeface | None:
    """The typeface that draws `cluster`, a letter with what belongs to it; None where none can.

    Single letters are remembered, never what somebody wrote with them.
    """
    seen = [letter for letter in cluster if not is_unseen(letter)]
    for name in _names(cluster, seen):
        found = typeface(name, weight)
        if found and all(map(found.covers, seen)):
            return found
    return None


def _names(cluster: str, seen: list[str]) -> Iterator[str]:
    """The typefaces to ask, the likeliest first.

    The Unicode name of a letter says its script: "TAMIL LETTER KA" is asked of "NotoSansTamil".
    """
    if PICTURE_STYLE in cluster:
        yield EMOJI
    for word in unicodedata.name(seen[0], "").replace("-", " ").split() if seen else ():
        yield f"{GENERAL}{word.title()}"
    yield from (GENERAL, MICRO_HEI, SYMBOLS, EMOJI)
