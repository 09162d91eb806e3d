"""Every fault of a people list: line, column, value, and what is expected instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.files.checked_table import Fault
from app.domain.files.people.columns import Header
from app.domain.files.people.dates import DateReading, OpenDate, is_never, parsed
from app.domain.files.people.drafts import (
    DATE_FIELDS,
    Draft,
    PersonLine,
    addresses_in,
    number_key,
)
from app.domain.files.people.names import name_key
from app.domain.files.people_changes import ROLES, KnownPerson, loops
from app.domain.files.people_file import (
    LONGEST,
    EmailCheck,
    PersonRow,
    expected_joining,
    expected_path,
    roles_in,
)
from app.domain.files.table_file import has_control_characters
from app.domain.files.tables.cells import NotStored, StoredDate, TableSheet

DATE: Final = "a date such as 2024-03-31 or 31.03.2024"
EMPTY: Final = {
    "name": "a name",
    "email": "an e-mail address",
    "department": 'a department such as "Company / Operations / Support"',
    "joined": DATE,
}
"""What our own export always has."""


def unreadable(sheet: TableSheet, header: Header) -> Iterator[Fault]:
    """Records that cannot be read, and lines of a text file whose values have shifted.

    A workbook has no such lines: there every value stands in its own column.
    """
    width = max(header.places().values(), default=0) + 1
    for line in sheet.lines:
        if line.fault:
            yield Fault(line.number, "", "", line.fault)
        elif not sheet.name and line.number > header.line:
            too_many = any(line.cells[max(width, len(header.columns)) :])
            too_few = header.is_own and len(line.cells) < width
            if too_many or too_few:
                expected = f"{len(header.columns)} values, as in the line that names the columns"
                yield Fault(line.number, "", f"{len(line.cells)} values", expected)


@dataclass
class Checks:
    """The checks of one file, which know what its columns are called."""

    header: Header
    today: date
    is_email: EmailCheck

    def column_of(self, field: str) -> str:
        """What the file calls the column of `field`."""
        names = {column.field: column.spoken for column in self.header.columns}
        return names.get(field, field)

    def of_line(self, line: PersonLine) -> Iterator[Fault]:
        """What is wrong with the cells of a line, looked at alone."""
        for field, value in line.cells.items():
            if expected := self._expected(field, value):
                yield Fault(line.number, self.column_of(field), value, expected)

    def _expected(self, field: str, value: str) -> str:
        if has_control_characters(value):
            return "text on one line without control characters"
        if not value:
            return EMPTY.get(field, "") if self.header.is_own else ""
        if field == "email" and not isinstance(value, NotStored):
            found = addresses_in(value)
            if not all(self.is_email(address) for address in found):
                return "an e-mail address such as anna@example.com"
        if field == "roles" and not roles_in(value) <= set(ROLES):
            return "hr, board, both (hr board) or nothing"
        return ""

    def of_dates(self, line: PersonLine, reading: DateReading) -> Iterator[Fault]:
        """What is wrong with the dates of a line, read as their columns are."""
        for field in DATE_FIELDS:
            cell = line.dates.get(field, "")
            if field == "joined" and field in line.dates and not cell and self.header.is_own:
                yield Fault(line.number, self.column_of(field), "", DATE)
            if is_never(cell):
                continue
            day = reading.read(field, cell)
            value = cell.day.isoformat() if isinstance(cell, StoredDate) else cell
            if day is None:
                order = reading.orders[field].replace("-", " ")
                is_open = isinstance(cell, str) and isinstance(parsed(cell), OpenDate)
                expected = (
                    f"a date with the {order}, as in the rest of the column" if is_open else DATE
                )
            else:
                expected = expected_joining(day, self.today) if field == "joined" else ""
            if expected:
                yield Fault(line.number, self.column_of(field), value, expected)

    def of_row(self, row: PersonRow) -> Iterator[Fault]:
        """What is wrong with a person as a whole."""
        if not row.name:
            yield Fault(row.line, self.column_of("name"), "", "a name")
        values = {"name": row.name, "email": row.email, "title": row.title}
        for field, value in (values | {"number": row.number or ""}).items():
            if len(value) > LONGEST[field]:
                expected = f"at most {LONGEST[field]} characters"
                yield Fault(row.line, self.column_of(field), value, expected)
        if expected := expected_path(row.department):
            value = " / ".join(row.department)
            yield Fault(row.line, self.column_of("department"), value, expected)

    def of_numbers(
        self, rows: Sequence[PersonRow], known: Sequence[KnownPerson]
    ) -> Iterator[Fault]:
        """Numbers that somebody else in the directory has and keeps."""
        if not any(row.number for row in rows):
            return
        changed = {row.known_by for row in rows if row.number}
        holders = {number_key(person.number): person for person in known if person.number}
        for row in rows:
            holder = holders.get(number_key(row.number)) if row.number else None
            if holder is None or holder.email == row.known_by:
                continue
            # Two people may swap their numbers; a person must not get another one's address.
            if holder.email not in changed or name_key(holder.name) == name_key(row.name):
                expected = f"a number of their own; it is that of {holder.name} ({holder.email})"
                yield Fault(row.line, self.column_of("number"), row.number or "", expected)


def loop_faults(drafts: Sequence[Draft], column: str) -> Iterator[Fault]:
    """Circles of people who manage each other."""
    by_email = {draft.email: draft for draft in drafts}
    for circle in loops({draft.email: draft.manager for draft in drafts}):
        if len(circle) > 1:
            first = min((by_email[email] for email in circle), key=lambda member: member.line)
            told = " → ".join([*circle[:10], *(["…"] if len(circle) > 10 else []), circle[0]])
            value = first.cells.get("manager") or first.manager or ""
            yield Fault(first.line, column, value, f"no loop of managers, but there is {told}")
