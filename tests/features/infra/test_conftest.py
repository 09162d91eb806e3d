"""The stage itself: what conftest promises to every other test."""

from app.infra.db import db
from app.people.models import Person
from tests.factories import make_company, make_cycle


def test_alice_works_for_bob(alice, bob):
    assert alice.person.manager_id == bob.person.id


def test_charlie_works_in_another_department(charlie, alice):
    assert charlie.person.department_id != alice.person.department_id


def test_a_database_begins_empty(app):
    assert db.session.query(Person).count() == 0


def test_a_company_has_the_wanted_size_and_one_hr(app):
    company = make_company(25)

    assert len(company) == 25
    assert [person.is_hr for person in company].count(True) == 1
    assert all(person.manager_id for person in company[1:])


def test_a_cycle_begins_as_a_draft_with_its_roster(app):
    cycle = make_cycle(people=make_company(7))

    assert cycle.state == "draft"
    assert len(cycle.questionnaire.statements) == 14


def test_a_form_is_sent_with_the_token_of_its_page(client):
    assert (
        client.post("/sign-in", {"email": "nobody@example.com", "password": "x"}).status_code != 400
    )


def test_a_form_without_token_is_refused(client):
    response = client.open("/sign-in", method="POST", data={"email": "x", "password": "x"})

    assert response.status_code == 400
    assert "open for too long" in response.get_data(as_text=True)
