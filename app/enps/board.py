"""Reading what the board is given: published figures, participation by quarter, what moved."""

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.internal_services.comparing import kept_apart
from app.domain.projects.said_and_done import SaidAndDone
from app.domain.release.policy import Score
from app.domain.reports.board import BoardReport, MovedStatement, moved_statements
from app.domain.reports.company import CompanyFigures, ParticipationFigures
from app.domain.reports.wording import in_order_of
from app.enps.queries import company_figures
from app.infra.db import db
from app.infra.settings import settings
from app.projects.queries import said_and_done
from app.results.models import CompanyScore, CycleTotals
from app.results.queries import figures_of
from app.results.released_cells import company_score
from app.service_results.queries import service_lines


def board_report(cycle: Cycle) -> BoardReport:
    """The board's page of a published cycle. Raises WrongStateError before."""
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; the board reads what is published.")
    figures = company_figures(cycle)
    before, services = _cycle_before(cycle), service_lines(cycle)
    return BoardReport(
        company=settings().company_name,
        published_on=cycle.published_on or cycle.closes_at.date(),
        figures=figures,
        participation=_participation(figures),
        moved=_moved(cycle, before) if before else (),
        reworded=len(set(_asked(cycle)) - set(_asked(before))) if before else 0,
        can_move=before is not None,
        services=tuple(one for one in services if not one.is_a_person),
        kept_apart=kept_apart(services),
        projects=projects_told(cycle),
    )


def projects_told(cycle: Cycle) -> tuple[SaidAndDone, ...]:
    """What is done about what people said until `cycle`, and what became of it."""
    return tuple(one.told for one in said_and_done(until=cycle))


def _participation(figures: CompanyFigures) -> tuple[tuple[str, ParticipationFigures], ...]:
    names = {quarter.cycle_id: quarter.cycle_name for quarter in figures.trend}
    totals = {
        cycle.id: figures_of(cycle, row)
        for cycle, row in db.session.execute(
            select(Cycle, CycleTotals)
            .join(CycleTotals, CycleTotals.cycle_id == Cycle.id)
            .where(Cycle.id.in_(names))
        )
    }
    return tuple((name, totals[key]) for key, name in names.items() if key in totals)


def _cycle_before(cycle: Cycle) -> Cycle | None:
    """The published cycle before this one, if its company means are still kept."""
    return db.session.scalar(
        select(Cycle)
        .join(CompanyScore, CompanyScore.cycle_id == Cycle.id)
        .where(Cycle.state == CycleState.PUBLISHED, Cycle.closes_at < cycle.closes_at)
        .order_by(Cycle.closes_at.desc())
        .limit(1)
    )


def _moved(cycle: Cycle, before: Cycle) -> tuple[MovedStatement, ...]:
    then = in_order_of(_asked(cycle), _asked(before), _means(before))
    texts = [one.text for one in cycle.questionnaire.statements]
    return moved_statements(texts, then, _means(cycle))


def _asked(cycle: Cycle) -> list[str]:
    return [one.identity for one in cycle.questionnaire.statements]


def _means(cycle: Cycle) -> list[Score]:
    rows = {
        row.statement: row
        for row in db.session.scalars(select(CompanyScore).where(CompanyScore.cycle_id == cycle.id))
    }
    return [
        company_score(rows.get(one.number), cycle.policy) for one in cycle.questionnaire.statements
    ]
