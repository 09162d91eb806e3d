"""Rater-subject pairs of a cycle, HR's manual changes to them, and who takes part."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.cycle import CycleState
from app.domain.pairing.assignment import Relationship
from app.infra.db import Base


class Assignment(Base):
    """One rater asked about one subject."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("rater_id <> subject_id", "self_is_no_assignment"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    relationship: Mapped[Relationship]


class Participation(Base):
    """Whether somebody has sent: no time, and not whether they have begun."""

    __tablename__ = "participation"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sent: Mapped[bool] = mapped_column(default=False)


class KeptTurnout(Base):
    """Of a large cycle the sums of who has sent, as they were some minutes ago; no pair."""

    __tablename__ = "kept_turnout"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id"), primary_key=True, autoincrement=False
    )
    state: Mapped[CycleState]
    """The state of the cycle when they were taken."""
    added_up_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangeKind(StrEnum):
    """What HR did to a drawn pair."""

    ADD = "add"
    REMOVE = "remove"


class ManualChange(Base):
    """HR's one manual change per subject, made in the draft."""

    __tablename__ = "manual_change"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ChangeKind]
