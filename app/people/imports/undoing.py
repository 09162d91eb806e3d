"""Taking back the last import as a whole, until something was built on it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import delete, select

from app.domain.plurals import counted
from app.infra import audit
from app.infra.db import db, refuse_broken_references
from app.people.imports import parts
from app.people.imports.kept_import import NothingToUndoError, kept_on, no_import, state_of
from app.people.imports.obstacles import obstacle_of
from app.people.imports.undo_parts import UndoPart, parts_of
from app.people.imports.undo_writing import hr_before, note_hr, write
from app.people.models import PeopleImport, Person
from app.people.queries import in_batches
from app.people.services import lock_directory

LOOKED_AT: Final = 500
"""So many people of an import a page looks at, which takes some milliseconds. Of more it does not
say whether something stands in the way: taking back looks at everybody anyway."""
IN_USE: Final = (
    "The last import can no longer be taken back: somebody who came with it takes part in "
    "something by now."
)


@dataclass(frozen=True)
class LastImport:
    """The last import as a page names it."""

    imported_on: date
    added: int
    changed: int
    deactivated: int
    is_looked_at: bool = True
    """Whether `obstacle` is known; of very many people it is only once taking back is asked for."""
    obstacle: str = ""
    """Why it cannot be taken back any more."""

    @property
    def people(self) -> int:
        """How many people it touched."""
        return self.added + self.changed + self.deactivated


@dataclass(frozen=True)
class Undone:
    """What taking an import back did."""

    removed: int
    changed: int
    deactivated: int
    staying: int = 0
    """People who came with it and could not be removed, because another table names them."""

    @property
    def told(self) -> str:
        """The same in a sentence or two."""
        done = (
            f"The import is taken back: {self.removed:,} removed, {self.changed:,} as they were "
            f"before, {self.deactivated:,} active again."
        )
        if not self.staying:
            return done
        people = counted(self.staying, "person", "people")
        return f"{done} {people} who came with it stay, deactivated: something names them by now."


def last_import(*, today: date, is_looked_at: bool = True) -> LastImport | None:
    """The last import, and why it cannot be taken back if so; None once it is forgotten.

    What was kept of very many people is not even read; nor where nobody has to know.
    """
    counts = (PeopleImport.added, PeopleImport.changed, PeopleImport.deactivated)
    row = db.session.execute(kept_on(today).with_only_columns(PeopleImport.imported_on, *counts))
    found = row.one_or_none()
    if found is None:
        return None
    last = LastImport(*found)
    if not is_looked_at or last.people > LOOKED_AT:
        return replace(last, is_looked_at=False)
    kept = db.session.scalars(kept_on(today)).one()
    return replace(last, obstacle=obstacle_of(kept, state_of(kept)))


def is_large(*, today: date) -> bool:
    """Whether the last import touched so many people that it is taken back in parts."""
    counts = PeopleImport.added + PeopleImport.changed + PeopleImport.deactivated
    return (db.session.scalar(kept_on(today).with_only_columns(counts)) or 0) > parts.SIZE


def counts_of(kept: PeopleImport) -> LastImport:
    """What a page says of this import."""
    return LastImport(kept.imported_on, kept.added, kept.changed, kept.deactivated)


def undo(*, by: int | None, today: date) -> Undone:
    """Put everybody back as they were before the last import. Raises NothingToUndoError.

    The act may leave it to us to check references, see `transaction`: removing many is fast then.
    Whoever was added goes without a trace; whoever was deactivated is as old as before.
    """
    lock_directory()
    kept = db.session.scalar(kept_on(today))
    if kept is None:
        raise no_import()
    state = state_of(kept)
    if obstacle := obstacle_of(kept, state):
        raise NothingToUndoError(obstacle)
    acting = hr_before()
    for part in parts_of(state):
        _write_whole(part)
    if still_there(state.added):  # somebody else was faster by a moment
        raise NothingToUndoError(IN_USE)
    refuse_broken_references(Person)
    return note_undone(counts_of(kept), acting, staying=0, by=by, today=today)


def still_there(ids: Sequence[int]) -> int:
    """How many of these people are still in the directory."""
    found = (
        db.session.scalars(select(Person.id).where(Person.id.in_(one))) for one in in_batches(ids)
    )
    return sum(len(some.all()) for some in found)


def note_undone(
    last: LastImport, acting: AbstractSet[int], *, staying: int, by: int | None, today: date
) -> Undone:
    """Note that an import is taken back, and tell HR of roles; `acting` were of HR before."""
    done = Undone(last.added - staying, last.changed, last.deactivated, staying)
    note_hr(acting, today)
    db.session.execute(delete(PeopleImport))
    audit.record(
        "people:import_undone",
        actor_id=by,
        added=done.removed,
        changed=done.changed,
        deactivated=done.deactivated,
    )
    if staying:
        audit.record("people:import_left", actor_id=by, people=staying)
    db.session.expire_all()
    return done


def _write_whole(part: UndoPart) -> None:
    while left := write(part):
        part = replace(part, rows=left)
