"""Reading plain rows straight through the driver: what every page asks first.

SQLAlchemy writes a query down once and knows how its columns are read. Going through its session
and its connection each time would cost ten times the query itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Generic, TypeVarTuple

from sqlalchemy import BindParameter, Dialect, Select

from app.infra import slow_statements
from app.infra.db import connection_of_act, db

Columns = TypeVarTuple("Columns")
DOUBLE: Final = 701
"""PostgreSQL's number for double precision, which every column of ours with fractions has."""
LONGEST_KEPT: Final = 32
"""So many values of a list at most have words that are kept: one person, comments of a page."""


class Query(Generic[*Columns]):
    """A query of plain columns, written once; its `bindparam`s are given at every reading.

    A list is given for one that is `expanding`; the words for short ones are kept.

    Inside a transaction it reads what the transaction sees; what a session has not flushed yet
    is not seen. Outside of one it sees what is committed at that moment, and holds nobody up.
    """

    def __init__(self, statement: Select[*Columns]) -> None:
        self.statement = statement
        self._written: dict[tuple[str, frozenset[tuple[str, int]]], _Written] = {}

    def all(self, **values: Any) -> list[tuple[*Columns]]:
        """Every row. Raises the driver's own errors, which hold no values."""
        act = connection_of_act()
        if act:
            return self._read(act.connection.driver_connection, values)
        # Given back at once: whoever holds one and waits for a second may wait for ever.
        with closing(db.engine.raw_connection()) as borrowed:
            return self._read(borrowed.driver_connection, values)

    def _read(self, driver: Any, values: Mapping[str, Any]) -> list[tuple[*Columns]]:
        lengths = {name: len(given) for name, given in values.items() if isinstance(given, list)}
        written = self._written_for(db.engine.dialect, lengths)
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

    def _written_for(self, dialect: Dialect, lengths: Mapping[str, int]) -> "_Written":
        key = dialect.name, frozenset(lengths.items())
        known = self._written.get(key)
        if known is None:
            known = _Written.by(dialect, self.statement, lengths)
            if max(lengths.values(), default=0) <= LONGEST_KEPT:
                self._written[key] = known
        return known


@dataclass(frozen=True)
class _Written:
    """A statement in the words of one database, with places for lists of certain lengths."""

    words: str
    places: tuple[str, ...]
    """The names of the values in their order where the driver counts them; else empty."""
    constants: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    """The names of each list's values."""
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns whose values the driver does not give as we want them, and what does."""

    @classmethod
    def by(
        cls, dialect: Dialect, statement: Select[*Columns], lengths: Mapping[str, int]
    ) -> "_Written":
        """Let SQLAlchemy write `statement` down for `dialect`."""
        written = statement.compile(dialect=dialect)
        binds = {name: written.binds[name] for name in written.params}
        stand_ins = {name: [None] * length for name, length in lengths.items()}
        expanded = written.construct_expanded_state({**written.params, **stand_ins})
        kinds = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        readers = [kind.result_processor(dialect, DOUBLE) for kind in kinds]
        return cls(
            expanded.statement,
            tuple(expanded.positiontup or ()),
            dict(_constants(dialect, binds, expanded.parameter_expansion)),
            {name: expanded.parameter_expansion[name] for name in lengths},
            tuple((place, reader) for place, reader in enumerate(readers) if reader),
        )

    def bound(self, values: Mapping[str, Any]) -> Any:
        """`values` and the constants as the driver takes them."""
        every = {**self.constants, **values}
        for name, places in self.lists.items():
            every.update(zip(places, every.pop(name), strict=True))
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


def _constants(
    dialect: Dialect,
    binds: Mapping[str, BindParameter[Any]],
    lists: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, Any]]:
    """The constants of a statement as the driver takes them; of a list each value by its name."""
    for name, bind in binds.items():
        if bind.required:
            continue
        process = bind.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
        if bind.expanding:
            yield from zip(lists[name], map(process, bind.effective_value or ()), strict=True)
        else:
            yield name, process(bind.value)


def _as_it_is(value: Any) -> Any:
    return value
