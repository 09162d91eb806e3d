"""A people list read: rows as the directory is to have them, what is asked, and every fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.domain.files.checked_table import Fault, one_per_value
from app.domain.files.email_address import is_plain_email
from app.domain.files.people import opening, people
from app.domain.files.people.columns import ADDRESS, Header, keys_of
from app.domain.files.people.questions import Asking
from app.domain.files.people_changes import KnownPerson
from app.domain.files.people_file import EmailCheck, Leaver, PersonRow
from app.domain.files.tables.cells import UnreadableTableError

NO_ADDRESSES: Final = (
    "a column of work e-mail addresses: people sign in with them. This file has none, as lists "
    "for payroll often do"
)


@dataclass(frozen=True)
class SeenColumn:
    """A column as a page shows it: ignored ones without any value."""

    key: str
    """How an answer names it; nothing for one of several that share a name."""
    header: str
    field: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file says, as far as the answers go."""

    rows: tuple[PersonRow, ...] = ()
    leavers: tuple[Leaver, ...] = ()
    faults: tuple[Fault, ...] = ()
    told: tuple[str, ...] = ()
    columns: tuple[SeenColumn, ...] = ()
    header_key: str = ""
    is_mapped: bool = False
    """Whether people said what the columns hold, in a file that names them."""
    missing: tuple[str, ...] = ()
    """What no column is known to hold, although a list of people must have it."""
    outsiders: Mapping[str, str] = field(default_factory=dict)
    """Addresses of people of this file whose manager is in the directory only, and whose."""

    @property
    def needs_mapping(self) -> bool:
        """Whether people have to say first what the columns hold."""
        return bool(self.missing)


def read(
    content: bytes,
    *,
    today: date,
    known: Sequence[KnownPerson] = (),
    asking: Asking | None = None,
    saved: Mapping[str, Mapping[str, str]] | None = None,
    is_email: EmailCheck = is_plain_email,
) -> Reading:
    """Read a people list. What only people can know is asked through `asking`.

    `today` bounds dates; `saved` are earlier answers about columns by the header's key.
    """
    asking = Asking({}) if asking is None else asking
    try:
        opened = opening.opened(content, asking, saved or {})
    except UnreadableTableError as error:
        return Reading(faults=(Fault(1, "", "", str(error)),))
    header = opened.header
    missing = opening.fields_missing(header)
    columns = _seen(opened, with_all=not header.line)
    if missing:
        refused = () if _could_be_mapped(opened) else (_without_addresses(header),)
        return Reading(faults=refused, columns=columns, header_key=header.key, missing=missing)
    told, (lines, found) = opened.told, people.lines_of(opened.sheet, header)
    del opened  # the whole table: lines hold what is read of it
    made = people.made(
        lines, found, header, today=today, known=known, asking=asking, is_email=is_email
    )
    faults = one_per_value(made.faults)
    return Reading(
        rows=() if faults else tuple(made.rows),
        leavers=tuple(made.leavers),
        faults=faults,
        told=(*told, *made.told, *_ignored(header)),
        columns=columns,
        header_key=header.key,
        is_mapped=header.is_mapped and header.line > 0,
        outsiders=made.outsiders,
    )


def _without_addresses(header: Header) -> Fault:
    return Fault(max(header.line, 1), "", "", NO_ADDRESSES)


def _could_be_mapped(opened: opening.OpenedList) -> bool:
    """Whether any cell looks like an address, so that a column of them can be pointed out."""
    return any(
        isinstance(cell, str) and ADDRESS.fullmatch(cell)
        for line in opened.sheet.lines[:500]
        for cell in line.cells
    )


def _seen(opened: opening.OpenedList, *, with_all: bool) -> tuple[SeenColumn, ...]:
    seen = []
    keys = keys_of(opened.header)
    for column in opened.header.columns:
        shown = column.field or with_all
        values = opening.samples(opened.sheet, opened.header, column.place) if shown else ()
        if not column.header and not column.field and not values:
            continue
        seen.append(SeenColumn(keys.get(column.place, ""), column.spoken, column.field, values))
    return tuple(seen)


def _ignored(header: Header) -> tuple[str, ...]:
    names = [
        f"“{column.header}”" for column in header.columns if column.header and not column.field
    ]
    return (f"Columns that are ignored: {', '.join(names)}.",) if names else ()
