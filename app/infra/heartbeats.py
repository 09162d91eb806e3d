"""Signs of life of what works on its own: when each came last, and when the next is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Thread
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock
from app.infra.db import Base, db, insert_of, transaction


class Sign(StrEnum):
    """Whose sign of life it is."""

    WORKER = "worker"
    """The worker's process is there."""
    ROUND = "round"
    """The worker has done everything that was due, as it does every minute."""
    BACKUP = "backup"
    """A backup was made; only where a backup job tells us."""


EVERY: Final = timedelta(seconds=15)
"""How often the worker says that it is there."""
SILENT_AFTER: Final = timedelta(seconds=45)
"""So HR hears within a minute that it is not."""
ROUND_LASTS: Final = timedelta(minutes=3)
"""A round that takes longer waits for something that should not keep it waiting."""


class Heartbeat(Base):
    """The last sign of life of one kind."""

    __tablename__ = "heartbeat"

    sign: Mapped[Sign] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When the next one should have come."""
    beats: Mapped[int]
    """How many there were: a database that knows fewer than before is an older one."""


@dataclass(frozen=True)
class Late:
    """A sign of life that did not come in time."""

    sign: Sign
    last_at: datetime | None
    """None where there never was one."""


def beat(sign: Sign, *, next_within: timedelta) -> int:
    """Note a sign of life within the current transaction; return how many there were."""
    now = clock.now()
    row = {"beat_at": now, "due_at": now + next_within}
    note = insert_of(Heartbeat).values(sign=sign, beats=1, **row)
    counted = note.on_conflict_do_update(
        index_elements=["sign"], set_={**row, "beats": Heartbeat.beats + 1}
    )
    return db.session.execute(counted.returning(Heartbeat.beats)).scalar_one()


def count_on_from(sign: Sign, beats: int) -> None:
    """Let the count of a sign go on from `beats`, within the current transaction."""
    db.session.get_one(Heartbeat, sign, with_for_update=True, populate_existing=True).beats = beats


def late(sign: Sign) -> Late | None:
    """The sign of life if it is overdue; None where everything is in time."""
    last = db.session.get(Heartbeat, sign)
    if last is None:
        return Late(sign, None)
    return Late(sign, last.beat_at) if last.due_at < clock.now() else None


def last_at(sign: Sign) -> datetime | None:
    """When the last sign of this kind came; None where there never was one."""
    last = db.session.get(Heartbeat, sign)
    return last.beat_at if last else None


def beat_in_background(app: Flask, sign: Sign, *, stopped: Event) -> Thread:
    """Give the sign of life every few seconds until `stopped`, whatever else this process does."""

    def go_on() -> None:
        while not stopped.is_set():
            with app.app_context():
                _beat_once(sign)
            stopped.wait(EVERY.total_seconds())

    thread = Thread(target=go_on, name=f"heartbeat-{sign}", daemon=True)
    thread.start()
    return thread


def _beat_once(sign: Sign) -> None:
    """One sign in an act of its own; where the database is busy the next one has to do."""
    try:
        with transaction():
            beat(sign, next_within=SILENT_AFTER)
    except SQLAlchemyError:
        return
