"""Rater-subject pairs of a cycle, HR's manual changes to them, and who takes part."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

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
