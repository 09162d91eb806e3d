"""A connection that the database server cut off while it rested is replaced unseen."""

import pytest
from sqlalchemy import text

from app.infra import db as database
from app.infra.db import db


@pytest.fixture
def cut_off(app):
    """Let the server end the connection that the pool keeps."""

    def cut() -> None:
        db.session.rollback()
        with db.engine.connect() as killer:
            with db.engine.connect() as resting:
                number = resting.scalar(text("SELECT pg_backend_pid()"))
            assert killer.scalar(text("SELECT pg_terminate_backend(:n, 5000)"), {"n": number})

    return cut


@pytest.mark.postgresql_only
def test_a_connection_that_was_cut_off_while_it_rested_is_replaced(cut_off, alice, monkeypatch):
    cut_off()
    monkeypatch.setattr(database, "RESTED", 0)

    assert alice.get("/").status_code == 200
