"""A department's question as it waits for the next review, and as it was frozen in a cycle."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.unit_questions.asked import LONGEST_QUESTION, AnswerKind
from app.infra.db import Base


class PlannedUnitQuestion(Base):
    """What a department is to be asked in the next review; gone once that has opened."""

    __tablename__ = "planned_unit_question"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    kind: Mapped[AnswerKind]
    text: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of HR confirmed it; without them it is not asked."""


class UnitQuestionOfCycle(Base):
    """A department's question as it was when the cycle opened."""

    __tablename__ = "unit_question_of_cycle"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[AnswerKind]
    text: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    units: Mapped[list[int]] = mapped_column(JSON)
    """The department with everything inside it, ascending."""
