"""Whom HR chose to hear comments, when, and what leaders have marked."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base

THE_ONLY = 1
"""There is one plan for all leaders."""


class Leader(Base):
    """Somebody of the board, or who leads others, whom HR chose to hear comments."""

    __tablename__ = "leader"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    mailed_on: Mapped[date | None] = mapped_column(Date)
    """The last day for which comments were drawn: there is one mail a day."""


class LeaderMailPlan(Base):
    """On which days leaders are mailed; without a row on working days."""

    __tablename__ = "leader_mail_plan"
    __table_args__ = (CheckConstraint(f"id = {THE_ONLY}", "the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=THE_ONLY)
    days: Mapped[list[int]] = mapped_column(JSON)
    """Weekdays, Monday is 0."""
    is_paused: Mapped[bool] = mapped_column(default=False)
    marks: Mapped[int] = mapped_column(default=0)
    """How often a comment was marked: kept pages that show marks are out of date with each."""


class CommentMark(Base):
    """A leader has read a comment, and perhaps says thank you for it."""

    __tablename__ = "comment_mark"
    __table_args__ = {"sqlite_with_rowid": False}

    comment_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    is_thanked: Mapped[bool] = mapped_column(default=False)


class MailedComment(Base):
    """A comment that a leader was mailed since everything was mailed once; no day is kept."""

    __tablename__ = "mailed_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    comment_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    is_newest: Mapped[bool] = mapped_column(default=True)
    """Whether it stood in the last mail."""
