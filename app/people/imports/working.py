"""What the job does about the import of a large people list, one stage after the other.

A command does the same acts itself, and the job goes on with them should it be killed.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import delete

from app.domain.errors import ReviewError
from app.domain.files.people_changes import KnownPerson, Preview, fingerprint
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.one_at_a_time import LIST_LINE, alone
from app.infra.settings import settings
from app.people import queries, uploads
from app.people.imports import acts, background, proposing, summary, taking_back, writing
from app.people.imports.acts import ImportTakenOverError
from app.people.imports.confirming import Yes, refusal_of
from app.people.imports.kept_import import prepared
from app.people.imports.parts import ImportPart, PartKind, parts_of
from app.people.imports.proposing import Proposal
from app.people.imports.writing import (
    CHANGED_MEANWHILE,
    DirectoryChangedError,
    Ending,
    Progress,
    Writer,
)
from app.people.large_import import ImportStage, LargeImport, wait_for_directory
from app.people.uploads import UploadGoneError

STOOD_STILL: Final = (
    "This command stood still for so long that the worker took over: it writes the rest of the "
    "list if writing had begun, and otherwise nothing has been changed."
)


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
    _show(maker, proposal, acts.the_import().refusal)


def _prepare(maker: str) -> None:
    """Put together what a yes lets be written, and close the directory to other changes."""
    if acts.the_import().is_by_command:  # it was killed before it had put everything aside
        with acts.act(maker):
            background.drop()
        return
    try:
        proposal = _proposed(maker)
    except UploadGoneError as gone:
        _hand_back(maker, str(gone))
        return
    current = queries.known_people()
    refusal = refusal_of(Yes(**json.loads(acts.the_import().yes)), proposal)
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
    acts.put_aside(maker, parts)
    with acts.act(maker):
        wait_for_directory()
        acts.set_values(
            stage=ImportStage.CLOSED,
            directory=proposal.directory,
            ending=ending,
            total=sum(part.people for part in parts),
            leased_until=None,
            attempts=0,
        )


def _compare(maker: str) -> bool:
    """Whether the directory, which nobody else changes now, is the one that was looked at."""
    is_same = fingerprint(queries.known_people()) == acts.the_import().directory
    name, is_by_command = acts.the_import().file_name, acts.the_import().is_by_command
    with acts.act(maker):
        if is_same:
            acts.set_values(stage=ImportStage.WRITING, preview="", yes="", leased_until=None)
        elif is_by_command:
            background.drop()
        else:
            acts.forget_parts()
            acts.set_values(stage=ImportStage.READING, refusal=CHANGED_MEANWHILE, leased_until=None)
    if is_same:
        uploads.forget_file(name)
    return is_same


def _write(maker: str, progress: Progress = lambda _count: None) -> None:
    """Write the parts that are still there, each in an act of its own; then note the import."""
    found, today = acts.the_import(), clock.today(settings().zone)
    by, done, writer = found.by_id, found.done, Writer(today=today, by=found.by_id)
    ending = Ending(**summary.unpacked(found.ending))
    while (part := acts.next_part()) is not None:
        number, kind, rows = part
        content = ImportPart(PartKind(kind), rows)
        done += content.people
        writer.get_ready(content)
        with acts.act(maker):
            writer.write(content)
            acts.finish_part(number, content.kind)
            acts.set_values(done=done)
        progress(content.people)
    # Of many people this takes seconds; nobody else can change what it looks at.
    kept = prepared(ending.before, ending.added, ending.departments)
    with acts.act(maker):
        writing.note(kept, ending, today, by=by)
        db.session.execute(delete(LargeImport))


def _proposed(maker: str) -> Proposal:
    """What the file would do under the answers that were given."""
    found = acts.the_import()
    return proposing.propose(
        uploads.read_file(found.file_name),
        today=clock.today(settings().zone),
        answers=json.loads(found.answers),
        when_read=lambda: acts.note(maker, is_compared=True),
    )


def _show(maker: str, proposal: Proposal, refusal: str) -> None:
    """Let HR look at what the file would do."""
    preview = summary.kept(summary.of(proposal))
    acts.note(
        maker, stage=ImportStage.READY, preview=preview, refusal=refusal, asked_at=clock.now()
    )


def _hand_back(maker: str, refusal: str) -> None:
    """Let HR know why nothing can be shown."""
    acts.note(maker, stage=ImportStage.READY, preview="", refusal=refusal)


_ACTS: Final[Mapping[ImportStage, Callable[[str], object]]] = {
    ImportStage.READING: _read,
    ImportStage.CONFIRMED: _prepare,
    ImportStage.CLOSED: _compare,
    ImportStage.WRITING: _write,
    **taking_back.ACTS,
}
