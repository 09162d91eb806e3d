"""Sweeping: what was deleted from the database leaves the disk as well.

A deleted row is only marked; its bytes and its place, which tells when it was written, stay
until the table is rewritten.
"""

import re
import sqlite3
import time
from collections.abc import Iterable
from typing import Final

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.infra.audit import wait_for_others
from app.infra.db import Base, db, is_sqlite

PATIENCE: Final = 20
"""Tries, half a second apart, to get the tables alone."""
BUSY: Final = "others are still reading the database"


class NotSweptError(Exception):
    """Deleted rows are still on disk; the text says why."""


def sweep(tables: Iterable[type[Base]]) -> None:
    """Rewrite `tables` without what was deleted; SQLite rewrites its whole file.

    Nothing of our own may be pending. Raises NotSweptError while somebody still holds on to
    the old rows.
    """
    db.session.rollback()
    names = [table.__tablename__ for table in tables]
    for attempt in range(PATIENCE):
        if fault := _fault_of_a_try(names):
            if attempt == PATIENCE - 1:
                raise NotSweptError(fault)
            time.sleep(0.5)
        else:
            return


def cut_off(tables: Iterable[type[Base]]) -> bool:
    """Empty `tables` as wholes, so that nobody waits for long; whether it was done.

    On PostgreSQL they begin in new, empty files when the current act commits, and the old ones go:
    a row that is deleted there lies in its file until the sweep. There not while somebody reads
    one of them, or notes something in the log, for half a second: all others would have to wait.
    All their rows must be ones to be deleted.
    """
    names = [table.__tablename__ for table in tables]
    if is_sqlite():
        for name in names:
            _begin_anew(name)
        return True
    try:
        with db.session.begin_nested():
            db.session.execute(text("SET LOCAL lock_timeout = '500ms'"))
            # First: whoever has read a table in an act, and then notes it, would wait for us, and
            # we for them. Where it fails the savepoint gives the place in the log back, too.
            wait_for_others()
            db.session.execute(text(f"TRUNCATE {', '.join(names)}"))
            db.session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    except DBAPIError:
        return False
    return True


def _begin_anew(table: str) -> None:
    """Drop a table of SQLite and make it again; its pages are overwritten like deleted rows.

    A table with foreign keys is emptied row by row otherwise: a hundred times as slow.
    """
    made = text("SELECT sql FROM sqlite_schema WHERE tbl_name = :table AND sql IS NOT NULL")
    statements = db.session.scalars(made, {"table": table}).all()
    db.session.execute(text(f"DROP TABLE {table}"))
    for statement in statements:  # the table, then its indexes
        db.session.connection().exec_driver_sql(statement)


def _fault_of_a_try(tables: list[str]) -> str:
    """Try once; what stood in the way, or nothing."""
    try:
        is_clean = _rewrite_sqlite() if is_sqlite() else _rewrite_postgresql(tables)
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        return str(getattr(error, "orig", error)).splitlines()[0]
    return "" if is_clean else BUSY


def _rewrite_sqlite() -> bool:
    """Rewrite the file and empty the write-ahead log; whether no reader held it."""
    raw = db.engine.raw_connection()
    try:
        raw.rollback()
        cursor = raw.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout=1000")  # rather come back than hold up everybody
        try:
            cursor.execute("VACUUM")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
        return not busy
    finally:
        raw.close()


def _rewrite_postgresql(tables: list[str]) -> bool:
    """Write each table's heap, TOAST and indexes anew; whether no old row had to be kept.

    Deleted rows that an older transaction could still read are copied along; VACUUM tells how
    many in the first number of its report's details.
    """
    kept: list[int] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if found := re.match(r"\d+", notice.message_detail or ""):
            kept.append(int(found.group()))

    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101 - for mypy  # nosec B101
        driver.add_notice_handler(hear)
        try:
            # Whoever fills in a ballot meanwhile waits behind us: better to come back.
            connection.exec_driver_sql("SET lock_timeout = '500ms'")
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {table}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
            driver.remove_notice_handler(hear)
    return not any(kept)
