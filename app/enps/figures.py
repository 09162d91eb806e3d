"""The figures that projects can be meant to move, by key, in every published quarter."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from math import sqrt
from typing import Final

from sqlalchemy import select

from app.cycles.models import COMPANY_UNIT, Cycle
from app.domain.cycle import CycleState
from app.domain.enps.reasons import SIDES
from app.domain.enps.score import StanceCounts
from app.domain.enps.stances import Stance
from app.domain.projects.effect import PrintedFigure
from app.domain.projects.sources import SourceKind, is_of_a_team, service_figure, source_key
from app.domain.release.noise import RATINGS_RATIO, variance_of
from app.domain.release.policy import Shown
from app.enps.models import EnpsScore
from app.enps.queries import answers_of, mentions_of
from app.infra.db import db
from app.people.models import Person
from app.people.queries import person_by_id
from app.projects.queries import begun
from app.results.models import CompanyScore
from app.results.released_cells import company_score
from app.results.teams import scores_by_quarter, team_of
from app.service_results.queries import public_lines

DatedFigure = tuple[date, PrintedFigure]
"""The day on which a quarter closed, and a figure of that quarter."""
SIDES_IN_WORDS: Final = {
    Stance.PROMOTER: "those who answer 9 or 10",
    Stance.DETRACTOR: "those who answer 0 to 6",
}


def named_figures(cycle: Cycle) -> dict[str, str]:
    """What a project can be meant to move, by key, in the words of `cycle`."""
    return {key: name for key, name, _ in _figures_of(cycle)}


def history_of_figures(until: Cycle) -> dict[str, list[DatedFigure]]:
    """Every figure of every published quarter up to `until`, oldest first.

    Of teams those about which there is a project that has begun.
    """
    cycles = select(Cycle).where(
        (Cycle.state == CycleState.PUBLISHED) & (Cycle.closes_at < until.closes_at)
        | (Cycle.id == until.id)
    )
    history: defaultdict[str, list[DatedFigure]] = defaultdict(list)
    for cycle in db.session.scalars(cycles.order_by(Cycle.closes_at)):
        for key, _, measured in _figures_of(cycle):
            history[key].append((cycle.closes_at.date(), measured))
    teams = {one.figure.split(":")[1] for one in begun() if is_of_a_team(one.figure)}
    for manager_id in sorted(map(int, teams)):
        history |= _history_of_team(person_by_id(manager_id), until)
    return history


def named_team_figures(cycle: Cycle, manager: Person) -> dict[str, str]:
    """The statements about a manager’s team, where it is large enough for a report of its own."""
    team = team_of(cycle, manager)
    if not team.is_large_enough:
        return {}
    texts = {one.identity: one.text for one in cycle.questionnaire.statements}
    scores = scores_by_quarter(team).get(cycle.id, {})
    whose = f"Team of {manager.name[:60]}"
    return {
        source_key(SourceKind.TEAM, f"{manager.id}:{identity}"): f"{whose}: {texts[identity]}"[:160]
        for identity, score in scores.items()
        if isinstance(score, Shown)
    }


def _history_of_team(manager: Person, until: Cycle) -> dict[str, list[DatedFigure]]:
    team = team_of(until, manager)
    closed_on = {cycle.id: cycle.closes_at.date() for cycle in team.cycles}
    history: defaultdict[str, list[DatedFigure]] = defaultdict(list)
    for cycle_id, scores in scores_by_quarter(team).items():
        for identity, score in scores.items():
            if isinstance(score, Shown):
                key = source_key(SourceKind.TEAM, f"{manager.id}:{identity}")
                measured = PrintedFigure(score.mean, score.standard_error)
                history[key].append((closed_on[cycle_id], measured))
    return history


def _figures_of(cycle: Cycle) -> Iterator[tuple[str, str, PrintedFigure]]:
    """Key, name and printed value of each figure of one quarter."""
    yield from _score(cycle)
    yield from _statements(cycle)
    for line in public_lines(cycle):
        for text, score in zip(line.statements, line.means, strict=True):
            if isinstance(score, Shown):
                measured = PrintedFigure(score.mean, score.standard_error)
                yield service_figure(line.id, text), f"{line.name}: {text}", measured
    yield from _reasons(cycle)


def _score(cycle: Cycle) -> Iterator[tuple[str, str, PrintedFigure]]:
    answers = _answers(cycle)
    if isinstance(answers, StanceCounts):
        measured = PrintedFigure(answers.adjusted, answers.standard_error, printed=answers.score)
        yield "score", "eNPS", measured


def _answers(cycle: Cycle) -> StanceCounts | None:
    row = db.session.get(EnpsScore, (cycle.id, COMPANY_UNIT))
    answers = answers_of(row, cycle.policy)
    return answers if isinstance(answers, StanceCounts) else None


def _statements(cycle: Cycle) -> Iterator[tuple[str, str, PrintedFigure]]:
    rows = select(CompanyScore).where(CompanyScore.cycle_id == cycle.id)
    scores = {row.statement: row for row in db.session.scalars(rows)}
    for statement in cycle.questionnaire.statements:
        score = company_score(scores.get(statement.number), cycle.policy)
        if isinstance(score, Shown):
            measured = PrintedFigure(score.mean, score.standard_error)
            yield f"statement:{statement.identity}", statement.text[:160], measured


def _reasons(cycle: Cycle) -> Iterator[tuple[str, str, PrintedFigure]]:
    """Per 100 of a side, where reasons are ranked at all."""
    answers = _answers(cycle)
    if answers is None or answers.respondents < cycle.policy.reason_respondents:
        return
    people = {Stance.PROMOTER: answers.promoters, Stance.DETRACTOR: answers.detractors}
    mentions = mentions_of([cycle.id]).get(cycle.id, {})
    for side in SIDES:
        size = max(people[side], 1)
        for reason, count in mentions.get(side, {}).items():
            share = min(count / size, 1.0)
            noise = 2 * variance_of(RATINGS_RATIO)
            error = 100 * sqrt(max(size * share * (1 - share), 1) + noise) / size
            name = f"“{reason}” named by {SIDES_IN_WORDS[side]}, in percent"
            yield f"reason:{side}:{reason}"[:160], name[:160], PrintedFigure(100 * share, error)
