"""The database: typed base class, one transaction per act, SQLite and PostgreSQL alike."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any, Final

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    Connection,
    DateTime,
    Enum,
    MetaData,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import UpdateBase

from app.infra.troubles import database_errors

CONSTRAINT_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LARGEST_ID: Final = 2**31 - 1
"""The largest number that an id column of PostgreSQL holds."""


WRITER_WAITS_MS: Final = 15_000
"""How long an act waits on SQLite until another one has committed."""
BEFOREHAND: Final = "beforehand"
"""How SQLite calls what an act wrote into its own memory before it took the lock."""
RESTED: Final = 1.0
"""A connection that rested for so many seconds may have been cut off by the server meanwhile."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite forgets time zones, so they are put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def stored_by_value(kind: type[StrEnum], *, checked: bool = True) -> Enum:
    """The column type of an enum; one that is not `checked` needs a check of `one_of`."""
    return Enum(kind, native_enum=False, create_constraint=checked, values_callable=_values)


def one_of(column: str, kind: type[StrEnum], *, name: str) -> CheckConstraint:
    """The same check as other enum columns have, as SQLite finds it out fastest.

    A list after IN is a small table to it, in which every row is looked up: with four of them
    half the time of writing a row. For tables of a million rows.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in kind), name)


class Base(DeclarativeBase):
    """Names every constraint, and stores enums by value with a CHECK."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={
            StrEnum: stored_by_value(StrEnum),
            datetime: UtcDateTime(),
        },
    )


db = SQLAlchemy(model_class=Base)


def init_db(app: Flask) -> None:
    """Bind the database to `app` and teach SQLite its manners."""
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # before Flask-SQLAlchemy does so
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
            event.listen(db.engine, "checkin", _forget_beforehand)
            event.listen(db.engine, "checkin", _check_references_again)
        else:
            event.listen(db.engine, "handle_error", _forget_details)
            event.listen(db.engine, "checkin", _note_rest)
            event.listen(db.engine, "checkout", _greet_after_rest)
            event.listen(db.engine, "checkout", _begin_nothing)
            event.listen(db.engine, "begin", _begin_postgresql)


def _let_go(_error: BaseException | None) -> None:
    """Give the connection back; one that broke meanwhile takes no answer with it that is ready."""
    try:
        db.session.remove()
    except database_errors():
        db.session().invalidate()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a save that was confirmed survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten in its page
        f"busy_timeout={WRITER_WAITS_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("sha256", 1, _sha256, deterministic=True)


def _sha256(text: str) -> str:
    """What PostgreSQL can do by itself; in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when somebody else
    # wrote in between; taking the write lock first makes it wait instead.
    options = connection.get_execution_options()
    if options.get("locks_later"):
        return  # see _do_beforehand
    if not options.get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    _lock_sqlite(connection)


def _lock_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("is_unchecked"):
        connection.info["is_unchecked"] = True
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # means nothing once it has begun
    if patience := options.get("patience_ms"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience:d}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        if patience:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={WRITER_WAITS_MS}")


def _forget_beforehand(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
    if record.info.pop("has_beforehand", False) and connection is not None:
        try:
            connection.execute(f"DETACH DATABASE {BEFOREHAND}")
        except sqlite3.Error:
            record.invalidate()  # somebody still reads there: it goes with its connection


def _check_references_again(
    connection: sqlite3.Connection | None, record: ConnectionPoolEntry
) -> None:
    if record.info.pop("is_unchecked", False) and connection is not None:
        connection.execute("PRAGMA foreign_keys=ON")


def _begin_nothing(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    # As on SQLite we say BEGIN ourselves: a page that only reads spares two ways to the server.
    if not connection.autocommit:
        connection.autocommit = True


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    patience = options.get("patience_ms")
    # In one way to the server: a report that is read notes so in the log each time.
    waits = f"; SET LOCAL lock_timeout = {patience:d}" if patience else ""
    connection.exec_driver_sql(f"BEGIN{waits}")


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _greet_after_rest(
    connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Find out whether a connection that rested for a while still stands; if not, take another.

    Asking every time would cost a save two more ways to the server.
    """
    if monotonic() - record.info.get("rests_since", monotonic()) < RESTED:
        return
    dialect = db.engine.dialect
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _forget_details(context: ExceptionContext) -> None:
    # PostgreSQL quotes the failing row: a log line would hold a person with what they did.
    error, shown = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said and shown is not None:
        shown.args = tuple(str(part).replace(str(error), said) for part in shown.args)
        error.args = (said,)


