"""Released company figures, written the way the count writes them."""

from datetime import timedelta
from random import Random

from app.cycles.models import Cycle, Unit
from app.domain.cycle import CycleState
from app.domain.enps.score import StanceCounts
from app.domain.enps.units import EnpsAnswer, release_enps
from app.domain.internal_services.asked import STATEMENTS
from app.domain.internal_services.release import ReleasedService
from app.domain.release.policy import Reason, Shown
from app.enps import services
from app.infra import clock
from app.infra.db import db, transaction
from app.internal_services.models import InternalService, ServiceOfCycle
from app.results.models import CompanyScore, CycleTotals
from app.service_results import services as service_results
from tests.factories import make_cycle
from tests.randomness import silent

NAMES = ("Whole company", "Engineering", "Sales", "Finance")
TREE = {0: None, 1: 0, 2: 0, 3: 0}


def answers(unit: int, *, promoters: int = 0, passives: int = 0, detractors: int = 0):
    """Answers of one unit, each with the reason that fits it."""
    return [
        *[EnpsAnswer(9, ("colleagues",), unit)] * promoters,
        *[EnpsAnswer(7, (), unit)] * passives,
        *[EnpsAnswer(2, ("workload",), unit)] * detractors,
    ]


COMPANY = (
    *answers(1, promoters=20, passives=10, detractors=10),
    *answers(2, promoters=12, passives=8, detractors=12),
    *answers(3, promoters=4, passives=4),
)


def make_counted_cycle(
    given=COMPANY, *, comments=(), quarters_ago: int = 0, state=CycleState.PUBLISHED
) -> Cycle:
    """A published cycle with the figures of `given` answers."""
    opens_at = clock.now() - timedelta(days=90 * quarters_ago + 30)
    cycle = make_cycle(state=state, opens_at=opens_at)
    for number, parent in TREE.items():
        db.session.add(
            Unit(cycle_id=cycle.id, number=number, parent_number=parent, name=NAMES[number])
        )
    db.session.commit()
    cells = release_enps(
        given, tree=TREE, policy=cycle.policy, reasons=cycle.reasons, randomness=silent
    )
    with transaction():
        services.keep(cycle, cells, comments, random=Random(1))
        db.session.add_all(_statement(cycle, number) for number in range(1, 15))
        people = len(given)
        db.session.add(
            CycleTotals(cycle_id=cycle.id, invited=people + 2, sent=people, counted=people)
        )
    return cycle


def _statement(cycle: Cycle, number: int) -> CompanyScore:
    if number == 14:
        return CompanyScore(cycle_id=cycle.id, statement=14, hidden=Reason.FEW_RESPONDENTS)
    return CompanyScore(
        cycle_id=cycle.id, statement=number, mean=3.8, raters=900, standard_error=0.1
    )


def release_service(cycle: Cycle, service: InternalService, *, mean=3.2, words=()) -> None:
    """What was released of a service that five people run and 27 have used."""
    with transaction():
        db.session.add(
            ServiceOfCycle(
                cycle_id=cycle.id,
                service_id=service.id,
                name=service.name,
                hint="",
                owner_id=service.owner_id,
                statements=list(STATEMENTS),
                member_ids=[service.owner_id, -1, -2, -3, -4],
                units=[],
            )
        )
        means = tuple(Shown(mean, 27, 0.15) for _ in STATEMENTS)
        helped = StanceCounts(27, 12, 5)
        released = ReleasedService(service.id, 27, means, helped, tuple(words))
        service_results.keep(cycle, [released], random=Random(2))
