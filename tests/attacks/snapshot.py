"""What a thief copies: every file of the database, and every table as it lies there."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config import Config

Row = dict[str, Any]

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Snapshot:
    """The state of one database at one moment, without the key folder."""

    folder: Path
    """A copy of its files; on SQLite the database, its log and its shared memory."""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    """PostgreSQL's rows in the order of their place, each with `ctid` and `xmin`."""

    def rows(self, table: str) -> list[Row]:
        """The rows of `table` in the order in which a dump without ORDER BY gives them."""
        if self.tables:
            return self.tables[table]
        if table not in self._read:
            with closing(sqlite3.connect(self._readable)) as copy:
                copy.row_factory = sqlite3.Row
                self._read[table] = [dict(row) for row in copy.execute(f"SELECT * FROM {table}")]
        return self._read[table]

    @cached_property
    def _read(self) -> dict[str, list[Row]]:
        return {}

    @cached_property
    def _readable(self) -> Path:
        """A second copy of SQLite's files, of this process: reading one folds its log into it."""
        dump = self.folder / f"dump-{os.getpid()}"
        shutil.copytree(self.folder / "files", dump)
        return dump / "db.sqlite"

    def files(self) -> dict[str, bytes]:
        """Every copied file by name, the logs (`wal`) among them."""
        return {file.name: file.read_bytes() for file in self._files()}

    def data_files(self) -> dict[str, bytes]:
        """Every copied file but the log of PostgreSQL, which outlives what is deleted."""
        found = (file for file in self._files() if not file.name.startswith("wal-"))
        return {file.name: file.read_bytes() for file in found}

    def _files(self) -> list[Path]:
        return sorted((self.folder / "files").iterdir())


def take(settings: Config, folder: Path, *, log_since: str = "") -> Snapshot:
    """Copy the database of `settings` into `folder`.

    PostgreSQL's log is copied when `log_since`, the place from which on, is given.
    """
    (folder / "files").mkdir(parents=True)
    if settings.sqlalchemy_url.startswith("sqlite"):
        return _of_sqlite(settings, folder)
    return _of_postgresql(settings, folder, log_since)


def _of_sqlite(settings: Config, folder: Path) -> Snapshot:
    file = Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))
    for suffix in ("", "-wal", "-shm"):
        source = file.with_name(file.name + suffix)
        if source.exists():
            shutil.copyfile(source, folder / "files" / f"db.sqlite{suffix}")
    return Snapshot(folder)


_TABLES = """
    SELECT c.relname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""
_FILES = """
    SELECT coalesce(t.relname, c.relname), pg_relation_filepath(c.oid) FROM pg_class c
    LEFT JOIN pg_class t ON t.reltoastrelid = c.oid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 't', 'i', 'S')
"""


def _of_postgresql(settings: Config, folder: Path, log_since: str) -> Snapshot:
    with psycopg.connect(_plain(settings), autocommit=True) as thief:
        thief.execute("CHECKPOINT")
        (data,) = thief.execute("SHOW data_directory").fetchone() or ("",)
        names = [name for name, _ in thief.execute(_TABLES).fetchall()]
        tables = {name: _rows(thief, name) for name in names if _is_small(thief, name)}
        for name, path in thief.execute(_FILES).fetchall():
            for number, part in enumerate(_parts(Path(data) / path)):
                shutil.copyfile(part, folder / "files" / f"{name}-{part.name}-{number}")
        for segment in _segments(thief, Path(data), log_since) if log_since else ():
            shutil.copyfile(segment, folder / "files" / f"wal-{segment.name}")
    return Snapshot(folder, tables)


def _plain(settings: Config) -> str:
    return settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")


def place_in_log(settings: Config) -> str:
    """Where PostgreSQL's log stands now; empty on SQLite."""
    if settings.sqlalchemy_url.startswith("sqlite"):
        return ""
    with psycopg.connect(_plain(settings)) as thief:
        (place,) = thief.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("",)
    return str(place)


def _segments(thief: psycopg.Connection[Any], data: Path, since: str) -> list[Path]:
    """The files of the log that were written since then."""
    names = "SELECT pg_walfile_name(%s::pg_lsn), pg_walfile_name(pg_current_wal_lsn())"
    first, last = thief.execute(names, (since,)).fetchone() or ("", "")
    return [file for file in sorted((data / "pg_wal").iterdir()) if first <= file.name <= last]


def _parts(file: Path) -> list[Path]:
    """A relation's file, its further gigabytes, free space and visibility maps."""
    forks = (file, *(file.with_name(f"{file.name}_{fork}") for fork in ("fsm", "vm")))
    return [part for part in forks if part.exists()]


def _is_small(thief: psycopg.Connection[Any], table: str) -> bool:
    """Whether reading all of `table` takes no time; scores and pairs of thousands do."""
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    (rows,) = thief.execute(query).fetchone() or (0,)
    return bool(rows <= MOST_ROWS)


def _rows(thief: psycopg.Connection[Any], table: str) -> list[Row]:
    query = sql.SQL("SELECT ctid::text, xmin::text, * FROM {} ORDER BY ctid")
    with thief.cursor(binary=True, row_factory=psycopg.rows.dict_row) as cursor:
        return list(cursor.execute(query.format(sql.Identifier(table))))
