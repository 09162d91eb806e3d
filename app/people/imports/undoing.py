"""Taking back the last import as a whole, until something was built on it."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, delete, exists, insert, select, update

from app.domain.errors import ReviewError
from app.domain.files.people_changes import Preview
from app.infra import audit, mail
from app.infra.db import Base, db
from app.people import messages, password_secrecy, queries
from app.people.models import Department, PeopleImport, Person
from app.people.services import lock_directory, tell_hr

KEPT_FOR: Final = timedelta(days=30)
"""How long the state before an import is kept; then it is the directory's history."""
BATCH: Final = 5_000
LOOKED_AT: Final = 500
"""So many people of an import a page looks at, which takes some milliseconds. Of more it does not
say whether something stands in the way: taking back looks at everybody anyway."""
COLUMNS: Final = (
    "name",
    "sort_key",
    "search_text",
    "email",
    "number",
    "number_changed_on",
    "title",
    "department_id",
    "manager_id",
    "second_manager_id",
    "joined_on",
    "sits_out_for",
    "sits_out_until",
    "is_active",
    "is_hr",
    "is_board",
    "account_made_on",
    "hr_since",
    "unproven_since",
    "former_email",
)
"""What an import may change, and an undo puts back. The days on which roles ended stay: whoever
had a role within 30 days counts as having it, and nothing may end that early."""
DAYS: Final = frozenset(
    {
        *("joined_on", "sits_out_until", "account_made_on", "hr_since", "unproven_since"),
        "number_changed_on",
    }
)
COMPARED: Final = tuple(
    n for n in COLUMNS if n not in {"unproven_since", "former_email", "number_changed_on"}
)
"""What tells that somebody built on an import."""


class NothingToUndoError(ReviewError):
    """No import can be taken back; the text says why."""


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


@dataclass(frozen=True)
class Prepared:
    """What an undo needs, as the table keeps it."""

    before: str
    after: str
    added: int


def before(preview: Preview) -> list[list[Any]]:
    """How those whom an import touches are now: id first, then the columns."""
    emails = [change.known_by for change in preview.changed]
    emails += [person.email for person in preview.deactivated]
    found: list[list[Any]] = []
    for part in _parts(emails):
        rows = db.session.execute(_state().where(Person.email.in_(part)))
        found += [_as_json(row) for row in rows]
    return found


def prepared(people: list[list[Any]], added: Sequence[str], departments: Sequence[int]) -> Prepared:
    """What an undo needs of an import that is written; only reads, for seconds if it is large.

    `people` are as they were before it, `added` the addresses of those who came with it, and
    `departments` those that were there before.
    """
    db.session.flush()
    ids = queries.ids_of(added)
    new = [ids[email] for email in added]
    there = set(departments)
    made = [one for one in db.session.scalars(_departments()) if one not in there]
    state = {"people": people, "added": new, "departments": made}
    return Prepared(
        before=base64.b64encode(zlib.compress(json.dumps(state).encode())).decode(),
        after=_hash_of([row[0] for row in people] + new),
        added=len(new),
    )


def keep(kept: Prepared, *, changed: int, deactivated: int, today: date) -> None:
    """Keep what an undo needs; the import before can no longer be taken back."""
    db.session.execute(delete(PeopleImport))
    db.session.execute(
        insert(PeopleImport).values(
            imported_on=today,
            added=kept.added,
            changed=changed,
            deactivated=deactivated,
            before=kept.before,
            after=kept.after,
        )
    )


def last_import(*, today: date) -> LastImport | None:
    """The last import, and why it cannot be taken back if so; None once it is forgotten.

    What was kept of very many people is not even read.
    """
    counts = (PeopleImport.added, PeopleImport.changed, PeopleImport.deactivated)
    row = db.session.execute(_kept(today).with_only_columns(PeopleImport.imported_on, *counts))
    last = row.one_or_none()
    if last is None:
        return None
    if sum(last[1:]) > LOOKED_AT:
        return LastImport(*last, is_looked_at=False)
    kept = db.session.scalars(_kept(today)).one()
    return LastImport(*last, obstacle=_obstacle(kept))


