"""Somebody who reads and writes while something long goes on, and how long each had to wait.

    with watched() as waits:
        a_long_act()
    waits.read, waits.write

A process of its own, so that nothing but the database is shared with what goes on.
"""

import select as system
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from app import create_app
from app.infra.db import db, transaction
from app.people.models import Person
from tests.browsing import Browser

PAUSE = 0.1
"""Seconds between one look and the next."""
STOP = "stop\n"


@dataclass
class Waits:
    """The longest that a page, and a write of one row, took meanwhile, in seconds of the clock."""

    read: float = 0.0
    write: float = 0.0


@contextmanager
def watched() -> Iterator[Waits]:
    """Let somebody look and write until the block ends; says then how long the longest took."""
    waits = Waits()
    process = subprocess.Popen(
        [sys.executable, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    try:
        yield waits
    finally:
        told, _ = process.communicate(STOP)
        if told:
            waits.read, waits.write = (float(one) for one in told.split())


def main() -> None:
    """Look and write until told to stop; then print the longest of both."""
    app = create_app()
    with app.app_context():
        with transaction():
            db.session.execute(text("CREATE TABLE IF NOT EXISTS bystander (counted integer)"))
            db.session.execute(text("INSERT INTO bystander VALUES (0)"))
        reader = db.session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()
        browser = Browser(app, reader)
        browser.get("/")
        print("begun", flush=True)
        reads, writes = [0.0], [0.0]
        while not _is_told_to_stop():
            began = time.monotonic()
            browser.get("/")
            looked = time.monotonic()
            _write()
            reads.append(looked - began)
            writes.append(time.monotonic() - looked)
        print(max(reads), max(writes))


def _is_told_to_stop() -> bool:
    return bool(system.select([sys.stdin], [], [], PAUSE)[0])


def _write() -> None:
    with transaction():
        db.session.execute(text("UPDATE bystander SET counted = counted + 1"))


if __name__ == "__main__":
    main()
