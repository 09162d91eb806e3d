"""The people file: the whole company as a table, read with every fault told at once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.files.checked_table import Cells, Columns, Fault, Table, one_per_value
from app.domain.files.email_address import LONGEST_EMAIL, is_plain_email
from app.domain.files.people_changes import ROLES, loops
from app.domain.files.table_file import has_control_characters

REQUIRED: Final = ("name", "email", "title", "department", "manager", "joined_on")
COLUMNS: Final = (*REQUIRED, "roles")
LONGEST: Final = {"name": 120, "title": 120, "email": LONGEST_EMAIL, "manager": LONGEST_EMAIL}
LONGEST_DEPARTMENT: Final = 80
DEEPEST_DEPARTMENT: Final = 10
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = timedelta(days=366)

EmailCheck = Callable[[str], bool]


@dataclass(frozen=True)
class PersonRow:
    """A person as the file has them; `roles` is None in a file without that column."""

    line: int
    name: str
    email: str
    title: str
    department: tuple[str, ...]
    manager: str | None
    joined_on: date
    roles: frozenset[str] | None = None


@dataclass(frozen=True)
class PeopleFile:
    """What was read: rows, or faults and then no rows."""

    rows: tuple[PersonRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def parse(content: bytes, *, today: date, is_email: EmailCheck = is_plain_email) -> PeopleFile:
    """Read a people file: all its rows, or all its faults sorted by line.

    `today` bounds joining dates; `is_email` decides what an e-mail address may look like.
    """
    table = Table(content, Columns(COLUMNS, REQUIRED, " (and roles, if you like)"))
    people = table.cells()
    faults = table.faults
    if not people and not faults:
        faults.append(Fault(2, "", "", "at least one person below the first line"))
    reading = PeopleChecks(today, is_email)
    for cells in people:
        faults += reading.faults_in(cells)
    if {"email", "manager"} <= table.places.keys():
        faults += _faults_between(people)
    if faults:
        return PeopleFile(faults=one_per_value(faults))
    return PeopleFile(rows=tuple(reading.row(cells) for cells in people))


@dataclass(frozen=True)
class PeopleChecks:
    """How single values are read and checked."""

    today: date
    is_email: EmailCheck

    def faults_in(self, cells: Cells) -> Iterator[Fault]:
        """What is wrong with a line, looked at alone."""
        for column, value in cells.values.items():
            if expected := self._expected(column, value):
                yield cells.fault(column, expected)
        own, manager = cells.values.get("email", ""), cells.values.get("manager", "")
        if own and own.lower() == manager.lower():
            yield cells.fault("manager", "somebody else: nobody manages themselves")

    def row(self, cells: Cells) -> PersonRow:
        """A line without faults as a person."""
        values = cells.values
        return PersonRow(
            line=cells.line,
            name=values["name"],
            email=values["email"].lower(),
            title=values["title"],
            department=department_path(values["department"]),
            manager=values["manager"].lower() or None,
            joined_on=read_date(values["joined_on"]) or self.today,
            roles=_roles(values["roles"]) if "roles" in values else None,
        )

    def _expected(self, column: str, value: str) -> str:
        """What `column` should hold instead of `value`; empty when it is fine."""
        if has_control_characters(value):
            return "text on one line without control characters"
        if not value:
            return EMPTY.get(column, "")
        if column in LONGEST and len(value) > LONGEST[column]:
            return f"at most {LONGEST[column]} characters"
        check = {
            "email": self._expected_email,
            "manager": self._expected_email,
            "department": expected_department,
            "joined_on": self._expected_date,
            "roles": _expected_roles,
        }.get(column)
        return check(value) if check else ""

    def _expected_email(self, value: str) -> str:
        return "" if self.is_email(value) else "an e-mail address such as anna@example.com"

    def _expected_date(self, value: str) -> str:
        found = read_date(value)
        if found is None:
            return "a date such as 2024-03-31 or 31.03.2024"
        return expected_joining(found, self.today)


EMPTY: Final = {
    "name": "a name",
    "email": "an e-mail address",
    "department": 'a department such as "Company / Operations / Support"',
    "joined_on": "a date such as 2024-03-31 or 31.03.2024",
}


def department_path(value: str) -> tuple[str, ...]:
    """The names of a path such as "Company / Operations / Support"."""
    return tuple(part.strip() for part in f" {value} ".split(" / "))


def expected_department(value: str) -> str:
    """What a department's path should be instead of `value`; empty when it is fine."""
    path = department_path(value)
    if not all(path):
        return 'names between the " / ", such as "Company / Operations / Support"'
    if any(len(name) > LONGEST_DEPARTMENT for name in path):
        return f"at most {LONGEST_DEPARTMENT} characters for each name in the path"
    if len(path) > DEEPEST_DEPARTMENT:
        return f"at most {DEEPEST_DEPARTMENT} levels"
    return ""


def expected_joining(joined_on: date, today: date) -> str:
    """What a joining date should be instead; empty when it is fine."""
    if joined_on < EARLIEST:
        return f"a date from {EARLIEST.year} on"
    if joined_on > today + LATEST:
        return "a date at most one year ahead"
    return ""


def read_date(value: str) -> date | None:
    """A day written 2024-03-31 or 31.03.2024; None for anything else."""
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
    dotted = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", value)
    parts = iso.groups() if iso else dotted.groups()[::-1] if dotted else None
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def _expected_roles(value: str) -> str:
    return "" if _roles(value) <= set(ROLES) else "hr, board, both (hr board) or nothing"


def _roles(value: str) -> frozenset[str]:
    return frozenset(part for part in re.split(r"[\s;|,]+", value.casefold()) if part)


def _faults_between(people: Sequence[Cells]) -> Iterator[Fault]:
    """What is wrong between lines: the same person twice, unknown managers, loops."""
    first: dict[str, Cells] = {}
    for cells in people:
        email = cells.values["email"].lower()
        if email and first.setdefault(email, cells) is not cells:
            yield cells.fault("email", _once(first[email], cells))
    for cells in people:
        manager = cells.values["manager"].lower()
        if manager and manager not in first:
            yield cells.fault("manager", "the e-mail of somebody in this file")
    yield from _loop_faults(first)


def _once(earlier: Cells, cells: Cells) -> str:
    spelled_alike = earlier.values["email"] == cells.values["email"]
    also = "" if spelled_alike else " (upper and lower case do not count)"
    return f"each e-mail once; line {earlier.line} has it already{also}"


def _loop_faults(first: Mapping[str, Cells]) -> Iterator[Fault]:
    managers = {email: cells.values["manager"].lower() or None for email, cells in first.items()}
    for circle in loops(managers):
        if len(circle) > 1:
            cells = min((first[email] for email in circle), key=lambda member: member.line)
            told = " → ".join([*circle[:10], *(["…"] if len(circle) > 10 else []), circle[0]])
            yield cells.fault("manager", f"no loop of managers, but there is {told}")
