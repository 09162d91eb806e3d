"""Which password and which epoch of an account the app itself wrote, and not somebody by hand.

Answers are opened to the epoch under which they were given. Whoever may write to the database
could put the hash of a password of theirs into somebody's row, sign in and read; or could set
the epoch back after a reset. So the app marks what it writes with its own secret, and an
account without a right mark has an epoch that fits no answers.
"""

import hmac
import secrets
from typing import Any, Final, Protocol

from sqlalchemy import Connection, event, inspect, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.ballot.document import NOBODYS
from app.infra.settings import settings
from app.people.models import Person

MARKED: Final = ("password_hash", "credential_epoch")


def new_epoch() -> int:
    """An epoch that was never there before, and cannot be brought about on purpose."""
    return 1 + secrets.randbelow(2**31 - 2)


class Credentials(Protocol):
    """Whose row it is, and what of it was marked; a person, or the account that is signed in."""

    @property
    def id(self) -> int: ...
    @property
    def password_hash(self) -> str | None: ...
    @property
    def credential_epoch(self) -> int: ...
    @property
    def credential_mark(self) -> str: ...


def epoch_of(person: Credentials) -> int:
    """The epoch of `person`; NOBODYS where password or epoch were written past the app."""
    expected = mark_for(person.id, person.password_hash, person.credential_epoch)
    is_ours = hmac.compare_digest(person.credential_mark, expected)
    return person.credential_epoch if is_ours else NOBODYS


def mark_for(person_id: int, password_hash: str | None, epoch: int) -> str:
    """The mark of such a row; empty for an account that nobody could sign in to yet."""
    if password_hash is None and epoch == 0:
        return ""
    said = f"credential {person_id} {epoch} {password_hash}"
    return hmac.digest(settings().secret_key.encode(), said.encode(), "sha256").hex()


@event.listens_for(Person, "after_insert")
def _mark_new(_mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    mark = mark_for(person.id, person.password_hash, person.credential_epoch)
    if mark:
        changed = update(Person).where(Person.id == person.id).values(credential_mark=mark)
        connection.execute(changed)
        set_committed_value(person, "credential_mark", mark)


@event.listens_for(Person, "before_update")
def _mark_changed(_mapper: Mapper[Person], _connection: Connection, person: Person) -> None:
    """Mark a new password or epoch; one that stood on an unmarked one begins a new epoch."""
    before = {name: _before(person, name) for name in MARKED}
    if all(before[name] == getattr(person, name) for name in MARKED):
        return
    former = mark_for(person.id, before["password_hash"], before["credential_epoch"])
    if person.credential_mark != former:
        person.credential_epoch = new_epoch()
    person.credential_mark = mark_for(person.id, person.password_hash, person.credential_epoch)


def _before(person: Person, name: str) -> Any:
    """What `name` was when it was read from the database."""
    deleted = inspect(person).attrs[name].history.deleted
    return deleted[0] if deleted else getattr(person, name)
