"""Released eNPS figures per unit, reasons, and comments."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.enps.stances import Stance
from app.domain.release.policy import FLOORS, Reason
from app.infra.db import Base


class EnpsScore(Base):
    """How many people of one unit answered, and the blurred number of each side; or hidden."""

    __tablename__ = "enps_score"
    __table_args__ = (
        CheckConstraint(
            f"respondents >= {FLOORS['unit_respondents']}", "released_only_above_threshold"
        ),
        CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            "sides_within_respondents",
        ),
        CheckConstraint("(hidden IS NULL) = (respondents IS NOT NULL)", "hidden_or_number"),
        CheckConstraint("(hidden IS NULL) = (promoters IS NOT NULL)", "hidden_or_promoters"),
        CheckConstraint("(hidden IS NULL) = (detractors IS NOT NULL)", "hidden_or_detractors"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None]
    respondents: Mapped[int | None]
    promoters: Mapped[int | None]
    detractors: Mapped[int | None]


class EnpsDirect(Base):
    """How many of the company would recommend it more, and less, than before; blurred."""

    __tablename__ = "enps_direct"
    __table_args__ = (
        CheckConstraint(
            f"respondents >= {FLOORS['unit_respondents']}", "released_only_above_threshold"
        ),
        CheckConstraint(
            "more >= 0 AND less >= 0 AND more + less <= respondents", "sides_within_respondents"
        ),
        CheckConstraint("(hidden IS NULL) = (respondents IS NOT NULL)", "hidden_or_number"),
        CheckConstraint("(hidden IS NULL) = (more IS NOT NULL)", "hidden_or_more"),
        CheckConstraint("(hidden IS NULL) = (less IS NOT NULL)", "hidden_or_less"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    hidden: Mapped[Reason | None]
    respondents: Mapped[int | None]
    more: Mapped[int | None]
    less: Mapped[int | None]


class EnpsMention(Base):
    """How many promoters, or detractors, of the company named a reason; blurred."""

    __tablename__ = "enps_mention"
    __table_args__ = (
        CheckConstraint("mentions >= 0", "not_negative"),
        CheckConstraint(
            f"side IN ('{Stance.PROMOTER.value}', '{Stance.DETRACTOR.value}')", "one_of_two_sides"
        ),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    side: Mapped[Stance] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(60), primary_key=True)
    mentions: Mapped[int]


class EnpsComment(Base):
    """A comment to the 0-10 question, of the company as a whole; its random id tells no order."""

    __tablename__ = "enps_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
