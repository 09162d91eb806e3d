"""Writing an import: the directory says exactly what was proposed, or nothing changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select, update

from app.domain.errors import ReviewError
from app.domain.files.people_changes import KnownPerson, Preview, fingerprint
from app.infra import audit
from app.infra.db import db
from app.people import account_ownership, queries
from app.people.department_tree import full_department_paths
from app.people.imports import kept_import
from app.people.imports.parts import ImportPart, PartKind, parts_of
from app.people.imports.proposing import (
    FileRefusedError,
    Proposal,
    faults_for_two,
    keep_mapping,
    mapping_of,
)
from app.people.models import Department, Person
from app.people.name_order import search_text, sort_key
from app.people.services import lock_directory, tell_hr

CHANGED_MEANWHILE: Final = (
    "Somebody changed the directory since this preview. Please look at what will change now."
)

Progress = Callable[[int], None]


class DirectoryChangedError(ReviewError):
    """Between the preview and the yes somebody else changed the directory."""


@dataclass(frozen=True)
class Ending:
    """What is noted once everything is written, as plain data that can be kept meanwhile."""

    before: list[list[Any]]
    """How those whom the import touches were before it."""
    departments: list[int]
    """The departments that were there before it."""
    added: list[str]
    """The addresses of people who come with it."""
    changed: int
    deactivated: int
    mapping: Mapping[str, str] | None
    """What people said about the columns."""


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
    current = queries.known_people()
    refuse_unfit(proposal, current)
    ending, writer = ending_of(proposal), Writer(today=today, by=by)
    for part in parts_of(proposal, current):
        writer.write(part)
        progress(part.people)
    note(
        kept_import.prepared(ending.before, ending.added, ending.departments), ending, today, by=by
    )
    return proposal.preview


def refuse_unfit(proposal: Proposal, current: Sequence[KnownPerson]) -> None:
    """Raises what `import_people` raises, unless everything may be written into `current`."""
    proposal.refuse_faults()
    if not proposal.is_ready:
        raise ReviewError("Some questions about this file are not answered yet.")
    if fingerprint(current) != proposal.directory:
        raise DirectoryChangedError(CHANGED_MEANWHILE)
    # Asked again: a role that ended 30 days ago guards an account no longer, a new one does.
    if faults := faults_for_two(proposal.rows, proposal.preview):
        raise FileRefusedError(faults)
    # Nobody's new address may be one that somebody else is about to give up: two may swap.
    taken = {person.email for person in current}
    for row in proposal.rows:
        if row.known_email and row.email in taken:
            raise ReviewError(
                f"{row.email} belongs to somebody else at present. Please change that address "
                "first, on the page of the person who has it."
            )


def ending_of(proposal: Proposal) -> Ending:
    """What will be noted at the end; taken before anything is written."""
    preview = proposal.preview
    return Ending(
        before=kept_import.before(preview),
        departments=list(db.session.scalars(select(Department.id))),
        added=[person.email for person in preview.added],
        changed=len(preview.changed),
        deactivated=len(preview.deactivated),
        mapping=mapping_of(proposal),
    )


def note(kept: kept_import.Prepared, ending: Ending, today: date, *, by: int | None) -> None:
    """Note an import that is written: how it is taken back, its columns, and who did it.

    One that changed nothing leaves the one before it to be taken back.
    """
    if ending.added or ending.changed or ending.deactivated:
        kept_import.keep(kept, changed=ending.changed, deactivated=ending.deactivated, today=today)
    keep_mapping(ending.mapping, today=today)
    audit.record(
        "people:imported",
        actor_id=by,
        added=len(ending.added),
        changed=ending.changed,
        deactivated=ending.deactivated,
    )
    db.session.expire_all()  # the rows went past the session


class Writer:
    """Writes parts of one import in their order, within the caller's transactions."""

    def __init__(self, *, today: date, by: int | None) -> None:
        self._today, self._by = today, by
        self._ids: dict[str, int] = {}

    def get_ready(self, part: ImportPart) -> None:
        """Read what is read once, outside of an act: half a second in which others would wait."""
        if part.kind is not PartKind.DEPARTMENTS:  # those are not all there yet
            sort_key("")
            _ = self._departments
            db.session.rollback()

    def write(self, part: ImportPart) -> None:
        """Write one part."""
        rows = part.rows
        match part.kind:
            case PartKind.DEPARTMENTS:
                _make_departments(rows)
            case PartKind.HR:
                _note_hr(set(rows), self._today)
            case PartKind.ADDED:
                new = [_new(row, self._departments, self._today) for row in rows]
                db.session.execute(insert(Person), new)
            case PartKind.CHANGED:
                ids = self._ids_of(_named(rows, "email", "manager", "second_manager"))
                _update(_changed(row, self._departments, ids) for row in rows)
            case PartKind.LED:
                ids = self._ids_of(email for row in rows for email in row if email)
                _update(
                    {"key": ids[one], **_led_by(first, second, ids)} for one, first, second in rows
                )
            case _:
                self._write_about_accounts(part.kind, rows)

    def _write_about_accounts(self, kind: PartKind, rows: Sequence[Any]) -> None:
        """Write what changes addresses, numbers, and who may come in."""
        if kind is PartKind.ADDRESSES:
            known = self._ids_of(before for before, _after in rows)
            _change_addresses([(known[before], after) for before, after in rows], by=self._by)
            return
        found = self._ids_of(rows)
        _ABOUT_PEOPLE[kind]([found[email] for email in rows], self._today)

    @cached_property
    def _departments(self) -> dict[tuple[str, ...], int]:
        return {path: key for key, path in full_department_paths().items()}

    def _ids_of(self, emails: Iterable[str]) -> dict[str, int]:
        """The ids of these people, and of others that were asked for before."""
        unknown = sorted(set(emails) - self._ids.keys())
        self._ids |= queries.ids_of(unknown)
        return self._ids


