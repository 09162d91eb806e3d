"""The draw of a sample: what it follows from, and who let it be drawn anew.

The same people give the same pairs, whoever plans and however often, so that a draft cannot be
thrown away and made again until a wanted colleague is drawn. The name and the dates of a cycle
play no part: they are the cheapest thing to try out. What does is written down when it changes,
and shown to whoever confirms the plan.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from sqlalchemy import func, select

from app.cycles.models import Cycle, DrawSecret, Pairing
from app.domain.pairing.assignment import Member
from app.infra import audit
from app.infra.audit import AuditEntry
from app.infra.db import db, insert_of
from app.infra.settings import settings
from app.people.queries import labels_of, people_by_ids

SECRET_BYTES: Final = 32
THE_ONLY_ROW: Final = 1
SHOWN_DIGITS: Final = 16
DRAWN: Final = "cycle:drawn"
OPENED: Final = "cycle:opened"
COMMAND_LINE: Final = "The command line"


@dataclass(frozen=True)
class NotedDraw:
    """Who let pairs be drawn that had not been drawn before, and for how many people."""

    by: str
    on: date
    people: int


def random_of(cycle: Cycle, members: Sequence[Member]) -> Random:
    """The chance that draws the pairs of `cycle`: the same for the same company and people."""
    return Random(_seed(cycle, members))  # noqa: S311 - repeatable on purpose; its seed is secret


def _seed(cycle: Cycle, members: Sequence[Member]) -> bytes:
    """HMAC-SHA256 of company, sample size and people under two secrets of the installation.

    One of them is the app's own, which no database holds; the other one is forgotten at the next
    opening. With it goes the last way to draw an opened cycle's pairs once more.
    """
    kept = db.session.get(DrawSecret, THE_ONLY_ROW)
    key = settings().secret_key.encode() + (kept.secret if kept else b"")
    people = sorted(member.person_id for member in members)
    return hmac.digest(key, _line(settings().company_name, cycle.sample_size, people), "sha256")


def mark_of_secrets(cycle: Cycle) -> str:
    """Tells secrets, company and sample size apart from others that give other pairs."""
    return hashlib.sha256(_seed(cycle, [])).hexdigest()


def ensure_secret() -> None:
    """Make the secret that pairs follow from, where there is none yet.

    Two first drafts at the same moment agree on one.
    """
    fresh = {"id": THE_ONLY_ROW, "secret": secrets.token_bytes(SECRET_BYTES)}
    db.session.execute(insert_of(DrawSecret).values(fresh).on_conflict_do_nothing())


def forget_secret() -> None:
    """Put another secret in the place of the one that an opened cycle's pairs followed from."""
    ensure_secret()
    kept = db.session.get_one(DrawSecret, THE_ONLY_ROW)
    kept.secret = secrets.token_bytes(SECRET_BYTES)
    db.session.flush()


def note_draw(cycle: Cycle, members: Sequence[Member], *, by: int | None) -> None:
    """Write down that pairs were drawn, unless the same were drawn since the last opening."""
    if cycle.pairing is not Pairing.SAMPLE:
        return
    mark = _mark(cycle, members)
    if mark not in {entry.details.get("draw") for entry in _entries()}:
        audit.record(DRAWN, actor_id=by, cycle_id=cycle.id, people=len(members), draw=mark)


def noted_draws() -> list[NotedDraw]:
    """Every different draw since the last opening, the oldest first, deleted drafts included."""
    entries = _entries()
    people = people_by_ids(one.actor_id for one in entries if one.actor_id is not None)
    called = labels_of({key: person.name for key, person in people.items()})
    return [
        NotedDraw(
            by=called[one.actor_id] if one.actor_id is not None else COMMAND_LINE,
            on=one.day,
            people=int(str(one.details["people"])),
        )
        for one in entries
    ]


def _entries() -> Sequence[AuditEntry]:
    opened = select(func.max(AuditEntry.id)).where(AuditEntry.tag == OPENED)
    last = db.session.scalar(opened) or 0
    drawn = select(AuditEntry).where(AuditEntry.tag == DRAWN, AuditEntry.id > last)
    return db.session.scalars(drawn.order_by(AuditEntry.id)).all()


def _mark(cycle: Cycle, members: Sequence[Member]) -> str:
    """What tells one draw from another: everything that the pairs follow from, as a digest."""
    places = sorted((one.person_id, one.department_id, one.manager_id or 0) for one in members)
    content = _seed(cycle, members) + _line(*places)
    return hashlib.sha256(content).hexdigest()[:SHOWN_DIGITS]


def _line(*content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=True).encode()
