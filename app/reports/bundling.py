"""Reports put together in the background, volume by volume, from what was released.

A bundle is a row with its next volume: whoever makes it holds a turn and a lease. A kill loses at
most the volume at work, which another process makes again at once; one that stands still is waited
for until its lease is over. Cancelling deletes the row, and the maker notices with its next step.
The files lie in the data folder for a day.
"""

import logging
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, literal, or_, select, update
from sqlalchemy.exc import DBAPIError

from app.cycles.models import Cycle, ReportReader
from app.domain.access import Actor
from app.domain.errors import NotFoundError
from app.infra import audit, clock
from app.infra.db import LARGEST_ID, db, transaction
from app.infra.one_at_a_time import REPORTS_LINE, alone
from app.infra.settings import settings
from app.people.models import Person
from app.reports.models import ReportBundle
from app.reports.volumes import PER_VOLUME, Choice, write_volume
from app.results.queries import subjects_read_by

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""So long a process that stands still is waited for, and a volume that could not be made."""
KEPT_FOR: Final = timedelta(hours=24)
LAST_ATTEMPT: Final = 5
NOBODY: Final = ""
"""The maker of a volume that could not be made: its lease is a pause."""


class WithdrawnError(Exception):
    """The bundle was cancelled, or somebody else makes it now."""


class Work(NamedTuple):
    """One volume to be made under a lease; plain values, for the row may go meanwhile."""

    bundle_id: int
    maker: str
    """Random: what is noted under another name is somebody else's."""
    file_name: str
    volume: int
    choice: Choice
    done: int
    """Reports in the volumes before it."""


def ask(cycle: Cycle, *, reader_id: int) -> ReportBundle:
    """Put together what the reader may read of `cycle`; asked twice, it is the same bundle.

    Raises NotFoundError when that is nothing.
    """
    mine = select(ReportBundle).filter_by(cycle_id=cycle.id, reader_id=reader_id)
    if (known := db.session.scalar(mine)) is not None:
        return known
    total = len(subjects_read_by(reader_id, cycle.id))
    if not total:
        raise NotFoundError("There are no reports of other people for you to take along.")
    bundle = ReportBundle(
        cycle_id=cycle.id,
        reader_id=reader_id,
        file_name=secrets.token_hex(16),
        asked_at=clock.now(),
        total=total,
        volumes=ceil(total / PER_VOLUME),
    )
    db.session.add(bundle)
    db.session.flush()
    audit.record("reports:requested", actor_id=reader_id, cycle_id=cycle.id, kind="zip")
    return bundle


def bundle_by_id(bundle_id: int) -> ReportBundle:
    """The bundle with this id. Raises NotFoundError, also when its day is over."""
    found = db.session.get(ReportBundle, bundle_id)
    if found is None or found.asked_at <= clock.now() - KEPT_FOR:
        raise NotFoundError("These reports are no longer kept here. You can ask for them again.")
    return found


def bundles_of(reader_id: int) -> list[ReportBundle]:
    """What somebody has asked for and can still fetch."""
    mine = select(ReportBundle).where(
        ReportBundle.reader_id == reader_id, ReportBundle.asked_at > clock.now() - KEPT_FOR
    )
    return list(db.session.scalars(mine.order_by(ReportBundle.id)))


def file_of(bundle: ReportBundle, volume: int) -> Path:
    """Where a finished volume lies. Raises NotFoundError; a lost file is made again."""
    if not 1 <= volume < bundle.next_volume:
        raise NotFoundError("This volume is not there yet.")
    return _file(bundle.file_name, volume)


def begin_again(bundle: ReportBundle) -> None:
    """Make everything anew: a file is gone, and results are still there."""
    bundle.next_volume, bundle.after_id, bundle.done = 1, 0, 0
    bundle.attempts, bundle.leased_until = 0, None


def discard(bundles: Iterable[ReportBundle]) -> None:
    """Cancel bundles, or delete finished ones: their rows now, their files at once."""
    for bundle in bundles:
        db.session.delete(bundle)
        db.session.flush()
        _remove_files(bundle.file_name)


def discard_about(subject_id: int) -> None:
    """Delete what was put together for those who read about a person: it says too much now."""
    audit.wait_for_others()  # see discard_all
    readers = select(ReportReader.reader_id).where(ReportReader.subject_id == subject_id)
    theirs = select(ReportBundle).where(ReportBundle.reader_id.in_(readers))
    discard(db.session.scalars(theirs).all())


def discard_all() -> None:
    """Delete whatever was put together: something in it is to be gone everywhere.

    Asking is an act in the log. So one that is not committed yet is waited for and deleted, and
    a later one waits until what it must not find any more is gone.
    """
    audit.wait_for_others()
    discard(db.session.scalars(select(ReportBundle)).all())


def forget_old() -> None:
    """Delete bundles after a day, and every file without a bundle."""
    files = list(_folder().glob("*")) if _folder().is_dir() else []
    with transaction():
        old = ReportBundle.asked_at <= clock.now() - KEPT_FOR
        db.session.execute(delete(ReportBundle).where(old))
        kept = set(db.session.scalars(select(ReportBundle.file_name)))
    for file in files:  # listed before the rows were read: a new bundle's files are not in it
        if file.name[:32] not in kept:
            file.unlink(missing_ok=True)


