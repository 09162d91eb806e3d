"""The log of acts: every link holds the one before."""

from datetime import UTC, date, datetime
from threading import Thread

import pytest
from sqlalchemy import delete, event, select, update

from app.infra import audit
from app.infra.audit import AuditEntry, ChainBrokenError, Witness
from app.infra.db import db, transaction
from app.infra.keys import key_folder


def record(*tags):
    for tag in tags:
        with transaction():
            audit.record(tag, actor_id=1, cycle_id=7)


def entries():
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_a_fresh_chain_is_whole_and_empty(app):
    assert audit.verify() == 0


def test_an_act_is_kept_with_its_day_and_details(app, at):
    with at(datetime(2026, 10, 2, 16, 30, tzinfo=UTC)):
        record("cycle:closed")

    (entry,) = entries()
    assert (entry.tag, entry.day, entry.actor_id) == ("cycle:closed", date(2026, 10, 2), 1)
    assert entry.details == {"cycle_id": 7}


def test_every_entry_continues_the_one_before(app):
    record("cycle:opened", "cycle:closed", "cycle:published")

    first, second, third = entries()
    assert second.previous == first.digest
    assert third.previous == second.digest
    assert audit.verify() == 3


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tag", "cycle:opened"),
        ("day", date(2020, 1, 1)),
        ("actor_id", None),
        ("details", {"cycle_id": 8}),
    ],
)
def test_a_changed_entry_is_found(app, column, value):
    record("cycle:planned", "cycle:closed", "cycle:published")
    second = entries()[1].id
    with transaction():
        db.session.execute(
            update(AuditEntry).where(AuditEntry.id == second).values({column: value})
        )

    with pytest.raises(ChainBrokenError, match=f"Audit entry {second}"):
        audit.verify()


def test_a_changed_entry_with_a_new_digest_is_found_by_the_next_one(app):
    record("cycle:opened", "cycle:closed", "cycle:published")
    with transaction():
        second = entries()[1]
    with transaction():
        second.tag = "cycle:extended"
        second.digest = second.computed_digest()

    with pytest.raises(ChainBrokenError, match="missing"):
        audit.verify()


@pytest.mark.parametrize("place", [0, 1])
def test_a_removed_entry_is_found(app, place):
    record("cycle:opened", "cycle:closed", "cycle:published")
    gone = entries()[place].id
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.id == gone))

    with pytest.raises(ChainBrokenError, match="missing"):
        audit.verify()


@pytest.mark.parametrize("detail", sorted(audit.NEVER_LOGGED))
def test_what_could_betray_a_rater_is_never_logged(app, detail):
    with pytest.raises(ValueError, match=detail):
        audit.record("ballot:sent", **{detail: 1})


@pytest.fixture
def cut_off(app):
    """The last of three acts was removed after the worker had looked."""
    record("cycle:opened", "cycle:closed", "report:read")
    audit.leave_witness()
    with transaction():
        db.session.delete(entries()[-1])


def test_entries_cut_off_at_the_end_are_found_by_the_file_beside_the_keys(cut_off):
    with pytest.raises(ChainBrokenError, match="remembers 3 entries, but the log has only 2"):
        audit.verify()


def test_without_a_witness_the_chain_alone_does_not_see_its_end(app):
    """Why there are witnesses: a chain that was cut off is still a chain."""
    record("cycle:opened", "cycle:closed")
    with transaction():
        db.session.delete(entries()[-1])

    assert audit.verify() == 1


def test_the_witness_does_not_believe_a_log_that_lost_entries(cut_off):
    with pytest.raises(ChainBrokenError, match="the log has only 2"):
        audit.leave_witness()
    record("cycle:published", "cycle:purged")
    with pytest.raises(ChainBrokenError, match="remembers another entry 3"):
        audit.leave_witness()

    assert audit.lost_entries() == 1
    with pytest.raises(ChainBrokenError, match="remembers another entry 3"):
        audit.verify()


def test_a_log_written_anew_as_a_whole_is_found(app):
    record("cycle:opened", "cycle:closed")
    length, digest = audit.head()
    with transaction():
        db.session.execute(delete(AuditEntry))
    record("cycle:opened", "cycle:extended")

    with pytest.raises(ChainBrokenError, match="The promise of Q1 remembers another entry 2"):
        audit.verify([Witness(length, digest, "The promise of Q1")])


def test_the_worker_remembers_a_growing_log_every_minute(app):
    record("cycle:opened")
    audit.leave_witness()
    record("cycle:closed")
    audit.leave_witness()

    assert audit.filed_witness() == Witness(*audit.head(), "The file in the key folder")
    assert audit.verify() == 2


@pytest.mark.parametrize("note", ["", "many abc", "3"])
def test_a_witness_that_cannot_be_read_is_none(app, note):
    key_folder().write_note(note)

    assert audit.filed_witness() is None


def test_an_act_that_failed_leaves_no_entry(app):
    def failing_act():
        with transaction():
            audit.record("cycle:closed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()

    assert entries() == []


def test_an_entry_holds_no_time_of_day(app):
    columns = {column.name: str(column.type) for column in AuditEntry.__table__.columns}

    assert columns["day"] == "DATE"
    assert not any("TIME" in kind for kind in columns.values())


def test_length_and_end_of_the_log_are_of_one_moment(app):
    """Read apart, they would be a witness against a log that nobody touched."""
    record("cycle:opened")
    other = Thread(target=lambda: in_another_process(app, "cycle:closed"))

    def somebody_else_adds_an_entry(_connection, _cursor, statement, *_):
        if "audit_entry" in statement and not other.ident:
            other.start()
            other.join()

    event.listen(db.engine, "after_cursor_execute", somebody_else_adds_an_entry)
    try:
        length, digest = audit.head()
    finally:
        event.remove(db.engine, "after_cursor_execute", somebody_else_adds_an_entry)

    assert digest == entries()[length - 1].digest


def in_another_process(app, tag):
    with app.app_context():
        record(tag)
        db.session.remove()
