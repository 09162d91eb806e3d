"""Who takes part in a plan: everybody who works here but those that HR leaves out.

In a large company a page lists only people who are left out, and those whom HR looked for; whoever
is not listed stays as they were.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, or_, select

from app.infra.bulk import whole_numbers
from app.infra.db import db
from app.people.models import Person
from app.people.queries import active_people, by_department, is_named, labels_of, people_by_ids

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


def ids_proposed(today: date, opens_on: date) -> frozenset[int]:
    """Who takes part in a new plan: whoever has joined by `today` and does not sit out then."""
    until = Person.sits_out_until
    is_there = or_(Person.sits_out_for == "", and_(until.is_not(None), until < opens_on))
    asked = select(Person.id).where(Person.is_active, Person.joined_on <= today, is_there)
    return frozenset(whole_numbers(asked)[:, 0].tolist())


def choice_of(
    people: Collection[int], left_out: Collection[int], *, listed: Iterable[int], name: str
) -> ListedPeople:
    """Whom to list of `people`: all of a few, else who was `listed` and who is called `name`."""
    if len(people) <= ALL_LISTED:
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
