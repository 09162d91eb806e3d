"""Reading acts in the log: noted at once, or in a file when somebody else is writing.

SQLite lets one transaction write at a time, and the log's chain grows by one entry at a time on
both databases. A page that only shows something does not wait for that: what cannot be noted
within a moment is appended to a file in the data folder, durably and before the page is shown. The
next reading or the worker's next minute moves it into the chain. Nothing is lost by a crash, and
nothing is noted twice: every line has a name, which the entry made of it keeps.
"""

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.infra import audit, audit_at_once
from app.infra.db import db, transaction
from app.infra.settings import company_day, settings
from app.infra.troubles import database_errors, is_busy

PATIENCE_MS: Final = 50
"""How long a reader waits for a writer."""
FILE: Final = "readings-to-note"
NAME: Final = "noted_as"
"""The detail of a late entry that names the line it was made of."""


def note(tag: str, *, actor_id: int, **details: object) -> None:
    """Log a reading act; once this returns it is not lost, whatever happens.

    Raises OSError when the line cannot be kept either: then nothing may be shown.
    """
    day = company_day()
    try:
        audit_at_once.record(
            tag, actor_id=actor_id, day=day, details=details, patience_ms=PATIENCE_MS
        )
    except database_errors() as error:
        if not is_busy(error):
            raise
        _keep({"tag": tag, "day": day.isoformat(), "actor": actor_id, "details": details})
        return
    take_up()


def take_up() -> None:
    """Move what waits in the file into the chain; while others write, it waits on."""
    if not _place().exists() or not _place().stat().st_size:
        return
    with _locked() as handle:
        waiting = _lines(handle)
        try:
            with transaction(patience_ms=PATIENCE_MS):  # readers wait for the file
                for line in _not_noted(waiting):
                    day = date.fromisoformat(line["day"])
                    details = line["details"] | {NAME: line["name"]}
                    audit.record_on(day, line["tag"], line["actor"], details)
        except DBAPIError as error:
            if not is_busy(error):
                raise
            return
        os.ftruncate(handle, 0)
        os.fsync(handle)


def _not_noted(waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines without an entry; one has it where we were killed before the file was emptied."""
    name = audit.AuditEntry.details[NAME].as_string()
    names = [line["name"] for line in waiting]
    noted = set(db.session.scalars(select(name).where(name.in_(names))))
    return [line for line in waiting if line["name"] not in noted]


def _keep(act: dict[str, object]) -> None:
    """Append one line, and wait until the disk has it."""
    line = json.dumps({**act, "name": secrets.token_hex(8)}) + "\n"
    with _locked() as handle:
        end = len(_whole_lines(handle))
        os.ftruncate(handle, end)  # half a line would spoil the next one
        try:
            _append(handle, line.encode())
        except OSError:
            os.ftruncate(handle, end)
            raise


def _append(handle: int, line: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_END)
    if os.write(handle, line) < len(line):  # so a disk says that it has become full meanwhile
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(handle)


def _lines(handle: int) -> list[dict[str, Any]]:
    """What waits."""
    return [json.loads(line) for line in _whole_lines(handle).splitlines()]


def _whole_lines(handle: int) -> bytes:
    """Without half a line, which a power cut may have left of a page that was never shown."""
    content = os.pread(handle, os.fstat(handle).st_size, 0)
    return content[: content.rfind(b"\n") + 1]


@contextmanager
def _locked() -> Iterator[int]:
    """The file, which nobody else of this machine uses meanwhile."""
    handle = os.open(_place(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)  # this also lets go of the lock


def _place() -> Path:
    return settings().data_folder / FILE
