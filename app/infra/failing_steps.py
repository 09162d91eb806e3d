"""Steps of the worker that fail at the moment: since when, and what HR can do about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import String, Text, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock
from app.infra.db import Base, db, insert_of

ANSWERS: Final = "look_after_answers"
"""The step that looks whether answers can be read; a rater may notice before it does."""
UNREADABLE: Final = (
    "Somebody’s answers cannot be opened. Within a minute it is looked into, and said here what to "
    "do; whose they are is noted nowhere."
)


class FailingStep(Base):
    """A step that was tried and failed; the row goes once it succeeds."""

    __tablename__ = "failing_step"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    since: Mapped[datetime]
    failed_at: Mapped[datetime]
    """When it was last tried."""
    sentence: Mapped[str] = mapped_column(Text)
    """What HR reads; empty for a fault of the program, which only its log explains."""


def note(name: str, sentence: str) -> None:
    """Note within the current transaction that a step fails; since when stays as it was."""
    now = clock.now()
    row = insert_of(FailingStep).values(name=name, since=now, failed_at=now, sentence=sentence)
    again = {"sentence": sentence, "failed_at": now}
    db.session.execute(row.on_conflict_do_update(index_elements=["name"], set_=again))


def note_apart(name: str, sentence: str) -> None:
    """The same in an act of its own, for a page that only reads; what is noted stays as it is.

    A database that cannot take it now is asked again with the next page.
    """
    now = clock.now()
    row = insert_of(FailingStep).values(name=name, since=now, failed_at=now, sentence=sentence)
    try:
        with db.engine.connect() as connection:
            connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
            connection.commit()
    except SQLAlchemyError:
        return


def forget(names: Sequence[str]) -> None:
    """Delete steps that have succeeded, within the current transaction."""
    db.session.execute(delete(FailingStep).where(FailingStep.name.in_(names)))


def all_failing() -> list[FailingStep]:
    """Every step that fails, the longest first."""
    return list(db.session.scalars(select(FailingStep).order_by(FailingStep.since)))


def is_failing(name: str) -> bool:
    """Whether this step failed when it was last tried."""
    return db.session.get(FailingStep, name) is not None
