"""Writing an import: the directory says exactly what was proposed, or nothing changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, func, insert, select, update

from app.domain.errors import ReviewError
from app.domain.files.people_changes import BOARD, HR, KnownPerson, Preview, fingerprint
from app.domain.files.people_file import PersonRow
from app.infra import audit
from app.infra.db import db
from app.people import account_ownership, queries
from app.people.department_tree import full_department_paths
from app.people.imports import undoing
from app.people.imports.proposing import (
    FileRefusedError,
    Proposal,
    faults_for_two,
    keep_mapping,
)
from app.people.models import Department, Person
from app.people.name_order import search_text, sort_key
from app.people.services import lock_directory, tell_hr

BATCH: Final = 5_000

Thing = TypeVar("Thing")
Progress = Callable[[int], None]


class DirectoryChangedError(ReviewError):
    """Between the preview and the yes somebody else changed the directory."""


def import_people(
    proposal: Proposal,
    *,
    today: date,
    by: int | None,
    progress: Progress = lambda _count: None,
) -> Preview:
    """Make the directory say what was proposed; `progress` hears how many people were written.

    Raises DirectoryChangedError when the directory is not the one that was previewed, and
    FileRefusedError or ReviewError for a proposal that is not ready.
    """
    lock_directory()
    proposal.refuse_faults()
    if not proposal.is_ready:
        raise ReviewError("Some questions about this file are not answered yet.")
    current = queries.known_people()
    if fingerprint(current) != proposal.directory:
        raise DirectoryChangedError(
            "Somebody changed the directory since this preview. Please look at the preview again."
        )
    preview = proposal.preview
    # Asked again: a role that ended 30 days ago guards an account no longer, a new one does.
    if faults := faults_for_two(proposal.rows, preview):
        raise FileRefusedError(faults)
    before = undoing.before(preview)
    made = _write(proposal, current, today=today, by=by, progress=progress)
    undoing.keep(before, preview, made_departments=made, today=today)
    keep_mapping(proposal, today=today)
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
    proposal: Proposal,
    current: Sequence[KnownPerson],
    *,
    today: date,
    by: int | None,
    progress: Progress,
) -> list[int]:
    """Write everything; return the ids of departments that were made."""
    preview, rows = proposal.preview, proposal.rows
    known = {person.email: person for person in current}
    touched = {change.known_by for change in preview.changed}
    departments, made = _departments_of([row for row in rows if _is_written(row, known, touched)])
    added = [row for row in rows if row.known_by not in known]
    changed = [row for row in rows if row.known_by in touched]
    ids = queries.ids_by_email()
    _change_addresses(changed, ids, by=by)
    _release_numbers(changed, known, ids)
    _note_other_numbers(changed, known, ids, today)
    for part in _parts(added):
        db.session.execute(insert(Person), [_new(row, departments, today) for row in part])
        progress(len(part))
    # Managers come second: they must be there before somebody can point to them.
    ids = queries.ids_by_email()
    for part in _parts(changed):
        _update(_changed(row, known[row.known_by], departments, ids) for row in part)
        progress(len(part))
    for part in _parts([row for row in added if row.manager or row.second_manager]):
        _update({"key": ids[row.email], **_led_by(row, ids)} for row in part)
    for some in _parts([ids[person.email] for person in preview.deactivated]):
        _deactivate(some)
        progress(len(some))
    for some in _parts([ids[change.email] for change in preview.changed if change.comes_back]):
        _renew(some, today)
    _note_hr(_acting_hr(current, changed), today)
    _note_roles_ended(proposal, current, ids, today)
    return made


def _is_written(row: PersonRow, known: dict[str, KnownPerson], touched: AbstractSet[str]) -> bool:
    return row.known_by not in known or row.known_by in touched


def _change_addresses(changed: Sequence[PersonRow], ids: dict[str, int], *, by: int | None) -> None:
    """Change addresses as when HR types them: sessions end, and the old mailbox is told."""
    moved = [(row, ids[row.known_by]) for row in changed if row.known_email]
    # Nobody's new address may be one that somebody else is about to give up: two may swap.
    taken = set(ids)
    for row, key in moved:
        if row.email in taken:
            raise ReviewError(
                f"{row.email} belongs to somebody else at present. Please change that address "
                "first, on the page of the person who has it."
            )
        account_ownership.change_address(db.session.get_one(Person, key), row.email, by=by)
    db.session.flush()


def _release_numbers(
    changed: Sequence[PersonRow], known: dict[str, KnownPerson], ids: dict[str, int]
) -> None:
    """Let numbers go that are about to change: two people may swap theirs."""
    for part in _parts([row for row in changed if row.number and known[row.known_by].number]):
        _update({"key": ids[row.known_by], "number": None} for row in part)


def _note_other_numbers(
    changed: Sequence[PersonRow], known: dict[str, KnownPerson], ids: dict[str, int], today: date
) -> None:
    """Note whose number becomes another one: who signs in by it alone may be somebody else."""
    others = [row for row in changed if row.number not in (None, known[row.known_by].number)]
    for part in _parts(others):
        _update({"key": ids[row.known_by], "number_changed_on": today} for row in part)


def _acting_hr(current: Sequence[KnownPerson], changed: Sequence[PersonRow]) -> set[str]:
    """The addresses, as they are now, of those who acted for HR before."""
    renamed = {row.known_by: row.email for row in changed}
    return {
        renamed.get(person.email, person.email)
        for person in current
        if person.is_active and HR in person.roles
    }


def _note_roles_ended(
    proposal: Proposal, current: Sequence[KnownPerson], ids: dict[str, int], today: date
) -> None:
    """Note until when people were of the board or led somebody who has another manager now."""
    wanted = {row.known_by: row for row in proposal.rows}
    renamed = {row.known_by: row.email for row in proposal.rows}
    leaving = set(proposal.settled.leaving)
    led: set[int] = set()
    board: set[int] = set()
    for person in current:
        row = wanted.get(person.email)
        stays = {row.manager, row.second_manager} if row else set()
        if person.is_active and (row or person.email in leaving):
            bosses = filter(None, (person.manager, person.second_manager))
            led |= {ids[boss] for old in bosses if (boss := renamed.get(old, old)) not in stays}
        if row and BOARD in person.roles and row.roles is not None and BOARD not in row.roles:
            board.add(ids[row.email])
    for part in _parts(sorted(led)):
        account_ownership.note_led_until(part)
    for part in _parts(sorted(board)):
        lost = update(Person).where(Person.id.in_(part)).values(board_until=today)
        db.session.execute(lost.execution_options(synchronize_session=False))


def _new(row: PersonRow, departments: dict[tuple[str, ...], int], today: date) -> dict[str, Any]:
    roles = row.roles or frozenset()
    return {
        "name": row.name,
        "email": row.email,
        "number": row.number,
        "title": row.title,
        "department_id": departments[row.department],
        "joined_on": row.joined_on,
        "sits_out_for": row.sits_out,
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
        "number": before.number if row.number is None else row.number,
        "title": row.title,
        "department_id": departments[row.department],
        **_led_by(row, ids),
        "joined_on": row.joined_on,
        "sits_out_for": row.sits_out or before.sits_out,
        "sits_out_until": None if row.sits_out else before.sits_out_until,
        "is_active": True,
        "is_hr": HR in roles,
        "is_board": BOARD in roles,
    }


def _led_by(row: PersonRow, ids: dict[str, int]) -> dict[str, int | None]:
    return {
        "manager_id": ids[row.manager] if row.manager else None,
        "second_manager_id": ids[row.second_manager] if row.second_manager else None,
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


def _departments_of(
    rows: Sequence[PersonRow],
) -> tuple[dict[tuple[str, ...], int], list[int]]:
    """The id of every department the rows name, and the ids of those made, parents first."""
    known = {path: key for key, path in full_department_paths().items()}
    made = []
    wanted = {row.department[:depth] for row in rows for depth in range(1, len(row.department) + 1)}
    for path in sorted(wanted - known.keys(), key=lambda path: (len(path), path)):
        department = Department(name=path[-1], parent_id=known[path[:-1]] if path[1:] else None)
        db.session.add(department)
        db.session.flush()
        known[path] = department.id
        made.append(department.id)
    return known, made


def _parts(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def told(preview: Preview) -> str:
    """What was done, in one sentence."""
    return (
        f"The file is taken over: {len(preview.added):,} added, {len(preview.changed):,} changed, "
        f"{len(preview.deactivated):,} deactivated, {preview.unchanged_count:,} as before."
    )
