"""Naming services, and freezing them when a cycle opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select

from app.cycles.models import Cycle
from app.domain.errors import PlanRefusedError
from app.domain.internal_services.asked import MOST_SERVICES, MOST_STATEMENTS
from app.infra import audit
from app.infra.db import db
from app.internal_services.models import (
    InternalService,
    ServiceDepartment,
    ServiceMember,
    ServiceOfCycle,
    ServiceStatement,
)
from app.internal_services.queries import planned_services
from app.people.queries import find_person

LONGEST_NAME: Final = 60
LONGEST_HINT: Final = 120
LONGEST_STATEMENT: Final = 80


@dataclass(frozen=True)
class NamedService:
    """What HR says of a service; people by their e-mails."""

    name: str
    hint: str
    owner: str
    members: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    is_active: bool = True


def keep_service(
    named: NamedService, *, service: InternalService | None = None, by: int | None
) -> InternalService:
    """Write a new service, or over `service`. Raises PlanRefusedError with every fault."""
    people = {email: find_person(email) for email in (named.owner, *named.members)}
    faults = _faults(named, service)
    faults += [f"Nobody here has the e-mail {email}." for email, one in people.items() if not one]
    owner = people[named.owner]
    if faults or owner is None:
        raise PlanRefusedError(faults)
    if service is None:
        service = InternalService()
        db.session.add(service)
    service.name, service.hint = named.name, named.hint
    service.owner_id, service.is_active = owner.id, named.is_active
    db.session.flush()
    members = {one.id for one in people.values() if one} - {owner.id}
    _rewrite(ServiceMember, service.id, "person_id", sorted(members))
    _rewrite(ServiceDepartment, service.id, "department_id", sorted(set(named.department_ids)))
    audit.record("service:named", actor_id=by, service_id=service.id)
    return service


def _faults(named: NamedService, service: InternalService | None) -> list[str]:
    own = service.id if service else 0
    others = select(InternalService).where(InternalService.id != own)
    faults = []
    if db.session.scalar(others.where(InternalService.name == named.name)):
        faults.append(f"There is a service called {named.name} already.")
    active = len(db.session.scalars(others.where(InternalService.is_active)).all())
    if named.is_active and active >= MOST_SERVICES:
        faults.append(f"At most {MOST_SERVICES} services are asked about in a review.")
    return faults


def _rewrite(
    table: type[ServiceMember | ServiceDepartment], service_id: int, column: str, ids: list[int]
) -> None:
    db.session.execute(delete(table).where(table.service_id == service_id))
    db.session.add_all(table(service_id=service_id, **{column: one}) for one in ids)
    db.session.flush()


def word_statements(texts: Sequence[str], *, by: int | None) -> None:
    """What is asked about every service from the next opening on, at most three statements.

    Raises PlanRefusedError for none, too many, or one that is there twice.
    """
    if not 1 <= len(texts) <= MOST_STATEMENTS:
        raise PlanRefusedError([f"Give between 1 and {MOST_STATEMENTS} statements."])
    if len({text.casefold() for text in texts}) < len(texts):
        raise PlanRefusedError(["A statement is there twice."])
    db.session.execute(delete(ServiceStatement))
    db.session.add_all(
        ServiceStatement(number=number, text=text) for number, text in enumerate(texts, 1)
    )
    db.session.flush()
    audit.record("service:worded", actor_id=by)


def freeze_services(cycle: Cycle) -> None:
    """Copy every active service: what HR changes later does not change this cycle."""
    db.session.add_all(
        ServiceOfCycle(
            cycle_id=cycle.id,
            service_id=one.id,
            name=one.name,
            hint=one.hint,
            owner_id=one.owner_id,
            statements=list(one.statements),
            member_ids=sorted(one.member_ids),
            units=sorted(one.units),
        )
        for one in planned_services()
    )
    db.session.flush()
