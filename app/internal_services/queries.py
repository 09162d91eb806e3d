"""Reading services: as HR names them now, and as a cycle asks about them."""

from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, select

from app.cycles.models import COMPANY_UNIT, RosterEntry
from app.domain.errors import NotFoundError
from app.domain.internal_services.asked import STATEMENTS, AskedService
from app.domain.names import folded
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.internal_services.models import (
    InternalService,
    ServiceDepartment,
    ServiceMember,
    ServiceOfCycle,
    ServiceStatement,
)
from app.people.department_tree import departments_below

KEPT: Final = 8
"""Of so many cycles the services are kept in a process; one is open at a time."""

_UNIT: Final = Query(
    select(RosterEntry.unit_number).where(
        RosterEntry.cycle_id == bindparam("cycle_id"),
        RosterEntry.person_id == bindparam("person_id"),
    )
)


def service_by_id(service_id: int) -> InternalService:
    """The service with this id. Raises NotFoundError."""
    found = db.session.get(InternalService, service_id)
    if found is None:
        raise NotFoundError("There is no such service.")
    return found


def all_services() -> list[InternalService]:
    """Every service HR has named, by name."""
    found = db.session.scalars(select(InternalService).order_by(InternalService.id))
    return sorted(found, key=lambda one: folded(one.name))


def members_of(service_id: int) -> list[int]:
    """Ids of who runs a service beside its owner, ascending."""
    mine = select(ServiceMember.person_id).where(ServiceMember.service_id == service_id)
    return list(db.session.scalars(mine.order_by(ServiceMember.person_id)))


def departments_of(service_id: int) -> list[int]:
    """Ids of the departments that may rate a service, ascending; none where everybody may."""
    mine = select(ServiceDepartment.department_id).where(ServiceDepartment.service_id == service_id)
    return list(db.session.scalars(mine.order_by(ServiceDepartment.department_id)))


def statements() -> tuple[str, ...]:
    """What is asked about every service from the next opening on."""
    found = db.session.scalars(select(ServiceStatement.text).order_by(ServiceStatement.number))
    return tuple(found) or STATEMENTS


def planned_services() -> list[AskedService]:
    """The services as a cycle that opened now would ask about them, by id."""
    active = select(InternalService).where(InternalService.is_active).order_by(InternalService.id)
    asked = statements()
    return [
        AskedService(
            one.id,
            one.name,
            one.hint,
            asked,
            one.owner_id,
            frozenset({one.owner_id, *members_of(one.id)}),
            frozenset(unit for top in departments_of(one.id) for unit in departments_below(top)),
        )
        for one in db.session.scalars(active)
    ]


def frozen_services(cycle_id: int) -> list[AskedService]:
    """The services as they were when the cycle opened, by id."""
    rows = select(ServiceOfCycle).where(ServiceOfCycle.cycle_id == cycle_id)
    return [
        AskedService(
            row.service_id,
            row.name,
            row.hint,
            tuple(row.statements),
            row.owner_id,
            frozenset(row.member_ids),
            frozenset(row.units),
        )
        for row in db.session.scalars(rows.order_by(ServiceOfCycle.service_id))
    ]


@lru_cache(KEPT)
def _kept_services(cycle_id: int, frozen_hash: str) -> tuple[AskedService, ...]:
    """The services of an open cycle by name, read once in a process; `frozen_hash` covers them."""
    if not frozen_hash:
        raise ValueError("a cycle that is not open yet may still change its services")
    return tuple(sorted(frozen_services(cycle_id), key=lambda one: folded(one.name)))


def services_rated_by(cycle_id: int, frozen_hash: str, person_id: int) -> tuple[AskedService, ...]:
    """The services about which somebody is asked in an open cycle, by name."""
    services = _kept_services(cycle_id, frozen_hash)
    unit = COMPANY_UNIT
    if any(one.units for one in services):
        row = _UNIT.first(cycle_id=cycle_id, person_id=person_id)
        unit = (row and row[0]) or COMPANY_UNIT
    return tuple(one for one in services if one.is_rated_by(person_id, unit))
