"""Which column holds what: told by its name, by an earlier answer, or asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from app.domain.files.people.questions import AnswerChoice, Asking, Question
from app.domain.files.people.states import ACTIVE, GONE, STATE_FIELDS, UNKNOWN, meaning
from app.domain.files.people.words import (
    column_names,
    header_forms,
    headers,
    plain,
    squeezed,
    values,
)
from app.domain.files.tables.cells import Cell, TableLine

IGNORED: Final = ""
FIELDS: Final = {
    "name": "full name",
    "last_first": "full name, last name first",
    "first": "first name",
    "preferred": "name they go by",
    "middle": "middle name",
    "prefix": "prefix of the last name",
    "last": "last name",
    "second_last": "second last name",
    "email": "work e-mail",
    "number": "personnel number",
    "record_id": "the system's own key",
    "title": "job title",
    "company": "company",
    "division": "division",
    "path": "department as a path",
    "department": "department",
    "team": "team",
    "manager": "manager (e-mail, number or name)",
    "manager_email": "manager's e-mail",
    "manager_number": "manager's number",
    "manager_first": "manager's first name",
    "manager_last": "manager's last name",
    "second_manager": "second manager",
    "joined": "joined on",
    "left": "left on",
    "status": "status",
    "active": "works here (yes or no)",
    "gone": "has left (yes or no)",
    "kind": "kind of employment",
    "roles": "roles here (hr, board)",
}
"""What a column may hold, as people say it."""
OWN: Final = {"name", "email", "title", "department", "manager", "joined_on"}
"""The columns of our own export: such a file is read to the letter."""
HEADER_DEPTH: Final = 60
ADDRESS: Final = re.compile(r"[^\s@;,<>]+@[^\s@;,<>]+\.[^\s@;,<>]+")
SHORTEST_WORDS: Final = 2


@dataclass(frozen=True)
class ListColumn:
    """One column of the file: its place, its name there, and what it is read as."""

    place: int
    header: str
    field: str = IGNORED

    @property
    def spoken(self) -> str:
        """How people find the column: by its name, or its number where it has none."""
        return self.header or f"column {self.place + 1}"


@dataclass(frozen=True)
class Header:
    """The line that names the columns; line 0 where no line does."""

    line: int
    columns: tuple[ListColumn, ...]
    is_own: bool = False
    is_mapped: bool = False
    """True where an earlier answer says what the columns are."""

    @property
    def key(self) -> str:
        """What tells this set of columns from others, in whatever order they stand."""
        names = sorted(squeezed(column.header) or f"#{column.place}" for column in self.columns)
        return sha256("\x1f".join(names).encode()).hexdigest()

    def places(self) -> dict[str, int]:
        """Where each field stands."""
        return {column.field: column.place for column in self.columns if column.field}


def known_names(cells: Sequence[Cell]) -> int:
    """How many cells of a line are known names of columns."""
    return len({field for cell in cells if isinstance(cell, str) and (field := _field_of(cell)[0])})


def language_of(cells: Sequence[Cell]) -> str:
    """The one language in which a line names columns; empty where it is several or none."""
    votes = Counter(
        column_names()[form][2]
        for cell in cells
        if isinstance(cell, str)
        for form in header_forms(cell)[:1]
        if form in column_names() and column_names()[form][2]
    )
    return votes.most_common(1)[0][0] if len(votes) == 1 else ""


def find_header(lines: Sequence[TableLine]) -> Header:
    """The first line that names several columns; a header without a line where none does."""
    for place, line in enumerate(lines[:HEADER_DEPTH]):
        count = known_names(line.cells)
        if count >= SHORTEST_WORDS and not _has_address(line):
            return _header(_fuller(lines[place + 1 : place + 4], count) or line)
    width = max((len(line.cells) for line in lines[:HEADER_DEPTH]), default=0)
    return Header(0, tuple(ListColumn(place, "") for place in range(width)))


def _fuller(lines: Sequence[TableLine], count: int) -> TableLine | None:
    """A line just below that names at least twice as many: the one above holds group headings."""
    return next(
        (line for line in lines if known_names(line.cells) >= 2 * count and not _has_address(line)),
        None,
    )


def _has_address(line: TableLine) -> bool:
    return any(isinstance(cell, str) and ADDRESS.fullmatch(cell) for cell in line.cells)


def _header(line: TableLine) -> Header:
    names = [cell if isinstance(cell, str) else cell.day.isoformat() for cell in line.cells]
    while names and not names[-1]:
        names.pop()
    own = {re.sub(r"[\s-]+", "_", name.strip().casefold()) for name in names if name}
    columns = tuple(ListColumn(place, name) for place, name in enumerate(names))
    return Header(line.number, columns, is_own=own >= OWN and own <= {*OWN, "roles", "number"})


def keys_of(header: Header) -> dict[int, str]:
    """How answers name each column: by its squeezed name, or "#3" where it has none.

    Columns that share a name have no key: which one counts is a question of its own.
    """
    counts = Counter(squeezed(column.header) for column in header.columns)
    keys = {}
    for column in header.columns:
        name = squeezed(column.header)
        if not name:
            keys[column.place] = f"#{column.place + 1}"
        elif counts[name] == 1:
            keys[column.place] = name
    return keys


def mapped(header: Header, answers: Mapping[str, str]) -> Header:
    """`header` with the fields that people gave; what they did not change stays as it is."""
    keys = keys_of(header)
    here = set(keys.values())
    given = {field for key, field in answers.items() if field in FIELDS and key in here}
    columns = []
    for column in header.columns:
        field = answers.get(keys.get(column.place, ""))
        if field is None:
            field = IGNORED if column.field in given else column.field
        columns.append(replace(column, field=field if field in FIELDS else IGNORED))
    if tuple(columns) == header.columns:
        return header
    return replace(header, columns=tuple(columns), is_mapped=True, is_own=False)


def recognised(header: Header, lines: Sequence[TableLine], asking: Asking) -> Header:
    """`header` with the field of each column that is known by name; doubles are asked about."""
    found: dict[str, list[tuple[int, int, ListColumn]]] = {}
    for column in header.columns:
        field, is_exact, rank = _field_of(column.header)
        if field:
            found.setdefault(field, []).append((0 if is_exact else 1, rank, column))
    _settle_bare_names(found)
    if not found.keys() & set(STATE_FIELDS) and (telling := _tells_states(header, found, lines)):
        found["status"] = [(0, 0, telling)]
    fields: dict[int, str] = {}
    for field, rivals in found.items():
        if best := _best(field, rivals, lines, asking):
            fields[best.place] = field
    columns = tuple(replace(c, field=fields.get(c.place, IGNORED)) for c in header.columns)
    return replace(header, columns=columns)


def _field_of(header: str) -> tuple[str, bool, int]:
    """The field that a column's name stands for, whether as it is, and the name's rank there."""
    whole, without_brackets = header_forms(header)
    for form, is_exact in ((whole, True), (without_brackets, False)):
        if form in column_names():
            field, rank, _language = column_names()[form]
            if not (field == "email" and _is_private(header, form)):
                return field, is_exact, rank
    return "", False, 0


def _is_private(header: str, form: str) -> bool:
    """True for "E-Mail (privat)": what stands in brackets says whose address it is."""
    words = {squeezed(word) for word in re.findall(r"\w+", header)}
    return bool(words & headers("private")) and form != squeezed(header)


def _settle_bare_names(found: dict[str, list[tuple[int, int, ListColumn]]]) -> None:
    """Decide what a column that is called just "Name" holds, by the columns beside it."""
    bare = found.pop("bare_name", [])
    if not bare:
        return
    if "first" in found or ("preferred" in found and "last" not in found):
        target = "last"
    elif "last" in found:
        target = "first"
    else:
        target = "name"
    if target not in found:
        found[target] = bare


def _best(
    field: str,
    rivals: list[tuple[int, int, ListColumn]],
    lines: Sequence[TableLine],
    asking: Asking,
) -> ListColumn | None:
    """The one column of several for a field; of two with the same name people choose."""
    kept = [rival for rival in rivals if any(_cell(line, rival[2]) for line in lines)] or rivals
    kept.sort(key=lambda rival: (*rival[:2], rival[2].place))
    if field == "title":
        kept = [rival for rival in kept if not _are_salutations(lines, rival[2])]
    if not kept:
        return None
    first = kept[0]
    same = [rival[2] for rival in kept if rival[:2] == first[:2]]
    if len(same) == 1:
        return first[2]
    counts = {column.place: sum(bool(_cell(line, column)) for line in lines) for column in same}
    fullest = max(same, key=lambda column: counts[column.place])
    choices = tuple(
        AnswerChoice(str(c.place + 1), f"column {c.place + 1}, filled in {counts[c.place]:,} lines")
        for c in same
    )
    question = Question(
        f"column.{field}",
        f"Several columns are called “{first[2].header}”. Which one is the {FIELDS[field]}?",
        choices,
        str(fullest.place + 1),
    )
    answer = asking.ask(question)
    return next((column for column in same if str(column.place + 1) == answer), fullest)


def _tells_states(
    header: Header,
    found: Mapping[str, list[tuple[int, int, ListColumn]]],
    lines: Sequence[TableLine],
) -> ListColumn | None:
    """The column that says who has left by its words, such as "Terminated", whatever its name.

    Yes and no tell nothing without a name: they may answer any question.
    """
    taken = {rival[2].place for rivals in found.values() for rival in rivals}
    for column in header.columns:
        if column.place in taken:
            continue
        below = [line for line in lines if line.number > header.line]
        cells = {plain(cell) for line in below if isinstance(cell := _cell(line, column), str)}
        words = cells - {""} - values("yes_turned") - values("no_turned")
        known = [said for word in words if (said := meaning(word)) != UNKNOWN]
        if {ACTIVE, GONE} <= set(known) and len(known) * 2 > len(words):
            return column
    return None


def _cell(line: TableLine, column: ListColumn) -> Cell:
    return line.cells[column.place] if column.place < len(line.cells) else ""


def _are_salutations(lines: Sequence[TableLine], column: ListColumn) -> bool:
    """True for a "Title" that holds Mr and Dr."""
    found = {squeezed(cell) for line in lines if isinstance(cell := _cell(line, column), str)}
    found.discard("")
    return bool(found) and found <= values("salutation")


def guessed(header: Header, lines: Sequence[TableLine]) -> Header:
    """Presets for columns without known names; only an address tells itself by its form."""
    for column in header.columns:
        cells = [cell for line in lines if (cell := _cell(line, column))]
        hits = sum(isinstance(cell, str) and bool(ADDRESS.fullmatch(cell)) for cell in cells)
        if cells and hits * 10 >= len(cells) * 9 and hits * 2 > len(lines):
            columns = tuple(
                replace(c, field="email") if c.place == column.place else c for c in header.columns
            )
            return replace(header, columns=columns)
    return header


def is_list_of_pairs(lines: Sequence[TableLine]) -> bool:
    """True for a table with a line for each rater and subject, by the names of its columns."""
    return any(map(_names_pairs, lines[:HEADER_DEPTH]))


def _names_pairs(line: TableLine) -> bool:
    names = {form for cell in line.cells if isinstance(cell, str) for form in header_forms(cell)}
    beside = headers("pairs_relationship") | headers("pairs_rater")
    return bool(names & headers("pairs_subject")) and bool(names & beside)
