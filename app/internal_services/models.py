"""Internal services as HR names them, and as they were frozen when a cycle opened."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.internal_services.asked import MOST_STATEMENTS
from app.infra.db import Base


class InternalService(Base):
    """What colleagues do for colleagues: IT support, payroll, facilities."""

    __tablename__ = "internal_service"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    hint: Mapped[str] = mapped_column(String(120), default="")
    """What it does, for whoever rates it."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)


class ServiceMember(Base):
    """Somebody who runs a service beside its owner."""

    __tablename__ = "service_member"

    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class ServiceDepartment(Base):
    """A department that may rate a service; a service without any is rated by everybody."""

    __tablename__ = "service_department"

    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)


class ServiceStatement(Base):
    """One of the statements that are asked about every service, as HR words them."""

    __tablename__ = "service_statement"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {MOST_STATEMENTS}", "statement_in_range"),
    )

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(80))


class ServiceOfCycle(Base):
    """A service as it was when the cycle opened: what is asked, who runs it, who is asked."""

    __tablename__ = "service_of_cycle"
    __table_args__ = {"sqlite_with_rowid": False}

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("internal_service.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(120))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    statements: Mapped[list[str]] = mapped_column(JSON)
    member_ids: Mapped[list[int]] = mapped_column(JSON)
    """In ascending order, the owner included."""
    units: Mapped[list[int]] = mapped_column(JSON)
    """The units that may rate it, with all inside them; empty for everybody."""
