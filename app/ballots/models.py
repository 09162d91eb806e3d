"""Ciphertext, one box per rater, and the database's half of each cycle's key."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base


class SealedBallot(Base):
    """A rater's ballot; who that is cannot be told without both key halves."""

    __tablename__ = "ballot"
    __table_args__ = {"sqlite_with_rowid": False}  # a row number would tell the order

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    locator: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StoredHalf(Base):
    """The half that lives in the database.

    A table of its own, not a column of the cycle: PostgreSQL can then truncate it, which
    removes the bytes from disk, where an UPDATE would leave the old row behind.
    """

    __tablename__ = "key_half"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    half: Mapped[bytes] = mapped_column(LargeBinary(32))
