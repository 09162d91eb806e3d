"""Lines out of text: separators, quotes, and the first line "sep=;" that spreadsheets write."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from app.domain.files.tables.cells import MOST_COLUMNS, TableLine, cell_text

SEPARATORS: Final = (",", ";", "\t", "|")
TOLD_SEPARATOR: Final = re.compile(r"\A\s*\"?sep=(.)\"?[ ]*(?:\r\n|\r|\n)")
HEAD: Final = 40
MOST_REMEMBERED: Final = 50_000
"""Different cells."""
UNCLOSED: Final = "every quotation mark closed, and doubled inside a value"

NameCount = Callable[[list[str]], int]
"""How many cells of a line are known names of columns."""


def lines(text: str, known_names: NameCount) -> Iterator[TableLine]:
    """Every record that is not blank; the last one carries a fault when it cannot be read."""
    skipped = 0
    if told := TOLD_SEPARATOR.match(text):
        delimiter, skipped = told.group(1), 1
        text = text[told.end() :]
    else:
        delimiter = separator(text, known_names)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    seen: dict[str, str] = {}
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield TableLine(number, (), UNCLOSED)
            return
        if any(cell and not cell.isspace() for cell in cells):
            yield TableLine(
                number, tuple(_once(cell_text(cell), seen) for cell in cells[:MOST_COLUMNS])
            )


def _once(cell: str, seen: dict[str, str]) -> str:
    """`cell`, as one object however often it stands in the file: titles and days repeat."""
    return seen.setdefault(cell, cell) if len(seen) < MOST_REMEMBERED else seen.get(cell, cell)


def separator(text: str, known_names: NameCount) -> str:
    """The separator with which a line near the top says most known names of columns.

    Without any known name: with which most lines have the same number of cells.
    """
    head = text[: 64 * 1024]

    def score(candidate: str) -> tuple[int, int, int]:
        rows = _first_rows(head, candidate)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return max(map(known_names, rows), default=0), times, width

    return max(SEPARATORS, key=score)


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                rows.append(cells)
            if len(rows) >= HEAD:
                break
    except csv.Error:
        return rows
    return rows
