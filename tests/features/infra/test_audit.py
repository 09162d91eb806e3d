"""The log of acts: every link holds the one before."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update

from app.infra import audit
from app.infra.audit import AuditEntry, ChainBrokenError
from app.infra.db import db, transaction


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
