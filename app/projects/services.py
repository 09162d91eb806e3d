"""Beginning projects, moving them on, and holding their figures against the quarters before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete

from app.domain import limits
from app.domain.errors import PlanRefusedError, WrongStateError
from app.domain.projects.effect import Effect, PrintedFigure, Verdict, effect_of
from app.domain.projects.sources import SourceKind
from app.domain.projects.steps import ProjectState, advance
from app.infra import audit
from app.infra.db import db
from app.infra.mail import post
from app.infra.settings import company_day
from app.people.queries import find_person, person_by_id
from app.projects import messages
from app.projects.models import Project, ProjectNote, ProjectOutcome
from app.projects.queries import begun, is_reviewed, worked_on

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 600
LONGEST_SAID: Final = limits.COMMENT
"""A comment is taken over as it is."""

History = Mapping[str, Sequence[tuple[date, PrintedFigure]]]
"""Figures by their keys: closing day and printed value of each quarter, oldest first."""


@dataclass(frozen=True)
class PlannedProject:
    """What is said of a project when it is begun or changed."""

    title: str
    you_said: str
    we_did: str
    owner: str
    due_on: date
    figure: str
    figure_name: str
    wants_more: bool = True
    department_id: int | None = None
    source: str = ""
    """The key of what it comes from; an existing project keeps its own."""


def keep_project(plan: PlannedProject, *, project: Project | None = None, by: int) -> Project:
    """Begin a project, or change it. Raises PlanRefusedError when nobody has the owner's e-mail."""
    owner = find_person(plan.owner)
    if owner is None or not owner.is_active:
        raise PlanRefusedError([f"Nobody here has the e-mail {plan.owner}."])
    if project is None:
        project = Project(state=ProjectState.PROPOSED, source=plan.source)
        db.session.add(project)
    elif (project.figure, project.wants_more) != (plan.figure, plan.wants_more):
        # What was seen of another figure, perhaps of a team's own, must not stand below this one.
        db.session.execute(delete(ProjectOutcome).where(ProjectOutcome.project_id == project.id))
    project.title, project.you_said, project.we_did = plan.title, plan.you_said, plan.we_did
    project.owner_id, project.due_on = owner.id, plan.due_on
    project.figure, project.figure_name = plan.figure, plan.figure_name
    project.wants_more, project.department_id = plan.wants_more, plan.department_id
    db.session.flush()
    audit.record("project:kept", actor_id=by, project_id=project.id)
    return project


def move_on(project: Project, target: ProjectState, *, by: int) -> None:
    """Take the next step. Raises WrongStateError when `target` is not it, or too early.

    It is looked at once a review was published that closed since it got under way.
    """
    following = advance(project.state, target)
    if target is ProjectState.LOOKED_AT and not is_reviewed(project):
        raise WrongStateError(
            "It can be looked at once a review has closed and been published since it began."
        )
    project.state = following
    if target is ProjectState.UNDER_WAY:
        project.begun_on = company_day()
    audit.record("project:moved", actor_id=by, project_id=project.id, state=target.value)


def note(project: Project, text: str, *, by: int) -> None:
    """Write a line about how it goes."""
    db.session.add(
        ProjectNote(project_id=project.id, person_id=by, noted_on=company_day(), text=text)
    )
    db.session.flush()


def tell_overdue() -> None:
    """Mail the owner of each project whose date has passed, once for each date."""
    for project in worked_on(to_change=True):
        if project.due_on < company_day() and project.overdue_told != project.due_on:
            owner = person_by_id(project.owner_id)
            if owner.is_active:
                post(messages.overdue(owner, project))
            project.overdue_told = project.due_on


def look_at_figures(cycle_id: int, history: History) -> None:
    """Hold every project that has begun against its figure after a cycle; `history` ends there."""
    projects = begun()
    kept = {one.figure for one in projects}
    for project in projects:
        found = _effect(project, history, project.figure)
        if found is None:
            continue
        others = [
            effect
            for key in history
            if key not in kept and _kind(key) == _kind(project.figure)
            if (effect := _effect(project, history, key)) is not None
        ]
        db.session.merge(
            ProjectOutcome(
                project_id=project.id,
                cycle_id=cycle_id,
                before=found.before,
                now=found.now,
                low=found.low,
                high=found.high,
                verdict=found.verdict,
                smallest=found.smallest,
                others=len(others),
                others_moved=sum(one.verdict is Verdict.MOVED for one in others),
            )
        )
    db.session.flush()


def _effect(project: Project, history: History, key: str) -> Effect | None:
    begun_on = project.begun_on
    if begun_on is None:
        return None
    quarters = history.get(key, ())
    return effect_of(
        [one for closed_on, one in quarters if closed_on < begun_on],
        [one for closed_on, one in quarters if closed_on >= begun_on],
        wants_more=project.wants_more,
    )


def _kind(key: str) -> str:
    """What a figure is compared with: others of its kind, and of its own team."""
    kind, _, rest = key.partition(":")
    return f"{kind}:{rest.partition(':')[0]}" if kind == SourceKind.TEAM else kind
