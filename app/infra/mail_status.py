"""How mail goes, in sentences for HR: what does not work, since when, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select

from app.domain.plurals import counted
from app.infra import clock, mail_health
from app.infra.db import db
from app.infra.mail import ENDED_BADLY, MailState, OutboxMail
from app.infra.mail_health import SILENT_AFTER, MailSenderState
from app.infra.mail_server import Trouble
from app.infra.pages import short_moment
from app.infra.settings import settings

ADVICE: Final[Mapping[Trouble, str]] = {
    Trouble.SILENT: "Ask whoever runs the mail server {server} whether it works, or whoever runs "
    "Full Circle to check its address in FULL_CIRCLE_SMTP_URL.",
    Trouble.UNSAFE: "Ask whoever runs the mail server {server} to renew its certificate; mails are "
    "not sent where others could read along.",
    Trouble.LOGIN: "Ask whoever runs Full Circle to put the right user name and password into "
    "FULL_CIRCLE_SMTP_URL and to start it anew.",
    Trouble.REFUSES: "Ask whoever runs the mail server {server} to take mails from {sender}, or "
    "whoever runs Full Circle to set another sender in FULL_CIRCLE_MAIL_FROM.",
    Trouble.BUSY: "There is nothing to do: it takes some mails at a time, and the rest follows.",
}
TITLES: Final[Mapping[Trouble, str]] = {
    Trouble.SILENT: "The mail server has not answered since {since}",
    Trouble.UNSAFE: "The mail server has had no valid certificate since {since}",
    Trouble.LOGIN: "The mail server has not let us sign in since {since}",
    Trouble.REFUSES: "The mail server has taken no mails from us since {since}",
    Trouble.BUSY: "The mail server has taken no more mails for now, since {since}",
}
NO_SENDER: Final = (
    "No mail is being sent: the worker does not run",
    "Ask whoever runs Full Circle to start it: flask --app app jobs run",
)
NO_SERVER: Final = "Ask whoever runs Full Circle to set one in FULL_CIRCLE_SMTP_URL."
NONE: Final = ("", "")
NOBODY_GOT: Final = (
    "Look at each: correct the address on the person’s page where it is wrong, then send it again."
)
SOME_PERSONAL: Final = "Some personal mails reached nobody"
PERSONAL: Final = (
    "They are reminders and notices whose readers are shown to nobody, HR included. Where somebody "
    "says that no mails come, check their address."
)


@dataclass(frozen=True)
class MailStatus:
    """How mail goes; without titles all is well."""

    waiting: int
    """Mails that wait, as far as HR may count them."""
    ended_badly: int
    """Mails that nobody got."""
    title: str = ""
    """What keeps mail from being sent."""
    advice: str = ""
    words: str = ""
    """What the mail server said."""
    next_try_at: datetime | None = None
    is_fault: bool = False
    """Something does not work, and somebody has to do something about it."""
    is_stuck: bool = False
    """Mails wait, and none will go out by itself."""
    unread_title: str = ""
    """That some mails reached nobody."""
    unread_advice: str = ""

    @property
    def is_well(self) -> bool:
        return not (self.title or self.unread_title)


def mail_status() -> MailStatus:
    """How mail goes now; without a mail server nothing is sent and nothing is wrong."""
    waiting, ended = _count(OutboxMail.state == MailState.WAITING), _count(_ENDED)
    if not settings().smtp_url:
        wait = f"{counted(waiting, 'mail waits', 'mails wait')} in the outbox"
        title, advice = (f"{wait}, because there is no mail server", NO_SERVER) if waiting else NONE
        return MailStatus(
            waiting=waiting, ended_badly=0, title=title, advice=advice, is_stuck=bool(title)
        )
    state = mail_health.found()
    title, advice, words, next_try_at = _of_server(state, waiting)
    has_personal = db.session.scalar(select(OutboxMail.id).where(_ENDED).limit(1)) is not None
    unread, what = "", ""
    if ended:
        unread = f"{counted(ended, 'mail', 'mails')} reached nobody"
        what = NOBODY_GOT
    elif has_personal:
        unread, what = SOME_PERSONAL, PERSONAL
    return MailStatus(
        waiting=waiting,
        ended_badly=ended,
        title=title,
        advice=advice,
        words=words,
        next_try_at=next_try_at,
        is_fault=bool(title) and (state is None or state.trouble is not Trouble.BUSY),
        unread_title=unread,
        unread_advice=what,
    )


def _of_server(
    state: MailSenderState | None, waiting: int
) -> tuple[str, str, str, datetime | None]:
    wait = f": {counted(waiting, 'mail waits', 'mails wait')}" if waiting else ""
    if _is_nobody_sending(state):
        title, advice = NO_SENDER
        return f"{title}{wait}", advice, "", None
    if state is None or state.trouble is None or state.trouble_since is None:
        return "", "", "", None
    since = short_moment(state.trouble_since)
    server = urlsplit(settings().smtp_url).hostname or ""
    advice = ADVICE[state.trouble].format(server=server, sender=settings().mail_from)
    title = TITLES[state.trouble].format(since=since)
    nothing_lost = " No mail is lost: what waits goes out by itself once it works again."
    return f"{title}{wait}", advice + nothing_lost, state.words, state.next_try_at


def _is_nobody_sending(state: MailSenderState | None) -> bool:
    """Whether mails that are due for a while wait for a sender that is not there."""
    silent = clock.now() - SILENT_AFTER
    if state is not None and state.seen_at is not None and state.seen_at >= silent:
        return False
    due = select(OutboxMail.id).where(
        OutboxMail.state == MailState.WAITING, OutboxMail.next_at < silent
    )
    return db.session.scalar(due.limit(1)) is not None


_ENDED: Final = OutboxMail.state.in_(ENDED_BADLY)


def _count(condition: object) -> int:
    told = OutboxMail.is_personal.is_(False)
    found = select(func.count(OutboxMail.id)).where(told, condition)  # type: ignore[arg-type]
    return db.session.scalar(found) or 0
