"""Released figures and comments about internal services."""

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.internal_services.asked import MOST_STATEMENTS
from app.domain.release.policy import FLOORS, Reason
from app.domain.scale import OPTIONS
from app.infra.db import Base, one_of, stored_by_value


class ServiceResult(Base):
    """How many used and rated a service, and the blurred sides of the 0-10 question; or hidden."""

    __tablename__ = "service_result"
    __table_args__ = (
        CheckConstraint(f"raters >= {FLOORS['blind_raters']}", "released_only_above_threshold"),
        CheckConstraint("(hidden IS NULL) = (raters IS NOT NULL)", "hidden_or_number"),
        CheckConstraint(
            f"respondents >= {FLOORS['unit_respondents']}", "help_only_above_threshold"
        ),
        CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            "sides_within_respondents",
        ),
        CheckConstraint("(help_hidden IS NULL) = (respondents IS NOT NULL)", "help_or_hidden"),
        CheckConstraint("(respondents IS NULL) = (promoters IS NULL)", "promoters_of_respondents"),
        CheckConstraint(
            "(respondents IS NULL) = (detractors IS NULL)", "detractors_of_respondents"
        ),
        one_of("hidden", Reason, name="reason"),
        one_of("help_hidden", Reason, name="reason_of_help"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"), primary_key=True)
    hidden: Mapped[Reason | None] = mapped_column(stored_by_value(Reason, checked=False))
    raters: Mapped[int | None]
    help_hidden: Mapped[Reason | None] = mapped_column(stored_by_value(Reason, checked=False))
    respondents: Mapped[int | None]
    promoters: Mapped[int | None]
    detractors: Mapped[int | None]


class ServiceScore(Base):
    """A service's released score on one statement; the words stand with the frozen service."""

    __tablename__ = "service_score"
    __table_args__ = (
        CheckConstraint(f"statement BETWEEN 1 AND {MOST_STATEMENTS}", "statement_in_range"),
        CheckConstraint(f"mean BETWEEN 1 AND {OPTIONS}", "mean_within_scale"),
        CheckConstraint("(hidden IS NULL) = (mean IS NOT NULL)", "hidden_or_number"),
        CheckConstraint("(mean IS NULL) = (raters IS NULL)", "raters_of_a_mean"),
        CheckConstraint("(mean IS NULL) = (standard_error IS NULL)", "error_of_a_mean"),
        CheckConstraint(f"raters >= {FLOORS['blind_raters']}", "released_only_above_threshold"),
        one_of("hidden", Reason, name="reason"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"), primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None] = mapped_column(stored_by_value(Reason, checked=False))
    mean: Mapped[float | None]
    """With small known noise in it, to one decimal."""
    raters: Mapped[int | None] = mapped_column(SmallInteger)
    standard_error: Mapped[float | None]


class ServiceComment(Base):
    """A comment about a service; its random id tells no order."""

    __tablename__ = "service_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"))
    text: Mapped[str] = mapped_column(Text)
