"""The log of acts: who did what on which day, each entry sealing the one before.

An entry names an act, never a rater and a subject together, never an answer, never a time
of day. Entries form a chain of SHA-256 hashes, so that a changed or missing one is found.
That the chain was not cut off at its end, or written anew as a whole, is told by witnesses
outside of it: a file in the key folder, and the length and last digest that every rater was
shown and mailed when a cycle opened.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import JSON, Date, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.errors import ReviewError
from app.infra.db import Base, after_commit, db, wait_in_line, write
from app.infra.keys import key_folder
from app.infra.prepared_queries import Query
from app.infra.settings import company_day

NEVER_LOGGED: Final = frozenset(
    {"rater_id", "rater", "subject_id", "subject", "answer", "answers", "comment", "time"}
)
"""The actor of a reading act may be a rater, so that no entry may name its subject either."""
CHAIN_START: Final = "0" * 64
CHAIN_LOCK: Final = 360
"""Number of PostgreSQL's advisory lock: two acts at once must not continue the same link."""


class AuditEntry(Base):
    """One act: a tag `thing:act`, the day, who did it, and plain details."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    actor_id: Mapped[int | None]
    details: Mapped[dict[str, object]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    def computed_digest(self) -> str:
        return _digest_of(self.tag, self.day, self.actor_id, self.details, self.previous)


_LAST: Final = Query(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))


def sealed_line(
    tag: str, day: date, actor_id: int | None, details: Mapping[str, object]
) -> tuple[str, str]:
    """The line whose hash seals an act: what stands before and behind the digest of the last."""
    content = [tag, day.isoformat(), actor_id, details]
    line = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f'{line[:-1]},"', '"]'


def _digest_of(
    tag: str, day: date, actor_id: int | None, details: Mapping[str, object], previous: str
) -> str:
    """What seals an act and all before it, in hexadecimal."""
    before, behind = sealed_line(tag, day, actor_id, details)
    return hashlib.sha256(f"{before}{previous}{behind}".encode()).hexdigest()


class ChainBrokenError(ReviewError):
    """An audit entry was changed or removed."""


@dataclass(frozen=True)
class Witness:
    """What the log was at some time, remembered outside of it."""

    length: int
    digest: str
    """Of its last entry then."""
    source: str
    """Who remembers, as the subject of a sentence."""

    def refuse(self, length: int, digest: str) -> None:
        """Raises ChainBrokenError where a log of `length`, with `digest` there, is another one."""
        if self.length > length:
            raise ChainBrokenError(
                f"{self.source} remembers {self.length:,} entries, but the log has only "
                f"{length:,}: its end was cut off, or an older backup was brought back."
            )
        if self.digest != digest:
            raise ChainBrokenError(
                f"{self.source} remembers another entry {self.length:,}: the log was "
                "written anew, or one from elsewhere was put in its place."
            )


def record(tag: str, *, actor_id: int | None = None, **details: object) -> None:
    """Add an act of today to the chain within the current transaction."""
    record_on(company_day(), tag, actor_id, details)


def record_on(day: date, tag: str, actor_id: int | None, details: Mapping[str, object]) -> None:
    """Add an act of `day` to the chain within the current transaction."""
    refuse_what_is_never_logged(details)
    db.session.flush()  # what cannot be done is not noted as done
    wait_for_others()
    last = _LAST.first()
    previous = last[0] if last else CHAIN_START
    entry = {
        "tag": tag,
        "day": day,
        "actor_id": actor_id,
        "details": dict(details),
        "previous": previous,
        "digest": _digest_of(tag, day, actor_id, details, previous),
    }
    write(insert(AuditEntry), entry)


def refuse_what_is_never_logged(details: Mapping[str, object]) -> None:
    """Raises ValueError where details would say more than an act."""
    if forbidden := NEVER_LOGGED & details.keys():
        raise ValueError(f"never logged: {', '.join(sorted(forbidden))}")


def wait_for_others() -> None:
    """Let every act that is noted in the log be committed first, and none before our commit."""
    wait_in_line(CHAIN_LOCK)


def head() -> tuple[int, str]:
    """How many entries the log has, and the digest of the last one."""
    last = select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
    # In one statement: between two of them somebody else may add an entry.
    both = select(func.count(AuditEntry.id), last.scalar_subquery())
    length, digest = db.session.execute(both).one()
    return length, digest or CHAIN_START


def leave_witness() -> None:
    """Remember length and end of the log in the key folder, where no database user writes.

    What the file says is replaced only by a log that holds it: another one is not believed.
    Raises ChainBrokenError for that one, until two people of HR say that they brought it back.
    """
    db.session.rollback()  # the log is read after the file, not as it was before
    kept, (length, digest) = filed_witness(), head()
    if kept is not None:
        kept.refuse(length, _digest_at(kept.length))
    if length and (kept is None or length > kept.length):
        key_folder().write_note(f"{length} {digest}")


def lost_entries() -> int:
    """How many entries at least are gone that the file in the key folder remembers; 0 for none."""
    kept, (length, _) = filed_witness(), head()
    if kept is None or (kept.length <= length and _digest_at(kept.length) == kept.digest):
        return 0
    return max(kept.length - length, 1)


def go_on_with_older(*, by: int | None) -> None:
    """Believe the log as it came back with an older backup; it says so itself from now on."""
    record("log:shortened", actor_id=by, entries=lost_entries())
    length, digest = head()
    after_commit(lambda: key_folder().write_note(f"{length} {digest}"))


def filed_witness() -> Witness | None:
    """What the file in the key folder remembers; None before the first time."""
    length, _, digest = key_folder().read_note().partition(" ")
    if not (length.isdecimal() and digest):
        return None
    return Witness(int(length), digest, "The file in the key folder")


def _digest_at(place: int) -> str:
    """The digest of the entry at `place`, from 1."""
    entry = select(AuditEntry.digest).order_by(AuditEntry.id).offset(place - 1).limit(1)
    return db.session.scalar(entry) or ""


def verify(witnesses: Iterable[Witness] = ()) -> int:
    """Walk the whole chain; return its length. Raises ChainBrokenError at the first fault.

    Every one of `witnesses`, and the file in the key folder, must find the log as it was.
    """
    told = [*witnesses, *filter(None, [filed_witness()])]
    digests: dict[int, str] = dict.fromkeys((one.length for one in told), "")
    length = _walk(digests)
    for witness in sorted(told, key=lambda one: one.length):
        witness.refuse(length, digests[witness.length])
    return length


def _walk(digests: dict[int, str]) -> int:
    """Check every link; fill in the digests at the places asked for, return the length."""
    length = 0
    for length, digest in enumerate(links(), 1):
        if length in digests:
            digests[length] = digest
    return length


def links(*, after: int = 0, previous: str = CHAIN_START) -> Iterator[str]:
    """The digests of all entries behind the one with the id `after`, each checked.

    `previous` is the digest of that one. Raises ChainBrokenError at the first fault.
    """
    chain = select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id)
    with db.session.scalars(chain.execution_options(yield_per=1000)) as entries:
        for entry in entries:  # closed also where the chain breaks
            if entry.previous != previous:
                raise ChainBrokenError(
                    f"Before audit entry {entry.id} at least one entry is missing."
                )
            if entry.digest != entry.computed_digest():
                raise ChainBrokenError(f"Audit entry {entry.id} ({entry.tag}) was changed.")
            previous = entry.digest
            yield previous
