"""Writing very many rows in one go, past the bookkeeping that SQLAlchemy does for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Table

from app.infra.db import Base, db, is_sqlite

CACHE_IN_KIB: Final = 256 * 1024
"""For SQLite: in shuffled order every row belongs to another page, and few fit into 2 MiB."""
TOGETHER: Final = 500
"""Rows in one statement: SQLite then sets its checks up once for all of them."""


def write_columns(table: type[Base], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, all equally long; values as the database stores them.

    Numbers, texts, None, and enums with texts for values. Part of the current transaction.
    """
    plain = [_plain(values) for values in columns.values()]
    rows = list(zip(*plain, strict=True))
    write = _write_to_sqlite if is_sqlite() else _copy_to_postgresql
    write(db.session.connection(), table.metadata.tables[table.__tablename__], list(columns), rows)


def _plain(values: Sequence[Any]) -> Sequence[Any]:
    kinds = {kind for kind in set(map(type, values)) if issubclass(kind, Enum)}
    # Members live as long as their class, so their place in memory names them: much the fastest.
    names = {id(member): member.value for kind in kinds for member in kind}
    return [names.get(id(value), value) for value in values] if names else values


def _write_to_sqlite(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    connection.exec_driver_sql(f"PRAGMA cache_size={-CACHE_IN_KIB}")
    one = f"({', '.join('?' * len(names))})"
    for begin in range(0, len(rows), TOGETHER):
        some = rows[begin : begin + TOGETHER]
        head = f"INSERT INTO {_places(connection, table, names)} VALUES "  # noqa: S608 - our own
        statement = head + ", ".join([one] * len(some))
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _copy_to_postgresql(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {_places(connection, table, names)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _places(connection: Connection, table: Table, names: Sequence[str]) -> str:
    """The table and its columns as SQL writes them; all of them our own names."""
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.format_column(table.c[name]) for name in names)
    return f"{quoted.format_table(table)} ({columns})"
