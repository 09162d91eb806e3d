"""Sheets out of Excel's .xlsx: the values by python-calamine, the rest from the sheet's own XML.

calamine is maintained, reads 100,000 lines in seconds and never runs a formula; openpyxl, tried
first, took four times as long. What calamine leaves out stands in the XML and is read in one
pass that keeps nothing else: number formats with zeros ("000042" would become 42), links, the
order of day and month in dates, formulas without a stored result, hidden lines and columns.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.domain.files.tables.cells import (
    MOST_COLUMNS,
    MOST_LINES,
    Cell,
    NotStored,
    StoredDate,
    TableLine,
    TableSheet,
    UnreadableTableError,
    cell_text,
)
from app.domain.files.tables.packed import open_bounded
from app.domain.files.tables.sheet_xml import Styles, Surroundings, surroundings

DAMAGED: Final = "an undamaged workbook; please open and save it once, or save it as CSV (UTF-8)"
TOO_MANY: Final = f"at most {MOST_LINES:,} lines in a sheet"
MOST_COVERED: Final = 2_000_000
"""Cells that merged areas may cover together."""

Value = int | float | str | bool | time | date | datetime | timedelta


def sheets(content: bytes) -> tuple[TableSheet, ...]:
    """The visible sheets of a workbook. Raises UnreadableTableError for what is none."""
    archive = open_bounded(content, DAMAGED)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        paths = _paths(archive)
        styles = _styles(archive)
        return tuple(
            _sheet(book.get_sheet_by_name(name), archive, paths.get(name, ""), styles)
            for name in _visible(book)
        )
    except UnreadableTableError:
        raise
    except (CalamineError, zipfile.BadZipFile, DefusedXmlException, ParseError, KeyError, OSError):
        raise UnreadableTableError(DAMAGED) from None
    except ValueError:  # what stands where a number should be
        raise UnreadableTableError(DAMAGED) from None


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]


def _sheet(
    source: CalamineSheet, archive: zipfile.ZipFile, path: str, styles: Styles
) -> TableSheet:
    around = surroundings(archive, path, styles) if path else Surroundings()
    lines = list(_lines(source, around))
    merged = source.merged_cell_ranges or []
    return TableSheet(
        source.name,
        _spread(lines, merged),
        tuple(around.hidden_lines),
        tuple(around.hidden_columns),
    )


def _lines(source: CalamineSheet, around: Surroundings) -> Iterator[TableLine]:
    # Rows come from the sheet's first line on, but from its first used column only.
    left = source.start[1] if source.start else 0
    found = 0
    for number, row in enumerate(source.iter_rows(), start=1):
        cells: list[Cell] = [""] * left
        cells += [
            _cell(value, around, (number, place))
            for place, value in enumerate(row[:MOST_COLUMNS], left + 1)
        ]
        for place in around.not_stored.get(number, ()):
            cells += [""] * (place - len(cells))
            cells[place - 1] = cells[place - 1] or NotStored("=")
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found += 1
            if found > MOST_LINES:
                raise UnreadableTableError(TOO_MANY)
            yield TableLine(number, tuple(cells))


def _cell(value: Value, around: Surroundings, place: tuple[int, int]) -> Cell:
    if around.links and place in around.links:
        return cell_text(around.links[place])
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, date):  # a datetime is one as well
        day = value.date() if isinstance(value, datetime) else value
        return StoredDate(day, around.order_in(place[1]))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, around.zeros.get(place, 0))
    return str(value).upper()  # TRUE and FALSE, or a time of day


def _number(value: float, zeros: int) -> str:
    """A number as its cell shows it, as far as zeros in front and whole numbers go."""
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    return str(int(value)).zfill(zeros)


Corner = tuple[int, int]


def _spread(
    lines: list[TableLine], merged: Sequence[tuple[Corner, Corner]]
) -> tuple[TableLine, ...]:
    """The lines, with the value of a cell that was merged downwards on each line it covers."""
    down = [(first, last) for first, last in merged if last[0] > first[0] and last[1] == first[1]]
    if sum(last[0] - first[0] for first, last in down) > MOST_COVERED:
        raise UnreadableTableError(DAMAGED)
    above = {line.number: line.cells for line in lines}
    covers: dict[int, dict[int, Cell]] = {}
    for (top, column), (bottom, _right) in down:
        cells = above.get(top + 1, ())
        if column < len(cells) and cells[column]:
            for number in range(top + 2, bottom + 2):
                covers.setdefault(number, {})[column] = cells[column]
    return tuple(_filled(line, covers.get(line.number, {})) for line in lines)


def _filled(line: TableLine, values: Mapping[int, Cell]) -> TableLine:
    if not values:
        return line
    cells = list(line.cells)
    cells += [""] * (max(values) + 1 - len(cells))
    for column, value in values.items():
        cells[column] = cells[column] or value
    return replace(line, cells=tuple(cells))


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where the XML of each sheet lies in the archive, by the sheet's name."""
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    book = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    paths = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            key = next((value for name, value in element.items() if name.endswith("}id")), "")
            target = targets.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            paths[element.get("name", "")] = path
    return paths


def _styles(archive: zipfile.ZipFile) -> Styles:
    """What the styles of cells say about zeros in front and the order of dates."""
    if "xl/styles.xml" not in archive.namelist():
        return Styles()
    root = fromstring(archive.read("xl/styles.xml"), forbid_dtd=True)
    forms = {}
    found = Styles()
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "numFmt":
            forms[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif tag == "cellXfs":
            for place, style in enumerate(element):
                key = style.get("numFmtId", "0")
                _note_form(found, str(place), forms.get(key, ""), key)
    return found


def _note_form(found: Styles, style: str, form: str, key: str) -> None:
    bare = form.partition(";")[0].strip('"')
    if re.fullmatch(r"0{2,40}", bare):
        found.zeros[style] = len(bare)
    elif order := ("mdy" if key == "14" else date_order(form)):
        found.orders[style] = order


def date_order(form: str) -> str:
    """Whether a date's format puts the day or the month first; nothing for other formats."""
    bare = re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", form).casefold()
    day, month, year = bare.find("d"), bare.find("m"), bare.find("y")
    if min(day, month, year) < 0 or year < max(day, month):
        return ""
    return "dmy" if day < month else "mdy"
