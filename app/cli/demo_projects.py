"""The improvement projects of the demo company: one in every state, and their figures."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.cycles.queries import newest_cycle
from app.domain.projects.steps import WAY, ProjectState
from app.enps.figures import history_of_figures, named_figures
from app.people.models import Person
from app.projects import services
from app.projects.models import Project
from app.projects.services import PlannedProject


class InventedProject(NamedTuple):
    """A project: its owner by the line in NORDLICHT, how far it is, and its figure by name."""

    title: str
    you_said: str
    we_did: str
    owner: int
    steps: int
    """How many steps after "proposed" it has taken."""
    figure: str
    note: str = ""


PROJECTS: Final = (
    InventedProject(
        "An afternoon a week to mend our tools",
        "The tools we work with every day are the last to be mended.",
        "Every Thursday afternoon belongs to tools.",
        2,
        4,
        "IT support: They get it right the first time",
        "Eleven of the twelve oldest tickets are closed.",
    ),
    InventedProject(
        "Plans stand for six weeks",
        "Plans change before we have finished what the last one asked for.",
        "Plans are made for six weeks and then left alone.",
        3,
        3,
        "eNPS",
        "The first six weeks held, with one exception for a customer.",
    ),
    InventedProject(
        "Notes of the Monday round by noon",
        "Decisions take long and reach us late.",
        "The notes go to everybody on Monday by noon.",
        0,
        2,
        "eNPS",
    ),
    InventedProject(
        "Say what can wait",
        "There are more tickets than people, and nobody says which can wait.",
        "Each morning the three tickets that wait are named.",
        1,
        1,
        "IT support: They answer quickly",
    ),
    InventedProject(
        "Quiet hours in the open office",
        "Home office works well. The office itself is loud.",
        "Between nine and eleven the open office is quiet.",
        3,
        0,
        "Facilities: They are easy to deal with",
    ),
)


def begin_projects(persons: Sequence[Person], *, today: date) -> None:
    """Begin all of them today, those that have begun before the quarter that was closed last."""
    cycle = newest_cycle()
    if cycle is None:
        return
    keys = {name: key for key, name in named_figures(cycle).items()}
    for one in PROJECTS:
        if one.figure in keys:
            owner = persons[one.owner]
            began = cycle.closes_at.date() - timedelta(days=60)
            _begun(one, owner, key=keys[one.figure], today=today, began=began)
    services.look_at_figures(cycle.id, history_of_figures(cycle))


def _begun(one: InventedProject, owner: Person, *, key: str, today: date, began: date) -> Project:
    is_done = one.steps >= len(WAY) - 2
    due_on = today + timedelta(days=-20 if is_done else 40)
    plan = PlannedProject(one.title, one.you_said, one.we_did, owner.email, due_on, key, one.figure)
    project = services.keep_project(plan, by=owner.id)
    for state in WAY[1 : one.steps + 1]:
        services.move_on(project, state, by=owner.id)
        if state is ProjectState.UNDER_WAY:
            project.begun_on = began
    if one.note:
        services.note(project, one.note, by=owner.id)
    return project
