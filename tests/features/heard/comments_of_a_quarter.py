"""A published quarter with comments about the company and its services, and their leaders."""

from datetime import date

from app.cycles.models import AnswerReader, Cycle, ReaderRole
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.enps.models import EnpsComment
from app.infra.db import db, transaction
from app.internal_services.models import InternalService, ServiceOfCycle
from app.leaders.services import LeaderChoice, choose
from app.people.models import Person
from app.service_results.models import ServiceComment
from tests.factories import make_cycle

HEARD = ReleasePolicy(leaders_hear=True)


def published_quarter(comments: int, *, policy: ReleasePolicy = HEARD) -> Cycle:
    """A quarter in which so many people wrote a comment about the company."""
    cycle = make_cycle(
        state=CycleState.PUBLISHED,
        policy_terms=policy.as_dict(),
        published_on=date(2026, 11, 2),
        forgotten_on=date(2026, 11, 1),
    )
    for number in range(comments):
        key = f"{cycle.id:016x}{number:016x}"
        text = f"Company {cycle.name} {number}."
        db.session.add(EnpsComment(id=key, cycle_id=cycle.id, text=text))
    db.session.commit()
    return cycle


def service_words(cycle: Cycle, service: InternalService, members: list[int], words: int) -> None:
    """Add a service as it was frozen, and so many comments about it."""
    db.session.add(
        ServiceOfCycle(
            cycle_id=cycle.id,
            service_id=service.id,
            name=service.name,
            hint="",
            owner_id=members[0],
            statements=["They answer quickly"],
            member_ids=members,
            units=[],
        )
    )
    for number in range(words):
        key = f"5{service.id:015x}{cycle.id:08x}{number:08x}"
        text = f"{service.name} {cycle.name} {number}."
        row = ServiceComment(id=key, cycle_id=cycle.id, service_id=service.id, text=text)
        db.session.add(row)
    db.session.commit()


def note_leader(cycle: Cycle, person: Person) -> None:
    """As if the cycle had opened with this leader."""
    row = AnswerReader(cycle_id=cycle.id, person_id=person.id, role=ReaderRole.LEADER)
    db.session.add(row)
    db.session.commit()


def choose_leaders(
    *people: Person, days: frozenset[int] = frozenset(range(5)), **over: bool
) -> None:
    """Let HR choose them, on working days."""
    with transaction():
        choose(LeaderChoice(tuple(one.email for one in people), days, **over), by=None)
