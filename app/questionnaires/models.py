"""A questionnaire version and its 14 statements."""

from secrets import token_hex

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.scale import STATEMENTS
from app.infra.db import Base


class Questionnaire(Base):
    """One version of the statements; frozen once a cycle uses it."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    is_frozen: Mapped[bool] = mapped_column(default=False)

    statements: Mapped[list["Statement"]] = relationship(
        order_by="Statement.number", cascade="all, delete-orphan", lazy="selectin"
    )


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
