"""Tables of words and pictures that run over pages: the head is repeated, the table is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.charts.marks import Chart
from app.pdf.engine.document import Document, Imprint, Sheet
from app.pdf.engine.theme import HAIR, NOTE, REGULAR, SMALL, SMALL_STRONG, SOFT, Style
from app.pdf.engine.wrapping import wrapped

HEAD: Final = 24.0
PADDING: Final = 9.0
GAP: Final = 8.0
BELOW: Final = Style(REGULAR, 8, 9.5, SOFT)
"""Small print below a number."""


@dataclass(frozen=True)
class Stacked:
    """A number with small print below it, a line for each text that is not empty."""

    text: str
    below: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        return [one for one in self.below if one]


Cell = str | Stacked | Chart


@dataclass(frozen=True)
class Column:
    """A column beside the first one, which gets the rest of the width."""

    head: str | Chart
    width: float
    is_strong: bool = False

    @property
    def style(self) -> Style:
        return SMALL_STRONG if self.is_strong else SMALL


def table(
    document: Document,
    columns: Sequence[Column],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    *,
    first: str,
) -> Sheet:
    """Draw rows of a header and cells on the last sheet and further ones; return the last.

    Words in the first column are wrapped; charts are drawn as wide as they are.
    """
    sheet = document.sheets[-1]
    if sheet.room < HEAD + _height(sheet, columns, rows[0]) * 2:
        sheet = document.sheet()
    with sheet.table():
        _head(sheet, columns, first)
        for row in rows:
            if sheet.room < _height(sheet, columns, row):
                sheet = document.sheet()
                with sheet.artifact():
                    _head(sheet, columns, first)
            with sheet.row():
                _row(sheet, columns, row)
    sheet.rule(after=10)
    return sheet


def _lefts(sheet: Sheet, columns: Sequence[Column]) -> list[float]:
    """The left edge of each column after the first."""
    left = sheet.right - sum(column.width for column in columns)
    found = []
    for column in columns:
        found.append(left)
        left += column.width
    return found


def _words(sheet: Sheet, columns: Sequence[Column], text: str) -> tuple[str, ...]:
    width = sheet.width - sum(column.width for column in columns) - GAP
    return wrapped(text, SMALL, width)


def _height(sheet: Sheet, columns: Sequence[Column], row: tuple[str, Sequence[Cell]]) -> float:
    text, cells = row
    lines = len(_words(sheet, columns, text)) * SMALL.leading
    return max([lines, *map(_cell_height, cells)]) + PADDING


def _cell_height(cell: Cell) -> float:
    if isinstance(cell, Chart):
        return cell.height
    return SMALL.leading + (len(cell.lines) * BELOW.leading if isinstance(cell, Stacked) else 0)


def _head(sheet: Sheet, columns: Sequence[Column], first: str) -> None:
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, sheet.y + 16, first, NOTE)
        for left, column in zip(_lefts(sheet, columns), columns, strict=True):
            with sheet.head():
                if isinstance(column.head, Chart):
                    place = left + column.width - column.head.width
                    sheet.chart(column.head, place, sheet.y + 19 - column.head.height)
                else:
                    sheet.text_right(left + column.width, sheet.y + 16, column.head, NOTE)
    sheet.y += HEAD


def _row(sheet: Sheet, columns: Sequence[Column], row: tuple[str, Sequence[Cell]]) -> None:
    text, cells = row
    height = _height(sheet, columns, row)
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.5)
    top, lines = sheet.y, _words(sheet, columns, text)
    with sheet.head("Row"):
        sheet.y = top + (height - len(lines) * SMALL.leading) / 2
        sheet.lines(lines, SMALL, x=sheet.left)
    baseline = top + height / 2 + 3
    for left, column, cell in zip(_lefts(sheet, columns), columns, cells, strict=True):
        with sheet.cell():
            if isinstance(cell, Chart):
                place = left + column.width - cell.width
                sheet.chart(cell, place, top + (height - cell.height) / 2)
            elif isinstance(cell, Stacked):
                _stacked(sheet, left + column.width, baseline, cell, column.style)
            else:
                sheet.text_right(left + column.width, baseline, cell, column.style)
    sheet.y = top + height


def _stacked(sheet: Sheet, right: float, baseline: float, cell: Stacked, style: Style) -> None:
    y = baseline - len(cell.lines) * BELOW.leading / 2
    sheet.text_right(right, y, f"{cell.text} " if cell.lines else cell.text, style)
    for line in cell.lines:
        y += BELOW.leading
        sheet.text_right(right, y, f"{line} ", BELOW)


def plain_imprint(company: str, cycle_name: str, name: str, *, readers: str) -> Imprint:
    """Header, footer and properties of a paper about many."""
    return Imprint(
        title=f"{company} – {cycle_name} – {name}",
        author=company,
        header=f"{name}  ·  {cycle_name}",
        confidentiality=readers,
    )
