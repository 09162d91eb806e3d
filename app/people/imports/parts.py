"""What an import writes, cut into parts: each one short act, and plain data that can be kept.

People are named by their addresses: those that come with the import have no number yet. Addresses
change before anything else that names people, so later parts know everybody by the new one.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.files.people_changes import BOARD, HR, KnownPerson
from app.domain.files.people_file import PersonRow
from app.people.imports.proposing import Proposal

SIZE: Final = 1_000
"""Rows written in one act, in a small fraction of a second."""
FEW: Final = 100
"""The same of rows that are objects, mails or departments of their own."""


class PartKind(StrEnum):
    """What a part writes; in this order."""

    DEPARTMENTS = "departments"
    ADDRESSES = "addresses"
    FREED_NUMBERS = "freed numbers"
    OTHER_NUMBERS = "other numbers"
    ADDED = "added"
    CHANGED = "changed"
    LED = "led"
    LEAVING = "leaving"
    BACK = "back"
    HR = "hr"
    LED_UNTIL = "led until"
    BOARD_UNTIL = "board until"


PEOPLE: Final = frozenset({PartKind.ADDED, PartKind.CHANGED, PartKind.LEAVING})
"""Kinds whose rows are the people that a preview counts, each once."""


@dataclass(frozen=True)
class ImportPart:
    """A few rows of one kind; lists, texts, numbers and truth values only."""

    kind: PartKind
    rows: Sequence[Any]

    @property
    def people(self) -> int:
        """How many of the people that the preview counts are written with it."""
        return len(self.rows) if self.kind in PEOPLE else 0


def parts_of(proposal: Proposal, current: Sequence[KnownPerson]) -> Iterator[ImportPart]:
    """Everything that makes the directory, now `current`, say what was proposed, in its order."""
    known = {person.email: person for person in current}
    touched = {change.known_by for change in proposal.preview.changed}
    added = [row for row in proposal.rows if row.known_by not in known]
    changed = [row for row in proposal.rows if row.known_by in touched]
    yield from _cut(PartKind.DEPARTMENTS, _departments([*added, *changed]), FEW)
    yield from _of_identity(changed, known)
    yield from _cut(PartKind.ADDED, [_as_data(row) for row in added])
    yield from _cut(PartKind.CHANGED, [_as_data(row, known[row.known_by]) for row in changed])
    # Managers come second: they must be there before somebody can point to them.
    led = [row for row in added if row.manager or row.second_manager]
    yield from _cut(PartKind.LED, [[row.email, row.manager, row.second_manager] for row in led])
    yield from _cut(PartKind.LEAVING, [person.email for person in proposal.preview.deactivated])
    back = [change.email for change in proposal.preview.changed if change.comes_back]
    yield from _cut(PartKind.BACK, back)
    yield ImportPart(PartKind.HR, sorted(_acting_hr(current, changed)))
    yield from _of_roles_ended(proposal, current)


def _of_identity(
    changed: Sequence[PersonRow], known: dict[str, KnownPerson]
) -> Iterator[ImportPart]:
    """Addresses, and personnel numbers, of which two people may swap theirs."""
    moved = [[row.known_by, row.email] for row in changed if row.known_email]
    yield from _cut(PartKind.ADDRESSES, moved, FEW)
    freed = [row.email for row in changed if row.number and known[row.known_by].number]
    yield from _cut(PartKind.FREED_NUMBERS, freed)
    others = [row for row in changed if row.number not in (None, known[row.known_by].number)]
    yield from _cut(PartKind.OTHER_NUMBERS, [row.email for row in others])


def _departments(rows: Sequence[PersonRow]) -> list[list[str]]:
    """Every department that the rows name, parents first."""
    wanted = {row.department[:depth] for row in rows for depth in range(1, len(row.department) + 1)}
    return [list(path) for path in sorted(wanted, key=lambda path: (len(path), path))]


def _as_data(row: PersonRow, before: KnownPerson | None = None) -> dict[str, Any]:
    """A person as the directory is to have them; what the file does not say stays as it is."""
    roles = row.roles
    if roles is None:
        roles = before.roles if before else frozenset()
    until = None if row.sits_out or before is None else before.sits_out_until
    return {
        "name": row.name,
        "email": row.email,
        "number": before.number if before and row.number is None else row.number,
        "title": row.title,
        "department": list(row.department),
        "joined_on": row.joined_on.isoformat(),
        "manager": row.manager,
        "second_manager": row.second_manager,
        "sits_out_for": row.sits_out or (before.sits_out if before else ""),
        "sits_out_until": until.isoformat() if until else None,
        "is_hr": HR in roles,
        "is_board": BOARD in roles,
    }


def _acting_hr(current: Sequence[KnownPerson], changed: Sequence[PersonRow]) -> set[str]:
    """The addresses, as they will be, of those who acted for HR before."""
    renamed = {row.known_by: row.email for row in changed}
    return {
        renamed.get(person.email, person.email)
        for person in current
        if person.is_active and HR in person.roles
    }


def _of_roles_ended(proposal: Proposal, current: Sequence[KnownPerson]) -> Iterator[ImportPart]:
    """Who was of the board, or led somebody who has another manager now."""
    wanted = {row.known_by: row for row in proposal.rows}
    renamed = {row.known_by: row.email for row in proposal.rows}
    leaving = set(proposal.settled.leaving)
    led: set[str] = set()
    board: set[str] = set()
    for person in current:
        row = wanted.get(person.email)
        if person.is_active and (row or person.email in leaving):
            led |= _no_longer_leading(person, row, renamed)
        if row and BOARD in person.roles and row.roles is not None and BOARD not in row.roles:
            board.add(row.email)
    yield from _cut(PartKind.LED_UNTIL, sorted(led))
    yield from _cut(PartKind.BOARD_UNTIL, sorted(board))


def _no_longer_leading(
    person: KnownPerson, row: PersonRow | None, renamed: dict[str, str]
) -> AbstractSet[str]:
    stays = {row.manager, row.second_manager} if row else set()
    bosses = filter(None, (person.manager, person.second_manager))
    return {boss for old in bosses if (boss := renamed.get(old, old)) not in stays}


def _cut(kind: PartKind, rows: Sequence[Any], size: int | None = None) -> Iterator[ImportPart]:
    size = size or SIZE
    for start in range(0, len(rows), size):
        yield ImportPart(kind, rows[start : start + size])