def _named(rows: Iterable[Mapping[str, Any]], *columns: str) -> set[str]:
    return {row[column] for row in rows for column in columns if row[column]}


def _make_departments(paths: Iterable[Sequence[str]]) -> None:
    """Make those departments that are not there yet; parents come first."""
    known = {path: key for key, path in full_department_paths().items()}
    for names in paths:
        path = tuple(names)
        if path not in known:
            department = Department(name=path[-1], parent_id=known[path[:-1]] if path[1:] else None)
            db.session.add(department)
            db.session.flush()
            known[path] = department.id


def _change_addresses(moved: Iterable[tuple[int, str]], *, by: int | None) -> None:
    """Change addresses as when HR types them: sessions end, and the old mailbox is told."""
    for key, email in moved:
        account_ownership.change_address(db.session.get_one(Person, key), email, by=by)
    db.session.flush()


def _new(
    row: Mapping[str, Any], departments: Mapping[tuple[str, ...], int], today: date
) -> dict[str, Any]:
    return {
        "name": row["name"],
        "email": row["email"],
        "number": row["number"],
        "title": row["title"],
        "department_id": departments[tuple(row["department"])],
        "joined_on": date.fromisoformat(row["joined_on"]),
        "sits_out_for": row["sits_out_for"],
        "account_made_on": today,
        "is_active": True,
        "is_hr": row["is_hr"],
        "is_board": row["is_board"],
        "credential_epoch": 0,
        "session_epoch": 0,
    }


def _changed(
    row: Mapping[str, Any],
    departments: Mapping[tuple[str, ...], int],
    ids: Mapping[str, int],
) -> dict[str, Any]:
    until = row["sits_out_until"]
    return {
        "key": ids[row["email"]],
        "name": row["name"],
        "sort_key": sort_key(row["name"]),
        "search_text": search_text(row["name"], row["title"]),
        "number": row["number"],
        "title": row["title"],
        "department_id": departments[tuple(row["department"])],
        **_led_by(row["manager"], row["second_manager"], ids),
        "joined_on": date.fromisoformat(row["joined_on"]),
        "sits_out_for": row["sits_out_for"],
        "sits_out_until": date.fromisoformat(until) if until else None,
        "is_active": True,
        "is_hr": row["is_hr"],
        "is_board": row["is_board"],
    }


def _led_by(
    manager: str | None, second_manager: str | None, ids: Mapping[str, int]
) -> dict[str, int | None]:
    return {
        "manager_id": ids[manager] if manager else None,
        "second_manager_id": ids[second_manager] if second_manager else None,
    }


def _update(values: Iterable[dict[str, Any]]) -> None:
    rows = list(values)
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
    statement = update(Person.__table__).where(  # type: ignore[arg-type]
        Person.__table__.c.id == bindparam("key")
    )
    db.session.connection().execute(statement.values(columns), rows)


def _deactivate(ids: Sequence[int], _today: date) -> None:
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


def _free_numbers(ids: Sequence[int], _today: date) -> None:
    """Let numbers go that are about to change: two people may swap theirs."""
    _update({"key": one, "number": None} for one in ids)


def _note_other_numbers(ids: Sequence[int], today: date) -> None:
    """Note whose number becomes another one: who signs in by it alone may be somebody else."""
    _update({"key": one, "number_changed_on": today} for one in ids)


def _note_led_until(ids: Sequence[int], _today: date) -> None:
    account_ownership.note_led_until(ids)


def _note_board_until(ids: Sequence[int], today: date) -> None:
    lost = update(Person).where(Person.id.in_(ids)).values(board_until=today)
    db.session.execute(lost.execution_options(synchronize_session=False))


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


_ABOUT_PEOPLE: Final[Mapping[PartKind, Callable[[Sequence[int], date], None]]] = {
    PartKind.FREED_NUMBERS: _free_numbers,
    PartKind.OTHER_NUMBERS: _note_other_numbers,
    PartKind.LEAVING: _deactivate,
    PartKind.BACK: _renew,
    PartKind.LED_UNTIL: _note_led_until,
    PartKind.BOARD_UNTIL: _note_board_until,
}


def told(preview: Preview) -> str:
    """What was done, in one sentence."""
    return (
        f"The file is taken over: {len(preview.added):,} added, {len(preview.changed):,} changed, "
        f"{len(preview.deactivated):,} deactivated, {preview.unchanged_count:,} as before."
    )
