"""Looking at the log checks its end; the worker walks all of it once a day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.infra import audit, audit_checking
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from tests.features.infra.test_audit import entries, record

MONDAY = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def walked(app, at):
    """Three entries that the worker has walked and left a witness of."""
    with at(MONDAY):
        record("cycle:opened", "cycle:closed", "cycle:published")
        audit_checking.walk_daily([])
        audit.leave_witness()
        yield


def change(entry):
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(actor_id=99))


def test_a_view_checks_what_came_after_the_witness(walked):
    record("report:read", "report:read")
    change(entries()[3])

    state = audit_checking.look([])

    assert f"Audit entry {entries()[3].id} (report:read) was changed" in state.fault


def test_a_view_reads_the_new_entries_only(walked, monkeypatch):
    record("report:read")
    checked = []
    real = AuditEntry.computed_digest

    def noted(entry):
        checked.append(entry.tag)
        return real(entry)

    monkeypatch.setattr(AuditEntry, "computed_digest", noted)

    state = audit_checking.look([])

    assert (state.length, state.fault, state.walked_on) == (4, "", MONDAY.date())
    assert checked == ["report:read"]


def test_an_old_entry_that_was_changed_is_found_by_the_walk_of_the_next_day(walked, at):
    change(entries()[0])
    assert audit_checking.look([]).fault == ""

    with at(MONDAY + timedelta(days=1)):
        audit_checking.walk_daily([])
        state = audit_checking.look([])

    assert f"Audit entry {entries()[0].id} (cycle:opened) was changed" in state.fault


def test_the_whole_log_is_walked_once_a_day(walked, monkeypatch):
    walks: list[object] = []
    monkeypatch.setattr(audit, "verify", walks.append)

    audit_checking.walk_daily([])

    assert walks == []


def test_before_the_first_walk_a_view_walks_everything(app):
    record("cycle:opened", "cycle:closed")

    assert audit_checking.look([]) == audit_checking.LogState(2, "", None)


def test_a_log_that_is_not_what_the_witness_saw_is_walked_whole_and_refused(walked):
    with transaction():
        db.session.delete(entries()[-1])

    assert "remembers 3 entries, but the log has only 2" in audit_checking.look([]).fault
