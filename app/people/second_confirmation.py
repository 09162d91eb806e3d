"""Two people of HR for what matters: who counts as the first, and who as the second.

The rule must not fall away because somebody takes the role from the other one, takes back an
old account, or invents a colleague: whoever had the role within the last 30 days keeps it
alive, and a new holder of it, or of the account, cannot stand in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select

from app.domain.durations import LINKED, SETTLED
from app.domain.errors import NotAllowedError
from app.infra.db import db
from app.infra.settings import company_day
from app.people.large_import import what_closes_directory
from app.people.models import Person

NEW_IN_HR: Final = (
    "{name} has had the HR role, or this account, for less than {days} days. Somebody who has had "
    "both for longer has to do this."
)
LINKED_LATELY: Final = (
    "{name} got in by a link or a sign-in provider, in a way that was new less than {days} days "
    "ago. That proves who reads the mailbox, not who holds the account. Somebody else of HR has to "
    "do this, or wait."
)
BEING_WRITTEN: Final = (
    "{what}. Who is of HR is certain once that is done; please try again in a minute."
)


@dataclass(frozen=True)
class HrPeople:
    """Everybody whose HR role counts on a day, now or until lately."""

    people: tuple[Person, ...]
    """Who is of HR now, or was within the last 30 days."""
    today: date

    @property
    def need_two(self) -> bool:
        """Whether one person alone is not enough."""
        return len(self.people) > 1

    @property
    def trusted(self) -> list[Person]:
        """Who may ask, and who may agree."""
        return [one for one in self.people if one.is_acting_hr and not self.is_too_new(one.id)]

    def is_too_new(self, person_id: int | None) -> bool:
        """Whether this person is new in HR, or may have got the account, where others are not.

        Where fewer than two people have had the role for long, nobody is too new: there the
        new one stands in for nobody.
        """
        return bool(self._why_not_yet(person_id))

    def refuse_new(self, person_id: int | None) -> None:
        """Raises NotAllowedError for somebody whose word does not count yet.

        While a list is written, for everybody: it gives and takes roles part by part, and on
        which day each one came or went is noted last.
        """
        if what := what_closes_directory():
            raise NotAllowedError(BEING_WRITTEN.format(what=what))
        if reason := self._why_not_yet(person_id):
            raise NotAllowedError(reason)

    def _why_not_yet(self, person_id: int | None) -> str:
        """Why the word of this person does not count yet; empty when it does."""
        limit = self.today - SETTLED
        long_serving = [one for one in self.people if not _is_after(one.hr_since, limit)]
        found = next((one for one in self.people if one.id == person_id), None)
        if len(long_serving) < 2 or found is None:
            return ""
        # An account that was taken back is as new as one that was made that day.
        begun = (found.hr_since, found.handed_over_on, found.account_made_on)
        if any(_is_after(day, limit) for day in begun):
            return NEW_IN_HR.format(name=found.name, days=SETTLED.days)
        if _is_after(found.password_by_link_on, self.today - LINKED):
            return LINKED_LATELY.format(name=found.name, days=LINKED.days)
        return ""


def hr_people_that_count() -> HrPeople:
    """Whose HR role counts today."""
    today = company_day()
    acting = Person.is_hr & Person.is_active
    # A role that was given by mistake and taken back on the same day never counted.
    lasted = Person.hr_since.is_(None) | (Person.hr_until > Person.hr_since)
    until_lately = (Person.hr_until >= today - SETTLED) & lasted
    found = db.session.scalars(select(Person).where(or_(acting, until_lately)))
    # Put into order here: for the database's order SQLite would look at everybody.
    return HrPeople(tuple(sorted(found, key=lambda person: person.id)), today)


@dataclass(frozen=True)
class Turn:
    """Somebody came to HR or left it."""

    name: str
    came: bool
    on: date


def turns_since(first: date) -> list[Turn]:
    """Who came to HR or left it since `first`, the latest first: raters are told."""
    moved = select(Person).where(or_(Person.hr_since >= first, Person.hr_until >= first))
    people = list(db.session.scalars(moved))
    return sorted(_turns(people, first), key=lambda turn: (turn.on, turn.name), reverse=True)


def _turns(people: Iterable[Person], first: date) -> Iterable[Turn]:
    for person in people:
        for came, on in ((True, person.hr_since), (False, person.hr_until)):
            if on is not None and on >= first:
                yield Turn(person.name, came, on)


def _is_after(day: date | None, limit: date) -> bool:
    return day is not None and day > limit
