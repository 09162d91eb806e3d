"""One act, one transaction: all of it happens or none, on both databases."""

import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from app.infra.db import (
    _prepare_sqlite,
    db,
    is_sqlite,
    refuse_broken_references,
    transaction,
)
from app.people.models import Department, Person, SignInAttempts
from tests.factories import make_department, make_person


def names():
    db.session.rollback()
    return sorted(db.session.scalars(select(Department.name)))


def test_an_act_is_kept(app):
    with transaction():
        db.session.add(Department(name="Support"))

    assert names() == ["Support"]


def test_an_act_that_fails_in_the_middle_leaves_nothing(app):
    def failing_act():
        with transaction():
            db.session.add(Department(name="Support"))
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()

    assert names() == []


def test_an_act_within_an_act_is_refused(app):
    def half_an_act():
        with transaction():
            db.session.add(Department(name="Outer"))
            with transaction():
                pass

    with pytest.raises(RuntimeError, match="already open"):
        half_an_act()

    assert names() == []


def test_after_a_failed_act_the_next_one_works(app):
    def failing_act():
        with transaction():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()
    with transaction():
        db.session.add(Department(name="Support"))

    assert names() == ["Support"]


def test_a_rule_of_the_database_undoes_the_whole_act(app):
    make_person(email="alice@example.com")

    def act():
        with transaction():
            db.session.add(Department(name="Support"))
            make_person(email="alice@example.com")

    with pytest.raises(IntegrityError):
        act()

    assert "Support" not in names()


def test_an_address_in_capitals_is_refused_by_the_database(app):
    with pytest.raises(IntegrityError):
        make_person(email="Alice@example.com")


def test_somebody_who_manages_themselves_is_refused_by_the_database(app):
    person = make_person()
    person.manager_id = person.id

    with pytest.raises(IntegrityError):
        db.session.commit()


def test_a_person_of_an_unknown_department_is_refused_by_the_database(app):
    with pytest.raises(IntegrityError):
        make_person(department_id=4711)


def test_what_was_read_before_is_read_again_inside_the_act(app):
    department = make_department(name="Before")
    assert department.name == "Before"
    assert at_once(app, lambda: rename("Before", "After")) == []

    with transaction():
        seen = department.name

    assert seen == "After"


def rename(old: str, new: str) -> None:
    with transaction():
        db.session.scalars(select(Department).where(Department.name == old)).one().name = new


def at_once(app, *acts):
    """Run `acts` as requests that arrive at the same moment; return what went wrong."""
    faults: list[Exception] = []
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        with app.app_context():
            try:
                act()
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return faults


def test_acts_at_once_wait_for_each_other_and_lose_nothing(app):
    counter = make_department(name="0").id

    def count_up():
        for _ in range(5):
            with transaction():
                chosen = select(Department).where(Department.id == counter).with_for_update()
                row = db.session.scalars(chosen).one()
                row.name = str(int(row.name) + 1)

    faults = at_once(app, count_up, count_up, count_up, count_up)

    assert faults == []
    assert names() == ["20"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 15000),
    ],
)
def test_sqlite_keeps_what_was_confirmed_and_overwrites_what_was_deleted(app, pragma, value):
    assert is_sqlite()
    assert db.session.scalar(text(f"PRAGMA {pragma}")) == value


@pytest.mark.sqlite_only
def test_outside_of_tests_sqlite_waits_for_the_disk(tmp_path):
    with closing(sqlite3.connect(tmp_path / "db.sqlite")) as connection:
        _prepare_sqlite(connection, None)

        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_moment_comes_back_in_utc(app):
    east = datetime(2026, 10, 2, 18, tzinfo=timezone(timedelta(hours=2)))
    db.session.add(SignInAttempts(key="x", window_ends_at=east))
    db.session.commit()

    kept = db.session.get_one(SignInAttempts, "x").window_ends_at

    assert kept == east
    assert kept.utcoffset() == timedelta(0)


def test_only_an_act_that_looks_itself_may_delete_without_a_check_of_each_row(app):
    gone = delete(Department).where(Department.id == make_person().department_id)

    def unchecked_act():
        with transaction(checks_references=False):
            db.session.execute(gone)
            refuse_broken_references(Person)

    with pytest.raises(RuntimeError if is_sqlite() else IntegrityError):
        unchecked_act()

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(gone)
    refuse_broken_references(Person)
