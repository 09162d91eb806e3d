"""The acts of the job on a large people list: each short, and under a lease that it renews.

What is to be written lies aside in parts, as rows of the database. Each part is deleted in the act
that writes it: after a kill whoever goes on begins with the first part that is still there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from time import sleep
from typing import Any, Final, Protocol

from sqlalchemy import delete, insert, select, update

from app.infra import clock
from app.infra.db import db, give_up_after_standing_still, is_sqlite, transaction
from app.people.imports import background, summary
from app.people.large_import import LargeImport, LargeImportPart

KEPT_TOGETHER: Final = 20
"""Parts that are put aside in one act."""
REST: Final = 0.12
"""Seconds between two acts on SQLite, in which whoever waits for the lock gets it."""


class ImportTakenOverError(Exception):
    """The import was cancelled, or somebody else works on it now."""


class KeptPart(Protocol):
    """A few rows of one kind; lists, texts, numbers and truth values only."""

    @property
    def kind(self) -> StrEnum:
        """What it writes."""

    @property
    def rows(self) -> Sequence[Any]:
        """The rows."""


def the_import() -> LargeImport:
    """The import that is worked on. Raises ImportTakenOverError where it was cancelled."""
    found = db.session.get(LargeImport, 1, populate_existing=True)
    if found is None:
        raise ImportTakenOverError
    return found


@contextmanager
def act(maker: str, *, checks_references: bool = True) -> Iterator[None]:
    """One short act that renews the lease. Raises ImportTakenOverError without one."""
    with transaction(checks_references=checks_references):
        give_up_after_standing_still(background.LEASE)
        mine = update(LargeImport).where(LargeImport.maker == maker)
        renewed = mine.values(leased_until=clock.now() + background.LEASE)
        if not db.session.execute(renewed).rowcount:  # type: ignore[attr-defined]
            raise ImportTakenOverError
        yield
    if is_sqlite():
        sleep(REST)


def note(maker: str, **values: Any) -> None:
    """Write these columns of the import in an act of its own."""
    with act(maker):
        set_values(**values)


def set_values(**values: Any) -> None:
    """Write these columns of the import in the act that is open."""
    db.session.execute(update(LargeImport).values(values))


def put_aside(maker: str, parts: Iterable[KeptPart]) -> None:
    """Keep the parts in short acts, instead of those that a killed job may have left."""
    with act(maker):
        forget_parts()
    numbered = enumerate(parts)
    while some := list(islice(numbered, KEPT_TOGETHER)):
        rows = [{"number": n, "content": _packed(part.kind, part.rows)} for n, part in some]
        with act(maker):
            db.session.execute(insert(LargeImportPart), rows)


def next_part() -> tuple[int, str, list[Any]] | None:
    """Number, kind and rows of the first part that is still to be written."""
    first = select(LargeImportPart.number, LargeImportPart.content)
    row = db.session.execute(first.order_by(LargeImportPart.number).limit(1)).one_or_none()
    db.session.rollback()
    if row is None:
        return None
    kind, rows = summary.unpacked(row.content)
    return row.number, kind, rows


def finish_part(number: int, kind: StrEnum, *, left: Sequence[Any] = ()) -> None:
    """Delete the part that the open act wrote; of one that is `left` in part keep the rest."""
    mine = LargeImportPart.number == number
    if left:
        rest = update(LargeImportPart).where(mine).values(content=_packed(kind, left))
        db.session.execute(rest)
    else:
        db.session.execute(delete(LargeImportPart).where(mine))


def forget_parts() -> None:
    """Delete what was put aside."""
    db.session.execute(delete(LargeImportPart))


def _packed(kind: StrEnum, rows: Sequence[Any]) -> str:
    return summary.packed([kind, list(rows)])
