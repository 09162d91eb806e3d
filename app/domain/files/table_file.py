"""A table out of bytes, however a spreadsheet wrote them: encoding, separator, quotes, lines."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.domain.names import JOINERS, levelled

SEPARATORS: Final = (",", ";", "\t")
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How Excel's .xlsx and .xls (and LibreOffice's .ods) begin."""


class UnreadableTableError(ValueError):
    """The bytes are no table of text; the text says what to do instead."""


@dataclass(frozen=True)
class FileLine:
    """The cells of one record and the line of the file on which it begins."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""
    """Why reading ends here, for a record that cannot be read."""


def decoded(content: bytes) -> str:
    """The text of `content`: UTF-8 or UTF-16 by its mark, UTF-8, otherwise Windows' Latin.

    Raises UnreadableTableError for a workbook or a damaged UTF-16 file.
    """
    if content.startswith(WORKBOOKS):
        raise UnreadableTableError("a CSV file; please save the workbook as CSV (UTF-8) first")
    if content.startswith(UTF_16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableTableError("an undamaged UTF-16 file, or CSV in UTF-8") from None
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("latin-1")


def separator(text: str, names: Collection[str]) -> str:
    """The separator with which the first line that is not blank says most of `names`."""
    head = next((line for line in re.split(r"[\r\n]+", text) if line.strip(" ,;\t")), "")

    def known_names(candidate: str) -> int:
        cells = next(csv.reader([head], delimiter=candidate), [])
        return len({plain_name(cell) for cell in cells} & set(names))

    return max(SEPARATORS, key=lambda candidate: (known_names(candidate), head.count(candidate)))


def plain_name(cell: str) -> str:
    """A column's name without regard to case, blanks and hyphens: " Joined-On " is joined_on."""
    return re.sub(r"[\s-]+", "_", cell.strip().casefold())


def lines(text: str, delimiter: str) -> Iterator[FileLine]:
    """Every record that is not blank; the last one carries a fault when it cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield FileLine(number, (), "every quotation mark closed, and doubled inside a value")
            return
        if any(cell.strip() for cell in cells):
            yield FileLine(number, tuple(levelled(cell.strip()) for cell in cells))


def has_control_characters(text: str) -> bool:
    """Whether `text` holds what no one can see: controls, line breaks, marks of direction."""
    if text.isascii():
        return not text.isprintable()
    return any(
        unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp", "Cs"} and letter not in JOINERS
        for letter in text
    )
