"""Reading and writing very many rows, past the bookkeeping that SQLAlchemy does for each."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from itertools import chain
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, text

from app.infra.db import Base, db, is_sqlite, transaction

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
    wide = len(query.selected_columns)
    parts = [
        np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=wide * len(rows))
        for rows in plain_rows(query)
    ]
    flat = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    return flat.reshape(-1, wide)


def write_columns(table: type[Base], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, all equally long; values as the database stores them.

    Numbers, truth values, texts, None, and enums with texts for values. Part of the current
    transaction. Raises the database's own errors, which hold no values.
    """
    plain = [_plain(values) for values in columns.values()]
    rows = list(zip(*plain, strict=True))
    write = _write_to_sqlite if is_sqlite() else _copy_to_postgresql
    write(db.session.connection(), table.metadata.tables[table.__tablename__], list(columns), rows)


def _plain(values: Sequence[Any]) -> Sequence[Any]:
    kinds = {kind for kind in set(map(type, values)) if issubclass(kind, Enum)}
    # Members live as long as their class, so their place in memory names them: much the fastest.
    names = {id(member): member.value for kind in kinds for member in kind}
    return list(map(names.get, map(id, values), values)) if names else values


def _write_to_sqlite(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    if len(rows) >= MANY:
        connection.exec_driver_sql(f"PRAGMA cache_size={-CACHE_IN_KIB}")
    one = f"({', '.join('?' * len(names))})"
    for begin in range(0, len(rows), TOGETHER):
        some = rows[begin : begin + TOGETHER]
        place = _places(connection, table, names)
        head = f"INSERT INTO {place} VALUES "  # noqa: S608 - our own names  # nosec B608
        statement = head + ", ".join([one] * len(some))
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _copy_to_postgresql(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {_places(connection, table, names)} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # It quotes the failing row, and goes past where that is forgotten for other statements.
        error.args = (error.diag.message_primary or "The rows could not be written.",)
        raise


def _places(connection: Connection, table: Table, names: Sequence[str]) -> str:
    """The table and its columns as SQL writes them; all of them our own names."""
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.format_column(table.c[name]) for name in names)
    return f"{quoted.format_table(table)} ({columns})"
