"""Departments as a tree, and persons."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.durations import OBJECTION, SETTLED
from app.infra.db import Base

PATH_SEPARATOR = " / "


class Department(Base):
    """A unit of the company; the tree's root has no parent."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))


class Person(Base):
    """Somebody who works here; being a manager follows from having reports."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", "email_in_lower_case"),
        CheckConstraint("manager_id <> id", "nobody_manages_themselves"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    joined_on: Mapped[date] = mapped_column(Date)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_hr: Mapped[bool] = mapped_column(default=False)
    is_board: Mapped[bool] = mapped_column(default=False)
    account_made_on: Mapped[date] = mapped_column(Date)
    """Also the day on which somebody who had left was taken back."""
    hr_since: Mapped[date | None] = mapped_column(Date)
    """When they got the HR role; empty for those who always had it or never did."""
    hr_until: Mapped[date | None] = mapped_column(Date)
    """When they last lost it, or left; kept when they get it again."""
    email_changed_on: Mapped[date | None] = mapped_column(Date)
    """When HR changed the address; empty again once the owner has proved to be the same."""
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    """When a link to a changed address set the password: somebody else may hold the account."""
    password_hash: Mapped[str | None] = mapped_column(String(200), active_history=True)
    credential_epoch: Mapped[int] = mapped_column(default=0, active_history=True)
    """Another one when somebody other than the signed-in owner sets the password."""
    credential_mark: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The app's own mark on the two above: what is written past the app opens no answers."""
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Rises with a new password or e-mail and on leaving: older sessions and links end."""
    sign_outs: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rises when the owner signs out: sessions end on every device, links stay."""

    department: Mapped[Department] = relationship()

    def take_hr(self, today: date) -> None:
        """Note the HR role from `today`; a gap that somebody else made counts as none."""
        if self.hr_until is None or self.hr_until < today - SETTLED:
            self.hr_since = today

    def lose_hr(self, today: date) -> None:
        """Note that the HR role ended `today`."""
        self.hr_until = today

    @property
    def reads_reports_from(self) -> date | None:
        """The first day on which an account in new hands reads reports; None when it is not."""
        return self.handed_over_on + OBJECTION if self.handed_over_on else None

    @property
    def is_acting_hr(self) -> bool:
        """Whether they can act for HR: the role alone is nothing once they have left."""
        return self.is_hr and self.is_active


def session_id_of(person_id: int, session_epoch: int, sign_outs: int) -> str:
    """What a session's cookie holds; a copied cookie is worth nothing once it differs."""
    return f"{person_id}:{session_epoch}:{sign_outs}"


class SignInAttempts(Base):
    """Failed sign-ins per address in the current window, to slow down guessing."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    window_ends_at: Mapped[datetime]
