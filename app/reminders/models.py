"""When a cycle's people were last written to, so that nobody is pestered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base


class RoundKind(StrEnum):
    """What a round of mails was about."""

    REMINDER = "reminder"
    LAST_CALL = "last_call"
    REFUSED = "refused"


class ReminderRound(Base):
    """One round of mails of a cycle; to whom they went is not kept."""

    __tablename__ = "reminder_round"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    kind: Mapped[RoundKind] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(primary_key=True)
