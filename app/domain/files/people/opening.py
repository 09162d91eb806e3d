"""The one table of a file that holds the people: encoding, sheet and header settled."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.files.people.columns import (
    FIELDS,
    Header,
    find_header,
    guessed,
    is_list_of_pairs,
    known_names,
    language_of,
    mapped,
    recognised,
)
from app.domain.files.people.questions import AnswerChoice, Asking, Question
from app.domain.files.tables import delimited, excel, opendocument
from app.domain.files.tables.cells import Cell, TableSheet, UnreadableTableError
from app.domain.files.tables.encodings import Decoded, readings

ZIP: Final = b"PK\x03\x04"
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
ODS_KIND: Final = b"application/vnd.oasis.opendocument.spreadsheet"
NO_TABLES: Final = {
    b"<": "a web page or XML",
    b"{": "JSON",
    b"[{": "JSON",
    b"%PDF": "a PDF",
    b"BEGIN:VCARD": "a list of address cards",
}
"""How files begin that are no tables, whatever their name ends in."""
HEAD: Final = 16 * 1024
NAMES: Final = ("name", "last_first", "first", "last", "bare_name", "preferred")
UNITS: Final = (
    "department",
    "division",
    "path",
    "team",
    "manager",
    "manager_email",
    "manager_number",
)
SHOWN_READINGS: Final = 4


@dataclass(frozen=True)
class OpenedList:
    """The table that is read, what its columns are, and what was left aside."""

    sheet: TableSheet
    header: Header
    told: tuple[str, ...] = ()


def opened(content: bytes, asking: Asking, saved: Mapping[str, Mapping[str, str]]) -> OpenedList:
    """Find the people in `content`; `saved` holds earlier answers by the header's key.

    Raises UnreadableTableError with what is expected instead.
    """
    told: list[str] = []
    sheet = _chosen(_sheets(content, asking, told), asking, told)
    if is_list_of_pairs(sheet.lines):
        raise UnreadableTableError(
            "a list of people with one line for each of them; this file has a line for each pair "
            "of people"
        )
    header = find_header(sheet.lines)
    answers: Mapping[str, str] = _mapping_in(asking.answers)
    if header.line:
        answers = answers or saved.get(header.key, {})
        header = recognised(header, sheet.lines[:2_000], asking)
    else:
        # Without names nothing tells one such file from another: no earlier answer counts.
        header = guessed(header, sheet.lines[:2_000])
    header = mapped(header, answers)
    told += _hidden(sheet)
    return OpenedList(sheet, header, tuple(told))


def _mapping_in(answers: Mapping[str, str]) -> dict[str, str]:
    """What people said the columns are: answers such as "map.name" or "map.#3"."""
    return {
        key.removeprefix("map."): value for key, value in answers.items() if key.startswith("map.")
    }


def _sheets(content: bytes, asking: Asking, told: list[str]) -> tuple[TableSheet, ...]:
    if content.startswith(OLD_EXCEL):
        raise UnreadableTableError(
            "a workbook as .xlsx or .ods without a password, or CSV; this one is in Excel's old "
            "form or has a password"
        )
    for beginning, kind in NO_TABLES.items():
        if content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(beginning):
            raise UnreadableTableError(
                f"a workbook as .xlsx or .ods, or CSV; this file is {kind}. If a spreadsheet opens "
                "it, save it from there as .xlsx"
            )
    if content.startswith(ZIP):
        is_ods = ODS_KIND in content[:200]
        return opendocument.sheets(content) if is_ods else excel.sheets(content)
    text = _text(content, asking, told)
    return (TableSheet("", tuple(delimited.lines(text, known_names))),)


def _text(content: bytes, asking: Asking, told: list[str]) -> str:
    found = readings(content, _judged)
    if len(found) == 1:
        if found[0].words and found[0].encoding not in {"utf-8", "utf-16", "cp1252"}:
            told.append(f"Read as {found[0].spoken}: {', '.join(found[0].words[:4])}.")
        return found[0].text
    question = Question(
        "encoding",
        "How are the names written? The file does not say which code page it is in.",
        tuple(AnswerChoice(one.encoding, _example(one)) for one in found[:SHOWN_READINGS]),
    )
    answer = asking.ask(question)
    return next((one.text for one in found if one.encoding == answer), found[0].text)


def _example(reading: Decoded) -> str:
    return f"{', '.join(reading.words)} ({reading.spoken})"


def _judged(text: str) -> tuple[int, str]:
    """How many columns a text names, and in which language."""
    delimiter = delimited.separator(text[:HEAD], known_names)
    best: tuple[int, str] = (0, "")
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text[:HEAD]), delimiter=delimiter)):
            count = known_names(cells)
            if count > best[0]:
                best = count, language_of(cells)
            if number > 60:
                break
    except csv.Error:
        return best
    return best


def _chosen(sheets: tuple[TableSheet, ...], asking: Asking, told: list[str]) -> TableSheet:
    """The sheet with the people; asked when several have names, addresses and a department."""
    filled = [sheet for sheet in sheets if sheet.lines]
    if not filled:
        raise UnreadableTableError("a table with people; this file is empty")
    fitting = [sheet for sheet in filled if _has_people(sheet)]
    chosen = (fitting or filled)[0]
    if len(fitting) > 1:
        question = Question(
            "sheet",
            "Several sheets hold people. Which one is to be read?",
            tuple(AnswerChoice(s.name, f"{s.name}, {len(s.lines):,} lines") for s in fitting),
        )
        answer = asking.ask(question)
        chosen = next((sheet for sheet in fitting if sheet.name == answer), chosen)
    others = [f"“{sheet.name}”" for sheet in filled if sheet is not chosen]
    if others:
        told.append(f"Sheet “{chosen.name}” is read; {', '.join(others)} not.")
    return chosen


def _has_people(sheet: TableSheet) -> bool:
    header = recognised(find_header(sheet.lines), sheet.lines[:200], Asking({}))
    fields = header.places().keys()
    return "email" in fields and any(n in fields for n in NAMES) and any(u in fields for u in UNITS)


def _hidden(sheet: TableSheet) -> list[str]:
    told = []
    if sheet.hidden_lines:
        numbers = ", ".join(map(str, sheet.hidden_lines[:10]))
        more = len(sheet.hidden_lines) - 10
        told.append(
            f"Hidden lines are read as well: {numbers}{f' and {more:,} more' if more > 0 else ''}."
        )
    if sheet.hidden_columns:
        told.append(f"Hidden columns are read as well: {', '.join(sheet.hidden_columns[:10])}.")
    return told


def samples(sheet: TableSheet, header: Header, place: int) -> tuple[str, ...]:
    """The first three different values of a column, as a page shows them."""
    found: dict[str, None] = {}
    for line in sheet.lines:
        if line.number <= header.line or place >= len(line.cells):
            continue
        text = _shown(line.cells[place])
        if text:
            found.setdefault(text[:40])
        if len(found) == 3:
            break
    return tuple(found)


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.day.isoformat()


def fields_missing(header: Header) -> tuple[str, ...]:
    """What a list of people must have and this one does not, as words."""
    fields = header.places().keys()
    missing = [] if "email" in fields else [FIELDS["email"]]
    if not any(name in fields for name in NAMES):
        missing.append("name")
    return tuple(missing)
