"""A line of the file on its way to being a person, and which lines are no people at all."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.files.formula_guard import as_meant
from app.domain.files.people.columns import ADDRESS, Header, known_names
from app.domain.files.people.names import NameKey, name_key
from app.domain.files.people.states import State
from app.domain.files.people.words import plain, values
from app.domain.files.tables.cells import Cell, NotStored, StoredDate, TableLine

DATE_FIELDS: Final = ("joined", "left")
LINK: Final = re.compile(r"=HYPERLINK\(\s*\"([^\"]*)\"", re.IGNORECASE)
NAMED_ADDRESS: Final = re.compile(r"[^<>@]*<([^<>@\s]+@[^<>@\s]+)>")
PLAIN: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
"""What most addresses look like; it needs no further look."""
WRITTEN_AS_TEXT: Final = re.compile(r"=\"([^\"]*)\"\Z")
EXPONENT: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
WHOLE_AS_DECIMAL: Final = re.compile(r"([0-9]+)\.0\Z")
CELL_WORDS: Final = 3
HERE: Final = State(is_active=True)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line below the header with the cells that are not ignored."""

    number: int
    cells: Mapping[str, str]
    dates: Mapping[str, Cell]


@dataclass(slots=True)
class Draft:
    """A person as far as the lines have been read."""

    line: int
    email: str
    name: str
    names: tuple[str, ...]
    """Every name a manager may be called by."""
    cells: Mapping[str, str]
    number: str = ""
    path: tuple[str, ...] = ()
    joined_on: date | None = None
    state: State = HERE
    manager: str | None = None
    second_manager: str | None = None
    keys: tuple[NameKey, ...] = ()

    @property
    def spoken(self) -> str:
        """The person as a question names them."""
        return f"{self.name or self.email} (line {self.line})"


def person_lines(
    lines: Sequence[TableLine], header: Header, unreadable: Container[int], told: list[str]
) -> Iterator[PersonLine]:
    """The lines that are people; the others are told by number and reason."""
    places = header.places()
    has_begun = header.is_own or not any("@" in str(cell) for line in lines for cell in line.cells)
    for line in lines:
        if line.number <= header.line or line.number in unreadable:
            continue
        read = _read(line, places)
        reason = _reason_for_none(line, read, has_begun=has_begun, is_own=header.is_own)
        if reason:
            told.append(f"Line {line.number} is no person: {reason}.")
            continue
        has_begun = True
        yield read


def _read(line: TableLine, places: Mapping[str, int]) -> PersonLine:
    cells: dict[str, str] = {}
    dates: dict[str, Cell] = {}
    for name, place in places.items():
        cell = line.cells[place] if place < len(line.cells) else ""
        if name in DATE_FIELDS:
            dates[name] = cell if isinstance(cell, StoredDate) else as_meant(cell)
        elif isinstance(cell, StoredDate):
            cells[name] = cell.day.isoformat()
        else:
            cells[name] = cell if isinstance(cell, NotStored) else as_meant(cell)
    return PersonLine(line.number, cells, dates)


def _reason_for_none(line: TableLine, read: PersonLine, *, has_begun: bool, is_own: bool) -> str:
    """Why a line is no person; nothing for one that is, or that has to become a fault."""
    email = read.cells.get("email", "")
    if "@" in email or isinstance(email, NotStored):
        local = re.split(r"[@+._]", plain(email))[0]
        return "it is an example" if local in values("example") and not has_begun else ""
    if is_own:
        return ""
    return _reason_without_address(line, read, has_begun=has_begun)


def _reason_without_address(line: TableLine, read: PersonLine, *, has_begun: bool) -> str:
    words = [cell for cell in line.cells if isinstance(cell, str) and cell]
    is_note = len(words) == 1 and line.cells.index(words[0]) < 2 and not read.cells.get("number")
    reasons = (
        (
            known_names(line.cells) >= min(CELL_WORDS, len(words)) > 1,
            "it names the columns once more",
        ),
        (not has_begun and bool(read.cells.get("email")), "it explains the columns"),
        (bool(words) and plain(words[0]).strip(" :") in values("total"), "it is a total"),
        (is_note, "it holds a single note"),
        (not _identifies(read), "it continues the line above"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _identifies(read: PersonLine) -> bool:
    names = ("name", "last_first", "first", "last", "preferred")
    return any(read.cells.get(part) for part in (*names, "number"))


def addresses_in(cell: str) -> list[str]:
    """The addresses in a cell, in small letters, without "mailto:" and what follows "?".

    What is no list of addresses comes back whole, to be refused.
    """
    if not cell:
        return []
    if PLAIN.fullmatch(cell):
        return [cell.lower()]
    if link := LINK.match(cell):
        cell = link.group(1)
    bare = re.sub(r"mailto:", " ", cell, flags=re.IGNORECASE)
    bare = re.sub(r"\?[a-z]+=\S*", "", bare, flags=re.IGNORECASE).strip().lower()
    if named := NAMED_ADDRESS.fullmatch(bare):
        return [named.group(1)]
    parts = [part for part in re.split(r"[;,|\s]+", bare) if part]
    if all(ADDRESS.fullmatch(part) for part in parts):
        return list(dict.fromkeys(parts))
    return [bare]


def number_in(cell: str) -> str:
    """A personnel number as it is shown, without what spreadsheets put around it."""
    if written := WRITTEN_AS_TEXT.match(cell):
        cell = written.group(1)
    cell = cell.removeprefix("'").strip()
    whole = WHOLE_AS_DECIMAL.fullmatch(cell)
    return whole.group(1) if whole else cell


def number_key(number: str) -> str:
    """What two spellings of one number share: no zeros in front, no case."""
    return number.lstrip("0") or "0" if number.isdigit() else number.casefold()


def usable_numbers(drafts: Sequence[Draft], told: list[str]) -> bool:
    """Whether the column of numbers tells people apart; says why where it does not."""
    holders: dict[str, set[str]] = {}
    for draft in drafts:
        if not draft.number:
            continue
        if EXPONENT.fullmatch(draft.number):
            told.append(f"The numbers are not used: a spreadsheet turned one into {draft.number}.")
            return False
        holders.setdefault(number_key(draft.number), set()).add(draft.email or draft.name)
    shared = next((key for key, people in holders.items() if len(people) > 1), None)
    if shared is not None:
        number = next(d.number for d in drafts if number_key(d.number) == shared and d.number)
        told.append(f"The numbers are not used: {number} stands beside several people.")
    return shared is None


def keys_of(names: Iterable[str]) -> tuple[NameKey, ...]:
    """The names of a person as they are compared."""
    return tuple(dict.fromkeys(name_key(name) for name in names if name))
