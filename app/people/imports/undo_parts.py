"""What an undo writes, cut into parts: each one short act, and plain data that can be kept.

People are named by their ids. Those who came with the import go first: what others get back may be
theirs until then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from sqlalchemy import or_, select

from app.infra.db import db
from app.people.imports import parts
from app.people.imports.kept_import import COLUMNS, SavedRow, StateBefore
from app.people.models import Person
from app.people.queries import in_batches


class UndoKind(StrEnum):
    """What a part of an undo writes; in this order."""

    LED = "led as before"
    REMOVED = "removed"
    RESTORED = "restored"
    TOLD = "told"
    DEPARTMENTS = "departments removed"


PEOPLE: Final = frozenset({UndoKind.REMOVED, UndoKind.RESTORED})
"""Kinds whose rows are people, each once."""
PLACES: Final = {name: place for place, name in enumerate(COLUMNS, 1)}
"""Where a saved row has each column."""


@dataclass(frozen=True)
class UndoPart:
    """A few rows of one kind; lists, texts, numbers and truth values only."""

    kind: UndoKind
    rows: Sequence[Any]

    @property
    def people(self) -> int:
        """How many people are as before with it."""
        return len(self.rows) if self.kind in PEOPLE else 0


@dataclass(frozen=True)
class HeldNow:
    """Which addresses and numbers those have now who get theirs back."""

    emails: Mapping[str, int]
    numbers: Mapping[str, int]


def parts_of(state: StateBefore) -> Iterator[UndoPart]:
    """Everything that makes the directory as it was before the import, in its order."""
    now = _held_now(state.touched)
    rows = {row[0]: row for row in state.people}
    moved = [
        [key, email] for email, key in now.emails.items() if rows[key][PLACES["email"]] != email
    ]
    # Their managers come first: whoever came with the import can go once they lead nobody.
    led = [[key, *_leads_of(rows[key])] for key in _led_by(state.added) if key in rows]
    yield from _cut(UndoKind.LED, led, parts.SIZE)
    yield from _cut(UndoKind.REMOVED, state.added, parts.SIZE)
    for keys in in_whole_circles(holders_first(rows, now), rows, now):
        yield UndoPart(UndoKind.RESTORED, [rows[key] for key in keys])
    yield from _cut(UndoKind.TOLD, sorted(moved), parts.FEW)
    yield from _cut(UndoKind.DEPARTMENTS, state.departments[::-1], parts.FEW)


def holders_first(rows: Mapping[int, SavedRow], now: HeldNow) -> list[int]:
    """The people so that whoever has what another one gets back comes before that one.

    Where that goes in a circle, such as for two who swapped numbers, they stand together.
    """
    order: list[int] = []
    seen: set[int] = set()
    for start in rows:
        trail = [start] if start not in seen else []
        seen.add(start)
        while trail:
            ahead = next((one for one in _holders(rows[trail[-1]], now) if one not in seen), None)
            if ahead is None:
                order.append(trail.pop())
            else:
                seen.add(ahead)
                trail.append(ahead)
    return order


def in_whole_circles(
    order: Sequence[int], rows: Mapping[int, SavedRow], now: HeldNow
) -> Iterator[Sequence[int]]:
    """The people in parts, none of which ends while an address is held by somebody behind it.

    Whoever must let an address go for another one gets the own one back in the same act. A number
    may be missing for longer, as in an import.
    """
    places = {key: place for place, key in enumerate(order)}
    start, furthest = 0, 0
    for place, key in enumerate(order):
        holder = now.emails.get(rows[key][PLACES["email"]], key)
        furthest = max(furthest, places[holder])
        if place + 1 - start >= parts.SIZE and furthest <= place:
            yield order[start : place + 1]
            start = place + 1
    if start < len(order):
        yield order[start:]


def _holders(row: SavedRow, now: HeldNow) -> Iterator[int]:
    """Who has now what this person gets back; themselves where nothing changes."""
    held = (now.emails.get(row[PLACES["email"]]), now.numbers.get(row[PLACES["number"]]))
    return (one for one in held if one is not None)


def _held_now(ids: Sequence[int]) -> HeldNow:
    emails: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for part in in_batches(ids):
        mine = select(Person.id, Person.email, Person.number).where(Person.id.in_(part))
        for key, email, number in db.session.execute(mine):
            emails[email] = key
            if number is not None:
                numbers[number] = key
    return HeldNow(emails, numbers)


def _led_by(added: Sequence[int]) -> list[int]:
    """Everybody whose manager, or second manager, is one of these."""
    found = (
        db.session.scalars(
            select(Person.id).where(
                or_(Person.manager_id.in_(part), Person.second_manager_id.in_(part))
            )
        )
        for part in in_batches(added)
    )
    return sorted(set(chain.from_iterable(found)))


def _leads_of(row: SavedRow) -> list[int | None]:
    return [row[PLACES["manager_id"]], row[PLACES["second_manager_id"]]]


def _cut(kind: UndoKind, rows: Sequence[Any], size: int) -> Iterator[UndoPart]:
    for start in range(0, len(rows), size):
        yield UndoPart(kind, rows[start : start + size])
