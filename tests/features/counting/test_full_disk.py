"""A disk without room, or somebody who writes for very long: nothing is lost, and it is said."""

import errno
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.ballots.queries import owner_of
from app.cycles.queries import open_cycle as cycle_that_is_open
from app.infra.db import db, is_sqlite
from app.infra.troubles import is_busy, is_full
from app.people import passwords
from tests.browsing import Browser
from tests.factories import make_company, make_person
from tests.whole_cycles import open_cycle, review_for

PASSWORD = "a long and quiet evening"
KEPT_HERE = "Your answers are kept on this device."
STILL_TYPED = "What you entered is still in your browser"
SAFE = "Whatever was saved before is safe."


class NoRoomError(psycopg.OperationalError):
    """What psycopg raises when PostgreSQL's disk is full."""

    sqlstate = "53100"


class LockedError(psycopg.OperationalError):
    """What psycopg raises when a lock was not had in time."""

    sqlstate = "55P03"


def driver_error(*, is_full_disk):
    if not is_sqlite():
        return NoRoomError() if is_full_disk else LockedError()
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL if is_full_disk else sqlite3.SQLITE_BUSY
    return error


@contextmanager
def nothing_can_be_written(*, is_full_disk=True):
    """The database refuses every write inside the block."""

    def refuse(_connection, _cursor, statement, *_):
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            raise OperationalError(statement, {}, driver_error(is_full_disk=is_full_disk))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.fixture
def rater(app):
    company = make_company(25)
    open_cycle(company)
    return Browser(app, company[3])


def save(rater, value):
    cycle = cycle_that_is_open()
    assert cycle is not None
    batch = {"owner": owner_of(cycle.id, rater.person.id), "device": "a", "number": value}
    return rater.open(
        "/review/save",
        method="POST",
        json=batch | {"cells": [[1, 1, value]]},
        headers={"X-CSRFToken": rater.own_token()},
    )


def first_answer(rater):
    review = review_for(rater.person)
    return review.ballot.answers[review.colleagues[0].person_id][0]


def test_a_save_without_room_says_where_the_answers_are_and_loses_none(rater):
    assert save(rater, 2).status_code == 200

    with nothing_can_be_written():
        answer = save(rater, 4)

    assert answer.status_code == 507
    assert KEPT_HERE in answer.json["message"]
    assert SAFE in answer.json["message"]
    assert first_answer(rater) == 2
    # then: the script sends the same again once there is room
    assert save(rater, 4).status_code == 200
    assert first_answer(rater) == 4


def test_a_form_without_room_says_that_what_was_typed_is_still_there(rater):
    page = "/review/statements/1"
    token = rater.token_of(page)

    with nothing_can_be_written():
        answer = rater.open(page, method="POST", data={"csrf_token": token, "r1": "4", "was1": ""})

    words = answer.get_data(as_text=True)
    assert answer.status_code == 507
    assert "The server is full" in words
    assert STILL_TYPED in words
    assert SAFE in words


def test_signing_in_without_room_is_answered_in_words(client):
    make_person(email="paula@example.com", password_hash=passwords.hashed(PASSWORD))
    token = client.token_of("/sign-in")
    sent = {"csrf_token": token, "email": "paula@example.com", "password": PASSWORD}

    with nothing_can_be_written():
        answer = client.open("/sign-in", method="POST", data=sent)

    # then: it works without writing, or says why it does not
    assert answer.status_code in {302, 507}
    assert answer.status_code == 302 or "The server is full" in answer.get_data(as_text=True)


def test_a_failed_sign_in_without_room_is_answered_in_words(client):
    token = client.token_of("/sign-in")
    sent = {"csrf_token": token, "email": "nobody@example.com", "password": "wrong"}

    with nothing_can_be_written():
        answer = client.open("/sign-in", method="POST", data=sent)

    assert answer.status_code == 507
    assert "The server is full" in answer.get_data(as_text=True)


def test_somebody_who_writes_for_very_long_is_said_in_words_too(rater):
    with nothing_can_be_written(is_full_disk=False):
        answer = save(rater, 4)

    assert answer.status_code == 503
    assert KEPT_HERE in answer.json["message"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_of_our_own_is_told_from_other_faults(number):
    assert is_full(OSError(number, "No space left on device"))
    assert not is_full(OSError(errno.EACCES, "Permission denied"))


def test_what_sqlite_says_is_understood(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.sqlite", timeout=0)) as one:
        one.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.Error) as full:
            one.execute("CREATE TABLE big AS SELECT zeroblob(100000)")
        assert is_full(full.value)
        assert not is_busy(full.value)
        one.execute("BEGIN IMMEDIATE")
        with (
            closing(sqlite3.connect(tmp_path / "a.sqlite", timeout=0)) as other,
            pytest.raises(sqlite3.Error) as busy,
        ):
            other.execute("BEGIN IMMEDIATE")
        assert is_busy(busy.value)
        assert not is_full(busy.value)


def test_another_fault_stays_a_fault(app: Flask):
    def broken():
        raise OSError(errno.EIO, "Input/output error")

    app.add_url_rule("/broken", view_func=broken)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = Browser(app).get("/broken")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.get_data(as_text=True)
