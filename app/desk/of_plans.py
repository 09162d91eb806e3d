"""What drafts need: nobody learns of a plan that cannot open by looking at the open cycle."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.cycles import queries as cycles
from app.cycles.models import Cycle
from app.desk.needs import SOON, Need, Urgency
from app.domain.durations import lasting
from app.infra import clock
from app.infra.pages import moment
from app.infra.ways import Way
from app.lifecycle.plan import kept_findings, obstacles, plan_check
from app.lifecycle.plan.obstacles import CONFIRMATION_MISSING, OPENING_LATE, Obstacle
from app.people import two_person_requests
from app.people.models import Act


@dataclass(frozen=True)
class Plans:
    """What drafts need, and of which more could be said once a job has worked them out."""

    needs: list[Need]
    to_work_out: list[int]


def about_plans() -> Plans:
    """Every draft that did not open, waits for another cycle, or cannot open at its time."""
    plans = Plans([], [])
    for cycle in cycles.drafts():
        if cycles.opening_of(cycle.id) is None:
            found = kept_findings.known_in_passing(cycle)
            plans.needs.extend(_about(cycle, plan_check.obstacles_in_passing(cycle, found)))
            if found is None and kept_findings.may_be_kept(cycle):
                plans.to_work_out.append(cycle.id)
    return plans


def _about(cycle: Cycle, found: tuple[Obstacle, ...]) -> Iterator[Need]:
    in_the_way = _not_asked_elsewhere(cycle, found)
    to_plan = Way(f"Go to {cycle.name}", "lifecycle.show", {"cycle_id": cycle.id})
    if cycle.progress:
        yield _not_opened(cycle, in_the_way, to_plan)
    elif in_the_way:
        yield Need(
            key="plan",
            urgency=Urgency.TODAY if cycle.opens_at <= clock.now() + SOON else Urgency.LATER,
            title=f"{cycle.name} cannot open on {moment(cycle.opens_at)}",
            text=" ".join(one.sentence for one in in_the_way),
            ways=(*in_the_way[0].ways[:1], to_plan),
        )
    elif cycle.opens_at <= clock.now() and (other := obstacles.waited_for(cycle)):
        yield Need(
            key="plan_waits",
            urgency=Urgency.LATER,
            title=f"{cycle.name} waits for {other.name}",
            text=f"It opens by itself once {other.name} is counted, within {lasting(OPENING_LATE)} "
            "of its time.",
            ways=(to_plan,),
        )


def _not_asked_elsewhere(cycle: Cycle, found: tuple[Obstacle, ...]) -> list[Obstacle]:
    """Without the confirmation that is asked for: the desk shows that question itself."""
    is_asked = two_person_requests.find(Act.PLAN, cycle.id) is not None
    return [one for one in found if not (is_asked and one.sentence == CONFIRMATION_MISSING)]


def _not_opened(cycle: Cycle, in_the_way: list[Obstacle], to_plan: Way) -> Need:
    """A planned opening that was refused."""
    by_itself = (
        "It opens by itself once nothing stands in its way, until "
        f"{moment(cycle.opens_at + OPENING_LATE)}; afterwards it needs new dates."
        if clock.now() <= cycle.opens_at + OPENING_LATE
        else "It needs new dates."
    )
    return Need(
        key="not_opened",
        urgency=Urgency.TODAY,
        title=f"{cycle.name} did not open at its time",
        text=" ".join((*(one.sentence for one in in_the_way), by_itself)),
        ways=(*(in_the_way[0].ways[:1] if in_the_way else ()), to_plan),
    )
