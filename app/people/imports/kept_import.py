"""What is kept of the last import, so that it can be taken back: how everybody was before it."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, delete, insert, select

from app.domain.errors import ReviewError
from app.domain.files.people_changes import Preview
from app.infra.db import db
from app.people import queries
from app.people.models import Department, PeopleImport, Person
from app.people.queries import in_batches

KEPT_FOR: Final = timedelta(days=30)
"""How long the state before an import is kept; then it is the directory's history."""
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

SavedRow = list[Any]
"""A person as plain data: the id, then the columns."""


class NothingToUndoError(ReviewError):
    """No import can be taken back; the text says why."""


def no_import() -> NothingToUndoError:
    """What is raised where nothing is kept."""
    return NothingToUndoError("There is no import that could be taken back.")


@dataclass(frozen=True)
class Prepared:
    """What an undo needs, as the table keeps it."""

    before: str
    after: str
    added: int


@dataclass(frozen=True)
class StateBefore:
    """The directory before an import, as far as that touched it."""

    people: list[SavedRow]
    """Those whom it changed, as they were."""
    added: list[int]
    """Those who came with it."""
    departments: list[int]
    """Those that it made, parents first."""

    @property
    def touched(self) -> list[int]:
        """The ids of those whom it changed."""
        return [row[0] for row in self.people]


def before(preview: Preview) -> list[SavedRow]:
    """How those whom an import touches are now."""
    emails = [change.known_by for change in preview.changed]
    emails += [person.email for person in preview.deactivated]
    found: list[SavedRow] = []
    for part in in_batches(emails):
        rows = db.session.execute(_state().where(Person.email.in_(part)))
        found += [_as_json(row) for row in rows]
    return found


def prepared(people: list[SavedRow], added: Sequence[str], departments: Sequence[int]) -> Prepared:
    """What an undo needs of an import that is written; only reads, for seconds if it is large.

    `people` are as they were before it, `added` the addresses of those who came with it, and
    `departments` those that were there before.
    """
    db.session.flush()
    ids = queries.ids_of(added)
    there = set(departments)
    made = [one for one in db.session.scalars(_departments()) if one not in there]
    state = StateBefore(people, added=[ids[email] for email in added], departments=made)
    said = {"people": state.people, "added": state.added, "departments": state.departments}
    return Prepared(
        before=base64.b64encode(zlib.compress(json.dumps(said).encode())).decode(),
        after=hash_of(state),
        added=len(state.added),
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


def forget_old(*, today: date) -> None:
    """Let go of a state that is too old to be put back."""
    db.session.execute(delete(PeopleImport).where(PeopleImport.imported_on < today - KEPT_FOR))


def kept_on(today: date) -> Select[PeopleImport]:
    """The import that can still be taken back `today`, if any."""
    return select(PeopleImport).where(PeopleImport.imported_on >= today - KEPT_FOR)


def state_of(kept: PeopleImport) -> StateBefore:
    """The directory before the import; of 100,000 people it is read in a second or two."""
    return StateBefore(**json.loads(zlib.decompress(base64.b64decode(kept.before))))


def hash_of(state: StateBefore) -> str:
    """A hash of how everybody whom the import touched or added is now."""
    digest = hashlib.sha256()
    columns = [getattr(Person, name) for name in COMPARED]
    for part in in_batches(sorted([*state.touched, *state.added])):
        rows = db.session.execute(
            select(Person.id, *columns).where(Person.id.in_(part)).order_by(Person.id)
        )
        for row in rows:
            digest.update(json.dumps(_as_json(row)).encode())
    return digest.hexdigest()


def values_of(row: SavedRow) -> dict[str, Any]:
    """The columns of a saved row by name, and the id as `key`."""
    values = dict(zip(COLUMNS, row[1:], strict=True))
    for name in DAYS:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return {"key": row[0], **values}


def _departments() -> Select[int]:
    """Departments in the order in which they were made: parents before what is in them."""
    return select(Department.id).order_by(Department.id)


def _state() -> Select[Any]:
    return select(Person.id, *(getattr(Person, name) for name in COLUMNS)).order_by(Person.id)


def _as_json(row: Row[Any] | Iterable[Any]) -> SavedRow:
    return [value.isoformat() if isinstance(value, date) else value for value in row]
