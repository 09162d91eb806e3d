"""A cycle, and what is frozen when it opens: units, roster, readers of each report."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain import cycle as rules
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import STATEMENTS
from app.infra.db import Base
from app.questionnaires.models import Questionnaire

COMPANY_UNIT = 0
"""The unit that is the whole company, root of the frozen tree."""


class Pairing(StrEnum):
    """How raters and subjects are brought together."""

    EVERYONE = "everyone"
    SAMPLE = "sample"


class Cycle(Base):
    """One quarter's round of reviews."""

    __tablename__ = "cycle"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "closes_after_it_opens"),
        CheckConstraint("sample_size >= 8", "sample_large_enough"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[CycleState] = mapped_column(default=CycleState.DRAFT)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    pairing: Mapped[Pairing] = mapped_column(default=Pairing.EVERYONE)
    sample_size: Mapped[int] = mapped_column(default=12)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    policy_terms: Mapped[dict[str, int | bool]] = mapped_column(JSON)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_hash: Mapped[str] = mapped_column(String(64), default="")
    frozen_hash: Mapped[str] = mapped_column(String(64), default="")
    """What every rater sees: the hash over roster, pairs, readers and policy at the opening."""
    log_length: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many acts the log held at the opening, shown to every rater with its last digest."""
    log_head: Mapped[str] = mapped_column(String(64), default="", server_default="")
    is_imported: Mapped[bool] = mapped_column(default=False)
    is_abandoned: Mapped[bool] = mapped_column(default=False)
    """Its answers could not be read any more, so it ended without results."""
    progress: Mapped[str] = mapped_column(String(300), default="")
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    forgotten_on: Mapped[date | None] = mapped_column(Date)
    """When everything that was to be destroyed was found gone; empty while that is owed."""
    published_on: Mapped[date | None] = mapped_column(Date)
    purged_on: Mapped[date | None] = mapped_column(Date)

    questionnaire: Mapped[Questionnaire] = relationship()

    @property
    def policy(self) -> ReleasePolicy:
        return ReleasePolicy.from_dict(self.policy_terms)

    @property
    def pairs_are_open(self) -> bool:
        """Whether HR may know who is asked about whom: all about all, or the plan says so."""
        return self.pairing is Pairing.EVERYONE or self.policy.hr_sees_pairs

    def move_to(self, target: CycleState) -> None:
        """Take the next step. Raises WrongStateError when `target` is not it."""
        self.state = rules.advance(self.state, target)


class PlanFindings(Base):
    """What a large draft came to when its pairs were last drawn; it holds no pair."""

    __tablename__ = "plan_findings"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id"), primary_key=True, autoincrement=False
    )
    follows_from: Mapped[str] = mapped_column(String(64))
    """A digest of everything that it follows from: with another one it is out of date."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Opening(Base):
    """A large draft that is being opened in parts; nobody can answer before the last one."""

    __tablename__ = "opening"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who opens it; empty for the scheduler and the command line."""
    maker: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """Random: what another name has noted since is somebody else's."""
    leased_until: Mapped[datetime | None]
    """So long its maker is waited for where it stands still; a killed one is followed at once."""
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows that are written."""
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows that will be; 0 while the pairs are being drawn."""

    @property
    def percent(self) -> int:
        """How far it is, rounded down."""
        return 100 * self.done // self.total if self.total else 0


class DrawSecret(Base):
    """What the pairs of every draft follow from; another one takes its place at each opening."""

    __tablename__ = "draw_secret"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))


class Unit(Base):
    """A department as it was when the cycle opened; number 0 is the company."""

    __tablename__ = "unit"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_number: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(80))


class RosterEntry(Base):
    """Somebody who takes part; unit and manager are filled in when the cycle opens."""

    __tablename__ = "roster_entry"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    unit_number: Mapped[int | None]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    is_new: Mapped[bool] = mapped_column(default=False)
    """The account was younger than 30 days: such a rater does not count as a blind one."""
    is_rated: Mapped[bool] = mapped_column(default=True)
    """False for whoever asked before the opening that nobody is asked about them."""


class ReportReader(Base):
    """Who may read a subject's report of this cycle, beside the subject; kept with the results."""

    __tablename__ = "report_reader"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class ReaderRole(StrEnum):
    """As what somebody reads what is said of services and asked by units."""

    HR = "hr"
    LEADER = "leader"


class AnswerReader(Base):
    """Who was of HR, or a leader who hears comments, when the cycle opened.

    Nobody becomes one of them later: raters were counted as blind against this list.
    """

    __tablename__ = "answer_reader"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[ReaderRole] = mapped_column(primary_key=True)


class FocusQuestion(Base):
    """A behaviour about which raters are asked whether they see it more often; gone in the count.

    Its subject wanted that when the cycle opened.
    """

    __tablename__ = "focus_question"
    __table_args__ = (
        CheckConstraint(f"statement BETWEEN 1 AND {STATEMENTS}", "statement_in_range"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    statement: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
