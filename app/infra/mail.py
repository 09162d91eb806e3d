"""E-mail: a message is composed as data, kept in the outbox with the act, sent later.

A sender of its own takes mails out of here (mail_sending). Without SMTP settings nothing is
sent; HR can read the outbox on screen.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from flask import render_template
from sqlalchemy import Date, Index, String, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import UpdateBase

from app.domain.durations import MAILS_KEPT
from app.infra import clock
from app.infra.db import Base, db, transaction
from app.infra.mail_numbers import number_kept_back, number_to_send
from app.infra.settings import settings

LONGEST_SUBJECT: Final = 300
LONGEST_FAULT: Final = 500


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    """It is sent as soon as it may be; after a temporary answer later, again and again."""
    SENT = "sent"
    """The mail server has taken it."""
    REFUSED = "refused"
    """The mail server will never take it as it is."""
    GIVEN_UP = "given_up"
    """Nothing but temporary answers for days."""
    TOO_LATE = "too_late"
    """What it says was over before it could be sent."""


ENDED_BADLY: Final = (MailState.REFUSED, MailState.GIVEN_UP, MailState.TOO_LATE)
"""Mails that nobody got: they stay until HR has seen them."""


@dataclass(frozen=True)
class Message:
    """An e-mail ready to go: to whom, subject, and the same words as text and as HTML."""

    to: str
    subject: str
    text: str
    html: str
    name: str = ""
    """The reader's name, for the address line."""
    reader_id: int | None = None
    """Which person it is for, should they get another address before it is sent."""
    kind: str = ""
    """The folder of its templates, such as "invitation"."""
    is_personal: bool = False
    """Tells something that only its reader may know, by its words or by being sent at all: the
    outbox shows HR neither words nor address."""
    holds_link: bool = False
    """Whoever reads it can become its reader: the outbox shows HR the address, not the words."""
    cycle_id: int | None = None
    """The cycle that it is about; when that closes, it is of no use any more."""
    useless_after: datetime | None = None
    is_kept_back: bool = False
    """A reminder whose reader asked for none: it waits like the others and is never sent."""

    @classmethod
    def from_templates(
        cls,
        folder: str,
        *,
        to: str,
        reader_id: int | None = None,
        is_personal: bool = False,
        holds_link: bool = False,
        cycle_id: int | None = None,
        useless_after: datetime | None = None,
        **context: object,
    ) -> "Message":
        """Render templates/email/<folder>/subject.txt, body.txt and body.html.

        `recipient` among the variables is the reader's name.
        """
        place = f"email/{folder}"
        return cls(
            to=to,
            subject=" ".join(render_template(f"{place}/subject.txt", **context).split()),
            text=render_template(f"{place}/body.txt", **context),
            html=render_template(f"{place}/body.html", **context),
            name=str(context.get("recipient", "")),
            reader_id=reader_id,
            kind=folder,
            is_personal=is_personal,
            holds_link=holds_link,
            cycle_id=cycle_id,
            useless_after=useless_after,
        )


