"""Released cells: everything that is left of a cycle after the count."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.release.fairness import ADJUSTED_FROM, CARELESS_FROM, Adjustment
from app.domain.release.focus import FocusDirection
from app.domain.release.policy import FLOORS, FOCUS_FROM, Reason
from app.domain.scale import OPTIONS, STATEMENTS
from app.domain.statistics.comparable import Reliability
from app.infra.db import Base, one_of, stored_by_value

HIDDEN_OR_NUMBER = "(hidden IS NULL) = (mean IS NOT NULL)"
ON_THE_SCALE = f"mean BETWEEN 1 AND {OPTIONS}"


class RaterGroup(StrEnum):
    """Whose ratings a score pools."""

    COLLEAGUES = "colleagues"
    REPORTS = "reports"
    OTHERS = "others"


class CommentKind(StrEnum):
    """Which of the two questions a comment answers."""

    KEEP = "keep"
    TRY = "try"


class CommentState(StrEnum):
    """Whether a comment is read; a reader may report it, HR may withhold it."""

    SHOWN = "shown"
    REPORTED = "reported"
    WITHHELD = "withheld"


class SubjectResult(Base):
    """How many colleagues answered about a subject: one total, or hidden."""

    __tablename__ = "subject_result"
    __table_args__ = (
        CheckConstraint(f"raters >= {FLOORS['blind_raters']}", "released_only_above_threshold"),
        CheckConstraint("(hidden IS NULL) = (raters IS NOT NULL)", "hidden_or_number"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    unit_number: Mapped[int]
    raters: Mapped[int | None]
    hidden: Mapped[Reason | None]


class StatementScore(Base):
    """A subject's released score on one statement, from one view."""

    __tablename__ = "statement_score"
    __table_args__ = (
        CheckConstraint(f"statement BETWEEN 1 AND {STATEMENTS}", "statement_in_range"),
        CheckConstraint(ON_THE_SCALE, "mean_within_scale"),
        CheckConstraint(HIDDEN_OR_NUMBER, "hidden_or_number"),
        CheckConstraint("(mean IS NULL) = (raters IS NULL)", "raters_of_a_mean"),
        CheckConstraint(f"raters >= {FLOORS['blind_raters']}", "released_only_above_threshold"),
        CheckConstraint("(share_low IS NULL) = (share_high IS NULL)", "bins_all_or_none"),
        CheckConstraint("share_low + share_middle + share_high = 100", "bins_add_up"),
        CheckConstraint("mean IS NOT NULL OR share_low IS NULL", "no_bins_when_hidden"),
        one_of('"view"', RaterGroup, name="view"),
        one_of("hidden", Reason, name="reason"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    view: Mapped[RaterGroup] = mapped_column(
        stored_by_value(RaterGroup, checked=False), primary_key=True
    )
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None] = mapped_column(stored_by_value(Reason, checked=False))
    mean: Mapped[float | None]
    """With small known noise in it, to one decimal."""
    raters: Mapped[int | None] = mapped_column(SmallInteger)
    """How many colleagues who cannot read the report rated this statement."""
    share_low: Mapped[int | None] = mapped_column(SmallInteger)
    share_middle: Mapped[int | None] = mapped_column(SmallInteger)
    share_high: Mapped[int | None] = mapped_column(SmallInteger)


class SelfAnswer(Base):
    """A subject's own answer: the one exception to forgetting, and the self page says so."""

    __tablename__ = "self_answer"
    __table_args__ = (
        CheckConstraint(f"answer BETWEEN 1 AND {OPTIONS}", "answer_in_range"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    answer: Mapped[int] = mapped_column(SmallInteger)


class FocusResult(Base):
    """What most colleagues see of a behaviour that its subject works on, as one of three phrases.

    It goes to the subject alone, and to those with whom the plan was shared.
    """

    __tablename__ = "focus_result"
    __table_args__ = (
        CheckConstraint(f"statement BETWEEN 1 AND {STATEMENTS}", "statement_in_range"),
        CheckConstraint("(hidden IS NULL) = (direction IS NOT NULL)", "hidden_or_direction"),
        CheckConstraint("(direction IS NULL) = (raters IS NULL)", "raters_of_a_direction"),
        CheckConstraint(f"raters >= {FOCUS_FROM}", "released_only_above_threshold"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None]
    direction: Mapped[FocusDirection | None]
    raters: Mapped[int | None] = mapped_column(SmallInteger)


REPORTED: Final = text(f"state = '{CommentState.REPORTED.value}'")
"""Of hundreds of thousands of comments a few, which have an index of their own."""


class ReleasedComment(Base):
    """A comment about a subject, without rater; its random id tells no order."""

    __tablename__ = "released_comment"
    __table_args__ = (
        Index(None, "cycle_id", "subject_id"),
        Index(
            "ix_released_comment_reported", "id", sqlite_where=REPORTED, postgresql_where=REPORTED
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[CommentKind]
    state: Mapped[CommentState] = mapped_column(default=CommentState.SHOWN)
    text: Mapped[str] = mapped_column(Text)


class CompanyScore(Base):
    """The company's released mean of one statement.

    A mean only: less the distributions of persons, one of the company would give back those
    that are hidden.
    """

    __tablename__ = "company_score"
    __table_args__ = (
        CheckConstraint(f"statement BETWEEN 1 AND {STATEMENTS}", "statement_in_range"),
        CheckConstraint(HIDDEN_OR_NUMBER, "hidden_or_number"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hidden: Mapped[Reason | None]
    mean: Mapped[float | None]
    raters: Mapped[int | None]
    """Ratings behind the scores of all persons in it."""
    standard_error: Mapped[float | None]
    own_mean: Mapped[float | None]
    """Mean of everybody's answer about themselves, one decimal: the usual self-other gap."""


class AdjustedScore(Base):
    """A subject's overall score, corrected for how strict raters are; no row where it is hidden."""

    __tablename__ = "adjusted_score"
    __table_args__ = (
        CheckConstraint(ON_THE_SCALE, "mean_within_scale"),
        CheckConstraint(f"raters >= {ADJUSTED_FROM}", "released_only_above_threshold"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    mean: Mapped[float]
    raters: Mapped[int]
    standard_error: Mapped[float]
    reliability: Mapped[Reliability]


class KeptSums(Base):
    """Sums over everything released of a cycle, as `sums` takes and reads them; no person."""

    __tablename__ = "kept_sums"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id"), primary_key=True, autoincrement=False
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class AboutCycle(Base):
    """How far to trust a cycle's numbers; NULL where too few took part to tell."""

    __tablename__ = "about_cycle"
    __table_args__ = (
        CheckConstraint("share_rater + share_person + share_rest = 100", "shares_add_up"),
        CheckConstraint("reliability BETWEEN 0 AND 1", "reliability_in_range"),
        CheckConstraint(f"uniform >= {CARELESS_FROM}", "uniform_points_at_nobody"),
        CheckConstraint(f"inconsistent >= {CARELESS_FROM}", "inconsistent_points_at_nobody"),
        CheckConstraint("between_raters > 0 AND within_raters > 0", "spread_is_positive"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    adjustment: Mapped[Adjustment]
    between_raters: Mapped[float]
    """The spread of ratings of one person, in squared scale points, with noise in it."""
    within_raters: Mapped[float]
    share_rater: Mapped[int | None] = mapped_column(SmallInteger)
    """Percent of the variance, in tens."""
    share_person: Mapped[int | None] = mapped_column(SmallInteger)
    share_rest: Mapped[int | None] = mapped_column(SmallInteger)
    reliability: Mapped[float | None]
    """Of a typical person's score, in tenths."""
    uniform: Mapped[int | None]
    """Ballots that were nearly uniform; with noise; NULL below five."""
    inconsistent: Mapped[int | None]


class CycleTotals(Base):
    """How many were asked and have sent; the counted ballots equal the sent ones."""

    __tablename__ = "cycle_totals"
    __table_args__ = (
        CheckConstraint("counted = sent", "every_sent_ballot_was_counted"),
        CheckConstraint("sent <= invited", "totals_in_order"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    invited: Mapped[int]
    sent: Mapped[int]
    counted: Mapped[int]
