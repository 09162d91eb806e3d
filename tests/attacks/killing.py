"""Killing: a count in a process of its own that stands still at every step, or dies at one.

What a kill leaves is what lies on the disk at that moment: for SQLite the file and its log, for
PostgreSQL what has been committed, and beside either the key folder. `walk` looks at it before
every step of a whole count; where it is the same as a step before, dying there leaves the same.
"""

import os
import resource
import shutil
import signal
import sqlite3
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import event

from app import create_app
from app.infra.db import db, is_sqlite
from app.lifecycle.count.counting import count_and_forget
from config import Config
from tests.conftest import DATABASE
from tests.databases import OnPostgres, OnSqlite

LETTERS = 32
EVERY = 50
"""Between two looks inside of VACUUM lie so many instructions of SQLite's machine."""
INSIDE_VACUUM = "inside VACUUM"
PARTS = (0.1, 0.5, 0.9)
"""So much of what a step writes is written when it is torn."""
SMALL = 65536
"""So little, in bytes, a note about the count's progress writes; the great act writes more."""
PATIENCE = 20.0


@dataclass(frozen=True)
class Place:
    """A step of the count: the `nth` of its name, and how it ends there."""

    step: str
    nth: int = 1
    limit: int = 0
    """On SQLite: no file may grow beyond so many bytes; the write that would is the end."""
    is_sent: bool = False
    """On PostgreSQL: the statement is on its way, and nobody waits for its answer."""


@dataclass(frozen=True)
class Step:
    """A place as the walk found it."""

    place: Place
    is_new: bool
    """Whether something on the disk is no longer as it was before the last step."""
    sizes: tuple[int, int]
    """Bytes of SQLite's file and of its log."""


@dataclass(frozen=True)
class Ready:
    """A cycle that waits for its count, and fresh copies of everything as it lay then."""

    settings: Config
    cycle_id: int
    databases: OnSqlite | OnPostgres

    @property
    def file(self) -> Path:
        return file_of(self.settings)

    @contextmanager
    def copy(self, name: str) -> Iterator[Config]:
        """Settings of a copy, which is gone afterwards."""
        place = self.settings.data_folder / f"copy-{name}"
        shutil.copytree(self.settings.keys, place / "keys")
        url = f"sqlite:///{place / 'db.sqlite'}"
        if isinstance(self.databases, OnPostgres):
            template = urlsplit(self.settings.database_url).path.removeprefix("/")
            with self.databases.copied(template) as url:
                yield self._moved_to(place, url)
        else:
            shutil.copyfile(self.file, place / "db.sqlite")
            yield self._moved_to(place, url)
        shutil.rmtree(place)

    def _moved_to(self, place: Path, url: str) -> Config:
        return replace(
            self.settings, data_folder=place, key_folder=place / "keys", database_url=url
        )


def file_of(settings: Config) -> Path:
    """SQLite's file."""
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


def fold_log(settings: Config) -> None:
    """Put everything of SQLite's log into its file, so that the file alone can be copied."""
    connection = sqlite3.connect(file_of(settings))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of threads: here only those of numpy's BLAS, which is ready for a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _in_a_child(act: Callable[[], None]) -> int:
    """The process in which `act` is done; it never comes back from it."""
    child = _fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def walk(settings: Config, cycle_id: int) -> list[Step]:
    """Count in a process of its own, looking at the disk whenever it comes to a step."""
    reports, reporting = os.pipe()
    waiting, waving_on = os.pipe()

    def stand_still(place: Place, _send: Callable[[], None]) -> None:
        os.write(reporting, f"{place.step:<{LETTERS}}{place.nth:>8}".encode())
        os.read(waiting, 1)

    child = _in_a_child(lambda: _count(settings, cycle_id, stand_still))
    os.close(reporting)
    steps, before = [], b""
    with _looking_at(settings) as look:
        while said := os.read(reports, LETTERS + 8):
            place = Place(said[:LETTERS].decode().strip(), int(said[LETTERS:]))
            now = look()
            steps.append(Step(place, now != before, _sizes(settings)))
            before = now
            os.write(waving_on, b".")
    _, status = os.waitpid(child, 0)
    for end in (reports, waiting, waving_on):
        os.close(end)
    assert os.waitstatus_to_exitcode(status) == 0
    return steps


def kill(settings: Config, cycle_id: int, at: Place) -> None:
    """Count in a process of its own that dies at a place, without a chance to tidy up."""

    def die(place: Place, send: Callable[[], None]) -> None:
        if (place.step, place.nth) == (at.step, at.nth):
            _die(at, send)

    child = _in_a_child(lambda: _count(settings, cycle_id, die))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it was not killed at {at}"
    assert os.WTERMSIG(status) == (signal.SIGXFSZ if at.limit else signal.SIGKILL)
    if DATABASE == "postgresql":
        _until_alone(settings)


def _die(at: Place, send: Callable[[], None]) -> None:
    if at.limit:
        # The kernel ends whoever writes beyond this, in the middle of what they write.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (at.limit, at.limit))
        return
    if at.is_sent:
        send()
    os.kill(os.getpid(), signal.SIGKILL)


def _nothing() -> None:
    """Nothing is sent to a file."""


