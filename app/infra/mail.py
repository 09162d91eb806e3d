"""E-mail: a message is composed as data, kept in the outbox with the act, sent later.

Without SMTP settings nothing is sent; HR can read the outbox on screen.
"""

import smtplib
import ssl
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import render_template
from sqlalchemy import Date, String, Text, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock
from app.infra.db import Base, db, transaction
from app.infra.settings import settings

LEASE: Final = timedelta(minutes=5)
LAST_ATTEMPT: Final = 8
KEPT_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """An e-mail ready to go: to whom, subject, and the same words as text and as HTML."""

    to: str
    subject: str
    text: str
    html: str
    is_personal: bool = False
    """Tells something that only its reader may know; the outbox on screen hides it."""

    @classmethod
    def from_templates(
        cls, name: str, *, to: str, is_personal: bool = False, **context: object
    ) -> "Message":
        """Render templates/email/<name>/subject.txt, body.txt and body.html."""
        folder = f"email/{name}"
        return cls(
            to=to,
            subject=" ".join(render_template(f"{folder}/subject.txt", **context).split()),
            text=render_template(f"{folder}/body.txt", **context),
            html=render_template(f"{folder}/body.html", **context),
            is_personal=is_personal,
        )


class OutboxMail(Base):
    """A message waiting to be sent or, without SMTP, to be read on screen."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    is_personal: Mapped[bool] = mapped_column(default=False)
    posted_on: Mapped[date] = mapped_column(Date, default=lambda: clock.now().date())
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    is_sent: Mapped[bool] = mapped_column(default=False)
    fault: Mapped[str] = mapped_column(String(300), default="")


def post(*messages: Message) -> None:
    """Put `messages` into the outbox within the current transaction."""
    if messages:
        db.session.execute(insert(OutboxMail), [asdict(message) for message in messages])


def forget_personal() -> None:
    """Delete what tells how far somebody had come; once a cycle is counted nobody may know."""
    db.session.execute(delete(OutboxMail).where(OutboxMail.is_personal))


def forget_old() -> None:
    """Delete what has waited for a month: it is no news to anybody any more."""
    limit = clock.now().date() - KEPT_FOR
    with transaction():
        db.session.execute(delete(OutboxMail).where(OutboxMail.posted_on < limit))


def count_waiting() -> int:
    """How many mails wait to be sent."""
    waiting = select(func.count(OutboxMail.id)).where(OutboxMail.is_sent.is_(False))
    return db.session.scalar(waiting) or 0


def unsent_after_a_fault() -> str:
    """What the mail server said when it last took none; empty while all is well."""
    failed = select(OutboxMail.fault).where(OutboxMail.is_sent.is_(False), OutboxMail.fault != "")
    return db.session.scalar(failed.order_by(OutboxMail.id.desc()).limit(1)) or ""


def deliver() -> int:
    """Send what waits in the outbox, each under a lease; return how many went out."""
    smtp_url: str = settings().smtp_url
    if not smtp_url:
        return 0
    sent = 0
    while (mail := _claim()) is not None:
        sent += _send(mail, smtp_url)
    return sent


def _claim() -> OutboxMail | None:
    """Take one waiting mail by compare-and-set, so that two workers never send it twice."""
    moment = clock.now()
    is_free = or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until < moment)
    with transaction():
        waiting = select(OutboxMail.id).where(
            OutboxMail.is_sent.is_(False), OutboxMail.attempts < LAST_ATTEMPT, is_free
        )
        mail_id = db.session.scalar(waiting.order_by(OutboxMail.id).limit(1))
        if mail_id is None:
            return None
        claim = update(OutboxMail).where(OutboxMail.id == mail_id, is_free)
        taken = db.session.execute(
            claim.values(leased_until=moment + LEASE, attempts=OutboxMail.attempts + 1)
        )
        if taken.rowcount == 0:  # type: ignore[attr-defined]
            return None
    return db.session.get(OutboxMail, mail_id)


def _send(mail: OutboxMail, smtp_url: str) -> int:
    """Send one mail and note how it went; a failure is tried again after the lease."""
    fault = ""
    try:
        with connect(smtp_url) as server:
            server.send_message(as_email(mail))
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a bad address
        fault = str(error)[:300]
    with transaction():
        kept = db.session.get_one(OutboxMail, mail.id)
        kept.fault = fault
        kept.is_sent = not fault
        if kept.is_sent:  # its text may hold a personal link
            db.session.delete(kept)
    return 0 if fault else 1


def as_email(mail: OutboxMail) -> EmailMessage:
    """The message in the form the mail server takes."""
    email = EmailMessage()
    email["From"] = settings().mail_from
    email["To"] = mail.to
    email["Subject"] = mail.subject
    email.set_content(mail.text)
    email.add_alternative(mail.html, subtype="html")
    return email


def connect(smtp_url: str) -> smtplib.SMTP:
    """Open smtp://user:password@host:port (STARTTLS where offered) or smtps://."""
    url = urlsplit(smtp_url)
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=20)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
