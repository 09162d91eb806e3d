"""Two people of HR for what matters: whose word on a plan or an early close is a second one.

The rule must not fall away because somebody takes the role from the other one, wakes up an
old account, or invents a colleague: whoever had the role within the last 30 days keeps it
alive, and a new holder of it, or of the account, cannot stand in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select

from app.domain.durations import SETTLED
from app.domain.errors import NotAllowedError
from app.infra.db import db
from app.infra.settings import company_day
from app.people.models import Person

NEW_IN_HR: Final = (
    "{name} has had the HR role, or this account, for less than {days} days. Somebody who has had "
    "both for longer has to do this."
)


@dataclass(frozen=True)
class Hands:
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
        """Who may say the second word, or the first."""
        return [one for one in self.people if one.is_acting_hr and not self.is_too_new(one.id)]

    def is_too_new(self, person_id: int | None) -> bool:
        """Whether this person is new in HR, or their account in new hands, where others are not.

        Where fewer than two people have had the role for long, nobody is too new: there the
        new one stands in for nobody.
        """
        limit = self.today - SETTLED
        long_serving = [one for one in self.people if not _is_after(one.hr_since, limit)]
        if len(long_serving) < 2:
            return False
        found = next((one for one in self.people if one.id == person_id), None)
        return found is not None and (
            _is_after(found.hr_since, limit) or _is_after(found.handed_over_on, limit)
        )

    def refuse_new(self, person_id: int | None) -> None:
        """Raises NotAllowedError for somebody whose word does not count yet."""
        if self.is_too_new(person_id):
            raise NotAllowedError(sentence_about(self._name(person_id)))

    def agree(
        self, by: int | None, *, asked_on: date | None, asked_by: int | None, to_what: str
    ) -> bool:
        """Whether what `by` wants may be done at once: False when it waits for a second word.

        `asked_on` and `asked_by` are the first word, None where there is none yet; `by` is None
        on the command line, which may ask but is nobody's second word. Raises NotAllowedError
        for whoever asked already, and for whoever is too new in HR.
        """
        self.refuse_new(by)
        if not self.need_two:
            return True
        if asked_on is not None and by in (None, asked_by):
            raise NotAllowedError(
                f"A second person of HR has to confirm that {to_what}, on its page."
            )
        return asked_on is not None

    def _name(self, person_id: int | None) -> str:
        return next((one.name for one in self.people if one.id == person_id), "")


def sentence_about(name: str) -> str:
    """Why the word of `name` does not count yet."""
    return NEW_IN_HR.format(name=name, days=SETTLED.days)


def hands() -> Hands:
    """Whose HR role counts today."""
    today = company_day()
    acting = Person.is_hr & Person.is_active
    # A role that was given by mistake and taken back on the same day never counted.
    lasted = Person.hr_since.is_(None) | (Person.hr_until > Person.hr_since)
    until_lately = (Person.hr_until >= today - SETTLED) & lasted
    found = select(Person).where(or_(acting, until_lately))
    return Hands(tuple(db.session.scalars(found.order_by(Person.id))), today)


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
