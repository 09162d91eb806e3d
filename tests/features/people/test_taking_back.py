"""Taking back an import of very many people, and one after which the same file came again."""

import pytest

from app.infra.db import db, transaction
from app.people import queries
from app.people.imports import undoing
from tests.browsing import Browser
from tests.factories import LONG_AGO
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
    monkeypatch.setattr(undoing, "_hash_of", None)

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
