"""Released eNPS figures per unit, reasons, and comments."""

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.release.policy import Reason
from app.infra.db import Base


class EnpsScore(Base):
    """Shares of promoters, passives and detractors of one unit, in whole percent, or hidden."""

    __tablename__ = "enps_score"
    __table_args__ = (
        CheckConstraint("respondents >= 10", "released_only_above_threshold"),
        CheckConstraint(
            "hidden IS NOT NULL OR promoters + passives + detractors = 100", "shares_add_up"
        ),
        CheckConstraint("(hidden IS NULL) = (promoters IS NOT NULL)", "hidden_or_number"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None]
    respondents: Mapped[int | None]
    promoters: Mapped[int | None] = mapped_column(SmallInteger)
    passives: Mapped[int | None] = mapped_column(SmallInteger)
    detractors: Mapped[int | None] = mapped_column(SmallInteger)


class EnpsHistogram(Base):
    """The share of one answer from 0 to 10 in a large company, in percent."""

    __tablename__ = "enps_histogram"
    __table_args__ = (
        CheckConstraint("answer BETWEEN 0 AND 10", "from_0_to_10"),
        CheckConstraint("share BETWEEN 0 AND 95", "never_unanimous"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    answer: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    share: Mapped[int] = mapped_column(SmallInteger)


class EnpsReason(Base):
    """Points of a unit's score mentioned with a reason; with the rest line they add up to it."""

    __tablename__ = "enps_reason"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(60), primary_key=True)
    points: Mapped[int] = mapped_column(SmallInteger)


class EnpsComment(Base):
    """A comment to the 0-10 question, of the company as a whole; its random id tells no order."""

    __tablename__ = "enps_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
