"""The words of `words.toml`, ready to be compared: names of columns, and words in cells."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from app.domain.names import folded

SOURCE: Final = Path(__file__).with_name("words.toml")
IN_SQUARE_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
IN_BRACKETS: Final = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """`text` in small letters without accents: "Łucja DĄBROWSKA" becomes "lucja dabrowska"."""
    return text.casefold() if text.isascii() else folded(text)


def squeezed(text: str) -> str:
    """The letters and digits of `text` in plain form, "#" and "Nº" as the word number."""
    text = re.sub(r"#|№", " number ", text)
    return re.sub(r"[\W_]+", "", plain(text))


def header_forms(header: str) -> tuple[str, str]:
    """How a column's name is looked up: as it is, and without what stands in round brackets.

    What stands in square brackets ("[Required]") and stars never count.
    """
    bare = IN_SQUARE_BRACKETS.sub(" ", header)
    return squeezed(bare), squeezed(IN_BRACKETS.sub(" ", bare))


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


@cache
def column_names() -> dict[str, tuple[str, int, str]]:
    """Each known name of a column in squeezed form: its field, its rank there, its language.

    The language is empty for a name that several languages share.
    """
    found: dict[str, tuple[str, int, str]] = {}
    for field, languages in _source()["columns"].items():
        rank = 0
        for language, names in languages.items():
            for name in names:
                key = squeezed(name)
                if key in found and found[key][2] != language:
                    found[key] = (*found[key][:2], "")
                found.setdefault(key, (field, rank, "" if language == "en" else language))
                rank += 1
    return found


@cache
def values(group: str) -> frozenset[str]:
    """The words of one group of values, in plain form."""
    return frozenset(plain(word) for word in _source()["values"][group])


@cache
def headers(group: str) -> frozenset[str]:
    """Words in names of columns, squeezed."""
    return frozenset(squeezed(word) for word in _source()["headers"][group])


@cache
def month_of(word: str) -> int | None:
    """The month that a word names in any of the languages, or None."""
    return _months().get(plain(word).rstrip("."))


@cache
def _months() -> dict[str, int]:
    months: dict[str, list[str]] = _source()["months"]
    return {plain(word): int(number) for number, words in months.items() for word in words}
