"""The improvement projects of the demo company: one in every state, and their figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import newest_cycle
from app.domain.projects.sources import SourceKind, source_key
from app.domain.projects.steps import WAY, ProjectState
from app.enps.figures import history_of_figures, named_figures, named_team_figures
from app.enps.models import EnpsComment
from app.infra.db import db
from app.people.models import Person
from app.projects import services
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
    days: int = 40
    """So many days from today it is to be done; where it is done, the date lies behind."""


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
    InventedProject(
        "Customers hear it second",
        "We hear of changes from customers before we hear of them here.",
        "Every change is told in the house a day before it is told outside.",
        4,
        2,
        "eNPS",
        days=-19,
    ),
)
OF_A_TEAM: Final = InventedProject(
    "Each Friday one hard call together",
    "",
    "On Fridays the team goes through one difficult call from the week.",
    1,
    2,
    "",
)
"""For a team alone, about a statement of its report."""


def begin_projects(persons: Sequence[Person], *, today: date) -> None:
    """Begin all of them today, those that have begun before the quarter that was closed last."""
    cycle = newest_cycle()
    if cycle is None:
        return
    keys = {name: key for key, name in named_figures(cycle).items()}
    began = cycle.closes_at.date() - timedelta(days=60)
    for one in PROJECTS:
        if one.figure in keys:
            plan = _planned(one, persons[one.owner], key=keys[one.figure], today=today)
            _begin(one, replace(plan, source=_source_of(one.you_said)), persons, began=began)
    _begin_for_a_team(cycle, persons, today=today, began=began)
    services.look_at_figures(cycle.id, history_of_figures(cycle))


def _begin_for_a_team(cycle: Cycle, persons: Sequence[Person], *, today: date, began: date) -> None:
    owner = persons[OF_A_TEAM.owner]
    figures = named_team_figures(cycle, owner)
    if not figures:
        return
    key, name = next(iter(figures.items()))
    plan = _planned(OF_A_TEAM, owner, key=key, today=today)
    said = f"“{name.partition(': ')[2]}”"
    plan = replace(plan, you_said=said, figure_name=name, source=key)
    _begin(OF_A_TEAM, replace(plan, department_id=owner.department_id), persons, began=began)


def _source_of(words: str) -> str:
    """The comment that says so, in any quarter; empty where none does."""
    found = db.session.scalar(
        select(EnpsComment.id)
        .where(EnpsComment.text == words)
        .order_by(EnpsComment.cycle_id.desc())
    )
    return source_key(SourceKind.COMMENT, found) if found else ""


def _planned(one: InventedProject, owner: Person, *, key: str, today: date) -> PlannedProject:
    is_done = one.steps >= len(WAY) - 2
    due_on = today + timedelta(days=-20 if is_done else one.days)
    return PlannedProject(one.title, one.you_said, one.we_did, owner.email, due_on, key, one.figure)


def _begin(
    one: InventedProject, plan: PlannedProject, persons: Sequence[Person], *, began: date
) -> None:
    owner = persons[one.owner]
    project = services.keep_project(plan, by=owner.id)
    for state in WAY[1 : one.steps + 1]:
        services.move_on(project, state, by=owner.id)
        if state is ProjectState.UNDER_WAY:
            project.begun_on = began
    if one.note:
        services.note(project, one.note, by=owner.id)
