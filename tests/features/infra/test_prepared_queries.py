"""Rows read straight through the driver are the rows that SQLAlchemy would have read."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db, transaction
from app.infra.prepared_queries import Query
from app.people.models import Person
from app.results.models import CompanyScore
from tests.factories import make_cycle, make_person

NAME = select(Person.name).where(Person.id == bindparam("person_id"))
CYCLE = select(
    Cycle.opens_at,
    Cycle.state,
    Cycle.reasons,
    Cycle.sample_size,
    Cycle.is_imported,
    Cycle.opened_on,
).where(Cycle.id == bindparam("cycle_id"), Cycle.state == CycleState.DRAFT)


def rename(person: Person, name: str) -> None:
    db.session.execute(update(Person).where(Person.id == person.id).values(name=name))


def test_every_kind_of_value_is_what_its_column_holds(app):
    opens_at = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
    cycle = make_cycle([make_person()], opens_at=opens_at, reasons=["pay", "growth"])

    found = Query(CYCLE).one(cycle_id=cycle.id)

    assert [*found] == [*db.session.execute(CYCLE, {"cycle_id": cycle.id}).one()]
    assert list(found[:2]) == [opens_at, CycleState.DRAFT]


def test_fractions_are_what_they_were(app):
    cycle = make_cycle([make_person()])
    with transaction():
        score = {"cycle_id": cycle.id, "statement": 1, "mean": 3.25, "raters": 30}
        db.session.execute(insert(CompanyScore).values(**score, standard_error=0.125))

    found = Query(select(CompanyScore.mean, CompanyScore.standard_error, CompanyScore.own_mean))

    assert found.one() == (3.25, 0.125, None)


def test_nothing_is_found_where_there_is_nothing(app):
    assert Query(NAME).first(person_id=1) is None


def test_inside_an_act_it_reads_what_the_act_has_done(app):
    person, name = make_person(name="Ada"), Query(NAME)

    with transaction():
        rename(person, "Grace")
        inside = name.one(person_id=person.id)

    assert inside == ("Grace",)


def test_outside_it_reads_what_is_committed_at_that_moment(app):
    person_id, name = make_person(name="Ada").id, Query(NAME)
    db.session.remove()

    before = name.one(person_id=person_id)
    with db.engine.begin() as another:
        another.execute(update(Person).where(Person.id == person_id).values(name="Grace"))
        during = name.one(person_id=person_id)
    after = name.one(person_id=person_id)

    assert [before, during, after] == [("Ada",), ("Ada",), ("Grace",)]


def test_no_request_holds_a_connection_while_it_waits_for_another(app):
    person_id = make_person().id
    db.session.remove()

    Query(NAME).one(person_id=person_id)

    assert "Current Checked out connections: 0" in db.engine.pool.status()


@pytest.mark.parametrize("many", [0, 1, 3, 40])
def test_a_list_of_any_length_finds_each_of_its_values(app, many):
    people = [make_person() for _ in range(41)]
    named = Query(select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))))

    for _ in range(2):
        found = named.all(ids=[person.id for person in people[:many]])
        assert sorted(found) == sorted((person.id,) for person in people[:many])


def test_lists_beside_each_other_and_beside_values(app):
    people = [make_person() for _ in range(4)]
    ids = [person.id for person in people]
    named = Query(
        select(Person.id).where(
            Person.id.in_(bindparam("ids", expanding=True)),
            Person.is_active == bindparam("is_active"),
            Person.id.not_in(bindparam("without", expanding=True)),
        )
    )

    assert named.all(ids=ids, is_active=True, without=ids[:3]) == [(ids[3],)]
    assert named.all(ids=ids[:3], is_active=True, without=ids[:1]) == [(ids[1],), (ids[2],)]


def test_a_list_of_constants_stands_in_the_statement(app):
    cycle = make_cycle([make_person()])
    drafts = Query(select(Cycle.id).where(Cycle.state.in_((CycleState.DRAFT, CycleState.OPEN))))
    others = Query(select(Cycle.id).where(Cycle.state.in_((CycleState.CLOSED,))))

    assert (drafts.all(), others.all()) == ([(cycle.id,)], [])
