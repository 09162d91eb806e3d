"""What stands in the way of taking the last import back; only reads, for seconds if it is large."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.infra.db import Base, db
from app.people import password_secrecy
from app.people.imports.kept_import import COLUMNS, StateBefore, hash_of
from app.people.models import PeopleImport, Person
from app.people.queries import in_batches


def obstacle_of(kept: PeopleImport, state: StateBefore) -> str:
    """What was built on the import, as a sentence; nothing when it can be taken back."""
    if hash_of(state) != kept.after:
        return _sentence(
            "somebody who came or changed with it was changed since. Please correct people by "
            "hand, or import a better file"
        )
    if obstacle := of_accounts(state, kept.imported_on):
        return obstacle
    if name := _new_report(state):
        return _sentence(f"{name} was given a manager who came with it")
    if name := _in_the_place_of(state):
        return _sentence(
            f"{name} has an address or a personnel number that somebody else had before it"
        )
    return ""


def of_accounts(state: StateBefore, imported_on: date) -> str:
    """The same of what may happen while nobody can change the directory: somebody gets in."""
    if name := _first(_handed_over(part, imported_on) for part in in_batches(state.touched)):
        return _sentence(f"{_told(name)} has got in since, in a way that followed from it")
    if name := _in_use(state.added):
        return _sentence(
            f"{_told(name)}, who came with it, can sign in or takes part in a review already"
        )
    return ""


def named_elsewhere(ids: Sequence[int]) -> set[int]:
    """Those of these people whom a row of another table names."""
    found: set[int] = set()
    if ids:
        for column in references_to(Person):
            # New ids lie beside each other: one look at each table, however many they are.
            near = select(column).where(column.between(min(ids), max(ids))).distinct()
            found |= set(db.session.scalars(near))
    return found & set(ids)


def references_to(table: type[Base]) -> Iterator[Any]:
    """Every column of other tables that points to a row of this one."""
    name = table.__tablename__
    for other in Base.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table.name == name and other.name != name:
                yield key.parent


def _sentence(reason: str) -> str:
    return f"The last import can no longer be taken back: {reason}."


def _told(name: str) -> str:
    """The name, unless HR must not know who has a password."""
    return "somebody" if password_secrecy.are_hidden() else name


def _first(names: Iterable[str]) -> str:
    return next(filter(None, names), "")


def _name_of(*conditions: ColumnElement[bool]) -> str:
    """The name of the first of these people; empty where there are none."""
    found = select(Person.name).where(*conditions).order_by(Person.id).limit(1)
    return db.session.scalar(found) or ""


def _handed_over(ids: Sequence[int], imported_on: date) -> str:
    """The name of somebody whose doubted account has got a new password since."""
    return _name_of(Person.id.in_(ids), Person.handed_over_on >= imported_on)


def _in_use(ids: Sequence[int]) -> str:
    """The name of one of the people added who has a password or is named in another table."""
    has_password = Person.password_hash.is_not(None)
    if name := _first(_name_of(Person.id.in_(part), has_password) for part in in_batches(ids)):
        return name
    named = named_elsewhere(ids)
    return _name_of(Person.id == min(named)) if named else ""


def _new_report(state: StateBefore) -> str:
    """The name of somebody else whose manager, or second manager, is one of the people added."""
    added = set(state.added)
    known = added | set(state.touched)
    for part in in_batches(state.added):
        led = or_(Person.manager_id.in_(part), Person.second_manager_id.in_(part))
        for key, name in db.session.execute(select(Person.id, Person.name).where(led)):
            if key not in known:
                return str(name)
    return ""


def _in_the_place_of(state: StateBefore) -> str:
    """The name of somebody else who has an address or a number by now that is to be given back."""
    known = {*state.added, *state.touched}
    for column in (Person.email, Person.number):
        place = COLUMNS.index(column.key) + 1
        values = [row[place] for row in state.people if row[place] is not None]
        for part in in_batches(values):
            held = select(Person.id, Person.name).where(column.in_(part))
            for key, name in db.session.execute(held):
                if key not in known:
                    return str(name)
    return ""
