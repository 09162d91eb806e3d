"""The import of a large people list, as long as a job is at it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.errors import ReviewError
from app.infra.db import Base, db, is_sqlite


class DirectoryClosedError(ReviewError):
    """Somebody else is changing the directory, or has chosen a list that will."""


class ImportStage(StrEnum):
    """How far the import of a large people list is, or taking one back."""

    READING = "reading"
    READY = "ready"
    """HR looks at what it would do, and answers what it leaves open."""
    CONFIRMED = "confirmed"
    """What it does is put together; nothing has been changed."""
    CLOSED = "closed"
    """Nobody else can change the directory; it is compared with the one that was looked at."""
    WRITING = "writing"
    UNDO_ASKED = "undo asked"
    """The last import is to be taken back; nothing has been changed."""
    UNDO_CLOSED = "undo closed"
    """Nobody else can change the directory; it is looked whether something stands in the way."""
    UNDO_HELD = "undo held"
    """Whoever came with it is deactivated, so that nobody gets in; it is looked once more."""
    UNDO_WRITING = "undo writing"
    UNDO_REFUSED = "undo refused"
    """Something stands in the way, and nothing has been changed; HR reads what it is."""


UNDER_UNDO: Final = (ImportStage.UNDO_CLOSED, ImportStage.UNDO_HELD, ImportStage.UNDO_WRITING)
"""Taking back, while nobody else can change the directory."""
CLOSED: Final = (ImportStage.CLOSED, ImportStage.WRITING, *UNDER_UNDO)
HANDED_BACK: Final = (ImportStage.READY, ImportStage.UNDO_REFUSED)
"""Stages in which it is HR's turn."""
UNDOING: Final = (ImportStage.UNDO_ASKED, *UNDER_UNDO, ImportStage.UNDO_REFUSED)


class LargeImport(Base):
    """A people list that a job reads and writes, or takes back; there is one row at most."""

    __tablename__ = "large_import"
    __table_args__ = (CheckConstraint("id = 1", "one_at_a_time"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    file_name: Mapped[str] = mapped_column(String(32))
    """Random, so that no file tells by its name what is in it; of an undo there is no file."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who chose the file, and later who confirmed it; nobody where a command imports it."""
    asked_at: Mapped[datetime]
    """When somebody last did something about it: left alone for hours, it is forgotten."""
    stage: Mapped[ImportStage] = mapped_column(default=ImportStage.READING)
    is_compared: Mapped[bool] = mapped_column(default=False)
    """Whether the file is read already, and is being compared with the directory."""
    answers: Mapped[str] = mapped_column(Text, default="{}")
    yes: Mapped[str] = mapped_column(Text, default="{}")
    """What was said yes to: the outcome that was shown, and how many leave."""
    refusal: Mapped[str] = mapped_column(Text, default="")
    preview: Mapped[str] = mapped_column(Text, default="")
    """What the page shows, as compressed JSON; empty while the file is read."""
    ending: Mapped[str] = mapped_column(Text, default="")
    """What is noted once everything is written, as compressed JSON."""
    directory: Mapped[str] = mapped_column(String(64), default="")
    """The fingerprint of the directory that is written into; of an undo, which import it is about:
    the hash that is kept with it."""
    maker: Mapped[str] = mapped_column(String(32), default="")
    """Who holds the lease."""
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """People that are written, and that will be."""

    @property
    def is_by_command(self) -> bool:
        """Whether a command read the file, so that it lies nowhere here; or takes a list back."""
        return self.by_id is None

    @property
    def is_undo(self) -> bool:
        """Whether the last import is taken back."""
        return self.stage in UNDOING

    @property
    def is_handed_back(self) -> bool:
        """Whether it is HR's turn."""
        return self.stage in HANDED_BACK

    @property
    def is_closed(self) -> bool:
        """Whether nobody else can change the directory."""
        return self.stage in CLOSED


class LargeImportPart(Base):
    """A part of an import that is still to be written; deleted in the act that writes it."""

    __tablename__ = "large_import_part"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    """Compressed JSON: the kind and the rows."""


def wait_for_directory() -> None:
    """Wait until nobody else is changing the directory, and let nobody begin before the commit.

    SQLite has one writer anyway; readers are never kept waiting.
    """
    if not is_sqlite():
        db.session.execute(text("LOCK TABLE person, department IN SHARE ROW EXCLUSIVE MODE"))


def is_directory_closed() -> bool:
    """Whether a list is being written or taken back, so that nobody else may change people."""
    return bool(what_closes_directory())


def what_closes_directory() -> str:
    """The same as the sentence about it begins; empty while the directory is open."""
    stage = _closing_stage()
    if stage is None:
        return ""
    if stage in UNDER_UNDO:
        return "A people list is being taken back"
    return "A people list is being written into the directory"


def refuse_while_written() -> None:
    """Raises DirectoryClosedError while a list is being written or taken back."""
    if what := what_closes_directory():
        raise DirectoryClosedError(
            f"{what}. Please try again in a minute; until then nobody else can change who works "
            "here."
        )


def refuse_while_taken_back() -> None:
    """Raises ReviewError while a list is being taken back.

    For ways into an account that an undo removes, or gives back to who had it before.
    """
    if _closing_stage() in UNDER_UNDO:
        raise ReviewError("A people list is being taken back. Please try again in a minute.")


def _closing_stage() -> ImportStage | None:
    return db.session.scalar(select(LargeImport.stage).where(LargeImport.stage.in_(CLOSED)))
