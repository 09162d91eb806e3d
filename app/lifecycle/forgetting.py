"""After the count's commit: no key half, no ballot and no deleted row stays on disk."""

import sqlite3
import time
from typing import Final

from sqlalchemy import func, select, text

from app.ballots.models import SealedBallot, StoredHalf
from app.infra.db import db, is_sqlite, transaction
from app.infra.keys import key_folder

VACUUM_PATIENCE: Final = 20
"""Tries, half a second apart, to get the database alone after a count."""


def finish_forgetting(cycle_id: int) -> None:
    """After the commit: destroy the key file and sweep the deleted rows off the disk.

    Doing it again does no harm, so it may follow any crash.
    """
    db.session.rollback()
    key_folder().destroy(cycle_id)
    if is_sqlite():
        _vacuum_sqlite()
    else:
        _vacuum_postgresql()


def _vacuum_sqlite() -> None:
    """Rewrite the file and empty the write-ahead log; wait while readers are busy."""
    for attempt in range(VACUUM_PATIENCE):
        try:
            _rewrite_sqlite()
        except sqlite3.OperationalError:
            if attempt == VACUUM_PATIENCE - 1:
                raise
        else:
            return
        time.sleep(0.5)


def _rewrite_sqlite() -> None:
    raw = db.engine.raw_connection()
    try:
        raw.rollback()
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("readers are busy")
    finally:
        raw.close()


def _vacuum_postgresql() -> None:
    """Truncate what is empty now, so that no dead row stays on disk."""
    with transaction():
        for table in (SealedBallot, StoredHalf):
            db.session.execute(text(f"LOCK TABLE {table.__tablename__} IN ACCESS EXCLUSIVE MODE"))
            if db.session.scalar(select(func.count()).select_from(table)) == 0:
                db.session.execute(text(f"TRUNCATE {table.__tablename__}"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM participation")
