"""Why something could not be written: no room on the disk, or somebody else is writing."""

import errno
import sqlite3
import sys
from typing import TYPE_CHECKING, Final, TypeGuard

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
SQLITE_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
POSTGRESQL_FULL: Final = "53100"
POSTGRESQL_BUSY: Final = "55P03"
"""A lock that was not had within lock_timeout."""
POSTGRESQL_STOPS: Final = frozenset({"57P01", "57P02", "57P03"})
"""It is shut down, has crashed, or is starting."""


def database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises when a database fails, and what the drivers raise past it.

    A driver that nobody has imported has raised nothing; so commands on SQLite need not import
    the one of PostgreSQL.
    """
    known = (DBAPIError, sqlite3.Error)
    postgresql = sys.modules.get("psycopg")
    return known if postgresql is None else (*known, postgresql.Error)


def _is_of_postgresql(
    error: BaseException | None, kind: str = "Error"
) -> "TypeGuard[psycopg.Error]":
    postgresql = sys.modules.get("psycopg")
    return postgresql is not None and isinstance(error, getattr(postgresql, kind))


def is_full(error: BaseException) -> bool:
    """Whether the disk of the database, or our own, has no room left."""
    cause = _cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) == sqlite3.SQLITE_FULL
    if _is_of_postgresql(cause):
        return cause.sqlstate == POSTGRESQL_FULL
    return isinstance(cause, OSError) and cause.errno in NO_ROOM


def is_busy(error: BaseException) -> bool:
    """Whether somebody else was writing for longer than we wait."""
    cause = _cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) in SQLITE_BUSY
    return _is_of_postgresql(cause) and cause.sqlstate == POSTGRESQL_BUSY


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, or went away in the middle of what was asked."""
    cause = _cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) == sqlite3.SQLITE_CANTOPEN
    if not _is_of_postgresql(cause):
        return False
    is_cut_off = _is_of_postgresql(cause, "OperationalError") and cause.sqlstate is None
    return is_cut_off or cause.sqlstate in POSTGRESQL_STOPS


def sentence_of(error: BaseException) -> str:
    """What a database said, as one sentence for operators, with what helps."""
    cause = _cause_of(error)
    said = (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")
    if is_away(error):
        return f"The database does not answer: {said}."
    return f"The database said: {said}. Is it up to date? flask db upgrade"


def _cause_of(error: BaseException) -> BaseException | None:
    """What the driver said; SQLAlchemy wraps it."""
    return error.orig if isinstance(error, DBAPIError) else error


def _sqlite_code(error: sqlite3.Error) -> int:
    """The primary code; the rest tells details of no use here."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
