"""Writing an undo part by part, within the caller's transactions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from time import monotonic
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.infra import mail
from app.infra.db import db, is_sqlite
from app.people import messages, queries, two_person_requests
from app.people.imports.kept_import import COLUMNS, SavedRow, values_of
from app.people.imports.obstacles import named_elsewhere, references_to
from app.people.imports.undo_parts import PLACES, UndoKind, UndoPart
from app.people.models import Department, Person
from app.people.queries import in_batches
from app.people.services import tell_hr

AT_A_TIME: Final = 20
"""People removed by one statement on PostgreSQL. For each of them it looks through every table that
may name them, which takes long where those are large."""
ENOUGH: Final = 0.2
"""Seconds of removing after which an act leaves the rest to the next one."""
MAKING_WAY: Final = "{}@moving.invalid"
"""The address of somebody who lets the own one go, until they get theirs back in the same act."""


def write(part: UndoPart) -> Sequence[Any]:
    """Write one part; return those of its rows that are left for another act."""
    if part.kind is UndoKind.REMOVED:
        return _remove(part.rows)
    _WRITERS[part.kind](part.rows)
    return ()


def hr_before() -> set[int]:
    """Who acts for HR while nothing of an undo is written yet."""
    return {person.id for person in queries.hr_people()}


def note_hr(before: AbstractSet[int], today: date) -> None:
    """Note who has the HR role again or no longer, and tell HR."""
    db.session.expire_all()  # the rows went past the session
    now = hr_before()
    for key in sorted(before ^ now):
        if person := db.session.get(Person, key):
            if key not in now:
                person.lose_hr(today)
            tell_hr(person, came=key in now)


def let_in(ids: Sequence[int], *, is_active: bool) -> int:
    """Deactivate those of these people who never set a password, or activate them again.

    Returns how many they are. Their links stay as they are.
    """
    changed = 0
    for part in in_batches(ids):
        mine = update(Person).where(Person.id.in_(part), Person.password_hash.is_(None))
        found = _execute(mine.values(is_active=is_active))
        changed += found.rowcount
    return changed


def _remove(ids: Sequence[int]) -> Sequence[int]:
    """Delete these people, as many as one act may; return the ids of the others.

    Somebody whom another table names by now stays, without a way in.
    """
    if is_sqlite():  # it has one writer, so what is looked at once holds until the commit
        _delete(ids, staying=named_elsewhere(ids))
        return ()
    end = monotonic() + ENOUGH
    for start in range(0, len(ids), AT_A_TIME):
        if start and monotonic() >= end:
            return ids[start:]
        some = ids[start : start + AT_A_TIME]
        try:
            with db.session.begin_nested():
                _delete(some)
        except IntegrityError:
            _delete(some, staying=named_elsewhere(some))
    return ()


def _delete(ids: Sequence[int], *, staying: AbstractSet[int] = frozenset()) -> None:
    """Delete these people but for those who stay."""
    going = [one for one in ids if one not in staying]
    for led_by in (Person.manager_id, Person.second_manager_id):
        _execute(update(Person).where(led_by.in_(ids)).values({led_by.key: None}))
    _execute(update(Person).where(Person.id.in_(staying)).values(is_active=False))
    two_person_requests.forget_people(going)
    _execute(delete(Person).where(Person.id.in_(going)))


def _restore(rows: Sequence[SavedRow]) -> None:
    """Put people back as they were, and end their sessions and links."""
    _make_way("email", rows, MAKING_WAY.format)
    _make_way("number", rows, lambda _key: None)
    _update(COLUMNS, [values_of(row) for row in rows])
    _execute(
        update(Person)
        .where(Person.id.in_([row[0] for row in rows]))
        .values(session_epoch=Person.session_epoch + 1)
    )


def _make_way(name: str, rows: Sequence[SavedRow], other: Callable[[int], str | None]) -> None:
    """Let those go of an address, or a number, who have one that somebody of these gets back."""
    column = getattr(Person, name)
    owners = {row[PLACES[name]]: row[0] for row in rows if row[PLACES[name]] is not None}
    held = select(Person.id, column).where(column.in_(owners))
    found = [key for key, value in db.session.execute(held) if owners[value] != key]
    _update((name,), [{"key": key, name: other(key)} for key in found])


def _lead(rows: Sequence[Sequence[int | None]]) -> None:
    columns = ("manager_id", "second_manager_id")
    _update(columns, [dict(zip(("key", *columns), row, strict=True)) for row in rows])


def _tell(rows: Sequence[Sequence[Any]]) -> None:
    """Tell mailboxes that lose an account."""
    db.session.expire_all()  # the rows went past the session
    people = queries.people_by_ids(key for key, _email in rows)
    mail.post(*(messages.email_changed(people[key], to=to, before=to) for key, to in rows))


def _drop_departments(ids: Iterable[int]) -> None:
    """Delete those that nobody uses; the deepest come first."""
    inner = [Department.parent_id, *references_to(Department)]
    for key in ids:
        uses = (db.session.scalar(select(one).where(one == key).limit(1)) for one in inner)
        if all(found is None for found in uses):
            _execute(delete(Department).where(Department.id == key))


def _update(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write these columns of the people whose id is `key`."""
    if not rows:
        return
    table = Person.__table__
    mine = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    db.session.connection().execute(mine.values(values), list(rows))


def _execute(statement: Any) -> Any:
    """Change rows past the session's objects."""
    return db.session.execute(statement.execution_options(synchronize_session=False))


_WRITERS: Final[Mapping[UndoKind, Callable[[Sequence[Any]], None]]] = {
    UndoKind.LED: _lead,
    UndoKind.RESTORED: _restore,
    UndoKind.TOLD: _tell,
    UndoKind.DEPARTMENTS: _drop_departments,
}
