"""Taking back an import of very many people, and one after which the same file came again."""

import pytest

from app.infra.db import db, transaction
from app.internal_services.services import NamedService, keep_service
from app.people import queries, two_person_requests
from app.people.imports import obstacles, undoing
from app.people.models import Act
from tests.browsing import Browser
from tests.factories import LONG_AGO, make_person
from tests.features.people.importing import take_over
from tests.features.people.test_import_harm import CUT, FULL, active, today

EVERYBODY, AFTERWARDS = 40, 25


@pytest.fixture
def hr(app):
    """Somebody of HR after an import by which 15 of 40 people left."""
    take_over(FULL, today=LONG_AGO)
    take_over(CUT, today=today())
    return Browser(app, queries.person_by_email("mara.quell@case.example"))


def take_back(hr):
    return hr.post("/people/import/undo", {}, page="/people/import")


def test_of_few_people_the_page_says_that_nothing_stands_in_the_way(hr):
    page = hr.get("/people/import").text

    assert "It can be taken back as a whole: everybody is as they were before it" in page


def test_of_very_many_the_page_says_what_is_checked_and_when(hr, monkeypatch):
    monkeypatch.setattr(undoing, "LOOKED_AT", 10)
    monkeypatch.setattr(obstacles, "hash_of", None)

    page = hr.get("/people/import").text

    assert "With so many people that is checked when you ask for it" in page
    assert "Take the import back" in page


def test_of_very_many_it_is_refused_whole_where_somebody_was_changed_since(hr, monkeypatch):
    monkeypatch.setattr(undoing, "LOOKED_AT", 10)
    queries.person_by_email("p00039@case.example").title = "Chief"
    db.session.commit()

    answer = take_back(hr)

    assert answer.status_code == 409
    assert "was changed since" in answer.text
    assert len(active()) == AFTERWARDS


def test_of_very_many_it_is_done_where_nothing_stands_in_the_way(hr, monkeypatch):
    monkeypatch.setattr(undoing, "LOOKED_AT", 10)

    take_back(hr)

    assert len(active()) == EVERYBODY


def test_it_is_still_possible_after_the_same_file_came_again(hr):
    take_over(CUT, today=today())

    with transaction():
        undoing.undo(by=None, today=today())

    assert len(active()) == EVERYBODY


def test_an_address_that_somebody_else_has_by_now_is_told(hr):
    numbered = b"number,name,email,department,joined_on\n"
    line = b"777,Moving Person,%s@case.example,Works,2020-01-01\n"
    part = {"scope": "part"}
    take_over(numbered + line % b"old", today=LONG_AGO, answers=part)
    take_over(numbered + line % b"new", today=today(), answers=part)
    make_person(name="Later Comer", email="old@case.example")
    db.session.commit()

    told = "Later Comer has an address or a personnel number that somebody else had before it."
    assert told in hr.get("/people/import").text
    assert told in take_back(hr).text


def test_requests_about_people_who_go_are_forgotten(hr):
    take_over(CUT + b"New One,new@case.example,Role,Fresh,,2026-01-01,\n", today=today())
    new = queries.person_by_email("new@case.example").id
    with transaction():
        two_person_requests.ask(Act.CHANGE_ADDRESS, new, by=None, content="other@case.example")

    take_back(hr)

    assert two_person_requests.all_open() == []
    assert hr.get("/desk").status_code == 200


def test_a_small_one_is_refused_whole_where_somebody_is_named_at_the_last_moment(hr, monkeypatch):
    take_over(CUT + b"New One,new@case.example,Role,Fresh,,2026-01-01,\n", today=today())
    with transaction():
        keep_service(NamedService(name="Help", hint="", owner="new@case.example"), by=None)
    monkeypatch.setattr(obstacles, "named_elsewhere", lambda _ids: set())

    answer = take_back(hr)

    assert answer.status_code == 409
    assert "somebody who came with it takes part in something by now" in answer.text
    assert "new@case.example" in active()


def test_small_ones_wait_for_no_look_through_large_tables(hr, monkeypatch):
    checked = []

    def noting(**options):
        checked.append(options)
        return transaction(**options)

    monkeypatch.setattr("app.people.views_import.transaction", noting)

    take_back(hr)

    assert checked == [{"checks_references": False}]
    assert len(active()) == EVERYBODY
