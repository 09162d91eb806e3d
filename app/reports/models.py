"""Reports put together for one reader to take along: what is being made, and how far it is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base


class ReportBundle(Base):
    """The reports of a cycle that a reader may read, as volumes; deleted with them after a day."""

    __tablename__ = "report_bundle"
    __table_args__ = (
        UniqueConstraint("cycle_id", "reader_id"),
        CheckConstraint("next_volume BETWEEN 1 AND volumes + 1", "volumes_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(32), unique=True)
    """Random, so that no file tells by its name what is in it."""
    asked_at: Mapped[datetime]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    volumes: Mapped[int]
    next_volume: Mapped[int] = mapped_column(default=1)
    after_id: Mapped[int] = mapped_column(default=0)
    """The last subject of the finished volumes: the next one begins behind, whoever has gone."""
    maker: Mapped[str] = mapped_column(String(32), default="")
    """Who holds the lease."""
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    @property
    def is_ready(self) -> bool:
        return self.next_volume > self.volumes