class OutboxMail(Base):
    """A message waiting to be sent or, without SMTP, to be read on screen.

    What was sent is kept without its words where HR may know that it was (a round of mails
    about a cycle), and deleted otherwise.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (Index(None, "state", "cycle_id", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(Text, default="")
    reader_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(32), default=number_to_send)
    """The same at every attempt, so that a mail server knows a mail that it took already. It also
    stands in addresses of pages: `id` would count there how many mails were written meanwhile."""
    is_personal: Mapped[bool] = mapped_column(default=False)
    holds_link: Mapped[bool] = mapped_column(default=False)
    cycle_id: Mapped[int | None]
    useless_after: Mapped[datetime | None]
    posted_on: Mapped[date] = mapped_column(Date, default=lambda: clock.now().date())
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(default=clock.now)
    refused_since: Mapped[datetime | None]
    """When it first got a temporary answer."""
    leased_until: Mapped[datetime | None]
    sent_on: Mapped[date | None] = mapped_column(Date)
    fault: Mapped[str] = mapped_column(String(LONGEST_FAULT), default="")
    """What the mail server said when it last did not take it."""


UNTOLD: Final = (OutboxMail.is_personal, OutboxMail.cycle_id.is_(None))
"""What HR is told nothing of, not even that some reached nobody: HR knows which address does not
work, and a notice of a new device that failed would tell that its reader has signed in. Reminders
tell nothing of the kind: they go to everybody whom HR knows not to have sent."""


def post(*messages: Message) -> None:
    """Put `messages` into the outbox within the current transaction."""
    if messages:
        db.session.execute(insert(OutboxMail), [_row(one) for one in messages])


def _row(message: Message) -> dict[str, Any]:
    row = asdict(message)
    is_kept_back = row.pop("is_kept_back")
    number = number_kept_back() if is_kept_back else number_to_send()
    return row | {"subject": message.subject[:LONGEST_SUBJECT], "message_id": number}


def send_again(numbers: Collection[str] | None = None) -> int:
    """Let these mails, by default all that did not get through, be tried at once.

    What has lost its words, because they were over, stays as it is. Returns how many of them HR
    may know of: the others would tell who is reminded, or has signed in.
    """
    again = update(OutboxMail).where(
        OutboxMail.state.in_((MailState.WAITING, MailState.REFUSED, MailState.GIVEN_UP)),
        OutboxMail.fault != "",
        OutboxMail.text != "",
    )
    if numbers is not None:
        again = again.where(OutboxMail.message_id.in_(numbers), ~OutboxMail.is_personal)
    fresh = {"state": MailState.WAITING, "attempts": 0, "refused_since": None, "fault": ""}
    again = again.values(**fresh, next_at=clock.now())
    told = _changed(again.where(~OutboxMail.is_personal))
    _changed(again.where(OutboxMail.is_personal))
    return told


def take_off(numbers: Collection[str] | None = None) -> int:
    """Delete these mails, by default all, that nobody got; HR has seen them.

    Returns how many of them HR may know of.
    """
    off = delete(OutboxMail).where(OutboxMail.state.in_(ENDED_BADLY))
    if numbers is not None:
        off = off.where(OutboxMail.message_id.in_(numbers), ~OutboxMail.is_personal)
    told = _changed(off.where(~OutboxMail.is_personal))
    _changed(off.where(OutboxMail.is_personal))
    return told


def forget_of_cycle(cycle_id: int) -> None:
    """Destroy what tells how far somebody had come; once a cycle is counted nobody may know.

    What nobody got of the other mails about the cycle is of no use any more: it loses its words
    and stays to be seen by HR. Of personal ones it stays only that there were any: their number
    would tell of people too.
    """
    mine = OutboxMail.cycle_id == cycle_id
    personal = _changed(delete(OutboxMail).where(mine, OutboxMail.is_personal))
    if not settings().smtp_url:
        return
    unsent = OutboxMail.state != MailState.SENT
    _let_be_too_late(mine, unsent)
    if personal:
        db.session.add(
            OutboxMail(
                to="",
                subject="",
                text="",
                html="",
                is_personal=True,
                cycle_id=cycle_id,
                state=MailState.TOO_LATE,
            )
        )


def take_back(kind: str, *, but_for: Collection[int] = ()) -> None:
    """Delete mails of a kind that nobody got yet, but those to some people, by their ids.

    Asked first: most of the time there are none, and then nothing is written.
    """
    mine = (
        OutboxMail.kind == kind,
        OutboxMail.state != MailState.SENT,
        OutboxMail.reader_id.not_in(list(but_for)),
    )
    if _count(*mine):
        _changed(delete(OutboxMail).where(*mine))


def end_useless() -> None:
    """Let waiting mails be whose words are over, such as a link that works no more."""
    over = OutboxMail.useless_after < clock.now()
    waiting = OutboxMail.state.in_((MailState.WAITING, MailState.GIVEN_UP))
    if _count(over, waiting):
        with transaction():
            db.session.execute(delete(OutboxMail).where(over, waiting, *UNTOLD))
            _let_be_too_late(over, waiting)


def forget_old() -> None:
    """Delete what is older than a month; what nobody got, and HR has not seen, stays.

    Without a mail server HR reads mails on screen, and all of them go.
    """
    old = OutboxMail.posted_on < clock.now().date() - MAILS_KEPT
    gone = [old, OutboxMail.state == MailState.SENT] if settings().smtp_url else [old]
    with transaction():
        db.session.execute(delete(OutboxMail).where(*gone))


def _let_be_too_late(*conditions: object) -> None:
    over = {"state": MailState.TOO_LATE, "text": "", "html": "", "leased_until": None}
    db.session.execute(update(OutboxMail).where(*conditions).values(**over))  # type: ignore[arg-type]


def _count(*conditions: object) -> int:
    found = select(func.count(OutboxMail.id)).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(found) or 0


def _changed(statement: UpdateBase) -> int:
    """Execute a change; return how many mails it was about."""
    quiet = statement.execution_options(synchronize_session=False)
    return int(db.session.execute(quiet).rowcount)  # type: ignore[attr-defined]
