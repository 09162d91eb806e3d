"""Released answers to departments' questions; a hidden value has a reason and no number."""

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.release.policy import FLOORS, Reason
from app.domain.scale import OPTIONS
from app.infra.db import Base


class UnitAnswer(Base):
    """What was released of one department's question, whichever way it was answered.

    From 1 to 5 it is a mean of so many blind raters, from 0 to 10 promoters and detractors of so
    many respondents. In words nothing is here but the reason where they are hidden.
    """

    __tablename__ = "unit_answer"
    __table_args__ = (
        CheckConstraint(f"mean BETWEEN 1 AND {OPTIONS}", "mean_within_scale"),
        CheckConstraint("(mean IS NULL) = (raters IS NULL)", "raters_of_a_mean"),
        CheckConstraint("(mean IS NULL) = (standard_error IS NULL)", "error_of_a_mean"),
        CheckConstraint(f"raters >= {FLOORS['blind_raters']}", "released_only_above_threshold"),
        CheckConstraint(
            f"respondents >= {FLOORS['unit_respondents']}", "sides_only_above_threshold"
        ),
        CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            "sides_within_respondents",
        ),
        CheckConstraint("(respondents IS NULL) = (promoters IS NULL)", "promoters_of_respondents"),
        CheckConstraint(
            "(respondents IS NULL) = (detractors IS NULL)", "detractors_of_respondents"
        ),
        CheckConstraint(
            "hidden IS NULL OR (mean IS NULL AND respondents IS NULL)", "hidden_has_no_number"
        ),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None]
    mean: Mapped[float | None]
    """With small known noise in it, to one decimal."""
    raters: Mapped[int | None] = mapped_column(SmallInteger)
    standard_error: Mapped[float | None]
    respondents: Mapped[int | None]
    promoters: Mapped[int | None]
    detractors: Mapped[int | None]


class UnitComment(Base):
    """An answer in words; its random id tells no order."""

    __tablename__ = "unit_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    unit_number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
