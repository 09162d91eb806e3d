"""HR's acts on accounts and cycles ask for the password again, and lose nothing by it."""

import re
from datetime import timedelta

import pytest

from app.cycles.queries import cycle_by_id
from app.infra import clock
from app.infra.db import db
from app.people import passwords
from tests.features.lifecycle.drafts_and_forms import make_draft
from tests.features.people.test_directory import as_typed

SECRET = "four quiet rivers"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def stale(hanna, at):
    """HR with a session in which the password was given twenty minutes ago."""
    hanna.person.password_hash = passwords.hashed(SECRET)
    db.session.commit()
    hanna.get("/people")
    hanna._give_password()
    hanna.gives_password = False
    with at(clock.now() + timedelta(minutes=20)):
        yield hanna


def test_an_act_on_an_account_is_done_with_the_password_and_what_was_typed(stale, alice):
    page = f"/people/{alice.person.id}"
    typed = as_typed(alice.person, title="Head of tea & biscuits")

    asked = stale.post(page, typed)
    before = alice.person.title
    carried = {name: value.replace("&amp;", "&") for name, value in HIDDEN.findall(asked.text)}
    done = stale.post(page, carried | {"password_again": SECRET})

    assert (asked.status_code, before) == (401, "Engineer")
    assert "It then goes on with everything you filled in." in asked.text
    assert done.status_code == 302
    assert alice.person.title == "Head of tea & biscuits"


def test_a_wrong_password_does_nothing_and_keeps_what_was_typed(stale, alice):
    page = f"/people/{alice.person.id}"
    typed = as_typed(alice.person, title="Queen")

    answer = stale.post(page, typed | {"password_again": "seven loud mountains"})

    assert answer.status_code == 401
    assert "That is not your password." in answer.text
    assert ("title", "Queen") in HIDDEN.findall(answer.text)
    assert "seven loud" not in answer.text
    assert alice.person.title == "Engineer"


def test_an_act_on_a_cycle_asks_too_and_reading_does_not(stale):
    cycle = make_draft(9)

    assert stale.get(f"/cycles/{cycle.id}").status_code == 200
    assert stale.post(f"/cycles/{cycle.id}/delete").status_code == 401
    assert cycle_by_id(cycle.id)


def test_once_given_it_is_not_asked_for_again(stale, alice):
    page = f"/people/{alice.person.id}"
    stale.post(page, as_typed(alice.person) | {"password_again": SECRET})

    assert stale.post(page, as_typed(alice.person, title="Lead")).status_code == 302


def test_a_people_file_is_looked_at_without_it(stale):
    assert stale.post("/people/import", {}).status_code == 200


def test_everybody_elses_forms_ask_for_nothing(alice, at):
    alice.gives_password = False
    with at(clock.now() + timedelta(hours=5)):
        answer = alice.post("/sign-out", page="/password/change")

    assert answer.status_code == 302


def test_a_clock_that_was_set_back_asks(hanna, alice, at):
    hanna.gives_password = False
    with at(clock.now() + timedelta(days=3)):
        hanna._give_password()

    page = f"/people/{alice.person.id}"
    assert hanna.post(page, as_typed(alice.person)).status_code == 401
