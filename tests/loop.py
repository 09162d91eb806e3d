"""A quarter with reports in a few lines, and what people planned with them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db
from app.people.models import Person
from app.reports.models import ActionMarkRow, PlannedAction
from app.results.models import SubjectResult
from tests.factories import keep, make_cycle


def last_quarter(people: Sequence[Person]) -> Cycle:
    """A published quarter in which everybody has a report, ended twelve weeks ago."""
    began = clock.now() - timedelta(days=98)
    cycle = make_cycle(
        people,
        state=CycleState.PUBLISHED,
        opens_at=began,
        opened_on=began.date(),
        closed_on=(began + timedelta(days=14)).date(),
        forgotten_on=(began + timedelta(days=14)).date(),
        published_on=(began + timedelta(days=14)).date(),
    )
    db.session.add_all(
        SubjectResult(cycle_id=cycle.id, subject_id=one.id, unit_number=0, raters=12)
        for one in people
    )
    db.session.commit()
    return cycle


def planned(person: Person, statement: int, **over: object) -> PlannedAction:
    """What `person` plans with their newest report."""
    newest = (
        select(Cycle.id)
        .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
        .where(SubjectResult.subject_id == person.id, Cycle.state == CycleState.PUBLISHED)
        .order_by(Cycle.closes_at.desc())
    )
    key = {"cycle_id": db.session.scalars(newest).first(), "subject_id": person.id}
    keep(ActionMarkRow(**key, statement=statement, works_on=True))
    values: dict[str, object] = {
        "behaviour": "Say it early.",
        "situation": "In the Monday round.",
        "first_step": "Say it on Monday.",
        "helper": "",
        "sign": "Nobody is surprised.",
        "review_on": clock.now().date() + timedelta(days=60),
    }
    return keep(PlannedAction(**key, statement=statement, **(values | over)))
