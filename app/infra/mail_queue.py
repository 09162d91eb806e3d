"""Mails on their way out: leased, noted as sent, put back for later, or ended.

Every function is part of the caller's transaction.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select, update

from app.domain.durations import MAILS_TRIED
from app.infra import clock
from app.infra.db import db
from app.infra.mail import ENDED_BADLY, LONGEST_FAULT, UNTOLD, MailState, OutboxMail
from app.infra.mail_letters import Letter
from app.infra.mail_numbers import is_to_be_sent
from app.infra.mail_server import Answer
from app.infra.settings import company_day

BEGUN_WITHIN: Final = timedelta(seconds=15)
"""So long after it was leased a mail is begun without asking whether it still is ours."""
LEASE: Final = timedelta(minutes=2)
"""Longer than the slowest mail takes from its beginning, which is five waits of 20 seconds: nobody
else takes it up while it is being sent."""
RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 80, 160, 240))
"""After how long a mail with a temporary answer is tried again; the last goes on."""


def lease() -> Letter | None:
    """Take the first waiting mail; None where nothing is due.

    What is about somebody's account goes before rounds about a cycle: a link to set a password is
    waited for, and hundreds of invitations may stand before it.
    """
    moment = clock.now()
    row = _first_due(OutboxMail.cycle_id.is_(None)) or _first_due(OutboxMail.cycle_id.is_not(None))
    if row is None:
        return None
    row.leased_until = moment + LEASE
    return _letter(row)


def _letter(row: OutboxMail) -> Letter:
    return Letter(
        mail_id=row.id,
        to=row.to,
        name=row.name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        attempts=row.attempts,
        refused_since=row.refused_since,
        is_kept_back=_is_reminder(row) and not is_to_be_sent(row.message_id),
        leased_until=row.leased_until,
    )


def is_fresh(letter: Letter) -> bool:
    """Whether it was leased a moment ago, so that nobody else can be at it yet."""
    until = letter.leased_until
    return until is not None and clock.now() <= until - LEASE + BEGUN_WITHIN


def lease_longer(letter: Letter) -> Letter | None:
    """The same mail with its lease begun anew; None where somebody else is at it, or it ended."""
    mine = select(OutboxMail).where(
        OutboxMail.id == letter.mail_id,
        OutboxMail.state == MailState.WAITING,
        OutboxMail.leased_until == letter.leased_until,
    )
    row = db.session.scalar(mine.with_for_update())
    if row is None:
        return None
    row.leased_until = clock.now() + LEASE
    return _letter(row)


def _is_reminder(row: OutboxMail) -> bool:
    """Nothing else is kept back: a link that is waited for goes out under any secret."""
    return row.is_personal and row.cycle_id is not None


def is_any_due() -> bool:
    """Whether any mail is to be sent now."""
    return db.session.scalar(select(OutboxMail.id).where(*_due()).limit(1)) is not None


def _due() -> tuple[ColumnElement[bool], ...]:
    moment = clock.now()
    return (
        OutboxMail.state == MailState.WAITING,
        OutboxMail.next_at <= moment,
        or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until < moment),
    )


def _first_due(of_kind: ColumnElement[bool]) -> OutboxMail | None:
    due = select(OutboxMail).where(*_due(), of_kind)
    first = due.order_by(OutboxMail.cycle_id, OutboxMail.next_at, OutboxMail.id).limit(1)
    return db.session.scalar(first.with_for_update(skip_locked=True))


def note_sent(mail_ids: Collection[int]) -> None:
    """Forget the words of mails that the server has taken, and whatever HR may not know of."""
    if not mail_ids:
        return
    sent = OutboxMail.id.in_(mail_ids)
    untold = or_(OutboxMail.is_personal, OutboxMail.cycle_id.is_(None))
    db.session.execute(delete(OutboxMail).where(sent, untold))
    done: dict[str, Any] = {"state": MailState.SENT, "sent_on": company_day(), "fault": ""}
    words: dict[str, Any] = {"text": "", "html": "", "leased_until": None}
    db.session.execute(update(OutboxMail).where(sent).values(**done, **words))


def put_back(letter: Letter, answer: Answer) -> None:
    """Try a mail again later that the server does not take now; end one that it never takes."""
    moment = clock.now()
    since = letter.refused_since or moment
    later = moment + RETRIES[min(letter.attempts, len(RETRIES) - 1)]
    changes: dict[str, Any] = {"attempts": letter.attempts + 1, "refused_since": since}
    if answer.code >= 500:
        changes["state"] = MailState.REFUSED
    elif later > since + MAILS_TRIED:
        changes["state"] = MailState.GIVEN_UP
    _change(letter, **changes, next_at=later, fault=answer.words[:LONGEST_FAULT])
    _forget_untold(letter)


def put_behind(letter: Letter, words: str) -> None:
    """Let the others go first: this mail may be what the server could not bear."""
    later = clock.now() + RETRIES[0]
    fault = words[:LONGEST_FAULT]
    _change(letter, attempts=letter.attempts + 1, next_at=later, fault=fault)


def _forget_untold(letter: Letter) -> None:
    """Delete what ended badly and is shown to nobody, such as a notice of a new device."""
    ended = OutboxMail.id == letter.mail_id, OutboxMail.state.in_(ENDED_BADLY)
    db.session.execute(delete(OutboxMail).where(*ended, *UNTOLD))


def release(letter: Letter) -> None:
    """Give a mail back that was not tried."""
    _change(letter)


def _change(letter: Letter, **values: Any) -> None:
    mine = update(OutboxMail).where(OutboxMail.id == letter.mail_id)
    # While it was under way the count may have ended it, HR taken it off, or another sender begun.
    mine = mine.where(
        OutboxMail.state == MailState.WAITING, OutboxMail.leased_until == letter.leased_until
    )
    db.session.execute(mine.values(leased_until=None, **values))
