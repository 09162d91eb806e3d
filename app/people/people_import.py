"""Taking over a people file: the directory says exactly what the file says, or nothing changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, func, insert, select, update

from app.domain.errors import ReviewError
from app.domain.files.checked_table import Fault, shown
from app.domain.files.people_changes import (
    BOARD,
    HR,
    KnownPerson,
    Preview,
    compare,
    fingerprint,
    hr_remains,
)
from app.domain.files.people_file import PersonRow, parse
from app.infra import audit
from app.infra.db import db
from app.people import account_ownership, queries
from app.people.models import Department, Person
from app.people.name_order import search_text, sort_key
from app.people.services import is_email, lock_directory, tell_hr

BATCH: Final = 5_000
HR_FAULT: Final = Fault(
    1, "roles", "", "at least one person with the role hr: nobody else could run a cycle"
)
RETURN_NEEDS_TWO: Final = (
    "an account that is active: HR, board and managers are taken back on their own page, where "
    "two people of HR agree; after that import this file again"
)

Thing = TypeVar("Thing")
Progress = Callable[[int], None]


class FileRefusedError(ReviewError):
    """A people file with faults, told all at once; nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.sentences = shown(faults)
        self.count = len(faults)
        super().__init__("\n".join(self.sentences))


class DirectoryChangedError(ReviewError):
    """Between the preview and the yes somebody else changed the directory."""


@dataclass(frozen=True)
class Proposal:
    """A file without faults, what it would do, and to which directory."""

    rows: tuple[PersonRow, ...]
    preview: Preview
    fingerprint: str


def propose(content: bytes, *, today: date) -> Proposal:
    """Read `content` and say what it would do. Raises FileRefusedError with every fault."""
    file = parse(content, today=today, is_email=is_email)
    current = queries.known_people()
    faults = file.faults
    if not faults and not hr_remains(current, file.rows):
        faults = (HR_FAULT,)
    if faults:
        raise FileRefusedError(faults)
    departments = queries.full_department_paths().values()
    preview = compare(current, file.rows, departments=departments)
    _refuse_returns_for_two(file.rows, preview)
    return Proposal(file.rows, preview, fingerprint(current))


def _refuse_returns_for_two(rows: Sequence[PersonRow], preview: Preview) -> None:
    """Refuse a file that takes back accounts which need two people of HR."""
    back = account_ownership.emails_for_two(
        change.email for change in preview.changed if change.comes_back
    )
    faults = [
        Fault(row.line, "email", row.email, RETURN_NEEDS_TWO) for row in rows if row.email in back
    ]
    if faults:
        raise FileRefusedError(faults)


def import_people(
    rows: Sequence[PersonRow],
    *,
    today: date,
    by: int | None,
    expected: str = "",
    progress: Progress = lambda _count: None,
) -> Preview:
    """Make the directory say what `rows` say; `progress` hears how many people were written.

    With `expected` (the fingerprint of the directory that was previewed) a directory that
    has changed since raises DirectoryChangedError.
    """
    lock_directory()
    current = queries.known_people()
    if expected and fingerprint(current) != expected:
        raise DirectoryChangedError(
            "Somebody changed the directory since this preview. Please look at the preview again."
        )
    if not hr_remains(current, rows):
        raise FileRefusedError((HR_FAULT,))
    preview = compare(current, rows, departments=queries.full_department_paths().values())
    _refuse_returns_for_two(rows, preview)
    _write(rows, current, preview, today=today, progress=progress)
    audit.record(
        "people:imported",
        actor_id=by,
        added=len(preview.added),
        changed=len(preview.changed),
        deactivated=len(preview.deactivated),
    )
    db.session.expire_all()  # the rows went past the session
    return preview


def _write(
    rows: Sequence[PersonRow],
    current: Sequence[KnownPerson],
    preview: Preview,
    *,
    today: date,
    progress: Progress,
) -> None:
    known = {person.email: person for person in current}
    touched = {change.email for change in preview.changed}
    departments = _departments_of(rows)
    added = [row for row in rows if row.email not in known]
    changed = [row for row in rows if row.email in touched]
    for part in _parts(added):
        db.session.execute(insert(Person), [_new(row, departments, today) for row in part])
        progress(len(part))
    # Managers come second: they must be there before somebody can point to them.
    ids = queries.ids_by_email()
    for part in _parts(changed):
        _update(_changed(row, known[row.email], departments, ids) for row in part)
        progress(len(part))
    for part in _parts([row for row in added if row.manager]):
        _update({"key": ids[row.email], "manager_id": ids[row.manager or ""]} for row in part)
    leaving = [ids[person.email] for person in preview.deactivated]
    for some in _parts(leaving):
        _deactivate(some)
        progress(len(some))
    back = [ids[change.email] for change in preview.changed if change.comes_back]
    for some in _parts(back):
        _renew(some, today)
    _note_hr({person.email for person in current if person.is_active and HR in person.roles}, today)
    _note_roles_ended(current, rows, ids, today)


