"""Reading what a team's report is made of: released scores of those whose reports a manager reads.

Where the policy lets HR read every report, HR are frozen readers of everybody; there a team is
whom the manager leads now.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.cycles.models import Cycle, ReportReader
from app.domain.access import TeamAccess
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.release.policy import Score
from app.domain.reports.team import (
    QUARTERS,
    SMALLEST_TEAM,
    TeamCover,
    TeamQuarter,
    TeamReport,
    compose_team,
    team_scores,
)
from app.infra.db import db
from app.infra.settings import settings
from app.people.models import Person
from app.results.models import SubjectResult
from app.results.queries import ReadableQuarter
from app.results.released_cells import ReleasedCells


@dataclass(frozen=True)
class Team:
    """A manager's team in one cycle: subjects with released scores, and the quarters before."""

    manager: Person
    cycle: Cycle
    members: dict[int, list[int]]
    """Ids by cycle."""
    cycles: tuple[Cycle, ...]
    """Oldest first, this one last."""

    @property
    def smallest(self) -> int:
        return max(self.cycle.policy.team_subjects, SMALLEST_TEAM)

    @property
    def is_large_enough(self) -> bool:
        return len(self.members[self.cycle.id]) >= self.smallest


def team_of(cycle: Cycle, manager: Person) -> Team:
    """Whose released reports stand behind the team report of `manager`."""
    rows = db.session.execute(
        select(Cycle, ReportReader.subject_id, Person.manager_id)
        .join(ReportReader, ReportReader.cycle_id == Cycle.id)
        .join(
            SubjectResult,
            (SubjectResult.cycle_id == Cycle.id)
            & (SubjectResult.subject_id == ReportReader.subject_id),
        )
        .join(Person, Person.id == ReportReader.subject_id)
        .where(
            ReportReader.reader_id == manager.id,
            SubjectResult.raters.is_not(None),
            Cycle.state == CycleState.PUBLISHED,
            Cycle.closes_at <= cycle.closes_at,
        )
        .order_by(Cycle.closes_at, Cycle.id, ReportReader.subject_id)
    )
    members: dict[int, list[int]] = defaultdict(list)
    cycles: dict[int, Cycle] = {}
    for each, subject_id, leads in rows:
        if not each.policy.hr_reads_reports or leads == manager.id:
            members[each.id].append(subject_id)
            cycles[each.id] = each
    earlier = [each for each in cycles.values() if each.id != cycle.id]
    return Team(manager, cycle, members, (*earlier[-(QUARTERS - 1) :], cycle))


def team_access(team: Team) -> TeamAccess:
    """Whoever reads every single report may read what is made of them, and nobody else."""
    readers = _readers_of_all(team, team.cycle)
    return TeamAccess(readers, team.cycle.state is CycleState.PUBLISHED)


def as_read_by(team: Team, reader_id: int) -> Team:
    """`team` without the quarters of which that reader may not read every report."""
    cycles = [
        each
        for each in team.cycles
        if each.id == team.cycle.id or reader_id in _readers_of_all(team, each)
    ]
    return replace(team, cycles=tuple(cycles))


def _readers_of_all(team: Team, cycle: Cycle) -> frozenset[int]:
    ids = team.members[cycle.id]
    readers = db.session.scalars(
        select(ReportReader.reader_id)
        .where(ReportReader.cycle_id == cycle.id, ReportReader.subject_id.in_(ids))
        .group_by(ReportReader.reader_id)
        .having(func.count() == len(ids))
    )
    return frozenset(readers)


def team_report(team: Team) -> TeamReport:
    """The team's report. Raises WrongStateError for a team that is too small."""
    if not team.is_large_enough:
        raise WrongStateError(
            f"A team report needs {team.smallest} people with released scores; with fewer, "
            "single people could be told apart in it."
        )
    everybody = sorted({one for ids in team.members.values() for one in ids})
    released = ReleasedCells(team.cycles, everybody)
    this = released.quarter(team.cycle, everybody[0])
    return compose_team(
        TeamCover(
            company=settings().company_name,
            manager=team.manager.name,
            published_on=team.cycle.published_on or team.cycle.opens_at.date(),
        ),
        [_quarter(each, team.members[each.id], released) for each in team.cycles],
        competencies=this.competencies,
        company=this.company,
        smallest=team.smallest,
    )


def scores_by_quarter(team: Team) -> dict[int, dict[str, Score]]:
    """The team’s score of each statement by its identity, in each quarter by its cycle."""
    everybody = sorted({one for ids in team.members.values() for one in ids})
    if not everybody:
        return {}
    released = ReleasedCells(team.cycles, everybody)
    found = {}
    for cycle in team.cycles:
        members = [released.quarter(cycle, one).measured for one in team.members[cycle.id]]
        identities = [one.identity for one in cycle.questionnaire.statements]
        scores = team_scores(members, smallest=team.smallest)
        found[cycle.id] = dict(zip(identities, scores, strict=False))
    return found


def _quarter(cycle: Cycle, ids: Sequence[int], released: ReleasedCells) -> TeamQuarter:
    return TeamQuarter(
        cycle_name=cycle.name,
        texts=[statement.text for statement in cycle.questionnaire.statements],
        identities=tuple(statement.identity for statement in cycle.questionnaire.statements),
        members=[released.quarter(cycle, one).measured for one in ids],
    )


def cycles_with_team(readable: Iterable[ReadableQuarter]) -> set[int]:
    """Cycles with enough readable reports of other people that a team report may be there."""
    return {quarter.cycle_id for quarter in readable if quarter.total >= SMALLEST_TEAM}
