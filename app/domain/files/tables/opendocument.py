"""Sheets out of LibreOffice's .ods, line by line.

Read with the XML parser itself: odfpy builds the whole document in memory and has had no
release for years, python-calamine gives neither the shown form of a number ("00042") nor a
link's target. The format is simple: rows, cells, and how often each repeats.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, ParseError  # names only; defusedxml reads  # nosec B405

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

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

OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
SHEET: Final = f"{TABLE}table"
LINK: Final = "{http://www.w3.org/1999/xlink}href"
DAMAGED: Final = "an undamaged workbook; please open and save it once, or save it as CSV (UTF-8)"
ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TOO_MANY: Final = f"at most {MOST_LINES:,} lines in a sheet"


def sheets(content: bytes) -> tuple[TableSheet, ...]:
    """The visible sheets of a workbook. Raises UnreadableTableError for what is none."""
    archive = open_bounded(content, DAMAGED)
    try:
        with archive.open("content.xml") as file:
            return tuple(_sheets(iterparse(file, events=("start", "end"), forbid_dtd=True)))
    except UnreadableTableError:
        raise
    except (KeyError, ParseError, DefusedXmlException, zipfile.BadZipFile, ValueError, OSError):
        raise UnreadableTableError(DAMAGED) from None


def _sheets(events: Iterator[tuple[str, Element]]) -> Iterator[TableSheet]:
    invisible: set[str] = set()
    reading: _Reading | None = None
    for event, element in events:
        if event == "start":
            reading = _Reading(element, invisible) if element.tag == SHEET else reading
        elif element.tag == f"{STYLE}style":
            _note_style(element, invisible)
        elif reading and element.tag == f"{TABLE}table-row":
            reading.take(element)
            element.clear()
        elif reading and element.tag == SHEET:
            yield from reading.sheets()


def _note_style(element: Element, invisible: set[str]) -> None:
    """Remember the styles that hide a sheet."""
    properties = element.find(f"{STYLE}table-properties")
    if properties is not None and properties.get(f"{TABLE}display") == "false":
        invisible.add(element.get(f"{STYLE}name", ""))


class _Reading:
    """One sheet while its rows go by."""

    def __init__(self, element: Element, invisible: set[str]) -> None:
        self.name = element.get(f"{TABLE}name", "")
        self.is_visible = element.get(f"{TABLE}style-name", "") not in invisible
        self.lines: list[TableLine] = []
        self.hidden_lines: list[int] = []
        self._number = 0
        self._down: dict[int, tuple[int, Cell]] = {}
        """Columns whose cell was merged downwards: the last line it covers, and its value."""

    def sheets(self) -> Iterator[TableSheet]:
        """What was read, unless the sheet is hidden."""
        if self.is_visible:
            yield TableSheet(self.name, tuple(self.lines), tuple(self.hidden_lines))

    def take(self, row: Element) -> None:
        """Read a row, as often as it says that it repeats; blank rows cost nothing."""
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        cells = self._cells(row)
        first = self._number + 1
        self._number += times
        if not any(cells):
            return
        if len(self.lines) + times > MOST_LINES:
            raise UnreadableTableError(TOO_MANY)
        self.lines += [TableLine(number, cells) for number in range(first, first + times)]
        if row.get(f"{TABLE}visibility") in {"collapse", "filter"}:
            self.hidden_lines += range(first, first + times)

    def _cells(self, row: Element) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        for element in row:
            if not element.tag.startswith(TABLE):
                continue
            times = min(
                int(element.get(f"{TABLE}number-columns-repeated", "1")), MOST_COLUMNS - len(cells)
            )
            for _time in range(times):
                cells.append(self._cell(element, len(cells)))
        while cells and not cells[-1]:
            cells.pop()
        return tuple(cells)

    def _cell(self, element: Element, column: int) -> Cell:
        here = self._number + 1
        if element.tag == f"{TABLE}covered-table-cell":
            last, value = self._down.get(column, (0, ""))
            return value if here <= last else ""
        value = _value(element)
        spanned = int(element.get(f"{TABLE}number-rows-spanned", "1"))
        if spanned > 1:
            self._down[column] = (here + spanned - 1, value)
        return value


def _value(element: Element) -> Cell:
    shown = _shown(element)
    kind = element.get(f"{OFFICE}value-type", "")
    stored = ISO_DAY.match(element.get(f"{OFFICE}date-value", ""))
    if kind == "date" and stored:
        day = date(*(int(part) for part in stored.groups()))
        return StoredDate(day, _order(day, shown))
    if kind == "boolean":
        return element.get(f"{OFFICE}boolean-value", "").upper()
    if not shown and not kind and element.get(f"{TABLE}formula"):
        return NotStored(element.get(f"{TABLE}formula", ""))
    link = next((a.get(LINK, "") for a in element.iter(f"{TEXT}a")), "")
    if link.casefold().startswith("mailto:"):
        return cell_text(link)
    if kind == "float" and "E+" in shown:
        return element.get(f"{OFFICE}value", shown)
    return cell_text(shown)


def _shown(element: Element) -> str:
    """The text of a cell as it is shown, without its notes."""
    paragraphs = element.findall(f"{TEXT}p")
    return " ".join("".join(paragraph.itertext()) for paragraph in paragraphs)


def _order(day: date, shown: str) -> str:
    """Whether a date is shown with its day or its month first."""
    numbers = [int(part) for part in re.findall(r"[0-9]+", shown)[:2]]
    if day.day == day.month or len(numbers) < 2:
        return ""
    return {(day.day, day.month): "dmy", (day.month, day.day): "mdy"}.get(
        (numbers[0], numbers[1]), ""
    )
