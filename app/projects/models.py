"""Projects with their notes, and what became of the figure that each was to move."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.projects.effect import Verdict
from app.domain.projects.steps import ProjectState
from app.infra.db import Base


class Project(Base):
    """Something that will be different, by whom, by when, and how it will be seen."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    you_said: Mapped[str] = mapped_column(Text)
    """The comment, reason, statement or service that it comes from, in words."""
    source: Mapped[str] = mapped_column(String(160), default="", index=True)
    """The same by its key; empty where it was written freely. What it names may be erased."""
    we_did: Mapped[str] = mapped_column(Text)
    """What is, or will be, different."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ProjectState] = mapped_column(default=ProjectState.PROPOSED)
    due_on: Mapped[date] = mapped_column(Date)
    figure: Mapped[str] = mapped_column(String(160))
    """The key of the figure that it is meant to move."""
    figure_name: Mapped[str] = mapped_column(String(160))
    wants_more: Mapped[bool] = mapped_column(default=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    """Only this department sees it, with all inside it; empty for everybody."""
    begun_on: Mapped[date | None] = mapped_column(Date)
    """When it got under way: quarters that closed before are the ones before."""
    overdue_told: Mapped[date | None] = mapped_column(Date)
    """The date about whose passing its owner was told."""


class ProjectNote(Base):
    """A line about how a project goes."""

    __tablename__ = "project_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)


class ProjectOutcome(Base):
    """A project's figure before and since, as it was seen after one cycle."""

    __tablename__ = "project_outcome"
    __table_args__ = (
        CheckConstraint("smallest >= 0", "smallest_is_a_size"),
        CheckConstraint("low <= high", "range_has_two_ends"),
        {"sqlite_with_rowid": False},
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    before: Mapped[float]
    now: Mapped[float]
    low: Mapped[float]
    """The likely range of `now`, from here to `high`."""
    high: Mapped[float]
    verdict: Mapped[Verdict]
    smallest: Mapped[float]
    """A change of this size would have been called so in four of five cases."""
    others: Mapped[int]
    """How many figures of the same kind nobody worked on were compared as well."""
    others_moved: Mapped[int]
    """And how many of these moved by as much as would be called so."""
