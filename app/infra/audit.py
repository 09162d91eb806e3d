"""The log of acts: who did what on which day, each entry sealing the one before.

An entry names an act, never a rater and a subject together, never an answer, never a time
of day. Entries form a chain of SHA-256 hashes, so that a changed or missing one is found.
"""

import hashlib
import json
from datetime import date
from typing import Final

from sqlalchemy import JSON, Date, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.errors import ReviewError
from app.infra.db import Base, db, wait_in_line
from app.infra.settings import company_day

NEVER_LOGGED: Final = frozenset({"rater_id", "rater", "answer", "answers", "comment", "time"})
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
        content = [self.tag, self.day.isoformat(), self.actor_id, self.details, self.previous]
        line = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(line.encode()).hexdigest()


class ChainBrokenError(ReviewError):
    """An audit entry was changed or removed."""


def record(tag: str, *, actor_id: int | None = None, **details: object) -> None:
    """Add an act to the chain within the current transaction."""
    if forbidden := NEVER_LOGGED & details.keys():
        raise ValueError(f"never logged: {', '.join(sorted(forbidden))}")
    wait_in_line(CHAIN_LOCK)
    last = db.session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        tag=tag,
        day=company_day(),
        actor_id=actor_id,
        details=details,
        previous=last or CHAIN_START,
    )
    entry.digest = entry.computed_digest()
    db.session.add(entry)
    db.session.flush()


def verify() -> int:
    """Walk the whole chain; return its length. Raises ChainBrokenError at the first fault."""
    previous, length = CHAIN_START, 0
    chain = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with db.session.scalars(chain) as entries:  # closed also where the chain breaks
        for entry in entries:
            if entry.previous != previous:
                raise ChainBrokenError(
                    f"Before audit entry {entry.id} at least one entry is missing."
                )
            if entry.digest != entry.computed_digest():
                raise ChainBrokenError(f"Audit entry {entry.id} ({entry.tag}) was changed.")
            previous, length = entry.digest, length + 1
    return length
