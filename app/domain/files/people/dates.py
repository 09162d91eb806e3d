"""Dates as spreadsheets of several countries write them, one reading for a column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.files.people.questions import AnswerChoice, Asking, Question
from app.domain.files.people.words import month_of
from app.domain.files.tables.cells import Cell, StoredDate

TIME: Final = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*"
    r"(?:[AaPp]\.?[Mm]\.?|Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
YEAR_FIRST: Final = re.compile(r"([0-9]{4})[-/.]\s?([0-9]{1,2})[-/.]\s?([0-9]{1,2})\.?")
COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
DOTTED: Final = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}|[0-9]{2})\.?")
OPEN: Final = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})")
WITH_MONTH: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|er|\.)?[ \-/]*(?:de )?"
    r"([^\W\d_]+)\.?[ \-/,]*(?:de )?([0-9]{4}|[0-9]{2})"
)
MONTH_FIRST_WORD: Final = re.compile(
    r"([^\W\d_]+)\.?[ ]+([0-9]{1,2})(?:st|nd|rd|th)?,?[ ]+([0-9]{4})"
)
SERIAL: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
SERIAL_START: Final = date(1899, 12, 30)
"""Day 0 of spreadsheets; the other count, from 1904, is read by the workbook's own library."""
SERIALS: Final = range(7_306, 80_000)
"""From 1920 to 2119: any other five digits are no day."""
NEVER: Final = re.compile(
    r"0{1,4}[-/.]?0{1,2}[-/.]?0{1,4}|9999[-/.]?12[-/.]?31|31[-/.]12[-/.]9999|12[-/.]31[-/.]9999"
)
NEVER_DAYS: Final = frozenset(
    {date(9999, 12, 31), date(1899, 12, 30), date(1900, 1, 1), date(2999, 12, 31)}
)
DAY_FIRST: Final = "day-first"
MONTH_FIRST: Final = "month-first"
TURNED: Final = "turned"
AS_STORED: Final = "as-stored"


@dataclass(frozen=True)
class OpenDate:
    """Two numbers of which either may be the day."""

    one: int
    two: int
    year: int

    def read(self, order: str) -> date | None:
        """The day with `order` for the two numbers, or None for no day."""
        day, month = (self.one, self.two) if order == DAY_FIRST else (self.two, self.one)
        return _day(self.year, month, day)


Found = date | OpenDate | None


@dataclass(frozen=True)
class DateColumn:
    """One column of dates: what it is called and its cells."""

    field: str
    header: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class DateReading:
    """How dates are read, decided by whole columns."""

    orders: Mapping[str, str]
    turned: frozenset[str] = frozenset()

    def read(self, field: str, cell: Cell) -> date | None:
        """The day in `cell` of the column `field`, or None for nothing that is a day."""
        if isinstance(cell, StoredDate):
            day = cell.day
            return _swapped(day) if field in self.turned else day
        found = parsed(cell)
        return found.read(self.orders[field]) if isinstance(found, OpenDate) else found


def decided(columns: Sequence[DateColumn], asking: Asking, *, today: date) -> DateReading:
    """How to read each of `columns`; asked where both orders are possible."""
    open_dates = {column.field: _open_dates(column.cells) for column in columns}
    evidence = {field: _evidence(found) for field, found in open_dates.items()}
    decided_ones = {order for order in evidence.values() if order}
    common = decided_ones.pop() if len(decided_ones) == 1 else ""
    orders = {}
    for column in columns:
        order = evidence[column.field] or common
        if not order and any(one.one != one.two for one in open_dates[column.field]):
            order = asking.ask(_order_question(columns, open_dates))
        orders[column.field] = order or DAY_FIRST
    turned_ones = frozenset(
        column.field
        for column in columns
        if _may_be_turned(column, orders[column.field])
        and asking.ask(_turned_question(column)) == TURNED
    )
    return DateReading(orders, turned_ones)