def undo(*, by: int | None, today: date) -> LastImport:
    """Put everybody back as they were before the last import. Raises NothingToUndoError.

    Whoever was added goes without a trace; whoever was deactivated is as old as before.
    """
    lock_directory()
    kept = db.session.scalar(_kept(today))
    if kept is None:
        raise NothingToUndoError("There is no import that could be taken back.")
    if obstacle := _obstacle(kept):
        raise NothingToUndoError(obstacle)
    done = LastImport(kept.imported_on, kept.added, kept.changed, kept.deactivated)
    _put_back(_state_of(kept), today)
    db.session.execute(delete(PeopleImport))
    audit.record(
        "people:import_undone",
        actor_id=by,
        added=done.added,
        changed=done.changed,
        deactivated=done.deactivated,
    )
    db.session.expire_all()
    return done


def forget_old(*, today: date) -> None:
    """Let go of a state that is too old to be put back."""
    db.session.execute(delete(PeopleImport).where(PeopleImport.imported_on < today - KEPT_FOR))


def _kept(today: date) -> Select[PeopleImport]:
    return select(PeopleImport).where(PeopleImport.imported_on >= today - KEPT_FOR)


def _state_of(kept: PeopleImport) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(kept.before)))
    return state


def _obstacle(kept: PeopleImport) -> str:
    """What was built on the import, as a sentence; nothing when it can be taken back."""
    state = _state_of(kept)
    added: list[int] = state["added"]
    touched = [row[0] for row in state["people"]]
    if _hash_of(touched + added) != kept.after:
        reason = (
            "somebody who came or changed with it was changed since. Please correct people by "
            "hand, or import a better file"
        )
    elif name := _first(_handed_over(part, kept.imported_on) for part in _parts(touched)):
        reason = f"{_told(name)} has got in since, in a way that followed from it"
    elif name := _first(_in_use(part) for part in _parts(added)):
        reason = f"{_told(name)}, who came with it, can sign in or takes part in a review already"
    elif name := _new_report(added, {*touched, *added}):
        reason = f"{name} was given a manager who came with it"
    else:
        return ""
    return f"The last import can no longer be taken back: {reason}."


def _told(name: str) -> str:
    """The name, unless HR must not know who has a password."""
    return "somebody" if password_secrecy.are_hidden() else name


def _first(names: Iterable[str]) -> str:
    return next(filter(None, names), "")


def _handed_over(ids: Sequence[int], imported_on: date) -> str:
    """The name of somebody whose doubted account has got a new password since."""
    since = Person.handed_over_on >= imported_on
    found = select(Person.name).where(Person.id.in_(ids), since)
    return db.session.scalar(found.limit(1)) or ""


def _in_use(ids: Sequence[int]) -> str:
    """The name of one of the people added who has a password or is named in another table."""
    used = select(Person.name).where(Person.id.in_(ids), Person.password_hash.is_not(None))
    if name := db.session.scalar(used.limit(1)):
        return name
    for column in _references():
        named = select(Person.name).where(Person.id.in_(ids), exists().where(column == Person.id))
        if name := db.session.scalar(named.limit(1)):
            return name
    return ""


def _new_report(added: Sequence[int], known: set[int]) -> str:
    """The name of somebody else whose manager, or second manager, is one of the people added."""
    for part in _parts(added):
        led = Person.manager_id.in_(part) | Person.second_manager_id.in_(part)
        rows = db.session.execute(select(Person.id, Person.name).where(led))
        for key, name in rows:
            if key not in known:
                return str(name)
    return ""


