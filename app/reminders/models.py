"""When a cycle's people were last written to, so that nobody is pestered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.reminder_times import PlannedKind
from app.infra.db import Base


class RoundKind(StrEnum):
    """What a round of mails was about."""

    REMINDER = "reminder"
    """Sent by hand."""
    HALF_TIME = "half_time"
    THREE_DAYS = "three_days"
    LAST_CALL = "last_call"
    EXTENDED = "extended"
    REFUSED = "refused"


class MailingKind(StrEnum):
    """What mails to very many people are about."""

    INVITATION = "invitation"
    EXTENDED = "extended"
    REPORT_READY = "report_ready"
    REMINDER = "reminder"
    HALF_TIME = "half_time"
    THREE_DAYS = "three_days"
    LAST_CALL = "last_call"


class Mailing(Base):
    """Mails to very many people that are being written in parts; gone once all are."""

    __tablename__ = "mailing"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    kind: Mapped[MailingKind] = mapped_column(primary_key=True)
    after_id: Mapped[int] = mapped_column(default=0, server_default="0")
    """Up to this person everybody's mail is written, in the order of ids."""
    written: Mapped[int] = mapped_column(default=0, server_default="0")
    links: Mapped[int] = mapped_column(default=0, server_default="0")
    """To how many of them a link to a first password was given."""
    total: Mapped[int]
    """How many there were to write to when it began."""

    @property
    def words(self) -> str:
        """What they are about, in words."""
        return self.kind.value.replace("_", " ")


class ReminderRound(Base):
    """One round of mails of a cycle; to whom they went is not kept."""

    __tablename__ = "reminder_round"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    kind: Mapped[RoundKind] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(primary_key=True)
    closes_at: Mapped[datetime]
    """When the cycle was to close at that time: a new date is called anew."""


class ReminderText(Base):
    """One planned reminder of a cycle in HR's own words."""

    __tablename__ = "reminder_text"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    kind: Mapped[PlannedKind] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    """Empty for ours."""
    opening: Mapped[str] = mapped_column(Text, default="")
    """Said before everything else; may be empty."""
