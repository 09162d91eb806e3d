"""How many bytes each row takes on PostgreSQL, and what that makes for a million people.

A quarter is set and counted on a server of its own. A table's size is that of all its files,
indexes and long values included, after VACUUM, divided by its rows: as a count leaves them.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import select

from app.cycles.models import Cycle
from app.infra.db import db, transaction
from app.lifecycle.count.counting import count_and_forget
from tests.bench.counting import app_in, set_the_stage
from tests.databases import OnPostgres

PEOPLE = 3_000
MANY = 1_000_000
QUARTERS = 12
SMALL = 100
"""Tables with fewer rows have a size that says nothing of a row."""
SIZE = "SELECT pg_total_relation_size(quote_ident(%s)::regclass)"
KEPT = {"person"}
"""Tables that hold everybody once, whatever is counted."""


@dataclass(frozen=True)
class TableSize:
    """A table's rows and bytes."""

    rows: int
    bytes: int

    @property
    def each(self) -> float:
        return self.bytes / self.rows


def sizes(url: str) -> dict[str, TableSize]:
    """Every table with so many rows that its size can be divided by them."""
    found = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM")
        for table in db.metadata.tables:
            (rows,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() or (0,)
            (size,) = connection.execute(SIZE, (table,)).fetchone() or (0,)
            if rows >= SMALL:
                found[table] = TableSize(rows, size)
    return found


def measure(people: int) -> tuple[dict[str, TableSize], dict[str, TableSize]]:
    """The sizes while a quarter waits for its count, and afterwards."""
    with (
        TemporaryDirectory() as folder,
        OnPostgres(Path(folder)) as server,
        server.empty(Path(folder)) as url,
    ):
        data = Path(folder) / "data"
        set_the_stage(data, people, database_url=url)
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        before = sizes(plain)
        with app_in(data, database_url=url).app_context():
            with transaction():
                cycle_id = db.session.scalars(select(Cycle.id)).one()
            count_and_forget(cycle_id)
            db.session.remove()
            db.engine.dispose()
        return before, sizes(plain)


def main(people: int) -> None:
    """Print bytes per row, and gigabytes of a million people and twelve quarters."""
    before, after = measure(people)
    print(f"{'table':<20}{'rows a person':>14}{'bytes a row':>13}{'GB, a million':>15}")
    during = {name: size for name, size in before.items() if name not in after}
    stays = {name: size for name, size in after.items() if name not in KEPT}
    everybody = {name: size for name, size in after.items() if name in KEPT}
    for title, tables, times in (
        ("everybody, once", everybody, 1),
        ("while a quarter runs", during, 1),
        (f"{QUARTERS} counted quarters", stays, QUARTERS),
    ):
        total = 0.0
        for name, size in sorted(tables.items(), key=lambda one: -one[1].bytes):
            gigabytes = times * size.bytes / people * MANY / 1e9
            total += gigabytes
            print(f"{name:<20}{size.rows / people:>14.2f}{size.each:>13.0f}{gigabytes:>15.1f}")
        print(f"{'= ' + title:<47}{total:>15.1f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else PEOPLE)