def _note_roles_ended(
    current: Sequence[KnownPerson],
    rows: Sequence[PersonRow],
    ids: dict[str, int],
    today: date,
) -> None:
    """Note until when people were of the board or led somebody who has another manager now."""
    wanted = {row.email: row for row in rows}
    led, board = set(), set()
    for person in current:
        row = wanted.get(person.email)
        if person.is_active and person.manager and (row is None or row.manager != person.manager):
            led.add(ids[person.manager])
        if row is not None and BOARD in person.roles and not _keeps(BOARD, row, person):
            board.add(ids[person.email])
    for part in _parts(sorted(led)):
        account_ownership.note_led_until(part)
    for part in _parts(sorted(board)):
        lost = update(Person).where(Person.id.in_(part)).values(board_until=today)
        db.session.execute(lost.execution_options(synchronize_session=False))


def _keeps(role: str, row: PersonRow, before: KnownPerson) -> bool:
    """Whether `before` keeps a role; a file without that column takes none away."""
    return role in (before.roles if row.roles is None else row.roles)


def _new(row: PersonRow, departments: dict[tuple[str, ...], int], today: date) -> dict[str, Any]:
    roles = row.roles or frozenset()
    return {
        "name": row.name,
        "email": row.email,
        "title": row.title,
        "department_id": departments[row.department],
        "joined_on": row.joined_on,
        "account_made_on": today,
        "is_active": True,
        "is_hr": HR in roles,
        "is_board": BOARD in roles,
        "credential_epoch": 0,
        "session_epoch": 0,
    }


def _changed(
    row: PersonRow,
    before: KnownPerson,
    departments: dict[tuple[str, ...], int],
    ids: dict[str, int],
) -> dict[str, Any]:
    roles = before.roles if row.roles is None else row.roles
    return {
        "key": ids[row.email],
        "name": row.name,
        "sort_key": sort_key(row.name),
        "search_text": search_text(row.name, row.title),
        "title": row.title,
        "department_id": departments[row.department],
        "manager_id": ids[row.manager] if row.manager else None,
        "joined_on": row.joined_on,
        "is_active": True,
        "is_hr": HR in roles,
        "is_board": BOARD in roles,
    }


def _update(values: Iterable[dict[str, Any]]) -> None:
    rows = list(values)
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
    statement = update(Person.__table__).where(  # type: ignore[arg-type]
        Person.__table__.c.id == bindparam("key")
    )
    db.session.connection().execute(statement.values(columns), rows)


def _deactivate(ids: Sequence[int]) -> None:
    db.session.execute(
        update(Person)
        .where(Person.id.in_(ids))
        .values(is_active=False, session_epoch=Person.session_epoch + 1)
        .execution_options(synchronize_session=False)
    )


def _renew(ids: Sequence[int], today: date) -> None:
    """An account that was woken up is a new one, as when HR takes somebody back by hand."""
    since = func.coalesce(Person.unproven_since, today)
    woken = update(Person).where(Person.id.in_(ids))
    woken = woken.values(account_made_on=today, unproven_since=since)
    db.session.execute(woken.execution_options(synchronize_session=False))


def _note_hr(before: AbstractSet[str], today: date) -> None:
    """Note who can act for HR from today on, and who no longer can."""
    db.session.expire_all()  # the rows went past the session
    acting = Person.is_hr & Person.is_active
    for person in db.session.scalars(select(Person).where(acting | Person.email.in_(before))):
        came, left = person.email not in before, not person.is_acting_hr
        if left:
            person.lose_hr(today)
        elif came:
            person.take_hr(today)
        if before and (came or left):  # of the first file nobody has to be told
            tell_hr(person, came=came)
    db.session.flush()


def _departments_of(rows: Sequence[PersonRow]) -> dict[tuple[str, ...], int]:
    """The id of every department the rows name; missing ones are made, parents first."""
    known = {path: key for key, path in queries.full_department_paths().items()}
    wanted = {row.department[:depth] for row in rows for depth in range(1, len(row.department) + 1)}
    for path in sorted(wanted - known.keys(), key=lambda path: (len(path), path)):
        department = Department(name=path[-1], parent_id=known[path[:-1]] if path[1:] else None)
        db.session.add(department)
        db.session.flush()
        known[path] = department.id
    return known


def _parts(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def told(preview: Preview) -> str:
    """What was done, in one sentence."""
    return (
        f"The file is taken over: {len(preview.added):,} added, {len(preview.changed):,} changed, "
        f"{len(preview.deactivated):,} deactivated, {preview.unchanged_count:,} as before."
    )
