"""A whole cycle in a few lines: opened, answered, closed, counted."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from app.ballots.queries import Review, review_of
from app.ballots.services import save, send
from app.cycles.models import Cycle
from app.domain.ballot.document import Change
from app.domain.release.noise import Randomness
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.count.counting import count_and_forget
from app.people.models import Person
from tests.factories import (
    an_employee,
    keep_all,
    make_cycle,
    make_department,
    make_person,
    next_number,
)

Answers = Callable[[Review], Iterable[Change]]


def make_team(people: int) -> list[Person]:
    """A manager and the people who report to them, all in one department."""
    department = make_department(name="Operations")
    manager = make_person(name="Mona Manager", department_id=department.id)
    first = next_number(Person) - 1
    place = {"department_id": department.id, "manager_id": manager.id}
    team = [an_employee(first + n, name=f"Rater {n:02d}", **place) for n in range(1, people)]
    return [manager, *keep_all(team)]


def open_cycle(people: Sequence[Person], **over: object) -> int:
    """Open a cycle in which `people` rate each other; return its id."""
    cycle = make_cycle(people, opens_at=clock.now(), **over)
    cycle_id = cycle.id
    with transaction():
        services.open_(db.session.get_one(Cycle, cycle_id), by=None)
    return cycle_id


def review_for(person: Person) -> Review:
    """The review of somebody who takes part in the open cycle."""
    review = review_of(person)
    assert review is not None, f"{person.name} is not asked to rate anybody"
    return review


def answer(person: Person, answers: Answers, *, sends: bool = True) -> None:
    """Save what `person` answers and, by default, send it."""
    with transaction():
        review = review_for(person)
        save(review, answers(review))
        if sends:
            send(review)


def begin_closing(cycle_id: int) -> None:
    """Take no more answers."""
    with transaction():
        services.begin_closing(db.session.get_one(Cycle, cycle_id), by=None)


def close(cycle_id: int, *, randomness: Randomness = os.urandom) -> None:
    """Close and count."""
    begin_closing(cycle_id)
    count_and_forget(cycle_id, randomness=randomness)


def publish(cycle_id: int) -> None:
    """Let people read."""
    with transaction():
        services.publish(db.session.get_one(Cycle, cycle_id), by=None)


AFTER_THE_CLOSE = timedelta(days=15)
