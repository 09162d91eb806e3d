"""What a table is made of: cells, lines and sheets, whatever kind of file they came from."""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from app.domain.files.table_file import UnreadableTableError
from app.domain.names import levelled

__all__ = (
    "MOST_COLUMNS",
    "MOST_LINES",
    "Cell",
    "NotStored",
    "StoredDate",
    "TableLine",
    "TableSheet",
    "UnreadableTableError",
    "cell_text",
)
LONGEST_CELL: Final = 2_000
"""Letters; what is longer is no value of a person and is cut, so that it fails its own check."""
MOST_LINES: Final = 200_000
MOST_COLUMNS: Final = 300

LINE_BREAKS: Final = str.maketrans(dict.fromkeys("\t\n\r\v\f\u2028\u2029", " "))


class StoredDate(NamedTuple):
    """A real date of a workbook, and in which order its cell shows day and month."""

    day: date
    order: str = ""
    """"dmy", "mdy", or nothing where the cell's format does not tell."""


class NotStored(str):
    """A formula whose result is not in the file; the text is the formula."""

    __slots__ = ()


Cell = str | StoredDate


@dataclass(frozen=True, slots=True)
class TableLine:
    """The cells of one record and the line of the file on which it begins."""

    number: int
    cells: tuple[Cell, ...]
    fault: str = ""
    """Why reading ends here, for a record that cannot be read."""


@dataclass(frozen=True)
class TableSheet:
    """One table of a file; a text file has one without a name."""

    name: str
    lines: tuple[TableLine, ...]
    hidden_lines: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()


def cell_text(text: str) -> str:
    """The text of a cell on one line, with nothing invisible in it."""
    text = text[:LONGEST_CELL].strip()
    return text if text.isascii() and text.isprintable() else levelled(text.translate(LINE_BREAKS))
