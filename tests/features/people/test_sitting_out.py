"""A lasting "does not take part", and a second manager who reads a report."""

from datetime import date

import pytest
from sqlalchemy import select

from app.assignments.queries import coverage
from app.ballots.after_the_close import readers_of
from app.cycles.models import RosterEntry
from app.cycles.queries import cycle_by_id, roster_ids
from app.infra.db import db, transaction
from app.lifecycle import services
from app.people import account_ownership
from app.people.models import Person
from tests.factories import make_company, make_cycle, make_person
from tests.features.people.test_directory import as_typed


def save(hanna, person, **over):
    typed = as_typed(person, **over)
    return hanna.post(f"/people/{person.id}", typed, page=f"/people/{person.id}")


def left_out(hanna):
    html = hanna.get("/cycles/new").get_data(as_text=True)
    boxes = [part.split(">")[0] for part in html.split("<input")[1:] if 'name="left_out"' in part]
    return {int(box.split('value="')[1].split('"')[0]) for box in boxes if "checked" in box}, html


@pytest.mark.parametrize(
    ("until", "day", "sits_out"),
    [
        (None, date(2030, 1, 1), True),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2027, 1, 1), False),
    ],
)
def test_sitting_out_ends_after_its_last_day(until, day, sits_out):
    person = Person(name="Anna", sits_out_for="on leave", sits_out_until=until)

    assert person.sits_out_on(day) is sits_out


def test_whoever_does_not_take_part_is_left_out_of_new_plans(hanna, alice, charlie):
    save(hanna, alice.person, sits_out_for="on leave", sits_out_until="2099-12-31")
    save(hanna, charlie.person, sits_out_for="on leave", sits_out_until="2020-12-31")

    ticked, html = left_out(hanna)

    assert ticked == {alice.person.id}
    assert "does not take part until 31 December 2099: on leave" in html


def test_the_shell_plans_without_them_too(app):
    away = make_person(name="Away", sits_out_for="contractor")
    there = make_person(name="There")
    words = ["cycle", "plan", "--opens", "2027-01-04T08:00", "--closes", "2027-01-18T18:00"]

    result = app.test_cli_runner().invoke(args=words)

    assert result.exit_code == 0, result.output
    cycle_id = db.session.scalar(select(RosterEntry.cycle_id).limit(1))
    assert cycle_id
    assert there.id in roster_ids(cycle_by_id(cycle_id))
    assert away.id not in roster_ids(cycle_by_id(cycle_id))


def test_an_end_without_a_reason_is_refused(hanna, alice):
    answer = save(hanna, alice.person, sits_out_until="2099-12-31")

    assert "Please say why as well" in answer.get_data(as_text=True)
    assert alice.person.sits_out_until is None


@pytest.mark.parametrize("wrong", ["nobody@example.com", "alice@example.com", "bob@example.com"])
def test_a_second_manager_is_somebody_else_who_works_here(hanna, alice, bob, wrong):
    answer = save(hanna, alice.person, second_manager=wrong)

    assert answer.status_code in {200, 422}
    assert alice.person.second_manager_id is None


def test_a_second_manager_is_frozen_and_told_as_a_reader_and_protects_nobody(app):
    company = make_company(24)
    for person in company:
        person.is_hr = False
    subject, second = company[10], company[20]
    cycle = make_cycle(company)
    subject.second_manager_id = second.id
    db.session.commit()
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)

    blind = {one.person_id: one.blind for one in coverage(cycle_by_id(cycle.id))}

    assert second.name in readers_of(cycle.id, subject.id)
    assert blind[subject.id] == blind[company[11].id] - 1


def test_a_second_manager_s_address_is_guarded_as_a_manager_s(hanna, alice, charlie):
    assert not account_ownership.needs_second_person(charlie.person)
    make_person(name="Another of HR", is_hr=True)

    save(hanna, alice.person, second_manager=charlie.person.email)

    assert account_ownership.needs_second_person(charlie.person)

    save(hanna, alice.person, second_manager="")

    assert charlie.person.led_until is not None
