"""What stands in the way of a plan: a sentence each, and the page where it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.durations import SETTLED, lasting
from app.domain.plurals import counted
from app.infra import clock
from app.infra.pages import moment
from app.infra.ways import Way
from app.lifecycle.plan.findings import Few, Findings
from app.people import two_person_requests
from app.people.large_import import what_closes_directory
from app.people.models import Act
from app.people.queries import active_up_to, labels_of, people_by_ids
from app.unit_questions.services import faults_in

FEWEST_PEOPLE: Final = 7
OPENING_LATE: Final = timedelta(hours=24)
"""So long after its time a plan opens by itself; after that HR looks at the dates again."""
CONFIRMATION_MISSING: Final = (
    "A second person of HR has to confirm this plan before it opens; "
    "any change makes that necessary again."
)
BRING_IN: Final = Way("Bring in people", "people.upload")


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way, and where somebody of HR gets it out of the way."""

    sentence: str
    ways: tuple[Way, ...]


def of_size(cycle: Cycle, people: int) -> Iterator[Obstacle]:
    """Too few people."""
    if people < FEWEST_PEOPLE:
        yield Obstacle(
            f"{counted(people, 'person takes', 'people take')} part; "
            f"a cycle needs at least {FEWEST_PEOPLE}.",
            (BRING_IN,) if active_up_to(FEWEST_PEOPLE) < FEWEST_PEOPLE else (_change(cycle),),
        )


def of_directory() -> Iterator[Obstacle]:
    """A people list that is half written: some would be asked about managers they had before."""
    if what := what_closes_directory():
        yield Obstacle(
            f"{what}; the cycle can open once that is done.",
            (Way("See how far it is", "people.upload"),),
        )


def of_raters(cycle: Cycle, found: Findings) -> Iterator[Obstacle]:
    """Too few people who could count for somebody, where there are enough at all."""
    if found.people >= FEWEST_PEOPLE and found.short.total:
        yield Obstacle(
            f"Fewer than {cycle.policy.blind_raters} raters could count for "
            f"{names_of(found.short)}. {who_counts(cycle)}",
            (_change(cycle), Way("People", "people.index")),
        )


def who_counts(cycle: Cycle) -> str:
    """Which raters protect each other; in a first cycle all accounts are new, and count."""
    lasted = f" and have had their account for {lasting(SETTLED)}"
    new = lasted if cycles.has_opened_before(cycle) else ""
    return f"Raters count when they do not read the report themselves{new}."


def of_other(other: Cycle | None, cycle: Cycle, *, opens_now: bool) -> Iterator[Obstacle]:
    """Another cycle that is not over when this one opens: at its time, or where it `opens_now`."""
    if other is None or not (opens_now or not is_over_by_then(other, cycle)):
        return
    until = f" until {moment(other.closes_at)}" if other.state is CycleState.OPEN else ""
    yield Obstacle(
        f"{other.name} is {_doing(other)}{until}; one cycle at a time.",
        (
            _change(cycle, "Change the dates"),
            Way(f"Go to {other.name}", "lifecycle.show", {"cycle_id": other.id}),
        ),
    )


def other_cycle(cycle: Cycle) -> Cycle | None:
    """Another cycle that is open, being counted or being opened, or None."""
    return cycles.cycle_being_opened(besides=cycle.id) or cycles.running_cycle(besides=cycle.id)


def is_over_by_then(other: Cycle, cycle: Cycle) -> bool:
    """Whether `other`, which runs now, takes no more answers when `cycle` is to open."""
    return other.state is CycleState.CLOSING or other.closes_at <= cycle.opens_at


def waited_for(cycle: Cycle) -> Cycle | None:
    """The cycle that only has to close and be counted before this plan opens by itself, or None."""
    return over_by_then(other_cycle(cycle), cycle)


def over_by_then(other: Cycle | None, cycle: Cycle) -> Cycle | None:
    """`other`, where it runs now and will not stand in the way of `cycle` at its time."""
    return other if other and is_over_by_then(other, cycle) else None


def _doing(cycle: Cycle) -> str:
    words = {CycleState.DRAFT: "being opened", CycleState.OPEN: "still open"}
    return words.get(cycle.state, "still being counted")


def of_dates(cycle: Cycle) -> Iterator[Obstacle]:
    """Dates that have passed, or that leave people no time."""
    now, change = clock.now(), (_change(cycle, "Change the dates"),)
    if cycle.closes_at <= now:
        yield Obstacle("The closing date is in the past.", change)
        return
    if cycle.opens_at < now - OPENING_LATE:
        yield Obstacle("The opening date is in the past.", change)
    if cycle.closes_at - max(now, cycle.opens_at) < drafts.SHORTEST - drafts.JUST_NOW:
        yield Obstacle("A cycle is open for at least one day.", change)


def of_departments(cycle: Cycle) -> Iterator[Obstacle]:
    """Questions of departments that cannot be asked of the people who take part."""
    for fault in faults_in(cycle):
        yield Obstacle(
            f"{fault} Change the plan, or let the manager take the question off.",
            (_change(cycle),),
        )


def of_confirming(cycle: Cycle) -> Obstacle:
    """That a second person of HR has not confirmed the plan; refused, it is saved once more."""
    is_asked = two_person_requests.find(Act.PLAN, cycle.id) is not None
    way = Way("Questions for two", "lifecycle.requests.index") if is_asked else _change(cycle)
    return Obstacle(CONFIRMATION_MISSING, (way,))


def names_of(few: Few) -> str:
    """The people by name; a long list ends with how many more there are."""
    people = people_by_ids(few.ids)
    names = list(labels_of({one: people[one].name for one in few.ids}).values())
    if few.total > len(names):
        return f"{', '.join(names)} and {few.total - len(names)} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _change(cycle: Cycle, label: str = "Change the plan") -> Way:
    return Way(label, "lifecycle.edit", {"cycle_id": cycle.id})