def _references() -> Iterator[Any]:
    """Every column of other tables that points to a person."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == "person" and table.name != "person":
                yield key.parent


def _put_back(state: dict[str, Any], today: date) -> None:
    people: list[list[Any]] = state["people"]
    acting = {person.id for person in queries.hr_people()}
    moved = _moved(people)
    _make_way(people)
    for part in _parts(people):
        db.session.connection().execute(*_restoring(part))
    _end_sessions([row[0] for row in people])
    for part in _parts(state["added"]):
        loose = (
            update(Person)
            .where(Person.id.in_(part))
            .values(manager_id=None, second_manager_id=None)
        )
        db.session.execute(loose.execution_options(synchronize_session=False))
    for part in _parts(state["added"]):
        gone = delete(Person).where(Person.id.in_(part))
        db.session.execute(gone.execution_options(synchronize_session=False))
    _drop_empty(state["departments"])
    db.session.expire_all()
    _tell(acting, moved, today)


def _make_way(people: Sequence[list[Any]]) -> None:
    """Let addresses and numbers go first: two people may get each other's back."""
    table = Person.__table__
    rows = [{"key": row[0], "email": f"{row[0]}@moving.invalid"} for row in people]
    for part in _parts(rows):
        statement = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
        db.session.connection().execute(
            statement.values(email=bindparam("email"), number=None), list(part)
        )


def _moved(people: Sequence[list[Any]]) -> list[tuple[int, str]]:
    """Whose address changes back, with the address until now."""
    place = COLUMNS.index("email") + 1
    olds = {row[0]: row[place] for row in people}
    found = []
    for part in _parts(list(olds)):
        rows = db.session.execute(select(Person.id, Person.email).where(Person.id.in_(part)))
        found += [(key, email) for key, email in rows if email != olds[key]]
    return found


def _restoring(rows: Sequence[list[Any]]) -> tuple[Any, list[dict[str, Any]]]:
    table = Person.__table__
    statement = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
    values: dict[str, Any] = {name: bindparam(name) for name in COLUMNS}
    return statement.values(values), [_from_json(row) for row in rows]


def _end_sessions(ids: Sequence[int]) -> None:
    for part in _parts(ids):
        ended = update(Person).where(Person.id.in_(part))
        ended = ended.values(session_epoch=Person.session_epoch + 1)
        db.session.execute(ended.execution_options(synchronize_session=False))


def _drop_empty(departments: Sequence[int]) -> None:
    """Delete the departments that the import made and nobody uses, the deepest first."""
    for key in reversed(departments):
        used = select(Person.id).where(Person.department_id == key).exists()
        inner = select(Department.id).where(Department.parent_id == key).exists()
        if not db.session.scalar(select(used)) and not db.session.scalar(select(inner)):
            db.session.execute(delete(Department).where(Department.id == key))


def _tell(acting: set[int], moved: Sequence[tuple[int, str]], today: date) -> None:
    """Tell HR who has the role again or no longer, and mailboxes that lose an account."""
    now = {person.id for person in queries.hr_people()}
    for key in sorted(acting ^ now):
        if person := db.session.get(Person, key):
            if key not in now:
                person.lose_hr(today)
            tell_hr(person, came=key in now)
    for key, email in moved:
        person = db.session.get_one(Person, key)
        mail.post(messages.email_changed(person, to=email, before=email))


def _departments() -> Any:
    """Departments in the order in which they were made: parents before what is in them."""
    return select(Department.id).order_by(Department.id)


def _state() -> Any:
    return select(Person.id, *(getattr(Person, name) for name in COLUMNS)).order_by(Person.id)


def _as_json(row: Row[Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def _from_json(row: list[Any]) -> dict[str, Any]:
    values = dict(zip(COLUMNS, row[1:], strict=True))
    for name in DAYS:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return {"key": row[0], **values}


def _hash_of(ids: Iterable[int]) -> str:
    """A hash of how these people are now."""
    digest = hashlib.sha256()
    columns = [getattr(Person, name) for name in COMPARED]
    for part in _parts(sorted(ids)):
        rows = db.session.execute(
            select(Person.id, *columns).where(Person.id.in_(part)).order_by(Person.id)
        )
        for row in rows:
            digest.update(json.dumps(_as_json(row)).encode())
    return digest.hexdigest()


def _parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]
