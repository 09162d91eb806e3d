"""A questionnaire version and its 14 statements."""

from itertools import groupby
from operator import attrgetter
from secrets import token_hex

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.scale import DEFAULT_LABELS, STATEMENTS
from app.infra.db import Base


class Questionnaire(Base):
    """One version of the statements; frozen once a cycle uses it."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    is_frozen: Mapped[bool] = mapped_column(default=False)
    scale_labels: Mapped[list[str]] = mapped_column(JSON, default=lambda: [*DEFAULT_LABELS])
    """The words for the answers 1 to 5, in their order."""
    scale_identity: Mapped[str] = mapped_column(String(32), default="")
    """The same in all versions whose labels mean the same: answers are compared only then."""

    statements: Mapped[list["Statement"]] = relationship(
        order_by="Statement.number", cascade="all, delete-orphan", lazy="selectin"
    )

    def competencies(self) -> list[tuple[str, list["Statement"]]]:
        """The statements in their order, below the names of their competencies."""
        groups = groupby(self.statements, key=attrgetter("competency"))
        return [(name, list(members)) for name, members in groups]


def new_identity() -> str:
    """A random identity for a statement that was never asked before."""
    return token_hex(16)


class Statement(Base):
    """One observable behaviour; statements of one competency stand side by side.

    Copies carry the identity along: quarters are compared where it is the same.
    """

    __tablename__ = "statement"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {STATEMENTS}", "number_in_range"),
        UniqueConstraint("questionnaire_id", "identity"),
    )

    questionnaire_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaire.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity: Mapped[str] = mapped_column(String(32), default=new_identity)
    competency: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(160))
    short_name: Mapped[str] = mapped_column(String(40), default="")
    """What it is called in headlines, tables, plans and talks: "Raising problems early"."""
    hint: Mapped[str] = mapped_column(String(160), default="")
    """How it is done, as the end of "People who do this …"; empty where there is none."""
