"""Reading projects: those that somebody may see, and what was said and done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from app.cycles.facts import CycleFacts
from app.cycles.models import Cycle
from app.cycles.queries import newest_cycle
from app.domain.access import Actor
from app.domain.errors import NotFoundError
from app.domain.plurals import spelled
from app.domain.projects.effect import VERDICT_IN_WORDS, Verdict
from app.domain.projects.said_and_done import SaidAndDone
from app.domain.projects.sources import is_of_a_team, leads_team_of
from app.domain.projects.steps import WAY, WORKED_ON, ProjectState, next_state
from app.domain.reports.score_change import signed
from app.infra.db import db
from app.infra.prepared_queries import Query
from app.infra.settings import company_day
from app.people.department_tree import departments_below
from app.people.models import Department, Person
from app.people.queries import labels_of, people_by_ids
from app.projects.models import Project, ProjectNote, ProjectOutcome


@dataclass(frozen=True)
class ProjectLine:
    """A project as a page shows it."""

    project: Project
    owner: str
    outcome: ProjectOutcome | None
    """After the newest cycle that it was seen after."""
    outcome_cycle: str
    is_reviewed: bool = False
    """Whether a review was published that closed since it got under way."""
    is_hidden: bool = False
    """Its figure is a team’s own, and the reader does not lead that team."""

    @property
    def following(self) -> ProjectState | None:
        """The step after the present one."""
        return next_state(self.project.state)

    @property
    def is_worked_on(self) -> bool:
        """Whether something is still to be done, so that its date counts."""
        return self.project.state in WORKED_ON

    @property
    def days_late(self) -> int:
        """How many days ago it was to be done; 0 where it is done, or still has time."""
        if not self.is_worked_on:
            return 0
        return max(0, (company_day() - self.project.due_on).days)

    @property
    def to_be_seen(self) -> str:
        """Why nothing is said of its figure; empty where something is."""
        if self.is_hidden:
            return "Its figure is the team’s own: only whoever leads the team sees it."
        if self.outcome is not None:
            return ""
        if self.is_reviewed:
            return "Its figure was not measured both before and since: there is nothing to compare."
        return "To be seen after a review that closes while it is under way, or later."

    @property
    def is_about_shares(self) -> bool:
        """Whether its figure is in percent or points, else on the scale from 1 to 5."""
        return self.project.figure.startswith(("reason:", "score"))

    def shown(self, value: float) -> str:
        """A value of its figure as people read it."""
        if self.project.figure == "score":
            return signed(value)
        return f"{value:.0f}" if self.is_about_shares else f"{value:.1f}"

    def size(self, value: float) -> str:
        """The size of a change, never nothing."""
        return f"{max(value, 1):.0f}" if self.is_about_shares else f"{max(value, 0.1):.1f}"

    @property
    def verdict(self) -> str:
        """What became of its figure, in one sentence; empty before it could be seen."""
        if self.outcome is None:
            return ""
        before, now = self.shown(self.outcome.before), self.shown(self.outcome.now)
        figures = (
            f"{self.project.figure_name.rstrip('.')}: {before} before, {now} since, each the mean "
            f"of up to four quarters, until {self.outcome_cycle}."
        )
        seen = "More than chance explains."
        if self.outcome.verdict is Verdict.NOT_SEEN:
            smallest = self.size(self.outcome.smallest)
            seen = f"A change of {smallest} would have been seen in four of five cases."
        return f"{VERDICT_IN_WORDS[self.outcome.verdict]}. {figures} {seen}"

    @property
    def verdict_in_short(self) -> str:
        """The same where the figure’s name stands beside it; empty before it could be seen."""
        if self.outcome is None:
            return ""
        before, now = self.shown(self.outcome.before), self.shown(self.outcome.now)
        return f"{VERDICT_IN_WORDS[self.outcome.verdict]}: {before} before, {now} since."

    @property
    def told(self) -> SaidAndDone:
        """What is told to everybody."""
        project = self.project
        is_done = project.state in (ProjectState.DONE, ProjectState.LOOKED_AT)
        return SaidAndDone(
            project.title,
            project.you_said,
            project.we_did,
            is_done,
            self.verdict,
            due_before=project.due_on if self.days_late else None,
        )

    @property
    def beside(self) -> str:
        """What moved without a project, for comparison; empty where there is nothing beside it."""
        if self.outcome is None or not self.outcome.others:
            return ""
        moved = self.outcome.others_moved or "none"
        return (
            f"For comparison: of {self.outcome.others} figures of this kind that nobody worked on, "
            f"{moved} moved as much."
        )


def project_by_id(project_id: int) -> Project:
    """The project with this id. Raises NotFoundError."""
    found = db.session.get(Project, project_id)
    if found is None:
        raise NotFoundError("There is no such project.")
    return found


def is_seen_by(project: Project, actor: Actor) -> bool:
    """Whether somebody may see it: everybody, or the people of its department."""
    if project.department_id is None or actor.is_hr or actor.is_board:
        return True
    if project.owner_id == actor.person_id:
        return True
    person = db.session.get(Person, actor.person_id)
    return person is not None and person.department_id in departments_below(project.department_id)


def is_reviewed(project: Project, until: Cycle | CycleFacts | None = None) -> bool:
    """Whether a review that closed since the project got under way was published, up to `until`."""
    newest = until or newest_cycle()
    begun_on = project.begun_on
    return bool(newest and begun_on and newest.closes_at.date() >= begun_on)


def lines_seen_by(actor: Actor) -> list[ProjectLine]:
    """The projects that somebody may see, newest first."""
    found = db.session.scalars(select(Project).order_by(Project.id.desc()))
    return lines_of([one for one in found if is_seen_by(one, actor)], reader_id=actor.person_id)


def lines_of(
    projects: Sequence[Project],
    *,
    reader_id: int | None = None,
    until: Cycle | CycleFacts | None = None,
) -> list[ProjectLine]:
    """Some projects with their owners and what became of their figures, as known after `until`.

    What is a team’s own is there for `reader_id` only where they lead it; without one, never.
    """
    found = people_by_ids(one.owner_id for one in projects)
    owners = labels_of({key: one.name for key, one in found.items()})
    outcomes = _newest_outcomes([one.id for one in projects], until)
    lines = []
    for one in projects:
        is_hidden = is_of_a_team(one.figure) and not leads_team_of(one.figure, reader_id)
        outcome, cycle_name = (None, "") if is_hidden else outcomes.get(one.id, (None, ""))
        lines.append(
            ProjectLine(
                one,
                owners[one.owner_id],
                outcome,
                cycle_name,
                is_reviewed=is_reviewed(one, until),
                is_hidden=is_hidden,
            )
        )
    return lines


def _newest_outcomes(
    project_ids: Sequence[int], until: Cycle | CycleFacts | None
) -> dict[int, tuple[ProjectOutcome, str]]:
    if not project_ids:
        return {}
    found = (
        select(ProjectOutcome, Cycle.name)
        .join(Cycle, Cycle.id == ProjectOutcome.cycle_id)
        .where(ProjectOutcome.project_id.in_(project_ids))
    )
    if until is not None:
        found = found.where(Cycle.closes_at <= until.closes_at)
    rows = db.session.execute(found.order_by(Cycle.closes_at))
    return {outcome.project_id: (outcome, name) for outcome, name in rows}


def told_together(lines: Sequence[ProjectLine]) -> list[list[ProjectLine]]:
    """Projects of whose figures the very same is said stand together: it is said once."""
    found: dict[tuple[str, str], list[ProjectLine]] = {}
    for one in lines:
        found.setdefault((one.verdict or one.to_be_seen, one.beside), []).append(one)
    return list(found.values())


def held_against(figures: Collection[str], actor: Actor) -> dict[str, list[ProjectLine]]:
    """Projects that somebody may see and that were held against some figures, by figure."""
    found = db.session.scalars(
        select(Project)
        .where(Project.figure.in_(figures), Project.begun_on.is_not(None))
        .order_by(Project.id)
    )
    seen = [one for one in found if is_seen_by(one, actor)]
    by_figure: defaultdict[str, list[ProjectLine]] = defaultdict(list)
    for line in lines_of(seen, reader_id=actor.person_id):
        if line.outcome is not None:
            by_figure[line.project.figure].append(line)
    return by_figure


def by_state(lines: Sequence[ProjectLine]) -> list[tuple[ProjectState, list[ProjectLine]]]:
    """Every state in its order with the projects in it, what is late first."""
    ordered = sorted(lines, key=lambda one: -one.days_late)
    return [(state, [one for one in ordered if one.project.state is state]) for state in WAY]


def in_short(lines: Sequence[ProjectLine]) -> str:
    """All of them in one sentence or two, what moved and what is late among it."""
    if not lines:
        return "There is no improvement yet."
    some = f"{spelled(len(lines)).capitalize()} improvement{'s' if len(lines) > 1 else ''}."
    verdicts = [one.outcome.verdict for one in lines if one.outcome]
    moved = verdicts.count(Verdict.MOVED)
    late = sum(one.days_late > 0 for one in lines)
    said = [
        f"{spelled(moved)} moved {'its figure' if moved == 1 else 'theirs'}" if moved else "",
        f"{spelled(len(verdicts) - moved)} did not" if len(verdicts) > moved else "",
        f"{spelled(late)} {'is' if late == 1 else 'are'} late" if late else "",
    ]
    told = ", ".join(filter(None, said))
    return f"{some} {told[0].upper()}{told[1:]}." if told else some


def notes_of(project: Project) -> list[tuple[ProjectNote, str]]:
    """The notes of a project with who wrote them, newest first."""
    mine = select(ProjectNote).where(ProjectNote.project_id == project.id)
    notes = list(db.session.scalars(mine.order_by(ProjectNote.id.desc())))
    found = people_by_ids(one.person_id for one in notes)
    names = labels_of({key: one.name for key, one in found.items()})
    return [(one, names[one.person_id]) for one in notes]


def audience_of(project: Project) -> str:
    """Who sees it, in words."""
    if project.department_id is None:
        return "seen by everybody"
    name = select(Department.name).where(Department.id == project.department_id)
    return f"seen by {db.session.scalar(name)} only"


_COLUMNS: Final = tuple(Project.__table__.columns)
_FROM: Final = Query(
    select(*_COLUMNS)
    .where(Project.source.in_(bindparam("sources", expanding=True)))
    .order_by(Project.id)
)
_ANSWERED: Final = Query(
    select(*_COLUMNS)
    .where(
        Project.state.in_((ProjectState.UNDER_WAY, ProjectState.DONE, ProjectState.LOOKED_AT)),
        Project.department_id.is_(None),
    )
    .order_by(Project.id.desc())
)
"""Every reader of the company page asks both, so they go past the session."""


def _to_read(rows: Iterable[Sequence[Any]]) -> list[Project]:
    """Projects to be shown: no session looks after them, so that nobody can change them."""
    return [
        Project(**{column.key: value for column, value in zip(_COLUMNS, row, strict=True)})
        for row in rows
    ]


def begun_from(sources: Collection[str], actor: Actor) -> dict[str, list[Project]]:
    """The projects that came from some sources and that somebody may see, by source."""
    if not sources:
        return {}
    projects: dict[str, list[Project]] = defaultdict(list)
    for one in _to_read(_FROM.all(sources=list(sources))):
        if is_seen_by(one, actor):
            projects[one.source].append(one)
    return projects


def said_and_done(*, until: Cycle | CycleFacts | None = None) -> list[ProjectLine]:
    """What was done about what people said, for everybody: under way and later, newest first.

    Figures as they were known after the review `until`; without one, after the newest.
    """
    return lines_of(_to_read(_ANSWERED.all()), until=until)


def worked_on(*, to_change: bool = False) -> list[Project]:
    """Projects in which something is still to be done; locked until the commit `to_change` them."""
    found = select(Project).where(Project.state.in_(WORKED_ON))
    return list(db.session.scalars(found.with_for_update() if to_change else found))


def begun() -> list[Project]:
    """Projects that are under way or later, whose figures are looked at after each cycle."""
    return list(db.session.scalars(select(Project).where(Project.begun_on.is_not(None))))