def is_any_waiting() -> bool:
    """Whether there is a volume to be made that nobody is making."""
    for bundle_id in _unfinished_ids():
        with alone(REPORTS_LINE, bundle_id) as is_alone:
            waiting = _waiting(others_are_gone=is_alone)
            found = db.session.scalar(
                select(ReportBundle.id).where(ReportBundle.id == bundle_id, *waiting)
            )
            db.session.rollback()
        if found is not None:
            return True
    return False


def _unfinished_ids() -> list[int]:
    unfinished = select(ReportBundle.id).where(*_unfinished()).order_by(ReportBundle.id)
    ids = list(db.session.scalars(unfinished))
    db.session.rollback()
    return ids


def make_next_volume() -> bool:
    """Make one volume of what waits longest; whether it is worth looking for another at once.

    One at a time, so that a worker gets to its other duties in between.
    """
    for bundle_id in _unfinished_ids():
        with alone(REPORTS_LINE, bundle_id) as is_alone:
            work = _claim(bundle_id, others_are_gone=is_alone)
            if work is not None:
                return _make(work)
    return False


def _make(work: Work) -> bool:
    file = _file(work.file_name, work.volume)
    unfinished = file.with_name(f"{file.name}.{work.maker}")
    try:
        written = _write(work, unfinished)
        unfinished.replace(file)
        _finish(work, written)
    except WithdrawnError:
        return True
    except Exception:  # it is tried again once the lease is over; the reason is in the log
        db.session.rollback()
        log.exception("a volume of reports could not be made")
        with suppress(WithdrawnError, DBAPIError):
            _note(work, maker=NOBODY)
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def _unfinished() -> tuple[ColumnElement[bool], ...]:
    return ReportBundle.next_volume <= ReportBundle.volumes, ReportBundle.attempts < LAST_ATTEMPT


def _waiting(*, others_are_gone: bool) -> tuple[ColumnElement[bool], ...]:
    is_free = or_(
        and_(literal(others_are_gone), ReportBundle.maker != NOBODY),
        ReportBundle.leased_until.is_(None),
        ReportBundle.leased_until < clock.now(),
    )
    return *_unfinished(), is_free


def _claim(bundle_id: int, *, others_are_gone: bool) -> Work | None:
    """Take the next volume by compare-and-set, so that two workers never make the same one."""
    maker = secrets.token_hex(16)
    with transaction():
        waiting = _waiting(others_are_gone=others_are_gone)
        claim = update(ReportBundle).where(ReportBundle.id == bundle_id, *waiting)
        taken = db.session.execute(
            claim.values(
                maker=maker,
                leased_until=clock.now() + LEASE,
                attempts=ReportBundle.attempts + 1,
            )
        )
        if taken.rowcount == 0:  # type: ignore[attr-defined]
            return None
    return _work(bundle_id, maker)


def _work(bundle_id: int | None, maker: str) -> Work | None:
    """What was claimed; None if it was cancelled at once."""
    found = db.session.execute(
        select(ReportBundle, Person.is_hr)
        .join(Person, Person.id == ReportBundle.reader_id)
        .where(ReportBundle.id == bundle_id)
    ).one_or_none()
    if found is None:
        return None
    bundle, is_hr = found
    subject_ids = subjects_read_by(
        bundle.reader_id, bundle.cycle_id, after=bundle.after_id, most=PER_VOLUME
    )
    work = Work(
        bundle_id=bundle.id,
        maker=maker,
        file_name=bundle.file_name,
        volume=bundle.next_volume,
        choice=Choice(bundle.cycle_id, subject_ids, Actor(bundle.reader_id, is_hr=is_hr)),
        done=bundle.done,
    )
    db.session.rollback()
    return work


def _write(work: Work, file: Path) -> int:
    """Write the volume into `file`, noting every few reports that somebody is at it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode=0o600)
    with os.fdopen(handle, "wb") as volume:
        return write_volume(
            volume, work.choice, progress=lambda written: _note(work, done=work.done + written)
        )


def _finish(work: Work, written: int) -> None:
    """Note that the volume is there; one that nobody wants any more is removed again."""
    subject_ids = work.choice.subject_ids
    try:
        _note(
            work,
            done=work.done + written,
            next_volume=work.volume + 1,
            after_id=subject_ids[-1] if subject_ids else LARGEST_ID,
            leased_until=None,
            attempts=0,
        )
    except WithdrawnError:
        with transaction():
            is_wanted = db.session.get(ReportBundle, work.bundle_id) is not None
        if not is_wanted:
            _remove_files(work.file_name)
        raise


def _note(work: Work, **values: object) -> None:
    """Keep the lease and say how far it is. Raises WithdrawnError when the volume is not ours."""
    mine = update(ReportBundle).where(
        ReportBundle.id == work.bundle_id, ReportBundle.maker == work.maker
    )
    with transaction():
        noted = db.session.execute(
            mine.values({"leased_until": clock.now() + LEASE} | values),
            execution_options={"synchronize_session": False},
        )
    if noted.rowcount == 0:  # type: ignore[attr-defined]
        raise WithdrawnError


def _folder() -> Path:
    return settings().data_folder / "bundles"


def _file(file_name: str, volume: int) -> Path:
    if not _is_ours(file_name):
        raise NotFoundError("This volume is not there.")
    return _folder() / f"{file_name}-{volume}.zip"


def _remove_files(file_name: str) -> None:
    if not _is_ours(file_name):
        return
    for file in _folder().glob(f"{file_name}*"):
        file.unlink(missing_ok=True)


def _is_ours(file_name: str) -> bool:
    """Whether we made this name: another one in the database could lead to the key folder."""
    return re.fullmatch("[0-9a-f]{32}", file_name) is not None
