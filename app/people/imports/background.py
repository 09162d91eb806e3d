"""The import of a large people list: asked for by HR, read and written by a job.

Reading a list of 100,000 people takes a processor for a quarter of a minute, and writing it in one
act would keep everybody's answers waiting for as long on SQLite. So a job reads it; HR looks and
says yes; then the job puts together everything that is to be written, closes the directory to other
changes, compares it once more with the one that was looked at, and writes part after part. Until
the first part nothing has been changed. Each part is deleted in the act that writes it: after a
kill whoever goes on begins with the first part that is still there.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, literal, or_, select, update

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import after_commit, db, transaction, wait_in_line
from app.people import queries, uploads
from app.people.imports.confirming import Yes
from app.people.large_import import (
    HANDED_BACK,
    DirectoryClosedError,
    ImportStage,
    LargeImport,
    LargeImportPart,
)
from app.people.models import PeopleImport
from app.people.uploads import CHOOSE_AGAIN, UploadGoneError

AT_ONCE: Final = 256 * 1024
"""Bytes of a file that is read while its reader waits: about 2,500 people as CSV or 6,000 as a
spreadsheet, which takes up to a second."""
PEOPLE_AT_ONCE: Final = 5_000
"""In a larger directory comparing any file with it takes as long."""
LEASE: Final = timedelta(minutes=2)
"""So long a process that stands still is waited for. Longer than any step of the work."""
LAST_ATTEMPT: Final = 3
IMPORT_LINE: Final = 7_004
UNCHANGED: Final = (
    ImportStage.READING,
    ImportStage.READY,
    ImportStage.CONFIRMED,
    ImportStage.UNDO_ASKED,
    ImportStage.UNDO_REFUSED,
)
"""Stages in which nothing has been changed, so that HR can still forget the file, or the undo."""
UNDER_WAY: Final = (
    "Another people list is being imported. Please wait for its end, or forget that one first."
)
TAKEN_BACK: Final = "The last import is being taken back. Please wait for its end."
GAVE_UP: Final = (
    "The work on this file stopped three times, so it was given up. Nothing has been changed. "
    "Please tell whoever runs Full Circle, or choose another file."
)
UNDO_GAVE_UP: Final = (
    "Taking the import back stopped three times before anything was changed, so it was given up. "
    "Please tell whoever runs Full Circle."
)


class ImportUnderWayError(DirectoryClosedError):
    """One import at a time."""


def is_large(content: bytes) -> bool:
    """Whether a job reads this file."""
    return len(content) > AT_ONCE or queries.count_everybody() > PEOPLE_AT_ONCE


def current() -> LargeImport | None:
    """The import that is under way; one that was left alone for hours is none any more."""
    found = db.session.get(LargeImport, 1, populate_existing=True)
    return None if found is None or _is_forgotten(found, clock.now()) else found


def is_undo_under_way() -> bool:
    """Whether the last import is being taken back, or will be."""
    found = current()
    return found is not None and found.is_undo and not found.is_handed_back


def refuse_second() -> None:
    """Raises ImportUnderWayError where an import is under way; an undo that was refused is none."""
    if is_undo_under_way():
        raise ImportUnderWayError(TAKEN_BACK)
    if (found := current()) is not None and not found.is_undo:
        raise ImportUnderWayError(UNDER_WAY)


def ask(file_name: str, *, by: int) -> None:
    """Note that the file of this name is to be read. Raises ImportUnderWayError."""
    wait_in_line(IMPORT_LINE)
    refuse_second()
    drop()
    db.session.add(LargeImport(file_name=file_name, by_id=by, asked_at=clock.now()))
    db.session.flush()


def ask_by_command(maker: str) -> None:
    """Note that a command imports a list that was confirmed. Raises ImportUnderWayError."""
    wait_in_line(IMPORT_LINE)
    refuse_second()
    drop()
    db.session.add(
        LargeImport(
            file_name=uploads.new_name(),
            asked_at=clock.now(),
            stage=ImportStage.CONFIRMED,
            maker=maker,
            leased_until=clock.now() + LEASE,
        )
    )


def ask_to_take_back(kept: PeopleImport, *, by: int | None) -> None:
    """Note that this import is to be taken back; harmless where that is under way.

    Raises ImportUnderWayError.
    """
    wait_in_line(IMPORT_LINE)
    if is_undo_under_way():
        return
    refuse_second()
    drop()
    db.session.add(
        LargeImport(
            file_name=uploads.new_name(),
            by_id=by,
            asked_at=clock.now(),
            stage=ImportStage.UNDO_ASKED,
            directory=kept.after,
        )
    )


def look_again(file_name: str, answers: Mapping[str, str], *, by: int) -> None:
    """Let the file be read again with these answers."""
    _go_back_to_work(file_name, ImportStage.READING, answers, by=by)


def confirm(file_name: str, answers: Mapping[str, str], yes: Yes, *, by: int) -> None:
    """Let what was shown be written, if it is still what the file would do with these answers."""
    found = _go_back_to_work(file_name, ImportStage.CONFIRMED, answers, by=by)
    found.yes = json.dumps(asdict(yes))


def cancel(file_name: str) -> None:
    """Forget the file, or the undo. Raises ReviewError once it is being written."""
    found = _named(file_name)
    if found.stage in UNCHANGED:
        drop()
        return
    raise ReviewError(
        "The import is being taken back already, which goes on to its end."
        if found.is_undo
        else "This list is being written already. Once it is, the import can be taken back as a "
        "whole."
    )


def claim(maker: str, *, others_are_gone: bool) -> ImportStage | None:
    """Take the import by compare-and-set; None where there is nothing to do, or another is at it.

    One that cannot be read, whoever tries, goes back to HR.
    """
    with transaction():
        lease = {"maker": maker, "leased_until": clock.now() + LEASE}
        free = or_(
            literal(others_are_gone),
            LargeImport.leased_until.is_(None),
            LargeImport.leased_until < clock.now(),
        )
        mine = update(LargeImport).where(LargeImport.stage.not_in(HANDED_BACK), free)
        taken = mine.values(**lease, attempts=LargeImport.attempts + 1)
        if not db.session.execute(taken).rowcount:  # type: ignore[attr-defined]
            return None
        found = db.session.get_one(LargeImport, 1, populate_existing=True)
        if found.attempts > LAST_ATTEMPT and found.stage in (*UNCHANGED, ImportStage.UNDO_CLOSED):
            _give_up(found)
            return None
        return found.stage


def _give_up(found: LargeImport) -> None:
    if found.is_undo:
        db.session.execute(delete(LargeImportPart))
        found.stage, found.refusal, found.asked_at = (
            ImportStage.UNDO_REFUSED,
            UNDO_GAVE_UP,
            clock.now(),
        )
    else:
        found.stage, found.preview, found.refusal = ImportStage.READY, "", GAVE_UP


def forget_old() -> None:
    """Delete an import that was left alone, and every file that none needs."""
    now = clock.now()
    with transaction():
        found = db.session.get(LargeImport, 1)
        if found is not None and _is_forgotten(found, now):
            drop()
            found = None
        needed = [found.file_name] if found and found.stage in _WITH_FILE else []
    uploads.forget_files_but(needed)


def _is_forgotten(found: LargeImport, now: datetime) -> bool:
    return found.stage in UNCHANGED and found.asked_at <= now - uploads.KEPT_FOR


def _go_back_to_work(
    file_name: str, stage: ImportStage, answers: Mapping[str, str], *, by: int
) -> LargeImport:
    found = _named(file_name)
    if found.stage is not ImportStage.READY:
        raise ReviewError("Somebody has gone on with this list meanwhile. Please look again.")
    found.stage, found.is_compared, found.refusal = stage, False, ""
    found.answers, found.by_id, found.asked_at = json.dumps(dict(answers)), by, clock.now()
    found.maker, found.leased_until, found.attempts = "", None, 0
    return found


def _named(file_name: str) -> LargeImport:
    """The import of this file, for one act at a time. Raises UploadGoneError."""
    wait_in_line(IMPORT_LINE)
    found = current()
    if found is None or found.file_name != file_name:
        raise UploadGoneError(CHOOSE_AGAIN)
    return found


def drop() -> None:
    """Delete the import that is there, if any, and its file once that is committed."""
    names = list(db.session.scalars(select(LargeImport.file_name)))
    db.session.execute(delete(LargeImportPart))
    db.session.execute(delete(LargeImport))
    db.session.expire_all()
    for name in names:
        after_commit(lambda name=name: uploads.forget_file(name))  # type: ignore[misc]


_WITH_FILE: Final = (*UNCHANGED, ImportStage.CLOSED)
