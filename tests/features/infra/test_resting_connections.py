"""A connection that the database server cut off while it rested is replaced unseen."""

import pytest
from sqlalchemy import text

from app.infra import db as database
from app.infra.db import db, is_sqlite


@pytest.fixture
def cut_off(app):
    """Let the server end the connection that the pool keeps."""
    if is_sqlite():
        pytest.skip("SQLite has no server")

    def cut() -> None:
        db.session.rollback()
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.rollback()
        with db.engine.connect() as other, db.engine.connect() as killer:
            pids = [one.scalar(text("SELECT pg_backend_pid()")) for one in (other, killer)]
            by = killer if pids[0] == number else other
            assert by.scalar(text("SELECT pg_terminate_backend(:n, 5000)"), {"n": number})

    return cut


def test_a_connection_that_was_cut_off_while_it_rested_is_replaced(cut_off, alice, monkeypatch):
    cut_off()
    monkeypatch.setattr(database, "RESTED", 0)

    assert alice.get("/").status_code == 200
