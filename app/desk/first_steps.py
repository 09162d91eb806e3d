"""The way of a new company to its first cycle: people, plan, a second person of HR, mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.cycles import queries as cycles
from app.domain.plurals import counted
from app.infra.mail_status import NO_SERVER
from app.infra.pages import moment
from app.infra.settings import settings
from app.infra.ways import Way
from app.lifecycle.plan.obstacles import FEWEST_PEOPLE
from app.people.queries import count_active, hr_people


@dataclass(frozen=True)
class Step:
    """One step of a new company, and whether it is behind it."""

    title: str
    text: str
    is_done: bool
    ways: tuple[Way, ...] = ()


def first_steps() -> Sequence[Step]:
    """The steps to the first cycle; none once a cycle was opened here, or all are taken."""
    if cycles.is_any_opened():
        return ()
    steps = (_people(), _plan(), _second_person(), _mail())
    return () if all(step.is_done for step in steps) else steps


def next_of(steps: Sequence[Step]) -> Step | None:
    """The first step that is not taken."""
    return next((step for step in steps if not step.is_done), None)


def _people() -> Step:
    here = count_active()
    is_done = here >= FEWEST_PEOPLE
    count = f"{counted(here, 'person is', 'people are')} here"
    return Step(
        "Bring in your people",
        f"{count}." if is_done else f"{count}; a cycle needs at least {FEWEST_PEOPLE}.",
        is_done,
        (
            Way("Bring in your people", "people.upload"),
            Way("Add one person", "people.new"),
        ),
    )


def _plan() -> Step:
    plan = next(iter(cycles.drafts()), None)
    if plan is None:
        way = Way("Plan a cycle", "lifecycle.new")
        return Step("Plan the first cycle", "Planning invites nobody.", is_done=False, ways=(way,))
    opens = f"{plan.name} is to open on {moment(plan.opens_at)}."
    way = Way("Go to the plan", "lifecycle.show", {"cycle_id": plan.id})
    return Step("Plan the first cycle", opens, is_done=True, ways=(way,))


def _second_person() -> Step:
    return Step(
        "Give the HR role to a second person",
        "Then nobody decides alone what could harm others, and somebody is there when you are not.",
        len(hr_people()) > 1,
        (Way("Choose who", "people.index"),),
    )


def _mail() -> Step:
    is_done = bool(settings().smtp_url)
    missing = f"There is no mail server. {NO_SERVER} Until then invitations reach nobody."
    return Step("Let mails out", "A mail server is set." if is_done else missing, is_done)
