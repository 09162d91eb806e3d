"""Who keeps the promise: what raters can check for themselves about HR and about puppets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from app.assignments.models import Assignment
from app.assignments.queries import AskedCount, asked_about
from app.ballots.after_the_close import is_rated, readers_of
from app.ballots.pages import ScalePage
from app.ballots.queries import Review
from app.ballots.unit_part import parts_for
from app.cycles.models import Cycle
from app.cycles.queries import has_opened_before, leaders_at_opening
from app.cycles.terms import terms_of
from app.domain.durations import SETTLED
from app.infra.db import db
from app.leaders.queries import names_of
from app.people import two_person_requests
from app.people.models import Act, Person
from app.people.queries import labels_of, people_by_ids
from app.people.second_confirmation import Turn, hr_people_that_count, turns_since
from app.people.two_person_requests import Request


@dataclass(frozen=True)
class CycleBackground:
    """Who of HR stands behind an open cycle, and how new the accounts in it are."""

    planned_by: str
    """Empty for the command line."""
    confirmed_by: str
    """Empty where only one person of HR was there."""
    close_asked: Request | None
    """An early close that waits for a second person of HR."""
    needs_two: bool
    turns: Sequence[Turn]
    """Who came to HR or left it from 30 days before the opening on."""
    people: int
    new: int
    """People whose accounts are too new to count."""
    is_first: bool
    """In the very first cycle new accounts count as well."""


def background_of(cycle: Cycle, *, people: int, new: int) -> CycleBackground:
    """Who stands behind `cycle`, as every rater is told, and how many of its `people` are new."""
    ids = (cycle.planned_by_id, cycle.confirmed_by_id)
    known = people_by_ids(one for one in ids if one is not None)
    called = labels_of({key: person.name for key, person in known.items()})
    planned, confirmed = (called[one] if one else "" for one in ids)
    return CycleBackground(
        planned_by=planned,
        confirmed_by=confirmed,
        close_asked=two_person_requests.find(Act.CLOSE_EARLY, cycle.id),
        needs_two=hr_people_that_count().need_two,
        turns=turns_since(cycle.opened_on - SETTLED) if cycle.opened_on else [],
        people=people,
        new=new,
        is_first=not has_opened_before(cycle),
    )


def with_numbers_asked(page: ScalePage, review: Review) -> ScalePage:
    """`page` with a note at everybody about whom people with new accounts are asked as well."""
    found = asked_about(review.cycle.id, [one.person_id for one in review.colleagues])
    notes = {one.position: _in_words(found[one.person_id]) for one in review.colleagues}
    rows = (
        row._replace(note=" · ".join(filter(None, (row.note, notes[row.position]))))
        for row in page.rows
    )
    return replace(page, rows=tuple(rows))


def _in_words(asked: AskedCount) -> str:
    if not asked.new:
        return ""
    return f"{asked.new:,} of {asked.raters:,} people asked have a new account"


def asked_of(cycle: Cycle, rater_id: int) -> list[tuple[str, AskedCount]]:
    """Everybody `rater_id` is asked about, by name, with how many others are asked about them."""
    subjects = db.session.execute(
        select(Person.id, Person.name)
        .join(Assignment, Assignment.subject_id == Person.id)
        .where(Assignment.cycle_id == cycle.id, Assignment.rater_id == rater_id)
        .order_by(Person.sort_key, Person.id)
    ).all()
    found = asked_about(cycle.id, [subject for subject, _ in subjects])
    called = labels_of({row[0]: row[1] for row in subjects})
    return [(called[subject], found[subject]) for subject, _ in subjects]


TOLD_TO_NOBODY: Final[dict[str, Any]] = {
    "readers": [],
    "is_rated": True,
    "keepers": None,
    "asked_about": [],
    "leaders": [],
    "unit_questions": (),
}
"""What the promise shows where no cycle is open, or to a stranger."""


def told_to(cycle: Cycle, reader_id: int) -> dict[str, Any]:
    """What the promise of an open cycle shows to one of its people."""
    terms = terms_of(cycle.id, cycle.frozen_hash)
    return {
        "readers": readers_of(cycle.id, reader_id),
        "is_rated": is_rated(cycle.id, reader_id),
        "keepers": background_of(cycle, people=terms.people, new=terms.new_accounts),
        "asked_about": asked_of(cycle, reader_id),
        "leaders": names_of(leaders_at_opening(cycle.id)),
        "unit_questions": parts_for(cycle, reader_id),
    }
