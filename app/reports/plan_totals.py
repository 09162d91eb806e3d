"""What people made of their reports, in totals for HR: written once, when a cycle is published.

Numbers that changed from day to day would tell who has just planned something; so they are taken
at one moment, blurred by a small random amount, and never taken again.
"""

import os
from collections.abc import Mapping
from typing import Final

import numpy as np
from sqlalchemy import delete, func, select

from app.cycles.models import Cycle
from app.domain.arrays import Floats
from app.domain.cycle import CycleState
from app.domain.release.noise import Randomness, blurred
from app.domain.reports.action_plan import TOTALS_FROM
from app.domain.scale import STATEMENTS
from app.domain.statistics.chosen import moved_by_choosing
from app.domain.statistics.differences import Difference
from app.infra.bulk import plain_rows
from app.infra.db import db
from app.reports.models import ActionMarkRow, PlannedAction, PlanTotals
from app.results.models import RaterGroup, StatementScore, SubjectResult

CHOSE: Final = ActionMarkRow.works_on


def keep_totals(cycle: Cycle, *, randomness: Randomness = os.urandom) -> None:
    """Keep what became of the plans of the quarter before `cycle`, which is being published.

    Nothing is kept of fewer than twenty people with a report, or when that was done already.
    """
    last = _before(cycle)
    if last is None or db.session.get(PlanTotals, cycle.id) is not None:
        return
    reports = select(func.count()).where(SubjectResult.cycle_id == last.id)
    people = db.session.scalar(reports) or 0
    if people < TOTALS_FROM:
        return
    chose, looked_back = np.clip(blurred(_counts(last), randomness=randomness), 0, people).tolist()
    moved = _moved(last, cycle) if chose >= TOTALS_FROM else None
    # To two decimals: with all of them, and the scores, it could be tried out who chose what.
    db.session.add(
        PlanTotals(
            cycle_id=cycle.id,
            people=people,
            chose=chose,
            looked_back=min(looked_back, chose),
            moved=round(moved.delta, 2) if moved else None,
            standard_error=round(moved.standard_error, 2) if moved else None,
        )
    )
    db.session.flush()


def _before(cycle: Cycle) -> Cycle | None:
    earlier = select(Cycle).where(
        Cycle.state == CycleState.PUBLISHED, Cycle.id != cycle.id, Cycle.closes_at < cycle.closes_at
    )
    return db.session.scalar(earlier.order_by(Cycle.closes_at.desc(), Cycle.id.desc()).limit(1))


def _counts(cycle: Cycle) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many chose something to work on, and how many said how it is going."""
    chose = select(func.count(ActionMarkRow.subject_id.distinct())).where(
        ActionMarkRow.cycle_id == cycle.id, CHOSE
    )
    looked_back = select(func.count(PlannedAction.subject_id.distinct())).where(
        PlannedAction.cycle_id == cycle.id, PlannedAction.looked_back_on.is_not(None)
    )
    found = [db.session.scalar(query) or 0 for query in (chose, looked_back)]
    return np.array(found, dtype=np.int64)


def _moved(last: Cycle, cycle: Cycle) -> Difference | None:
    """Whether chosen statements moved more than equally low ones that nobody chose."""
    place_of = _places(last, cycle)
    before, after = _scores(last, place_of), _scores(cycle, _places(cycle, cycle))
    people = sorted({person for person, _ in before} & {person for person, _ in after})
    row_of = {person: row for row, person in enumerate(people)}
    chosen = np.zeros((len(people), STATEMENTS), dtype=np.bool_)
    marked = select(ActionMarkRow.subject_id, ActionMarkRow.statement)
    for rows in plain_rows(marked.where(ActionMarkRow.cycle_id == last.id, CHOSE)):
        for person, statement in rows:
            if person in row_of and statement in place_of:
                chosen[row_of[person], place_of[statement]] = True
    return moved_by_choosing(_table(before, row_of), _table(after, row_of), chosen)


def _places(cycle: Cycle, later: Cycle) -> Mapping[int, int]:
    """By the number of a statement in `cycle` its place in `later`, where it means the same."""
    place_of = {one.identity: one.number - 1 for one in later.questionnaire.statements}
    return {
        one.number: place_of[one.identity]
        for one in cycle.questionnaire.statements
        if one.identity in place_of
    }


def _scores(cycle: Cycle, place_of: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """Printed scores by person and place of the statement."""
    score = select(StatementScore.subject_id, StatementScore.statement, StatementScore.mean)
    mine = score.where(
        StatementScore.cycle_id == cycle.id,
        StatementScore.view == RaterGroup.COLLEAGUES,
    )
    return {
        (person, place_of[statement]): mean
        for person, statement, mean in db.session.execute(mine)
        if statement in place_of and mean is not None
    }


def _table(scores: Mapping[tuple[int, int], float], row_of: Mapping[int, int]) -> Floats:
    table = np.full((len(row_of), STATEMENTS), np.nan)
    for (person, place), mean in scores.items():
        if person in row_of:
            table[row_of[person], place] = mean
    return table


def totals_of_plans(cycle: Cycle) -> PlanTotals | None:
    """What was kept when `cycle` was published; None where there was nothing to keep."""
    return db.session.get(PlanTotals, cycle.id)


def erase_totals(cycle_id: int) -> None:
    """Erase them with the results of their cycle."""
    db.session.execute(delete(PlanTotals).where(PlanTotals.cycle_id == cycle_id))
