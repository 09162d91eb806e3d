"""Who takes part in a plan: everybody who works here but those that HR leaves out.

In a large company a page lists only people who are left out, and those whom HR looked for; whoever
is not listed stays as they were.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.cycles.models import RosterEntry
from app.infra.bulk import whole_numbers
from app.infra.db import LARGEST_ID, db
from app.people.models import Person
from app.people.queries import (
    BATCH,
    active_people,
    by_department,
    is_named,
    labels_of,
    people_by_ids,
)

ALL_LISTED: Final = 300
"""Up to so many people a plan's page lists everybody."""
MOST_LISTED: Final = 50
"""Of those who are left out already, so many are listed in a larger company."""
MOST_FOUND: Final = 20
"""With more people of a name, more of it has to be typed."""


@dataclass(frozen=True)
class ListedPeople:
    """The people whom a plan's page lists, so that HR may leave them out or take them in."""

    teams: Sequence[tuple[str, Sequence[Person]]]
    """Departments with those of their people who are listed."""
    called: dict[int, str]
    lists_all: bool
    more_left_out: int = 0
    """How many are left out and not listed."""
    found: int | None = None
    """How many have the name that was looked for; None where nobody looked."""

    most_found: int = MOST_FOUND

    @property
    def listed(self) -> list[int]:
        """Whose boxes stand on the page."""
        return [person.id for _, people in self.teams for person in people]


def ids_at_work() -> list[int]:
    """Everybody who works here, by id."""
    working = select(Person.id).where(Person.is_active).order_by(Person.id)
    ids: list[int] = whole_numbers(working)[:, 0].tolist()
    return ids


def at_work(ids: Iterable[int]) -> frozenset[int]:
    """Those of these ids whose people work here."""
    every = sorted(one for one in set(ids) if 0 < one <= LARGEST_ID)
    parts = (every[begin : begin + BATCH] for begin in range(0, len(every), BATCH))
    asked = select(Person.id).where(Person.is_active)
    return frozenset(
        key for part in parts for key in db.session.scalars(asked.where(Person.id.in_(part)))
    )


def ids_proposed(today: date, opens_on: date) -> frozenset[int]:
    """Who takes part in a new plan: whoever has joined by `today` and does not sit out then."""
    asked = select(Person.id).where(Person.is_active, _is_proposed(today, opens_on))
    return frozenset(whole_numbers(asked)[:, 0].tolist())


def ids_not_proposed(today: date, opens_on: date) -> list[int]:
    """Who works here and is left out of a new plan, by id: mostly a few of very many."""
    asked = select(Person.id).where(Person.is_active, ~_is_proposed(today, opens_on))
    ids: list[int] = whole_numbers(asked.order_by(Person.id))[:, 0].tolist()
    return ids


def ids_not_on_roster(cycle_id: int) -> list[int]:
    """Who works here and is left out of a draft, by id."""
    entry = RosterEntry.cycle_id == cycle_id, RosterEntry.person_id == Person.id
    asked = select(Person.id).where(Person.is_active, ~exists().where(*entry))
    ids: list[int] = whole_numbers(asked.order_by(Person.id))[:, 0].tolist()
    return ids


def _is_proposed(today: date, opens_on: date) -> ColumnElement[bool]:
    until = Person.sits_out_until
    is_there = or_(Person.sits_out_for == "", and_(until.is_not(None), until < opens_on))
    return and_(Person.joined_on <= today, is_there)


def choice_of(
    people: int, left_out: Collection[int], *, listed: Iterable[int], name: str
) -> ListedPeople:
    """Whom to list of so many `people`: all of a few, else the `listed` and who has that `name`."""
    if people <= ALL_LISTED:
        every = active_people()
        return ListedPeople(by_department(every), _called(every), lists_all=True)
    first = sorted(left_out)[:MOST_LISTED]
    ids, found = {*listed, *first}, None
    if name:
        mine = select(Person.id).where(Person.is_active, is_named(name))
        by_name = db.session.scalars(mine.order_by(Person.sort_key, Person.id)).all()
        found = len(by_name)
        ids |= set(by_name[:MOST_FOUND])
    shown = sorted(people_by_ids(ids).values(), key=lambda one: (one.sort_key, one.id))
    shown = [one for one in shown if one.is_active]
    more = len(set(left_out) - {one.id for one in shown})
    teams = by_department(shown)
    return ListedPeople(teams, _called(shown), lists_all=False, more_left_out=more, found=found)


def _called(people: Iterable[Person]) -> dict[int, str]:
    return labels_of({person.id: person.name for person in people})
