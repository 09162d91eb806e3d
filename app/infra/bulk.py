"""Reading and writing very many rows, past the bookkeeping that SQLAlchemy does for each."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from itertools import chain
from typing import Any, Final, TypeVar

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, text

from app.infra.db import BEFOREHAND, Base, db, is_sqlite, transaction

Number = TypeVar("Number", np.int32, np.int64)
CACHE_IN_KIB: Final = 256 * 1024
"""For SQLite: in shuffled order every row belongs to another page, and few fit into 2 MiB."""
MANY: Final = 10_000
"""So many rows are worth it: the cache stays as long as its connection."""
TOGETHER: Final = 500
"""Rows in one statement: SQLite then sets its checks up once for all of them."""
AT_ONCE: Final = 5_000
"""Rows fetched together."""


@contextmanager
def no_cycles_sought() -> Iterator[None]:
    """Let Python's collector rest: of the millions of objects made meanwhile it would find none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def take_stock(*tables: type[Base]) -> None:
    """Let PostgreSQL look at tables into which very much was written, in an act of its own.

    It would do so by itself some minutes later. Until then it plans as if hardly anything were in
    them: adding up the scores of 100,000 people took many minutes instead of seconds. SQLite keeps
    no such samples, and is not to.
    """
    if not is_sqlite():
        with transaction():
            names = ", ".join(table.__tablename__ for table in tables)
            db.session.execute(text(f"ANALYZE {names}"))


def plain_rows(query: Select[*tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query` in lists of up to 5,000, with values as the driver hands them over.

    Texts and whole numbers are the same everywhere; a truth value is 0 or 1 in SQLite. Part of
    the current transaction, which may not end before the last row was read.
    """
    db.session.flush()
    with db.session.connection().execute(query) as found:
        while rows := found.cursor.fetchmany(AT_ONCE):
            yield list(rows)


def whole_numbers(query: Select[*tuple[Any, ...]]) -> NDArray[np.int64]:
    """The rows of `query`, all whole numbers or truth values, as an array (rows, columns)."""
    return _numbers(query, np.int64)


def small_numbers(query: Select[*tuple[Any, ...]]) -> NDArray[np.int32]:
    """The same where all of them are ids, or smaller: very many take half the memory."""
    return _numbers(query, np.int32)


def _numbers(query: Select[*tuple[Any, ...]], kind: type[Number]) -> NDArray[Number]:
    wide = len(query.selected_columns)
    parts = [
        np.fromiter(chain.from_iterable(rows), dtype=kind, count=wide * len(rows))
        for rows in plain_rows(query)
    ]
    flat = np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
    return flat.reshape(-1, wide)


def write_columns(table: type[Base], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, all equally long; values as the database stores them.

    Numbers, truth values, texts, None, and enums with texts for values. Part of the current
    transaction. Raises the database's own errors, which hold no values.
    """
    connection, to = db.session.connection(), _table(table)
    write = _write_to_sqlite if is_sqlite() else _copy_to_postgresql
    write(connection, _places(connection, to, list(columns)), _rows(columns))


def write_beforehand(table: type[Base], columns: Mapping[str, Sequence[Any]]) -> None:
    """The same before anybody waits for the act, as its `beforehand`; `take_over` follows in it.

    PostgreSQL writes the rows at once: others neither see them nor wait for them. On SQLite all
    who write would wait, so the rows are laid into the memory of the act's own connection.
    """
    if not is_sqlite():
        write_columns(table, columns)
        return
    connection, to = db.session.connection(), _table(table)
    names = ", ".join(_quoted(connection, to, columns))
    aside = f"{BEFOREHAND}.{connection.dialect.identifier_preparer.format_table(to)}"
    alike = f"SELECT {names} FROM main.{to.name} WHERE 0"  # noqa: S608 - our own  # nosec B608
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {aside} AS {alike}")
    _write_to_sqlite(connection, f"{aside} ({names})", _rows(columns))


def take_over(*tables: type[Base]) -> None:
    """Put what was written beforehand into its tables, within the current transaction."""
    if not is_sqlite():
        return
    connection = db.session.connection()
    connection.exec_driver_sql(f"PRAGMA main.cache_size={-CACHE_IN_KIB}")
    listed = f"SELECT name FROM {BEFOREHAND}.sqlite_schema"  # noqa: S608 - our own  # nosec B608
    written = set(connection.exec_driver_sql(listed).scalars())
    for table in tables:
        if table.__tablename__ in written:
            _take_over(connection, _table(table))


def _take_over(connection: Connection, table: Table) -> None:
    aside = f"{BEFOREHAND}.{connection.dialect.identifier_preparer.format_table(table)}"
    columns = connection.exec_driver_sql(f"SELECT * FROM {aside} WHERE 0").keys()  # noqa: S608  # nosec B608
    names = ", ".join(_quoted(connection, table, columns))
    rows = f"SELECT {names} FROM {aside}"  # noqa: S608 - our own names  # nosec B608
    connection.exec_driver_sql(f"INSERT INTO {_places(connection, table, columns)} {rows}")


def _table(table: type[Base]) -> Table:
    return table.metadata.tables[table.__tablename__]


def _rows(columns: Mapping[str, Sequence[Any]]) -> list[tuple[Any, ...]]:
    return list(zip(*(_plain(values) for values in columns.values()), strict=True))


def _plain(values: Sequence[Any]) -> Sequence[Any]:
    kinds = {kind for kind in set(map(type, values)) if issubclass(kind, Enum)}
    # Members live as long as their class, so their place in memory names them: much the fastest.
    names = {id(member): member.value for kind in kinds for member in kind}
    return list(map(names.get, map(id, values), values)) if names else values


def _write_to_sqlite(connection: Connection, place: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if len(rows) >= MANY:
        connection.exec_driver_sql(f"PRAGMA main.cache_size={-CACHE_IN_KIB}")
    one = f"({', '.join('?' * len(rows[0]))})"
    head = f"INSERT INTO {place} VALUES "  # noqa: S608 - our own names  # nosec B608
    for begin in range(0, len(rows), TOGETHER):
        some = rows[begin : begin + TOGETHER]
        statement = head + ", ".join([one] * len(some))
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _copy_to_postgresql(
    connection: Connection, place: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {place} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # It quotes the failing row, and goes past where that is forgotten for other statements.
        error.args = (error.diag.message_primary or "The rows could not be written.",)
        raise


def _places(connection: Connection, table: Table, names: Iterable[str]) -> str:
    """The table and its columns as SQL writes them; all of them our own names."""
    columns = ", ".join(_quoted(connection, table, names))
    return f"{connection.dialect.identifier_preparer.format_table(table)} ({columns})"


def _quoted(connection: Connection, table: Table, names: Iterable[str]) -> list[str]:
    quoted = connection.dialect.identifier_preparer
    return [quoted.format_column(table.c[name]) for name in names]
