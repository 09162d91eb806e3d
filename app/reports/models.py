"""What belongs to reports: a person's own plan, and reports put together to take along."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.reports.action_plan import LONGEST_LINE, TOTALS_FROM, Going
from app.domain.scale import STATEMENTS
from app.infra.db import Base


class ReportBundle(Base):
    """The reports of a cycle that a reader may read, as volumes; deleted with them after a day."""

    __tablename__ = "report_bundle"
    __table_args__ = (
        UniqueConstraint("cycle_id", "reader_id"),
        CheckConstraint("next_volume BETWEEN 1 AND volumes + 1", "volumes_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(32), unique=True)
    """Random, so that no file tells by its name what is in it."""
    asked_at: Mapped[datetime]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    volumes: Mapped[int]
    next_volume: Mapped[int] = mapped_column(default=1)
    after_id: Mapped[int] = mapped_column(default=0)
    """The last subject of the finished volumes: the next one begins behind, whoever has gone."""
    maker: Mapped[str] = mapped_column(String(32), default="")
    """Who holds the lease."""
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    @property
    def is_ready(self) -> bool:
        return self.next_volume > self.volumes


class ActionMarkRow(Base):
    """What its subject ticked at a statement; erased with the report."""

    __tablename__ = "plan_mark"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "subject_id"],
            ["subject_result.cycle_id", "subject_result.subject_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(f"statement BETWEEN 1 AND {STATEMENTS}", "statement_in_range"),
        CheckConstraint("works_on OR surprises", "something_ticked"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    works_on: Mapped[bool] = mapped_column(default=False)
    surprises: Mapped[bool] = mapped_column(default=False)


class PlannedAction(Base):
    """One behaviour that its subject will work on; goes with its mark."""

    __tablename__ = "plan_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "subject_id", "statement"],
            ["plan_mark.cycle_id", "plan_mark.subject_id", "plan_mark.statement"],
            ondelete="CASCADE",
        ),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    behaviour: Mapped[str] = mapped_column(String(LONGEST_LINE))
    situation: Mapped[str] = mapped_column(String(LONGEST_LINE))
    first_step: Mapped[str] = mapped_column(String(LONGEST_LINE))
    helper: Mapped[str] = mapped_column(String(LONGEST_LINE))
    sign: Mapped[str] = mapped_column(String(LONGEST_LINE))
    review_on: Mapped[date] = mapped_column(Date)
    is_shared: Mapped[bool] = mapped_column(default=False)
    asks_colleagues: Mapped[bool] = mapped_column(default=False)
    """Whether raters of the next review may be asked if they see it more often."""
    going: Mapped[Going | None]
    looked_back_on: Mapped[date | None] = mapped_column(Date)
    """When its subject last said how it is going."""
    mailed_for: Mapped[date | None] = mapped_column(Date)
    """For which date to look back a mail went out."""


class PlanTotals(Base):
    """What people made of their reports by the time this cycle was published; numbers blurred.

    Written once, when the cycle is published: numbers that change from day to day would tell who
    has just planned something.
    """

    __tablename__ = "plan_totals"
    __table_args__ = (
        CheckConstraint(f"people >= {TOTALS_FROM}", "told_only_of_many"),
        CheckConstraint(
            "chose BETWEEN 0 AND people AND looked_back BETWEEN 0 AND people", "within_people"
        ),
        CheckConstraint("(moved IS NULL) = (standard_error IS NULL)", "moved_with_error"),
        CheckConstraint(f"moved IS NULL OR chose >= {TOTALS_FROM}", "moved_of_many"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id"), primary_key=True, autoincrement=False
    )
    people: Mapped[int]
    """How many had a report of the quarter before."""
    chose: Mapped[int]
    looked_back: Mapped[int]
    moved: Mapped[float | None]
    """How much more chosen statements rose than equally low ones, in points of the scale."""
    standard_error: Mapped[float | None]
