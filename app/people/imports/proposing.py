"""What a people list would do to the directory, with everything that has to be asked first."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy import select

from app.domain.errors import ReviewError
from app.domain.files.checked_table import Fault, shown
from app.domain.files.people.questions import Asking, Question
from app.domain.files.people.reading import Reading, read
from app.domain.files.people.scope import Scoped, is_harmful, scoped
from app.domain.files.people_changes import (
    HR,
    KnownPerson,
    Preview,
    compare,
    fingerprint,
    hr_remains,
    spelled,
)
from app.domain.files.people_file import PersonRow
from app.infra.db import db
from app.people import account_ownership, queries
from app.people.department_tree import full_department_paths
from app.people.imports.printing import note_on_letters
from app.people.models import ColumnMapping
from app.people.services import is_email

HR_FAULT: Final = Fault(
    1, "roles", "", "at least one person with the role hr: nobody else could run a cycle"
)
RETURN_NEEDS_TWO: Final = (
    "an account that is active: HR, board and managers are taken back on their own page, where "
    "two people of HR agree; after that import this file again"
)
ADDRESS_NEEDS_TWO: Final = (
    "the address that the directory has ({known}): HR, board and managers get a new one on their "
    "own page, where two people of HR agree; after that import this file again"
)
MAP: Final = "map."
NOTHING: Final = Scoped((), (), is_whole=False, would_leave=0)


class FileRefusedError(ReviewError):
    """A people file with faults, told all at once; nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.sentences = shown(faults)
        self.count = len(faults)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True)
class Proposal:
    """What a file says under the answers given so far, and what that would do to the directory."""

    reading: Reading
    settled: Scoped
    preview: Preview
    questions: tuple[Question, ...]
    open: tuple[Question, ...]
    """What has to be answered before anything may be changed."""
    faults: tuple[Fault, ...]
    directory: str
    """The fingerprint of the directory that the file was compared with."""
    active_count: int
    acting_hr: AbstractSet[str]
    """The addresses of those who act for HR now."""
    people_in: Mapping[str, int]
    """How many people work in each department now."""
    answers: Mapping[str, str]
    unprintable: str
    """What printed reports cannot show of the people it brings; empty where they show all."""

    @property
    def told(self) -> tuple[str, ...]:
        """What was noticed in the file, as sentences."""
        return (*([self.unprintable] if self.unprintable else []), *self.reading.told)

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        return self.settled.rows

    @property
    def leaving_count(self) -> int:
        return len(self.preview.deactivated)

    @property
    def is_harmful(self) -> bool:
        """Whether so many would leave that the number has to be named."""
        return self.leaving_count > 0 and is_harmful(self.leaving_count, self.active_count)

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of the import but a yes."""
        return not (self.faults or self.open or self.reading.needs_mapping)

    @cached_property
    def outcome(self) -> str:
        """A short text that differs as soon as the import would do anything else."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(repr(row).encode())
        digest.update("\x1f".join(self.settled.leaving).encode())
        return f"{self.directory[:32]}-{digest.hexdigest()[:32]}"

    def refuse_faults(self) -> None:
        """Raises FileRefusedError with every fault."""
        if self.faults:
            raise FileRefusedError(self.faults)


def propose(
    content: bytes,
    *,
    today: date,
    answers: Mapping[str, str] | None = None,
    when_read: Callable[[], None] = lambda: None,
) -> Proposal:
    """Read `content` under `answers` and say what it would do; nothing is changed.

    `when_read` is called between reading the file and comparing it with the directory.
    """
    current = queries.known_people()
    asking = Asking(answers or {})
    reading = _read(content, current, asking, today)
    when_read()
    is_read = not (reading.faults or reading.needs_mapping)
    settled = scoped(reading, current, asking) if is_read else NOTHING
    departments = full_department_paths().values()
    preview = compare(current, settled.rows, departments=departments, leaving=settled.leaving)
    faults = reading.faults
    if not faults and not reading.needs_mapping:
        faults = faults_for_two(settled.rows, preview)
        if not _hr_remains(current, settled):
            faults = (HR_FAULT,)
    return Proposal(
        reading=reading,
        settled=settled,
        preview=preview,
        questions=tuple(asking.questions.values()),
        open=asking.open,
        faults=faults,
        directory=fingerprint(current),
        active_count=sum(person.is_active for person in current),
        acting_hr={p.email for p in current if p.is_active and HR in p.roles},
        people_in=Counter(spelled(p.department) for p in current if p.is_active),
        answers=dict(answers or {}),
        unprintable=note_on_letters(settled.rows, preview),
    )


def _read(content: bytes, current: Sequence[KnownPerson], asking: Asking, today: date) -> Reading:
    return read(
        content,
        today=today,
        known=current,
        asking=asking,
        saved=saved_mappings(),
        is_email=is_email,
    )


def faults_for_two(rows: Sequence[PersonRow], preview: Preview) -> tuple[Fault, ...]:
    """What a file may not do to accounts for which two people of HR have to agree."""
    back = {change.known_by for change in preview.changed if change.comes_back}
    moved = {row.known_email for row in rows if row.known_email}
    guarded = account_ownership.emails_for_two(back | moved)
    found = []
    for row in rows:
        if row.known_by in guarded & moved:
            expected = ADDRESS_NEEDS_TWO.format(known=row.known_by)
            found.append(Fault(row.line, "email", row.email, expected))
        elif row.known_by in guarded:
            found.append(Fault(row.line, "email", row.email, RETURN_NEEDS_TWO))
    return tuple(found)


def _hr_remains(current: Sequence[KnownPerson], settled: Scoped) -> bool:
    return hr_remains(current, settled.rows, leaving=settled.leaving)


def saved_mappings() -> dict[str, dict[str, str]]:
    """What HR said earlier about the columns of files, by the key of their header."""
    rows = db.session.execute(select(ColumnMapping.header_key, ColumnMapping.fields))
    return {key: json.loads(fields) for key, fields in rows}


def mapping_of(proposal: Proposal) -> dict[str, str] | None:
    """What people said about the columns, as it is kept for the next file of this kind."""
    if not proposal.reading.is_mapped:
        return None
    fields = {column.key: column.field for column in proposal.reading.columns if column.key}
    return {"header_key": proposal.reading.header_key, "fields": json.dumps(fields)}


def keep_mapping(mapping: Mapping[str, str] | None, *, today: date) -> None:
    """Remember what people said about the columns, if anything."""
    if mapping is not None:
        db.session.merge(ColumnMapping(**mapping, kept_on=today))
