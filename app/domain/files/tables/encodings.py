"""Text out of bytes: the encoding is known, or found out, or there are several readings.

No library is safe here: a few letters of a few names do not tell one code page from the next.
So every code page that offices use is tried, and a reading is dropped only for a reason that
can be said: bytes without a meaning, a sign such as £ inside a word, a capital letter in the
middle of one, two scripts in one word. What is left and differs is for people to decide.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.domain.files.tables.cells import UnreadableTableError

UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CODE_PAGES: Final = {
    "cp1252": "Windows, Western Europe",
    "cp1250": "Windows, Central Europe",
    "mac_roman": "Macintosh, Western Europe",
    "mac_latin2": "Macintosh, Central Europe",
    "iso8859_2": "ISO 8859-2, Central Europe",
    "iso8859_15": "ISO 8859-15, Western Europe",
    "cp1254": "Windows, Turkish",
    "cp1257": "Windows, Baltic",
    "cp1251": "Windows, Cyrillic",
    "cp1253": "Windows, Greek",
    "cp852": "DOS, Central Europe",
    "cp850": "DOS, Western Europe",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "cp932": "Japanese",
    "cp949": "Korean",
}
OF_LANGUAGE: Final = {
    **dict.fromkeys(("de", "fr", "es", "nl", "pt", "it"), ("cp1252", "mac_roman", "iso8859_15")),
    "pl": ("cp1250", "iso8859_2", "mac_latin2"),
}
"""A header in one of these languages was written on a computer of that part of the world."""
WORD: Final = re.compile(
    r"[^\s,;|\"<>@/\\()\[\]{}=:.!?+*0-9_-]*[^\x00-\x7f][^\s,;|\"<>@/\\()\[\]{}=:.!?+*0-9_-]*"
)
SEEN: Final = 2_000
"""Different words with letters beyond ASCII that are looked at."""
FITTING: Final = "\u2019\u2018'·ªº"

HeaderJudge = Callable[[str], tuple[int, str]]
"""How many columns of a text are known by name, and their language where they tell it."""


@dataclass(frozen=True)
class Decoded:
    """One way to read the bytes, with words of the file that show it."""

    encoding: str
    text: str
    words: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The encoding as people know it."""
        return CODE_PAGES.get(self.encoding, self.encoding)


def readings(content: bytes, judge: HeaderJudge) -> tuple[Decoded, ...]:
    """Every way to read `content` that makes sense, the likeliest first; readings differ.

    Raises UnreadableTableError for damaged UTF-16.
    """
    if certain := _certain(content):
        return (certain,)
    found = [reading for page in CODE_PAGES if (reading := _decoded(content, page))]
    if not found:
        return (Decoded("latin-1", content.decode("latin-1")),)
    judged = {reading.encoding: judge(reading.text) for reading in found}
    most = max(count for count, _language in judged.values())
    found = [reading for reading in found if judged[reading.encoding][0] == most]
    oddities = {reading.encoding: sum(map(_is_odd, reading.words)) for reading in found}
    least = min(oddities.values())
    found = [reading for reading in found if oddities[reading.encoding] == least]
    home = OF_LANGUAGE.get(judged[found[0].encoding][1], ())
    found = [reading for reading in found if reading.encoding in home] or found
    return tuple(_different(found))


def _certain(content: bytes) -> Decoded | None:
    """The reading of UTF-16 and UTF-8, which no other text looks like."""
    if content.startswith(UTF_16_MARKS):
        return Decoded("utf-16", _utf_16(content, "utf-16"))
    if guess := _unmarked_utf_16(content):
        return Decoded("utf-16", _utf_16(content, guess))
    with suppress(UnicodeDecodeError):
        return Decoded("utf-8", content.decode("utf-8-sig"))
    return None


def _utf_16(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableTableError("an undamaged UTF-16 file, or CSV in UTF-8") from None


def _unmarked_utf_16(content: bytes) -> str:
    """The byte order of UTF-16 without a mark: most letters of a header leave a byte zero."""
    head = content[:400]
    zeros_first, zeros_second = head[::2].count(0), head[1::2].count(0)
    if max(zeros_first, zeros_second) * 5 < len(head) * 2:
        return ""
    return "utf-16-be" if zeros_first > zeros_second else "utf-16-le"


def _decoded(content: bytes, page: str) -> Decoded | None:
    with suppress(UnicodeDecodeError):
        text = content.decode(page)
        return Decoded(page, text, tuple(_words(text)))
    return None


def _words(text: str) -> Iterator[str]:
    """Different words with letters beyond ASCII, in the order of the file."""
    seen: set[str] = set()
    for found in WORD.finditer(text):
        word = found.group()
        if word not in seen:
            seen.add(word)
            yield word
        if len(seen) >= SEEN:
            return


def _is_odd(word: str) -> bool:
    """True for what no name looks like."""
    if any(_is_no_letter(letter) for letter in word):
        return True
    letters = [letter for letter in word if letter.isalpha()]
    scripts = {_script_of(letter) for letter in letters}
    return len(scripts) > 1 or _has_inner_capital(letters)


def _script_of(letter: str) -> str:
    """The script of a letter; the three in which Japanese is written count as one."""
    script = unicodedata.name(letter, "?").partition(" ")[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"} else script


def _is_no_letter(letter: str) -> bool:
    if letter.isascii() or letter in FITTING:
        return False
    return unicodedata.category(letter)[0] not in "LM"


def _has_inner_capital(letters: list[str]) -> bool:
    """True for "JŸrgen": a capital beyond ASCII after the first letter, then small ones."""
    pairs = pairwise(letters[1:])
    mixed = any(here.isupper() and not here.isascii() and after.islower() for here, after in pairs)
    last = len(letters) > 1 and letters[-1].isupper() and not letters[-1].isascii()
    return mixed or (last and letters[-2].islower())


def _different(found: list[Decoded]) -> Iterator[Decoded]:
    """One reading of each text, its words cut to those that the others read differently."""
    kept: dict[tuple[str, ...], Decoded] = {}
    for reading in found:
        kept.setdefault(reading.words, reading)
    texts = list(kept.values())
    common = set.intersection(*(set(reading.words) for reading in texts)) if texts[1:] else set()
    for reading in texts:
        own = [word for word in reading.words if word not in common]
        yield Decoded(reading.encoding, reading.text, tuple(own[:6]))
