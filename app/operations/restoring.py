"""Bringing a backup back: checked first, refused where it would undo forgetting."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.cycles.models import Cycle
from app.domain.errors import SealBrokenError, WrongStateError
from app.domain.plurals import counted
from app.infra import migrations, processes
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.lifecycle.count.abandoning import abandon, fault_of_answers
from app.lifecycle.count.forgetting import finish_forgetting
from app.lifecycle.count.restoring import accept_restored
from app.operations import backup, copies
from app.operations.copies import CopyError
from app.results.erasing import erase_again


@dataclass(frozen=True)
class Checked:
    """A backup that can be brought back, and what has to be known before."""

    file: Path
    found: backup.Description
    forgotten: tuple[str, ...]
    """Names of cycles that ran when it was made and whose key is gone since."""


def check(place: Path) -> Checked:
    """Look a backup over without changing anything. Raises CopyError for what cannot be used."""
    found = backup.described(place)
    if found.kind != copies.kind():
        raise CopyError(f"{place} is a copy of {found.kind}; this installation has another.")
    if not migrations.is_known(found.step):
        raise CopyError(
            f"{place} was made by a newer version of the program. Install that one first."
        )
    file = backup.file_of(place, found)
    forgotten = tuple(
        name for number, name in found.running.items() if not key_folder().has(int(number))
    )
    return Checked(file, found, forgotten)


def bring_back(checked: Checked, *, ending: bool, told: Callable[[str], None]) -> None:
    """Put the copy in the place of the database and bring its tables up to date.

    `ending` ends cycles without results whose key is gone. Raises CopyError while processes of
    the app run, and where a copy holds a cycle that was counted and forgotten since: bringing it
    back would bring back who was asked about whom.
    """
    if checked.forgotten and not ending:
        names = ", ".join(checked.forgotten)
        raise CopyError(
            f"{names} ran when this backup was made, and the key is gone since: its answers were "
            "counted and forgotten, or the key folder is lost. Bringing it back would bring back "
            "who was asked about whom. A newer backup may do; otherwise --end-running brings this "
            "one back and ends the review without results."
        )
    _refuse_running()
    copies.bring_back(checked.file)
    migrations.upgrade()
    told("The database is as it was when the backup was made; its tables are up to date.")
    with transaction():
        if again := erase_again():
            told(f"Erased again: {counted(again, 'report or comment', 'reports or comments')}.")
    for number in checked.found.running:
        _settle(int(number), told)


def _refuse_running() -> None:
    try:
        seen = processes.seen_kinds()
    except SQLAlchemyError:  # no tables, or no database: nobody works with it
        return
    finally:
        db.session.rollback()
    if seen:
        raise CopyError(
            "The app runs, or ran until a moment ago. Stop every web process and worker, wait "
            "three minutes, and try again."
        )


def _settle(number: int, told: Callable[[str], None]) -> None:
    """Let a cycle that ran at the time go on with its ballots, or end where its key is gone."""
    cycle = db.session.scalars(select(Cycle).where(Cycle.id == number)).one()
    name = cycle.name
    with transaction():
        if fault_of_answers(cycle):
            is_ended = abandon(cycle, by=None)
            outcome = (
                "has ended without results."
                if is_ended
                else ("waits for two people of HR to agree that it ends without results.")
            )
            told(f"{name} {outcome}")
        else:
            _believe(cycle, told)
            is_ended = False
    if is_ended:
        finish_forgetting(number)


def _believe(cycle: Cycle, told: Callable[[str], None]) -> None:
    try:
        accept_restored(cycle, by=None)
    except WrongStateError:
        told(f"Every ballot of {cycle.name} is the one that was saved last.")
    except SealBrokenError as error:
        told(f"{cycle.name}: {error}")
    else:
        told(
            f"Whoever saved something in {cycle.name} since the backup has lost it. Please ask "
            "everybody to look through their answers again."
        )
