"""How the sending of mail goes: who sends, and what trouble the mail server has since when.

One row, which HR's pages read.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, literal, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock
from app.infra.db import Base, db, insert_of, transaction
from app.infra.mail import LONGEST_FAULT
from app.infra.mail_server import Trouble

THE_ROW: Final = 1
NOTED_EVERY: Final = timedelta(seconds=15)
SILENT_AFTER: Final = timedelta(seconds=50)
"""A sender notes itself between two commands, and waits 20 seconds for one at the longest."""
TURN: Final = timedelta(minutes=2)
"""So long a sender that stands still keeps others away; one that is gone does so no longer."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 5, 10, 15, 30, 60))
"""How long a server with trouble is left alone, the first time, the second time, and so on."""


class MailSenderState(Base):
    """The sender that is at work, and the trouble it has with the mail server."""

    __tablename__ = "mail_sender"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sender: Mapped[str] = mapped_column(String(32), default="")
    seen_at: Mapped[datetime | None]
    trouble: Mapped[Trouble | None]
    trouble_since: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(LONGEST_FAULT), default="")
    pauses: Mapped[int] = mapped_column(default=0)
    """How often in a row the server was left alone."""
    next_try_at: Mapped[datetime | None]


def take_turn(sender: str, *, others_are_gone: bool = False) -> bool:
    """Whether `sender` may send now: one does at a time, so that one rate holds for all.

    Another one that stands still is waited for, unless `others_are_gone`.
    """
    moment = clock.now()
    with transaction():
        _ensure_row()
        is_free = or_(
            literal(others_are_gone),
            MailSenderState.sender.in_(("", sender)),
            MailSenderState.seen_at.is_(None),
            MailSenderState.seen_at < moment - TURN,
        )
        mine = update(MailSenderState).where(MailSenderState.id == THE_ROW, is_free)
        taken = db.session.execute(mine.values(sender=sender, seen_at=moment))
        return bool(taken.rowcount)  # type: ignore[attr-defined]


def has_turn(sender: str) -> bool:
    """Whether nobody has taken the turn from `sender` meanwhile; within a transaction."""
    state = found()
    return state is not None and state.sender == sender


def leave(sender: str) -> None:
    """Let another sender take its turn at once."""
    mine = update(MailSenderState).where(MailSenderState.sender == sender)
    with transaction():
        db.session.execute(mine.values(sender=""))


def note_seen(moment: datetime) -> None:
    """The sender is at work; within a transaction."""
    _ensure_row().seen_at = moment


def is_left_alone() -> bool:
    """Whether the server is not to be tried yet."""
    state = found()
    return state is not None and state.next_try_at is not None and state.next_try_at > clock.now()


def note_trouble(trouble: Trouble, words: str) -> None:
    """Leave the server alone for a while, longer each time in a row; within a transaction."""
    state, moment = _ensure_row(), clock.now()
    length = PAUSES[min(state.pauses, len(PAUSES) - 1)]
    state.trouble_since = state.trouble_since or moment
    state.trouble, state.words = trouble, words[:LONGEST_FAULT]
    state.pauses += 1
    state.next_try_at = moment + length


def note_well() -> None:
    """The server took a mail: whatever it had is over; within a transaction."""
    state = _ensure_row()
    if state.trouble is not None:
        state.trouble, state.trouble_since, state.words = None, None, ""
        state.pauses, state.next_try_at = 0, None


def try_now() -> None:
    """Let the server be tried at once; within a transaction."""
    state = _ensure_row()
    state.pauses, state.next_try_at = 0, None


def found() -> MailSenderState | None:
    """What is known; None where no sender ever ran."""
    row = select(MailSenderState).where(MailSenderState.id == THE_ROW)
    return db.session.scalar(row.execution_options(populate_existing=True))


def _ensure_row() -> MailSenderState:
    state = found()
    if state is None:
        first = insert_of(MailSenderState).values(id=THE_ROW, sender="", words="", pauses=0)
        # Several workers may start at the same moment.
        db.session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
        state = db.session.get_one(MailSenderState, THE_ROW)
    return state
