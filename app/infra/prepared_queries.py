"""Reading plain rows straight through the driver: what every page asks first.

SQLAlchemy writes a query down once and knows how its columns are read. Going through its session
and its connection each time would cost ten times the query itself.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVarTuple

from sqlalchemy import BindParameter, Dialect, Select

from app.infra import slow_statements
from app.infra.db import connection_of_act, db

Columns = TypeVarTuple("Columns")


class Query(Generic[*Columns]):
    """A query of plain columns, written once; its `bindparam`s are given at every reading.

    Inside a transaction it reads what the transaction sees; what a session has not flushed yet
    is not seen. Outside of one it sees what is committed at that moment, and holds nobody up.
    """

    def __init__(self, statement: Select[*Columns]) -> None:
        self.statement = statement
        self._written: dict[str, _Written] = {}

    def all(self, **values: Any) -> list[tuple[*Columns]]:
        """Every row. Raises the driver's own errors, which hold no values."""
        act = connection_of_act()
        if act:
            return self._read(act.connection.driver_connection, values)
        # Given back at once: whoever holds one and waits for a second may wait for ever.
        with closing(db.engine.raw_connection()) as borrowed:
            return self._read(borrowed.driver_connection, values)

    def _read(self, driver: Any, values: Mapping[str, Any]) -> list[tuple[*Columns]]:
        written = self._written_for(db.engine.dialect)
        began = perf_counter()
        rows = driver.execute(written.words, written.bound(values)).fetchall()
        slow_statements.note(written.words, perf_counter() - began)
        return written.values_of(rows)

    def first(self, **values: Any) -> tuple[*Columns] | None:
        """The first row, or None; asked of queries that find one row at most."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def one(self, **values: Any) -> tuple[*Columns]:
        """The only row there is. Raises ValueError when there is none, or more."""
        (row,) = self.all(**values)
        return row

    def _written_for(self, dialect: Dialect) -> "_Written":
        known = self._written.get(dialect.name)
        if known is None:
            known = self._written[dialect.name] = _Written.by(dialect, self.statement)
        return known


@dataclass(frozen=True)
class _Written:
    """A statement in the words of one database."""

    words: str
    places: tuple[str, ...]
    """The names of the values in their order where the driver counts them; else empty."""
    constants: Mapping[str, Any]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns whose values the driver does not give as we want them, and what does."""

    @classmethod
    def by(cls, dialect: Dialect, statement: Select[*Columns]) -> "_Written":
        """Let SQLAlchemy write `statement` down for `dialect`."""
        written = statement.compile(dialect=dialect)
        binds = {name: written.binds[name] for name in written.params}
        kinds = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        readers = [kind.result_processor(dialect, None) for kind in kinds]
        return cls(
            str(written),
            tuple(written.positiontup or ()),
            {name: _given(dialect, bind) for name, bind in binds.items() if not bind.required},
            tuple((place, reader) for place, reader in enumerate(readers) if reader),
        )

    def bound(self, values: Mapping[str, Any]) -> Any:
        """`values` and the constants as the driver takes them."""
        every = {**self.constants, **values}
        return [every[name] for name in self.places] if self.places else every

    def values_of(self, rows: list[Any]) -> list[Any]:
        """`rows` as the driver gave them, with every value as its column has it."""
        if not self.readers:
            return rows
        found = [list(row) for row in rows]
        for place, reader in self.readers:
            for row in found:
                row[place] = reader(row[place])
        return found


def _given(dialect: Dialect, bind: BindParameter[Any]) -> Any:
    """A constant of a statement as the driver takes it."""
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return process(bind.value) if process else bind.value
