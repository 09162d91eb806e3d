"""Which web processes and workers run, and whether they all see the same key folder.

Each notes itself about once a minute. A cycle opens only when every one of them can read the
key folder: otherwise some people's answers could be saved and others' could not.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from flask import Flask, Response, current_app, request
from sqlalchemy import Connection, String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock, commands, company
from app.infra.db import Base, db, insert_of, is_sqlite
from app.infra.keys import key_folder

EVERY: Final = timedelta(minutes=1)
GONE_AFTER: Final = timedelta(minutes=3)
LEFT_ALONE: Final = frozenset({"ballots"})
"""Answers are saved without a second write, so that nothing tells when somebody saved."""


class ProcessSeen(Base):
    """A process that was alive a moment ago, and the key folder it sees."""

    __tablename__ = "process_seen"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    seen_at: Mapped[datetime]
    folder_mark: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the key folder's id; empty when it cannot be read."""


@dataclass
class _Process:
    """What this process calls itself, and when it last did."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    kind: str = "web"
    noted_at: datetime | None = None


def init_processes(app: Flask) -> None:
    """Let this process note itself: now, and once a minute on the way out of a request."""
    app.extensions["process"] = _Process()
    app.after_request(_note_in_passing)
    if not app.testing and not commands.is_command():
        with app.app_context():
            note()
            db.engine.dispose()  # a server may fork now; connections must not be shared


def note_worker() -> None:
    """From now on this process is a worker."""
    _this().kind = "worker"
    note()


def note() -> None:
    """Note that this process is alive and which key folder it sees.

    A database that is busy or not set up yet is let be: the next minute brings another chance.
    """
    process, now = _this(), clock.now()
    process.noted_at = now
    company.refresh()
    row = {"kind": process.kind, "seen_at": now, "folder_mark": key_folder().mark()}
    seen = insert_of(ProcessSeen).values(id=process.id, **row)
    try:
        with _hasty_connection() as connection:
            connection.execute(seen.on_conflict_do_update(index_elements=["id"], set_=row))
            connection.execute(delete(ProcessSeen).where(ProcessSeen.seen_at < now - GONE_AFTER))
            connection.commit()
    except SQLAlchemyError:
        return


def estranged() -> tuple[int, int]:
    """How many other running processes see no key folder or another one, and how many run."""
    alive = select(ProcessSeen.folder_mark).where(
        ProcessSeen.seen_at >= clock.now() - GONE_AFTER, ProcessSeen.id != _this().id
    )
    marks, mine = list(db.session.scalars(alive)), key_folder().mark()
    return sum(mark != mine or not mark for mark in marks), len(marks)


def seen_kinds() -> set[str]:
    """What kinds of processes were seen within the last minutes: web, worker."""
    recent = ProcessSeen.seen_at >= clock.now() - GONE_AFTER
    return set(db.session.scalars(select(ProcessSeen.kind).where(recent).distinct()))


def _this() -> _Process:
    process: _Process = current_app.extensions["process"]
    return process


def _note_in_passing(response: Response) -> Response:
    noted_at = _this().noted_at
    is_time = noted_at is None or abs(clock.now() - noted_at) >= EVERY
    is_left_alone = LEFT_ALONE & set(request.blueprints) or request.endpoint == "static"
    if is_time and not is_left_alone:
        note()
    return response


@contextmanager
def _hasty_connection() -> Iterator[Connection]:
    """A connection that waits for nobody and not for the disk: losing the note does no harm."""
    with db.engine.connect() as connection:
        if not is_sqlite():
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            yield connection
            return
        driver = connection.connection.cursor()
        patience = driver.execute("PRAGMA busy_timeout").fetchone()[0]
        driver.execute("PRAGMA busy_timeout=2").execute("PRAGMA synchronous=NORMAL")
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute(f"PRAGMA busy_timeout={patience}").execute("PRAGMA synchronous=FULL")
