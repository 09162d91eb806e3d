"""A person of a people file, and what each value may be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.files.email_address import LONGEST_EMAIL

REQUIRED: Final = ("name", "email", "title", "department", "manager", "joined_on")
COLUMNS: Final = (*REQUIRED, "roles", "number")
LONGEST: Final = {
    "name": 120,
    "title": 120,
    "email": LONGEST_EMAIL,
    "manager": LONGEST_EMAIL,
    "number": 40,
}
LONGEST_DEPARTMENT: Final = 80
DEEPEST_DEPARTMENT: Final = 10
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = timedelta(days=366)

EmailCheck = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the directory is to have them; addresses are in lower case.

    Where a file has no column for something, the row holds what the directory says already.
    """

    line: int
    name: str
    email: str
    title: str
    department: tuple[str, ...]
    manager: str | None
    joined_on: date
    roles: frozenset[str] | None = None
    """None leaves the roles as they are."""
    number: str | None = None
    """None leaves the personnel number as it is."""
    known_email: str = ""
    """The address under which the directory has this person, where the file has a new one."""
    absence: str = ""
    """ "on leave" or "contractor" where the file says so."""
    second_manager: str | None = None
    sits_out: str = ""
    """Why this person is to take part in no cycle from now on; nothing leaves that as it is."""

    @property
    def known_by(self) -> str:
        """The address under which the directory has this person, if at all."""
        return self.known_email or self.email


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody whom the file names as having left."""

    line: int
    email: str
    name: str
    number: str = ""


def department_path(value: str) -> tuple[str, ...]:
    """The names of a path such as "Company / Operations / Support"."""
    return tuple(part.strip() for part in f" {value} ".split(" / "))


def expected_department(value: str) -> str:
    """What a department's path should be instead of `value`; empty when it is fine."""
    return expected_path(department_path(value))


def expected_path(path: tuple[str, ...]) -> str:
    """What a department's path should be instead; empty when it is fine."""
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


def roles_in(value: str) -> frozenset[str]:
    """The roles of a cell such as "hr board"."""
    return frozenset(part for part in re.split(r"[\s;|,]+", value.casefold()) if part)
