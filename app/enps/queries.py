"""Reading the released company figures: eNPS, reasons, units, statement means, comments."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.cycles.models import COMPANY_UNIT, Cycle, Unit
from app.domain.cycle import CycleState
from app.domain.enps.score import ReleasedShares
from app.domain.enps.shifts import Shift, shift_in
from app.domain.errors import WrongStateError
from app.domain.release.policy import Hidden, Reason, ReleasePolicy
from app.domain.reports.company import (
    CompanyFigures,
    CompetencyMeans,
    Participation,
    ReasonLines,
    ScoreQuarter,
    StatementMean,
    UnitLine,
)
from app.enps.models import EnpsComment, EnpsHistogram, EnpsReason, EnpsScore
from app.infra.db import db
from app.results.models import CompanyScore
from app.results.queries import totals_of
from app.results.released import company_score

COUNTED = (CycleState.CLOSED, CycleState.PUBLISHED)
READABLE = (CycleState.PUBLISHED,)


def newest_cycle(states: Sequence[CycleState] = READABLE) -> Cycle | None:
    """The cycle that closed last among those in one of `states`."""
    return db.session.scalar(
        select(Cycle).where(Cycle.state.in_(states)).order_by(Cycle.closes_at.desc()).limit(1)
    )


def company_figures(cycle: Cycle) -> CompanyFigures:
    """Everything the company sees of `cycle`, from released rows only.

    Raises WrongStateError before the count: until then there is nothing to see.
    """
    if cycle.state not in COUNTED:
        raise WrongStateError(
            f"The answers of {cycle.name} are sealed until it closes; "
            "there are no company figures yet."
        )
    trend = _trend(cycle)
    shares = trend[-1].shares
    scores = _scores_of_units(cycle)
    units = _units_of(cycle)
    return CompanyFigures(
        cycle_id=cycle.id,
        cycle_name=cycle.name,
        is_published=cycle.state is CycleState.PUBLISHED,
        shares=shares,
        shift=_shift(trend),
        trend=trend,
        units=tuple(_unit_lines(units, scores, COMPANY_UNIT, depth=1)),
        reasons=tuple(_reason_lines(cycle, units, scores)),
        participation=_participation(cycle),
        competencies=_competencies(cycle),
        comments=_comments(cycle),
        histogram=histogram_of(cycle.id),
    )


def histogram_of(cycle_id: int) -> tuple[int, ...]:
    """The released share of each answer from 0 to 10; empty where none was released."""
    rows = select(EnpsHistogram.share).where(EnpsHistogram.cycle_id == cycle_id)
    return tuple(db.session.scalars(rows.order_by(EnpsHistogram.answer)))


def shares_of(row: EnpsScore | None, policy: ReleasePolicy) -> ReleasedShares | Hidden:
    """A stored row as shares; without a row, or hidden, it carries no number."""
    if row is None or row.hidden is not None:
        return Hidden(policy.words((row and row.hidden) or Reason.FEW_RESPONDENTS))
    counts = (row.respondents, row.promoters, row.passives, row.detractors)
    return ReleasedShares(*(count or 0 for count in counts))


def _trend(cycle: Cycle) -> tuple[ScoreQuarter, ...]:
    """The company's score in every published cycle up to this one, oldest first.

    An earlier one without a row has been erased: nothing can be said about how many answered.
    """
    found = db.session.execute(
        select(Cycle, EnpsScore)
        .outerjoin(
            EnpsScore,
            (EnpsScore.cycle_id == Cycle.id) & (EnpsScore.unit_number == COMPANY_UNIT),
        )
        .where(
            (
                (Cycle.state == CycleState.PUBLISHED)
                & (Cycle.closes_at < cycle.closes_at)
                & EnpsScore.cycle_id.is_not(None)
            )
            | (Cycle.id == cycle.id)
        )
        .order_by(Cycle.closes_at, Cycle.id)
    )
    return tuple(
        ScoreQuarter(each.id, each.name, shares_of(row, each.policy)) for each, row in found
    )


def _shift(trend: Sequence[ScoreQuarter]) -> Shift | None:
    """What the last quarter says; None when it has no score itself."""
    shown = [quarter.shares for quarter in trend if isinstance(quarter.shares, ReleasedShares)]
    return None if isinstance(trend[-1].shares, Hidden) else shift_in(shown)


def _scores_of_units(cycle: Cycle) -> dict[int, ReleasedShares | Hidden]:
    rows = db.session.scalars(select(EnpsScore).where(EnpsScore.cycle_id == cycle.id))
    return {row.unit_number: shares_of(row, cycle.policy) for row in rows}


def _units_of(cycle: Cycle) -> list[Unit]:
    """The frozen tree, siblings by name."""
    return list(
        db.session.scalars(
            select(Unit).where(Unit.cycle_id == cycle.id).order_by(Unit.name, Unit.number)
        )
    )


def _unit_lines(
    units: Sequence[Unit],
    scores: dict[int, ReleasedShares | Hidden],
    parent: int,
    *,
    depth: int,
) -> Iterator[UnitLine]:
    """The units inside `parent`, each followed by what is inside it."""
    for unit in units:
        if unit.parent_number == parent and unit.number in scores:
            yield UnitLine(unit.name, depth, scores[unit.number])
            yield from _unit_lines(units, scores, unit.number, depth=depth + 1)


def _reason_lines(
    cycle: Cycle, units: Sequence[Unit], scores: dict[int, ReleasedShares | Hidden]
) -> Iterator[ReasonLines]:
    points: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in db.session.scalars(select(EnpsReason).where(EnpsReason.cycle_id == cycle.id)):
        points[row.unit_number].append((row.reason, row.points))
    for unit in units:
        shares = scores.get(unit.number)
        if unit.number in points and isinstance(shares, ReleasedShares):
            lines = sorted(points[unit.number], key=lambda line: (-line[1], line[0]))
            named = {reason for reason, _ in lines}
            yield ReasonLines(
                unit_name=unit.name,
                score=shares.score,
                points=tuple(lines),
                rest=shares.score - sum(value for _, value in lines),
                unnamed=tuple(reason for reason in cycle.reasons if reason not in named),
            )


def _participation(cycle: Cycle) -> Participation | None:
    totals = totals_of(cycle.id)
    return Participation(totals.invited, totals.sent) if totals else None


def _competencies(cycle: Cycle) -> tuple[CompetencyMeans, ...]:
    """The company's means in the order of the questionnaire; empty when none were kept."""
    rows = {
        row.statement: row
        for row in db.session.scalars(select(CompanyScore).where(CompanyScore.cycle_id == cycle.id))
    }
    groups: dict[str, list[StatementMean]] = defaultdict(list)
    for statement in cycle.questionnaire.statements:
        row = rows.get(statement.number)
        if row is not None:
            score = company_score(row, cycle.policy)
            groups[statement.competency].append(
                StatementMean(statement.number, statement.text, score)
            )
    return tuple(CompetencyMeans(name, tuple(lines)) for name, lines in groups.items())


def _comments(cycle: Cycle) -> tuple[str, ...]:
    """In the order of their random ids."""
    return tuple(
        db.session.scalars(
            select(EnpsComment.text)
            .where(EnpsComment.cycle_id == cycle.id)
            .order_by(EnpsComment.id)
        )
    )
