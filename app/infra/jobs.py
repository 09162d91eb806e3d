"""Background work: Huey is the bell; what is due stands in our own tables."""

import logging
from collections.abc import Callable
from functools import wraps
from threading import Event, Thread
from typing import Any, Final

from flask import Flask, current_app
from huey import Huey
from huey.storage import MemoryStorage, PostgresStorage, SqliteStorage
from psycopg import Connection, OperationalError

from app.infra import clock

log = logging.getLogger(__name__)
A_MINUTE: Final = 60.0
"""Seconds."""

huey = Huey("full-circle", results=False, storage_class=MemoryStorage)

_apps: list[Flask] = []

QUEUE_TABLES: Final = 7_003
"""The line in which processes wait that find no tables for the queue yet."""


class LatePostgresStorage(PostgresStorage):  # type: ignore[misc] # Huey has no types
    """A queue that looks for its tables at its first connection, and not when the app is built.

    So a web process starts, and says in words what is wrong, while the database is away.
    """

    def __init__(self, name: str, dsn: str) -> None:
        super().__init__(name, dsn=dsn, create_tables=False)
        self._has_tables = False

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Queue a job, over a new connection where the kept one was cut off meanwhile."""
        try:
            super().enqueue(data, priority)
        except OperationalError:
            super().enqueue(data, priority)

    def _create_connection(self) -> Connection:
        connection: Connection = self._connect()
        if not self._has_tables:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (QUEUE_TABLES,))
                for statement in self.ddl:
                    connection.execute(statement)
            self._has_tables = True
        return connection


def init_jobs(app: Flask) -> None:
    """Keep the queue beside the database: a SQLite file, or PostgreSQL's own tables."""
    settings = app.config["SETTINGS"]
    _apps[:] = [app]
    if app.testing:
        huey.storage = MemoryStorage("full-circle")
    elif settings.sqlalchemy_url.startswith("sqlite"):
        folder = settings.data_folder.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        huey.storage = SqliteStorage("full-circle", filename=str(folder / "jobs.sqlite"))
    else:
        dsn = settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")
        huey.storage = LatePostgresStorage("full-circle", dsn)


def ring_each_minute(ring: Callable[[], object], *, stopped: Event) -> Thread:
    """Ring at once, and then at every whole minute until `stopped`.

    Cycles open and close at whole minutes: a bell that keeps any other time would be up to a
    minute late for each of them.
    """

    def go_on() -> None:
        while not stopped.is_set():
            _carefully(ring)
            stopped.wait(until_next_minute(clock.now().timestamp()))

    thread = Thread(target=go_on, name="each-minute", daemon=True)
    thread.start()
    return thread


def until_next_minute(now: float) -> float:
    """Seconds from `now`, in seconds of Unix time, to the next whole minute: above 0, up to 60."""
    return A_MINUTE - now % A_MINUTE


def _carefully(ring: Callable[[], object]) -> None:
    """Ring; where the queue cannot be written to, the next minute brings another chance."""
    try:
        ring()
    except Exception:  # a bell that fell silent for good would be worse than any fault
        log.exception("what is due could not be queued; it is tried again in a minute")


def in_app(job: Callable[..., None]) -> Callable[..., None]:
    """Run a job inside the worker's app; in immediate mode inside the current one."""

    @wraps(job)
    def inside(*args: Any, **kwargs: Any) -> None:
        if current_app:
            job(*args, **kwargs)
            return
        with _apps[0].app_context():
            job(*args, **kwargs)

    return inside
