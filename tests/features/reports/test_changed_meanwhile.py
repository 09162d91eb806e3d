"""Two people, or two pages, change one thing: nobody's saved words are replaced unseen."""

import re

import pytest

from app.infra.db import db
from tests.factories import make_cycle, make_questionnaire
from tests.features.reports.test_plan import filled, items

MADE_FROM = re.compile(r'name="made_from"[^>]*value="([0-9a-f]+)"')
CHANGED = "This was changed on another page since you opened yours."


def made_from(page):
    found = MADE_FROM.search(page)
    assert found is not None
    return {"made_from": found.group(1)}


def test_a_plan_typed_on_two_devices_is_not_replaced_unseen(cycle, alice):
    address = f"/reports/{cycle.id}/plan/3"
    stale = made_from(alice.get(address).text)
    alice.post(address, filled(sign="What the phone saved.") | stale)

    refused = alice.post(address, filled(sign="What the desk typed.") | stale)

    assert refused.status_code == 422
    assert CHANGED in refused.text
    assert "saved by now is “What the phone saved.”" in refused.text
    assert "What the desk typed." in refused.text
    assert [item.sign for item in items()] == ["What the phone saved."]
    again = filled(sign="What the desk typed.") | made_from(refused.text)
    assert alice.post(address, again).status_code == 302
    assert [item.sign for item in items()] == ["What the desk typed."]


def test_the_same_words_twice_are_no_contradiction(cycle, alice):
    address = f"/reports/{cycle.id}/plan/3"
    stale = made_from(alice.get(address).text)

    answers = [alice.post(address, filled() | stale).status_code for _ in range(2)]

    assert answers == [302, 302]


@pytest.fixture
def draft(app):
    return make_questionnaire()


def fields_of(page):
    """What a browser would send of a page's text fields."""
    tags = re.findall(r"<input\b[^>]*>", page[page.index("<main") :])
    pairs = (
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    )
    found = {name[1]: value[1] if value else "" for name, value in pairs if name}
    return {name: value for name, value in found.items() if name != "csrf_token"}


def test_the_wording_of_a_colleague_in_hr_is_not_replaced_unseen(hanna, draft):
    address = f"/questionnaires/{draft.id}/edit"
    stale = fields_of(hanna.get(address).text)
    hanna.post(address, stale | {"text_3": "Asks before deciding.", "same_3": "meaning"})

    refused = hanna.post(address, stale | {"text_3": "Listens first.", "same_3": "meaning"})

    assert refused.status_code == 422
    assert "Statement 3: saved by now is “Asks before deciding.”" in refused.text
    assert "Listens first." in refused.text
    db.session.refresh(draft)
    assert draft.statements[2].text == "Asks before deciding."


def test_a_person_changed_meanwhile_is_shown_first(hanna, alice):
    address = f"/people/{alice.person.id}"
    stale = made_from(hanna.get(address).text)
    alice.person.title = "Captain"
    db.session.commit()

    refused = hanna.post(address, {"name": "Alice Ashe", "title": "Engineer"} | stale)

    assert "Title: saved by now is “Captain”." in refused.text
    db.session.refresh(alice.person)
    assert (alice.person.name, alice.person.title) == ("Alice Archer", "Captain")


def test_a_cycles_plan_changed_meanwhile_is_shown_first(hanna, alice):
    cycle = make_cycle([alice.person, hanna.person])
    address = f"/cycles/{cycle.id}/edit"
    stale = made_from(hanna.get(address).text)
    cycle.reasons = ["pay", "people"]
    db.session.commit()

    refused = hanna.post(address, {"name": "Other", "reasons": "weather"} | stale)

    assert refused.status_code == 422
    assert "saved by now is “pay people”" in " ".join(refused.text.split())
    assert "weather" in refused.text
