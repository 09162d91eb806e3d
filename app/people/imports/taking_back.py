"""What the job does to take a large import back, one stage after the other.

First the directory is closed to other changes, and everything is looked for that stands in the way.
What nobody closes are the ways into an account: so whoever came with the import is deactivated,
unless one of them got in meanwhile, and it is looked once more. Until then nothing is lost where it
is refused. Then part after part is written, each in a short act that also deletes the part.

A command does the same acts itself, and the job goes on with them should it be killed.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import delete, select

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.one_at_a_time import LIST_LINE, alone
from app.infra.settings import settings
from app.people.imports import acts, background, obstacles, summary, undo_writing, undoing
from app.people.imports.acts import ImportTakenOverError
from app.people.imports.kept_import import (
    NothingToUndoError,
    StateBefore,
    kept_on,
    no_import,
    state_of,
)
from app.people.imports.undo_parts import UndoKind, UndoPart, parts_of
from app.people.imports.undoing import Undone
from app.people.imports.writing import Progress
from app.people.large_import import ImportStage, LargeImport, wait_for_directory
from app.people.models import PeopleImport

ANOTHER_IMPORT: Final = (
    "Another people list was imported since, so that the one before it can no longer be taken back."
)
STOOD_STILL: Final = (
    "This command stood still for so long that the worker took over and goes on with taking the "
    "import back."
)


class _GotInError(Exception):
    """Somebody who came with the import has a password by now."""


def ask(*, by: int | None, today: date) -> None:
    """Note that the last import is to be taken back; harmless where that is under way.

    Raises NothingToUndoError, and ImportUnderWayError where a list is being imported.
    """
    if background.is_undo_under_way():
        return
    kept = db.session.scalar(kept_on(today))
    if kept is None:
        raise no_import()
    background.ask_to_take_back(kept, by=by)


def take_back_now(*, progress: Progress) -> Undone:
    """Take the last import back as a command does; `progress` hears how many people are as before.

    What another command left half-way is gone on with. Raises NothingToUndoError, and
    ImportUnderWayError.
    """
    maker, done = secrets.token_hex(16), None
    with alone(LIST_LINE, 0) as is_alone:
        if not is_alone:
            background.refuse_second()
            raise background.ImportUnderWayError(background.TAKEN_BACK)
        with transaction():
            ask(by=None, today=clock.today(settings().zone))
        try:
            while stage := background.claim(maker, others_are_gone=True):
                if stage is ImportStage.UNDO_WRITING:
                    done = _write(maker, progress)
                else:
                    ACTS[stage](maker)
            return done or _refused()
        except ImportTakenOverError:
            db.session.rollback()
            raise ReviewError(STOOD_STILL) from None


def _refused() -> Undone:
    """Forget an undo that a command was refused. Raises NothingToUndoError with the reason."""
    with transaction():
        refusal = acts.the_import().refusal
        background.drop()
    raise NothingToUndoError(refusal)


def _close(maker: str) -> None:
    """Let nobody else change the directory."""
    with acts.act(maker):
        wait_for_directory()
        acts.set_values(stage=ImportStage.UNDO_CLOSED, leased_until=None, attempts=0)


def _look(maker: str) -> None:
    """Look whether anything stands in the way, put all parts aside, and let nobody get in.

    The look takes seconds, and nobody waits for it.
    """
    kept = _kept()
    if kept is None:
        _hand_back(maker, ANOTHER_IMPORT)
        return
    state = state_of(kept)
    if obstacle := obstacles.obstacle_of(kept, state):
        _hand_back(maker, obstacle)
        return
    acts.put_aside(maker, parts_of(state))
    try:
        _hold(maker, state)
    except _GotInError:
        db.session.rollback()  # the next look says who it is


def _hold(maker: str, state: StateBefore) -> None:
    """Deactivate whoever came with the import. Raises _GotInError unless nobody can sign in yet."""
    with acts.act(maker):
        acting = sorted(undo_writing.hr_before())
        if undo_writing.let_in(state.added, is_active=False) != len(state.added):
            raise _GotInError
        acts.set_values(
            stage=ImportStage.UNDO_HELD,
            ending=summary.packed(acting),
            total=len(state.added) + len(state.people),
            leased_until=None,
            attempts=0,
        )


def _look_once_more(maker: str) -> None:
    """Look whether anything came into the way before they were deactivated; if so, refuse."""
    kept = _the_kept()
    state = state_of(kept)
    obstacle = obstacles.of_accounts(state, kept.imported_on)
    if obstacle:
        with acts.act(maker):
            undo_writing.let_in(state.added, is_active=True)
            _refuse(obstacle)
    else:
        acts.note(maker, stage=ImportStage.UNDO_WRITING, leased_until=None)


def _write(maker: str, progress: Progress = lambda _count: None) -> Undone:
    """Write the parts that are still there, each in an act of its own; then note the undo."""
    found, today = acts.the_import(), clock.today(settings().zone)
    by, done, acting = found.by_id, found.done, set(summary.unpacked(found.ending))
    progress(done)
    while (part := acts.next_part()) is not None:
        number, kind, rows = part
        content = UndoPart(UndoKind(kind), rows)
        with acts.act(maker, checks_references=content.kind is not UndoKind.REMOVED):
            left = undo_writing.write(content)
            acts.finish_part(number, content.kind, left=left)
            written = content.people - len(left)
            acts.set_values(done=done + written)
        done += written
        progress(written)
    kept = _the_kept()
    last, staying = undoing.counts_of(kept), undoing.still_there(state_of(kept).added)
    with acts.act(maker):
        undone = undoing.note_undone(last, acting, staying=staying, by=by, today=today)
        db.session.execute(delete(LargeImport))
    return undone


def _kept() -> PeopleImport | None:
    """The import that was to be taken back; None where another one replaced it."""
    mine = PeopleImport.after == acts.the_import().directory
    return db.session.scalar(select(PeopleImport).where(mine))


def _the_kept() -> PeopleImport:
    """The same while nobody can replace it."""
    return db.session.scalars(select(PeopleImport)).one()


def _hand_back(maker: str, refusal: str) -> None:
    """Let HR know why nothing was changed."""
    with acts.act(maker):
        _refuse(refusal)


def _refuse(refusal: str) -> None:
    acts.forget_parts()
    acts.set_values(
        stage=ImportStage.UNDO_REFUSED, refusal=refusal, asked_at=clock.now(), leased_until=None
    )


ACTS: Final[Mapping[ImportStage, Callable[[str], object]]] = {
    ImportStage.UNDO_ASKED: _close,
    ImportStage.UNDO_CLOSED: _look,
    ImportStage.UNDO_HELD: _look_once_more,
    ImportStage.UNDO_WRITING: _write,
}