def after_commit(act: Callable[[], None]) -> None:
    """Do `act` once the current transaction() has committed; after a rollback never."""
    db.session().info.setdefault("afterwards", []).append(act)


@contextmanager
def transaction(
    *,
    patience_ms: int | None = None,
    beforehand: Callable[[], None] | None = None,
    checks_references: bool = True,
) -> Iterator[None]:
    """One act: commit at the end, roll back on any exception.

    With `patience_ms` it waits so long for other acts and no longer. Starts afresh: what was read
    before is read again under the act's own lock. `beforehand` is done first, while nobody has to
    wait for the act yet, and writes by `app.infra.bulk.write_beforehand` only. Without
    `checks_references` SQLite looks for no row that names a deleted one: the act has to.
    Raises RuntimeError inside another transaction(): half an act must be impossible.
    """
    session = end_of_reading()
    session.info["in_act"] = True
    session.info["afterwards"] = []
    try:
        options = {"writes": True, "patience_ms": patience_ms, "locks_later": bool(beforehand)}
        options["is_unchecked"] = not checks_references
        connection = session.connection(execution_options=options)
        if beforehand:
            _do_beforehand(connection, beforehand)
        session.info["connection"] = session.get_transaction(), connection
        yield
        session.commit()
        for act in session.info["afterwards"]:
            act()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("in_act", None)


def end_of_reading() -> Session:
    """Let go of what the session has read, and of its connection.

    Raises RuntimeError inside a transaction(), which would lose what it wrote.
    """
    session = db.session()
    if session.info.get("in_act"):
        raise RuntimeError("a transaction is already open: open one per act, at the edge")
    session.rollback()
    return session


def _do_beforehand(connection: Connection, act: Callable[[], None]) -> None:
    """Do `act`; on SQLite take the lock for writing only then.

    What it writes there lies in the memory of its connection alone: no file ever holds it, and it
    is gone as soon as the act is over, however it ends.
    """
    if not is_sqlite():
        act()
        return
    connection.info["has_beforehand"] = True
    connection.exec_driver_sql(f"ATTACH DATABASE ':memory:' AS {BEFOREHAND}")
    act()
    _lock_sqlite(connection)


def refuse_broken_references(table: type[Base]) -> None:
    """Raises RuntimeError where a row of `table` names one that is not there.

    For acts that check references themselves; PostgreSQL always does.
    """
    if is_sqlite():
        name = table.__tablename__
        if db.session.execute(text(f"PRAGMA foreign_key_check({name})")).first() is not None:
            raise RuntimeError(f"a row of {name} names one that is not there")


def write(statement: UpdateBase, values: Mapping[str, Any]) -> None:
    """Execute a change of plain columns in the session's transaction, past its objects."""
    _connection().execute(statement, values)


def connection_of_act() -> Connection | None:
    """The connection of the session's transaction; None while it has none."""
    if not db.session.registry.has() or not db.session().in_transaction():
        return None
    return _connection()


def _connection() -> Connection:
    """The connection of the session's transaction, which it is asked for once a transaction."""
    session = db.session()
    known: tuple[SessionTransaction | None, Connection] | None = session.info.get("connection")
    if known is None or known[0] is not session.get_transaction():
        connection = session.connection()
        known = session.info["connection"] = session.get_transaction(), connection
    return known[1]


_WAIT: Final = text("SELECT pg_advisory_xact_lock(:number)")


def wait_in_line(number: int) -> None:
    """Let one act at a time pass this line until its commit; SQLite's lock does so anyway."""
    if not is_sqlite():
        _connection().execute(_WAIT, {"number": number})


def give_up_after_standing_still(period: timedelta) -> None:
    """Let PostgreSQL roll the current act back once its process says nothing for so long.

    A process that was stopped in the middle of an act would keep its locks for as long.
    """
    if not is_sqlite():
        milliseconds = int(period / timedelta(milliseconds=1))
        told = text(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds:d}")
        db.session.execute(told)


def insert_of(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens where the row is there already, on both databases."""
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)


def is_sqlite() -> bool:
    """Whether the current app stands on SQLite."""
    return db.engine.dialect.name == "sqlite"
