"""Reading HR's report of a cycle: totals and counts of what was released, never a score."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.assignments.queries import participants_for_good
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.reports.about_numbers import AboutNumbers, careless_sentences, typical_of
from app.domain.reports.company import ParticipationFigures
from app.domain.reports.cycle import CycleReport, ReportCoverage, bands_of
from app.domain.reports.plan_totals import plan_sentences
from app.domain.statistics.differences import Difference
from app.domain.statistics.spread import Spread
from app.infra.db import db
from app.infra.settings import settings
from app.reports.plan_totals import totals_of_plans
from app.results.models import AboutCycle
from app.results.queries import figures_of, totals_of
from app.results.sums import ReleasedSums, sums_of


def cycle_report(cycle: Cycle) -> CycleReport:
    """What HR is given of `cycle`. Raises WrongStateError before the count, or without one."""
    totals = totals_of(cycle.id)
    if cycle.state not in (CycleState.CLOSED, CycleState.PUBLISHED) or totals is None:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; its report comes with the count.")
    if cycle.is_abandoned:
        raise WrongStateError(f"{cycle.name} ended without results; there is nothing to report.")
    sums = sums_of(cycle.id)
    return CycleReport(
        company=settings().company_name,
        cycle_name=cycle.name,
        counted_on=cycle.closed_on or cycle.closes_at.date(),
        participation=figures_of(cycle, totals),
        departments=tuple(_departments(cycle)),
        coverage=_coverage(sums),
        unseen=tuple(_unseen(cycle, sums)),
        about=about.summary if (about := about_numbers(cycle)) else (),
        plans=_plans(cycle),
    )


def _departments(cycle: Cycle) -> Iterator[tuple[str, ParticipationFigures]]:
    for one in participants_for_good(cycle).departments:
        said = "" if one.least == one.most else one.words
        yield one.name, ParticipationFigures(one.invited, one.least, said)


def _plans(cycle: Cycle) -> tuple[str, ...]:
    kept = totals_of_plans(cycle)
    if kept is None:
        return ()
    moved = None
    if kept.moved is not None and kept.standard_error is not None:
        moved = Difference(kept.moved, kept.standard_error)
    return plan_sentences(kept.people, kept.chose, kept.looked_back, moved)


def _coverage(sums: ReleasedSums) -> ReportCoverage:
    with_scores = {raters: reports for raters, reports in sums.reports.items() if raters}
    return ReportCoverage(
        reports=sum(sums.reports.values()),
        without_scores=sums.reports.get(0, 0),
        bands=bands_of(with_scores),
        cells=sums.cells,
        shown=sums.shown,
        distributions=sums.distributions,
        comments=sums.comments,
    )


def _unseen(cycle: Cycle, sums: ReleasedSums) -> Iterator[str]:
    """Statements that many could not observe: a hint for the next questionnaire."""
    texts = {one.number: one.text for one in cycle.questionnaire.statements}
    for number, reports in sorted(sums.unseen.items(), key=lambda one: (-one[1], one[0])):
        some = "one report" if reports == 1 else f"{reports} reports"
        text = texts[number].rstrip(".")
        yield f"“{text}”: in {some} fewer than half of the colleagues rated it."


def about_numbers(cycle: Cycle) -> AboutNumbers | None:
    """How far the numbers of a counted cycle reach; None where nothing of it is kept."""
    found = db.session.get(AboutCycle, cycle.id)
    if found is None:
        return None
    split = (found.share_rater, found.share_person, found.share_rest)
    return AboutNumbers(
        cycle_name=cycle.name,
        adjustment=found.adjustment,
        split=None if None in split else split,  # type: ignore[arg-type]
        reliability=found.reliability,
        typical=typical_of(
            {raters: scores for raters, scores in sums_of(cycle.id).scores.items() if raters},
            Spread(found.between_raters, found.within_raters),
            earlier=_earlier(cycle),
            competencies=[one.competency for one in cycle.questionnaire.statements],
        ),
        careless=careless_sentences(uniform=found.uniform, inconsistent=found.inconsistent),
    )


def _earlier(cycle: Cycle) -> int:
    """How many published quarters lie before this one."""
    found = select(func.count()).where(
        Cycle.state == CycleState.PUBLISHED, Cycle.closes_at < cycle.closes_at
    )
    return db.session.scalar(found) or 0
