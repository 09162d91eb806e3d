"""What the job does about the import of a large people list, one stage after the other.

A command does the same acts itself, and the job goes on with them should it be killed.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from time import sleep
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from app.domain.errors import ReviewError
from app.domain.files.people_changes import KnownPerson, Preview, fingerprint
from app.infra import clock
from app.infra.db import db, give_up_after_standing_still, is_sqlite, transaction
from app.infra.one_at_a_time import LIST_LINE, alone
from app.infra.settings import settings
from app.people import queries, uploads
from app.people.imports import background, proposing, summary, undoing, writing
from app.people.imports.confirming import Yes, refusal_of
from app.people.imports.parts import ImportPart, PartKind, parts_of
from app.people.imports.proposing import Proposal
from app.people.imports.writing import (
    CHANGED_MEANWHILE,
    DirectoryChangedError,
    Ending,
    Progress,
    Writer,
)
from app.people.large_import import (
    ImportStage,
    LargeImport,
    LargeImportPart,
    wait_for_directory,
)
from app.people.uploads import UploadGoneError

KEPT_TOGETHER: Final = 20
"""Parts that are put aside in one act."""
REST: Final = 0.12
"""Seconds between two acts on SQLite, in which whoever waits for the lock gets it."""


STOOD_STILL: Final = (
    "This command stood still for so long that the worker took over: it writes the rest of the "
    "list if writing had begun, and otherwise nothing has been changed."
)


class ImportTakenOverError(Exception):
    """The import was cancelled, or somebody else works on it now."""


def go_on() -> None:
    """Do whatever there is to do about an import, up to where HR has to look, or to its end.

    Harmless where nothing is to be done, or where another job does it.
    """
    maker = secrets.token_hex(16)
    with alone(LIST_LINE, 0) as is_alone:
        try:
            while stage := background.claim(maker, others_are_gone=is_alone):
                _ACTS[stage](maker)
        except ImportTakenOverError:
            db.session.rollback()


def import_now(proposal: Proposal, *, progress: Progress) -> Preview:
    """Write what a command proposes, in the acts of the job; what it raises changed nothing.

    Raises ImportUnderWayError, and what `writing.import_people` raises.
    """
    current = queries.known_people()
    writing.refuse_unfit(proposal, current)
    maker = secrets.token_hex(16)
    with alone(LIST_LINE, 0) as is_alone:
        if not is_alone:
            raise background.ImportUnderWayError(background.UNDER_WAY)
        with transaction():
            background.ask_by_command(maker)
        try:
            _close_directory(maker, proposal, current)
            if not _compare(maker):
                raise DirectoryChangedError(CHANGED_MEANWHILE)
            _write(maker, progress)
        except ImportTakenOverError:
            db.session.rollback()
            raise ReviewError(STOOD_STILL) from None
    return proposal.preview


def go_on_with_what_a_command_left() -> None:
    """Finish, or forget, an import whose command was killed; harmless while it runs."""
    if (left := background.current()) and left.is_by_command:
        go_on()


def _read(maker: str) -> None:
    """Read the file and keep what it would do, for HR to look at."""
    try:
        proposal = _proposed(maker)
    except UploadGoneError as gone:
        _hand_back(maker, str(gone))
        return
    _show(maker, proposal, _import().refusal)


def _prepare(maker: str) -> None:
    """Put together what a yes lets be written, and close the directory to other changes."""
    if _import().is_by_command:  # it was killed before it had put everything aside
        with _act(maker):
            background.drop()
        return
    try:
        proposal = _proposed(maker)
    except UploadGoneError as gone:
        _hand_back(maker, str(gone))
        return
    current = queries.known_people()
    refusal = refusal_of(Yes(**json.loads(_import().yes)), proposal)
    try:
        if not refusal:
            writing.refuse_unfit(proposal, current)
    except ReviewError as error:
        refusal = error.in_full
    if refusal:
        _show(maker, proposal, refusal)
        return
    _close_directory(maker, proposal, current)


def _close_directory(maker: str, proposal: Proposal, current: Sequence[KnownPerson]) -> None:
    """Put aside everything that is to be written; then let nobody else change the directory."""
    parts = list(parts_of(proposal, current))
    ending = summary.packed(asdict(writing.ending_of(proposal)))
    _put_aside(maker, parts)
    with _act(maker):
        wait_for_directory()
        _set(
            stage=ImportStage.CLOSED,
            directory=proposal.directory,
            ending=ending,
            total=sum(part.people for part in parts),
            leased_until=None,
            attempts=0,
        )


def _compare(maker: str) -> bool:
    """Whether the directory, which nobody else changes now, is the one that was looked at."""
    is_same = fingerprint(queries.known_people()) == _import().directory
    name, is_by_command = _import().file_name, _import().is_by_command
    with _act(maker):
        if is_same:
            _set(stage=ImportStage.WRITING, preview="", yes="", leased_until=None)
        elif is_by_command:
            background.drop()
        else:
            db.session.execute(delete(LargeImportPart))
            _set(stage=ImportStage.READING, refusal=CHANGED_MEANWHILE, leased_until=None)
    if is_same:
        uploads.forget_file(name)
    return is_same


def _write(maker: str, progress: Progress = lambda _count: None) -> None:
    """Write the parts that are still there, each in an act of its own; then note the import."""
    found, today = _import(), clock.today(settings().zone)
    by, done, writer = found.by_id, found.done, Writer(today=today, by=found.by_id)
    ending = Ending(**summary.unpacked(found.ending))
    while (part := _next_part()) is not None:
        number, content = part
        done += content.people
        writer.get_ready(content)
        with _act(maker):
            writer.write(content)
            db.session.execute(delete(LargeImportPart).where(LargeImportPart.number == number))
            _set(done=done)
        progress(content.people)
    # Of many people this takes seconds; nobody else can change what it looks at.
    kept = undoing.prepared(ending.before, ending.added, ending.departments)
    with _act(maker):
        writing.note(kept, ending, today, by=by)
        db.session.execute(delete(LargeImport))


def _proposed(maker: str) -> Proposal:
    """What the file would do under the answers that were given."""
    found = _import()
    return proposing.propose(
        uploads.read_file(found.file_name),
        today=clock.today(settings().zone),
        answers=json.loads(found.answers),
        when_read=lambda: _note(maker, is_compared=True),
    )


def _show(maker: str, proposal: Proposal, refusal: str) -> None:
    """Let HR look at what the file would do."""
    preview = summary.kept(summary.of(proposal))
    _note(maker, stage=ImportStage.READY, preview=preview, refusal=refusal, asked_at=clock.now())


def _hand_back(maker: str, refusal: str) -> None:
    """Let HR know why nothing can be shown."""
    _note(maker, stage=ImportStage.READY, preview="", refusal=refusal)


def _put_aside(maker: str, parts: list[ImportPart]) -> None:
    """Keep the parts in short acts, instead of those that a killed job may have left."""
    with _act(maker):
        db.session.execute(delete(LargeImportPart))
    for start in range(0, len(parts), KEPT_TOGETHER):
        rows = [
            {"number": number, "content": summary.packed([part.kind, list(part.rows)])}
            for number, part in enumerate(parts[start : start + KEPT_TOGETHER], start)
        ]
        with _act(maker):
            db.session.execute(insert(LargeImportPart), rows)


def _next_part() -> tuple[int, ImportPart] | None:
    first = select(LargeImportPart.number, LargeImportPart.content)
    row = db.session.execute(first.order_by(LargeImportPart.number).limit(1)).one_or_none()
    db.session.rollback()
    if row is None:
        return None
    kind, rows = summary.unpacked(row.content)
    return row.number, ImportPart(PartKind(kind), rows)


def _import() -> LargeImport:
    """The import that is worked on. Raises ImportTakenOverError where it was cancelled."""
    found = db.session.get(LargeImport, 1, populate_existing=True)
    if found is None:
        raise ImportTakenOverError
    return found


@contextmanager
def _act(maker: str) -> Iterator[None]:
    """One short act that renews the lease. Raises ImportTakenOverError without one."""
    with transaction():
        give_up_after_standing_still(background.LEASE)
        mine = update(LargeImport).where(LargeImport.maker == maker)
        renewed = mine.values(leased_until=clock.now() + background.LEASE)
        if not db.session.execute(renewed).rowcount:  # type: ignore[attr-defined]
            raise ImportTakenOverError
        yield
    if is_sqlite():
        sleep(REST)


def _note(maker: str, **values: Any) -> None:
    with _act(maker):
        _set(**values)


def _set(**values: Any) -> None:
    db.session.execute(update(LargeImport).values(values))


_ACTS: Final[Mapping[ImportStage, Callable[[str], object]]] = {
    ImportStage.READING: _read,
    ImportStage.CONFIRMED: _prepare,
    ImportStage.CLOSED: _compare,
    ImportStage.WRITING: _write,
}