def _count(
    settings: Config, cycle_id: int, step: Callable[[Place, Callable[[], None]], None]
) -> None:
    seen: Counter[str] = Counter()

    def named(name: str, send: Callable[[], None] = _nothing) -> None:
        name = " ".join(name.split())[:LETTERS].strip()
        seen[name] += 1
        step(Place(name, seen[name]), send)

    app = create_app(settings, testing=True)
    with app.app_context():
        _watch_files(named)
        watch = _watch_sqlite if is_sqlite() else _watch_postgresql
        watch(named)
        count_and_forget(cycle_id)


def _watch_sqlite(step: Callable[[str], None]) -> None:
    """Call `step` before every statement, and again and again inside of VACUUM."""

    def watched(connection: sqlite3.Connection, _record: object) -> None:
        def inside() -> int:
            step(INSIDE_VACUUM)
            return 0

        def said(statement: str) -> None:
            step(statement)
            is_vacuum = statement == "VACUUM"
            connection.set_progress_handler(inside if is_vacuum else None, EVERY)

        connection.set_trace_callback(said)  # also sees what goes past SQLAlchemy

    event.listen(db.engine, "connect", watched)
    db.engine.dispose()


def _watch_postgresql(step: Callable[..., None]) -> None:
    """Call `step` before every statement and commit, with a way to send it and not to wait."""

    def statement(_connection, cursor, said, _values, *_more) -> None:
        step(said, lambda: cursor.connection.pgconn.send_query(said.encode()))

    def commit(connection) -> None:
        driver = connection.connection.driver_connection
        step("COMMIT", lambda: driver.pgconn.send_query(b"COMMIT"))

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)


def _watch_files(step: Callable[[str], None]) -> None:
    """Call `step` before and after every touch of a key file."""
    unlink = Path.unlink

    def synced(_handle: object) -> None:
        # Waiting for the disk matters when the power goes; what is killed has written already.
        step("fsync")
        step("fsync done")

    def unlinked(file: Path, *, missing_ok: bool = False) -> None:
        step("unlink")
        unlink(file, missing_ok=missing_ok)
        step("unlink done")

    os.fsync = synced  # type: ignore[assignment]
    Path.unlink = unlinked  # type: ignore[method-assign,assignment]


@contextmanager
def _looking_at(settings: Config) -> Iterator[Callable[[], bytes]]:
    """A function that tells what a kill would leave now, as one number."""
    if DATABASE == "sqlite":
        yield lambda: _digest(settings, b"".join(_files_of(settings)))
        return
    with psycopg.connect(_plain(settings), autocommit=True) as other:
        # A kill takes back what is not committed; each commit changes this number.
        ask = "SELECT pg_current_snapshot()::text"
        yield lambda: _digest(settings, str(other.execute(ask).fetchone()).encode())


def _digest(settings: Config, database: bytes) -> bytes:
    keys = [(file.name.encode(), file.read_bytes()) for file in sorted(settings.keys.iterdir())]
    return sha256(repr(keys).encode() + database).digest()


def _files_of(settings: Config) -> Iterator[bytes]:
    for suffix in ("", "-wal"):
        file = file_of(settings)
        with suppress(FileNotFoundError):
            yield file.with_name(file.name + suffix).read_bytes()


def _sizes(settings: Config) -> tuple[int, int]:
    if DATABASE == "postgresql":
        return 0, 0
    file = file_of(settings)
    log = file.with_name(file.name + "-wal")
    return file.stat().st_size, log.stat().st_size if log.exists() else 0


def _plain(settings: Config) -> str:
    return settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")


def _until_alone(settings: Config) -> None:
    """Wait until the server, too, has noticed that the dead one is gone."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    end = time.monotonic() + PATIENCE
    with psycopg.connect(_plain(settings), autocommit=True) as look:
        while look.execute(f"{others} AND pid <> pg_backend_pid()").fetchone() != (0,):
            assert time.monotonic() < end, "the server still works for a dead process"
            time.sleep(0.002)


def torn(steps: list[Step]) -> list[Place]:
    """Places in the middle of what SQLite's commit, VACUUM and checkpoint write."""
    found = []
    for step, after in pairwise(steps):
        (file, log), (_, grown) = step.sizes, after.sizes
        if step.place.step.startswith("PRAGMA wal_checkpoint"):
            found += [replace(step.place, limit=int(file * part)) for part in PARTS[:-1]]
        elif step.place.step == "COMMIT" and grown - log > SMALL:
            found += [replace(step.place, limit=_between(log, grown, part)) for part in PARTS]
    return [*found, *_torn_vacuum(steps)]


def _torn_vacuum(steps: list[Step]) -> Iterator[Place]:
    """VACUUM writes its log at its very end, after the last look into it."""
    start = next(step for step in steps if step.place.step == "VACUUM")
    end = next(step for step in steps if step.place.step.startswith("PRAGMA wal_checkpoint"))
    for part in PARTS:
        yield replace(start.place, limit=_between(start.sizes[1], end.sizes[1], part))


def _between(first: int, last: int, part: float) -> int:
    return first + int((last - first) * part)


def on_their_way(steps: list[Step]) -> list[Place]:
    """Places where PostgreSQL has been sent what changes something, and nobody is left to hear.

    That is TRUNCATE, each VACUUM, and the commit that is followed by the end of the key file.
    """
    changes = [step for step in steps if not step.place.step.startswith(("BEGIN", "SELECT"))]
    return [
        replace(step.place, is_sent=True)
        for step, after in pairwise(changes)
        if step.place.step.startswith(("VACUUM", "TRUNCATE"))
        or (step.place.step, after.place.step) == ("COMMIT", "fsync")
    ]
