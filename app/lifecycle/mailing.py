"""Writing very many mails about a cycle in small parts, so that nobody's save waits for them.

How far a round of mails has come is a row of its own: each part composes its mails first, then
keeps them and moves that row on, in one short act. Of two who write the same part one keeps it; a
kill loses nothing and doubles nothing.
"""

from datetime import timedelta
from time import sleep
from typing import Final

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import mail
from app.infra.db import db, give_up_after_standing_still, is_sqlite, transaction
from app.infra.settings import settings
from app.lifecycle.reminding import progress_of
from app.people import password_secrecy
from app.people.account_ownership import tell_watching
from app.people.queries import people_by_ids
from app.reminders import queries
from app.reminders import services as reminders
from app.reminders.models import Mailing, MailingKind

PART: Final = 200
"""Mails kept in one act, in a small fraction of a second."""
PARTS: Final = 20
"""After so many a job lets others go first, such as the closing of a cycle at its time."""
REST: Final = 0.12
"""Seconds between two acts on SQLite, in which whoever waits for the lock gets it."""

STILL: Final = timedelta(minutes=1)
"""So long a process may stand still in the middle of an act before another one writes its part."""


def waiting() -> list[int]:
    """Cycles about which mails are still to be written."""
    ids = list(db.session.scalars(select(Mailing.cycle_id).distinct()))
    db.session.rollback()
    return ids


def go_on(cycle_id: int, *, parts: int = PARTS) -> bool:
    """Write the next mails about a cycle; True while more of them are to be written."""
    for kind in [one.kind for one in queries.mailings_of(cycle_id)]:
        while _write_part(cycle_id, kind):
            parts -= 1
            if not parts:
                return True
            if is_sqlite():
                sleep(REST)
    return False


def _write_part(cycle_id: int, kind: MailingKind) -> bool:
    """Write the next mails of a round; False once there are none."""
    known = db.session.get(Mailing, (cycle_id, kind), populate_existing=True)
    if known is None:
        return False
    cycle, after = db.session.get_one(Cycle, cycle_id, populate_existing=True), known.after_id
    readers = queries.next_readers(cycle, kind, after=after, most=PART)
    ids = [person.id for person in readers]
    progress = {}
    if kind in queries.ABOUT_UNSENT and not cycle.policy.hr_sees_numbers_only:
        progress = progress_of(cycle, ids)
    composed = reminders.composed(cycle, kind, readers, progress=progress)
    db.session.rollback()
    with transaction():
        give_up_after_standing_still(STILL)
        row = db.session.get(Mailing, (cycle_id, kind), with_for_update=True)
        if row is None or row.after_id != after:
            return row is not None  # somebody else was faster with this part
        if not ids or not _is_still_true(cycle_id, kind):
            _end(row)
            return False
        mail.post(*composed)
        if kind in reminders.WITH_LINKS:
            row.links += tell_watching(people_by_ids(ids).values())
        row.after_id, row.written = ids[-1], row.written + len(ids)
    return True


def _is_still_true(cycle_id: int, kind: MailingKind) -> bool:
    """Whether what the mails say still is so."""
    state = db.session.get_one(Cycle, cycle_id, populate_existing=True).state
    is_about_reports = kind is MailingKind.REPORT_READY
    return state is (CycleState.PUBLISHED if is_about_reports else CycleState.OPEN)


def _end(row: Mailing) -> None:
    if row.kind in reminders.WITH_LINKS and settings().has_passwords:
        password_secrecy.note_links("people:links_given", row.links, cycle_id=row.cycle_id)
    db.session.delete(row)
