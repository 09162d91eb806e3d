"""While the database is away people read a page of ours, and lose nothing."""

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.infra import error_pages
from app.infra.db import db
from app.infra.troubles import is_away

GONE = psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")


@pytest.fixture
def away(app, monkeypatch):
    """Let no connection to the database be made from now on."""

    def gone(*_args, **_values):
        raise OperationalError("SELECT", {}, GONE)

    def begin():
        db.session.rollback()
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", value=False)
        monkeypatch.setattr(db.engine.pool, "connect", gone)

    return begin


@pytest.mark.parametrize("path", ["/", "/sign-in", "/company", "/review/", "/nowhere"])
def test_a_page_says_so_without_asking_the_database(alice, away, path):
    away()

    answer = alice.open(path)

    assert answer.status_code == 503
    assert "The database does not answer at the moment." in answer.text
    assert "What you have just sent" not in answer.text
    assert "<h1>Full Circle cannot be reached</h1>" in answer.text


def test_a_form_is_told_that_it_may_be_saved_or_not(alice, away):
    away()

    answer = alice.open("/review/check", method="POST", data={"csrf_token": "old"})

    assert answer.status_code == 503
    assert error_pages.PERHAPS in answer.text
    assert error_pages.STILL_HERE in answer.text


def test_a_page_that_saves_as_it_goes_keeps_its_answers(alice, away):
    away()

    answer = alice.open("/review/save", method="POST", json={})

    assert answer.status_code == 503
    assert "Your answers are kept on this device." in answer.json["message"]


def test_an_answer_that_is_ready_survives_a_connection_that_breaks(app, alice, monkeypatch):
    """It may be a confirmation: what was committed must not look as if it had failed."""

    def broken(connection):
        connection.invalidate()
        raise OperationalError("ROLLBACK", {}, GONE)

    event.listen(db.engine, "rollback", broken)
    try:
        answer = alice.get("/reports")
    finally:
        event.remove(db.engine, "rollback", broken)

    assert answer.status_code == 200


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03"])
def test_a_database_that_stops_or_starts_is_away(state):
    class SaidError(psycopg.OperationalError):
        sqlstate = state

    assert is_away(SaidError())


@pytest.mark.parametrize(
    "error", [psycopg.DataError(), ValueError(), psycopg.errors.LockNotAvailable()]
)
def test_every_other_fault_is_none_of_that_kind(error):
    assert not is_away(error)
