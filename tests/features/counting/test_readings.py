"""Reading a report never waits for whoever writes, and the log still misses no reading."""

import json
import os
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, text

from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.infra import audit, audit_readings, clock
from app.infra.audit import CHAIN_LOCK, AuditEntry
from app.infra.db import db, is_sqlite, transaction
from app.infra.settings import company_day
from app.lifecycle import due
from app.people.models import Person
from tests.browsing import Browser
from tests.whole_cycles import answer, close, make_team, open_cycle, publish


@pytest.fixture
def subject(app, settings, scenes):
    """Somebody whose report is published."""

    def play():
        people = make_team(8)
        cycle_id = open_cycle(people)
        for person in people:
            answer(person, lambda review: [Rating(review.colleagues[0].person_id, 1, 4)])
        close(cycle_id)
        publish(cycle_id)

    scenes.begin("a team of eight reads its reports", settings, play)
    cycle_id = db.session.scalars(select(Cycle.id)).one()
    person = db.session.scalars(select(Person).order_by(Person.id)).all()[2]
    return Browser(app, person), f"/reports/{cycle_id}/{person.id}"


@contextmanager
def somebody_writes():
    """Another process is in the middle of a long act that is in the log."""
    other = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    begin = "BEGIN IMMEDIATE" if is_sqlite() else "BEGIN"
    try:
        with other.connect() as connection:
            connection.exec_driver_sql(begin)
            if not is_sqlite():
                connection.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"))
            yield
            connection.exec_driver_sql("ROLLBACK")
    finally:
        other.dispose()


def readings():
    db.session.rollback()
    read = select(AuditEntry).where(AuditEntry.tag.startswith("report:")).order_by(AuditEntry.id)
    return [(entry.tag, entry.actor_id, entry.day) for entry in db.session.scalars(read)]


def test_a_report_is_shown_while_somebody_writes_and_is_noted_later(subject):
    browser, address = subject
    before, today = readings(), company_day()

    with somebody_writes():
        assert browser.get(address).status_code == 200
        assert browser.get(f"{address}.pdf").status_code == 200
        assert readings() == before
        audit_readings.take_up()  # the worker's minute comes too early, and does not wait
        assert readings() == before

    due.do_all()
    reader = browser.person.id
    assert readings() == [
        *before,
        ("report:read", reader, today),
        ("report:downloaded", reader, today),
    ]
    assert audit.verify() >= 2


def test_the_next_reading_takes_up_what_waits(subject):
    browser, address = subject
    before = len(readings())
    with somebody_writes():
        browser.get(address)

    browser.get(address)

    assert len(readings()) == before + 2
    audit.verify()


def test_a_late_entry_has_the_day_of_its_reading(subject):
    browser, address = subject
    with somebody_writes():
        browser.get(address)
    read_on = company_day()

    with clock.travel(clock.now().replace(year=clock.now().year + 1)):
        audit_readings.take_up()

    assert readings()[-1][2] == read_on


def test_a_kill_before_the_file_is_emptied_notes_nothing_twice(subject, settings):
    browser, address = subject
    with somebody_writes():
        browser.get(address)
    file = settings.data_folder / audit_readings.FILE
    waiting = file.read_bytes()

    audit_readings.take_up()
    noted = readings()
    file.write_bytes(waiting)  # as if we had been killed between commit and emptying
    audit_readings.take_up()

    assert readings() == noted
    assert file.read_bytes() == b""


def test_half_a_line_after_a_power_cut_does_no_harm(subject, settings):
    browser, address = subject
    with somebody_writes():
        browser.get(address)
    file = settings.data_folder / audit_readings.FILE
    before = len(readings())
    with file.open("ab") as out:
        out.write(b'{"tag": "report:re')

    audit_readings.take_up()

    assert len(readings()) == before + 1


def test_a_reading_after_half_a_line_is_noted_as_any_other(subject, settings):
    browser, address = subject
    file = settings.data_folder / audit_readings.FILE
    before = len(readings())
    file.write_bytes(b'{"tag": "report:re')

    with somebody_writes():
        assert browser.get(address).status_code == 200

    assert browser.get(address).status_code == 200
    assert len(readings()) == before + 2


def test_a_line_of_which_only_a_part_had_room_is_no_line(subject, settings, monkeypatch):
    browser, address = subject
    file, write = settings.data_folder / audit_readings.FILE, os.write
    before = len(readings())

    with somebody_writes():
        browser.get(address)
        waiting = file.read_bytes()
        monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:20]))
        assert browser.get(address).status_code == 507
        monkeypatch.undo()
    assert file.read_bytes() == waiting

    assert browser.get(address).status_code == 200
    assert len(readings()) == before + 2


def test_what_waits_is_for_its_owner_only_and_names_no_subject(subject, settings):
    browser, address = subject
    with somebody_writes():
        browser.get(address)

    file = settings.data_folder / audit_readings.FILE
    assert file.stat().st_mode & 0o077 == 0
    (line,) = map(json.loads, file.read_text().splitlines())
    assert line.keys() == {"tag", "day", "actor", "details", "name"}
    assert line["details"].keys() == {"cycle_id", "kind"}


def test_a_report_that_cannot_be_noted_is_not_shown(subject, monkeypatch):
    browser, address = subject

    def no_room(_handle, _content):
        raise OSError(28, "No space left on device")

    with somebody_writes():
        monkeypatch.setattr(os, "write", no_room)
        shown = browser.get(address)

    assert shown.status_code == 507
    assert "Whatever was saved before is safe" in shown.get_data(as_text=True)


def test_what_is_never_logged_is_not_kept_in_the_file_either(app):
    with somebody_writes(), pytest.raises(ValueError, match="never logged: subject_id"):
        audit_readings.note("report:read", actor_id=1, subject_id=2)


@pytest.mark.parametrize(
    "name",
    ["Jörg “Jo” O'Neil", 'a "quote"', "100 % \\ %(tag)s :tag ?", "日本", "a\nb\tc\u2028", "é"],
)
def test_both_ways_into_the_log_seal_alike(app, name):
    details = {"cycle_id": 3, "kind": name, "is_own": True, "none": None, "part": 0.5}
    with transaction():
        audit.record("report:read", actor_id=7, **details)

    audit_readings.note("report:read", actor_id=7, **details)

    one, other = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (other.previous, other.details) == (one.digest, one.details)
    assert other.digest == other.computed_digest()
    audit.verify()


def test_the_first_entry_of_a_log_may_be_a_reading(app):
    assert audit.verify() == 0

    audit_readings.note("report:read", actor_id=7, cycle_id=1, kind="personal")

    assert audit.verify() == 1


def test_a_reading_is_no_part_of_another_act(app):
    with pytest.raises(RuntimeError, match="already open"), transaction():
        audit_readings.note("report:read", actor_id=7, cycle_id=1, kind="personal")

    assert readings() == []


def test_a_reading_that_waited_in_vain_leaves_its_connection_fit_for_use(app):
    with somebody_writes():
        audit_readings.note("report:read", actor_id=7, cycle_id=1, kind="personal")
        assert readings() == []

    audit_readings.note("report:read", actor_id=8, cycle_id=1, kind="personal")

    assert sorted(actor for _, actor, _ in readings()) == [7, 8]
    with transaction():
        audit.record("report:read", actor_id=9)
    audit.verify()
