"""Tables as files: a spreadsheet with a sheet for each, or one plain list for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from app.domain.files.formula_guard import harmless

Cell = str | int | float | None
NARROW: Final = 14
"""Characters of a column of numbers."""
WIDE: Final = 48
"""And of a column that holds sentences."""


@dataclass(frozen=True)
class FileTable:
    """A named table; the first column says what a row is about."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_sheets(tables: Iterable[FileTable], file: IO[bytes]) -> None:
    """A sheet for each table; every text stays a text, whatever it begins with."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    for table in tables:
        sheet = book.add_worksheet(table.name)
        for place, head in enumerate(table.heads):
            sheet.set_column(place, place, WIDE if _holds_words(table, place) else NARROW)
            sheet.write_string(0, place, head, bold)
        sheet.freeze_panes(1, 0)
        _write_rows(sheet, table.rows)
    book.close()


def _write_rows(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            elif cell is not None:
                sheet.write_number(number, place, cell)


def _holds_words(table: FileTable, place: int) -> bool:
    cells = (row[place] for row in table.rows)
    return any(isinstance(cell, str) and len(cell) > NARROW for cell in cells)


def write_values(tables: Iterable[FileTable], file: IO[bytes]) -> None:
    """One line for each value: its table, its row by number, its column, the value itself.

    So tables of any shape are one file, with the same four columns for ever.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(("table", "row", "column", "value"))
    for table in tables:
        for number, row in enumerate(table.rows, 1):
            for head, cell in zip(table.heads, row, strict=True):
                if cell is not None:
                    value = harmless(cell) if isinstance(cell, str) else cell
                    lines.writerow((table.name, number, head, value))
    text.detach()