def parsed(text: str) -> Found:
    """What a cell of text says: a day, two readings of one, or None."""
    text = TIME.sub("", text.strip().lstrip("'"))
    if found := YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if found := DOTTED.fullmatch(text):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := OPEN.fullmatch(text):
        return OpenDate(int(found[1]), int(found[2]), _year(found[3]))
    if SERIAL.fullmatch(text) and int(float(text)) in SERIALS:
        return SERIAL_START + timedelta(days=int(float(text)))
    return _with_month(text)


def is_never(cell: Cell) -> bool:
    """True for what systems write instead of no day at all."""
    if isinstance(cell, StoredDate):
        return cell.day in NEVER_DAYS
    bare = TIME.sub("", cell.strip())
    return not bare or bool(NEVER.fullmatch(bare))


def _with_month(text: str) -> date | None:
    if (found := WITH_MONTH.fullmatch(text)) and (month := month_of(found[2])):
        return _day(_year(found[3]), month, int(found[1]))
    if (found := MONTH_FIRST_WORD.fullmatch(text)) and (month := month_of(found[1])):
        return _day(int(found[3]), month, int(found[2]))
    return None


def _year(digits: str) -> int:
    """A year; two digits are of this century up to 2049, of the last one above."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _swapped(day: date) -> date:
    return _day(day.year, day.day, day.month) or day


def _open_dates(cells: Iterable[Cell]) -> list[OpenDate]:
    different = dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell)
    found = (parsed(cell) for cell in different if not is_never(cell))
    return [one for one in found if isinstance(one, OpenDate)]


def _evidence(found: Sequence[OpenDate]) -> str:
    """The order that all days above 12 speak for; nothing where none or both orders do."""
    day_first = sum(one.one > 12 for one in found)
    month_first = sum(one.two > 12 for one in found)
    if day_first and not month_first:
        return DAY_FIRST
    if month_first and not day_first:
        return MONTH_FIRST
    if day_first and month_first:  # the many are right, the few become faults
        return DAY_FIRST if day_first >= month_first else MONTH_FIRST
    return ""


def _order_question(
    columns: Sequence[DateColumn], found: Mapping[str, Sequence[OpenDate]]
) -> Question:
    column, example = next(
        (column, one) for column in columns for one in found[column.field] if one.one != one.two
    )
    choices = tuple(
        AnswerChoice(order, f"{day.day} {day:%B %Y}: {said}")
        for order, said in ((DAY_FIRST, "day first"), (MONTH_FIRST, "month first"))
        if (day := example.read(order))
    )
    written = f"{example.one:02}/{example.two:02}/{example.year}"
    return Question(
        "dates",
        f"Which day is {written} in “{column.header}”? No date in the file tells.",
        choices,
    )


def _may_be_turned(column: DateColumn, order: str) -> bool:
    """True where a spreadsheet of another country may have turned the dates that it could read.

    Then the days above 12 stayed text, and every real date has day and month up to 12.
    """
    stored = [cell for cell in column.cells if isinstance(cell, StoredDate)]
    stored = [cell for cell in stored if not is_never(cell)]
    texts = _open_dates(column.cells)
    if not stored or not any(max(one.one, one.two) > 12 for one in texts):
        return False
    wrote = "dmy" if order == DAY_FIRST else "mdy"
    if any(cell.day.day > 12 for cell in stored) or all(cell.order == wrote for cell in stored):
        return False
    return any(cell.day.day != cell.day.month for cell in stored)


def _turned_question(column: DateColumn) -> Question:
    stored = (cell.day for cell in column.cells if isinstance(cell, StoredDate))
    day = next(day for day in stored if day.day <= 12 and day.day != day.month)
    other = _swapped(day)
    return Question(
        f"turned.{column.field}",
        f"“{column.header}” holds dates as text and real dates, none of these later in its month "
        "than the 12th. Did a spreadsheet turn day and month of the real dates?",
        (
            AnswerChoice(TURNED, f"Yes, turn them back: {other.day} {other:%B %Y}"),
            AnswerChoice(AS_STORED, f"No, as stored: {day.day} {day:%B %Y}"),
        ),
        TURNED,
    )
