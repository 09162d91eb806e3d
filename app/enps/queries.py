"""Reading the released company figures: eNPS, reasons, units, statement means, comments."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.cycles.models import COMPANY_UNIT, Cycle, Unit
from app.cycles.queries import COUNTED
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.enps.direct import DirectCounts
from app.domain.enps.reasons import QUARTERS_TOGETHER, SIDES, TOGETHER_FROM, ranking
from app.domain.enps.score import StanceCounts, together
from app.domain.enps.shifts import Shift, shift_in
from app.domain.enps.stances import Stance
from app.domain.errors import NotFoundError, WrongStateError
from app.domain.heard import HeardComment
from app.domain.projects.sources import SourceKind, source_key
from app.domain.release.policy import Hidden, Reason, ReleasePolicy
from app.domain.reports.company import (
    CompanyFigures,
    CompetencyMeans,
    ParticipationFigures,
    Rankings,
    ScoreQuarter,
    StatementMean,
    UnitFigures,
    UnitLine,
    units_above,
    units_beside,
    units_inside,
)
from app.enps.models import EnpsComment, EnpsDirect, EnpsMention, EnpsScore
from app.infra.db import db
from app.leaders.queries import heard
from app.projects.models import Project
from app.projects.queries import begun_from
from app.results.models import CompanyScore, CycleTotals
from app.results.queries import participation_of
from app.results.released_cells import company_score

COMMENTS_PAGE: Final = 50
"""Comments shown on one page."""
COMMENTS_FIRST: Final = 12
"""And among the company’s figures, which then lead to all of them."""


@dataclass(frozen=True)
class SaidComment:
    """A comment about the company, by its random id."""

    id: str
    text: str


@dataclass(frozen=True)
class CommentLine:
    """A comment with who has read it, and what became of it."""

    heard: HeardComment
    source: str
    """The key by which an improvement is begun from it."""
    became: tuple[Project, ...] = ()
    """Improvements that came from it, oldest first, none that the reader may not see."""


def company_figures(cycle: Cycle) -> CompanyFigures:
    """Everything the company sees of `cycle`, from released rows only.

    Raises WrongStateError before the count: until then there is nothing to see.
    """
    _refuse_uncounted(cycle)
    trend = _trend(cycle)
    return CompanyFigures(
        cycle_id=cycle.id,
        cycle_name=cycle.name,
        is_published=cycle.state is CycleState.PUBLISHED,
        shift=_shift(trend),
        trend=trend,
        units=unit_lines(cycle),
        rankings=_rankings(cycle, trend),
        participation=_participation(cycle),
        competencies=_competencies(cycle),
        direct=direct_of(cycle),
        labels=tuple(cycle.questionnaire.scale_labels),
    )


def _refuse_uncounted(cycle: Cycle) -> None:
    if cycle.state not in COUNTED:
        raise WrongStateError(
            f"The answers of {cycle.name} are sealed until it closes; "
            "there are no company figures yet."
        )


def unit_lines(cycle: Cycle) -> tuple[UnitLine, ...]:
    """The units of the frozen tree, each followed by those inside it.

    Raises WrongStateError before the count.
    """
    _refuse_uncounted(cycle)
    scores, inside = _scores_of_units(cycle), _units_by_parent(cycle)
    return tuple(_unit_lines(inside, scores, COMPANY_UNIT, depth=1))


def unit_figures(cycle: Cycle, lines: Sequence[UnitLine], number: int) -> UnitFigures:
    """What everybody sees of one unit among `lines` of `cycle`. Raises NotFoundError."""
    found = units_inside(lines, number)
    if not found:
        raise NotFoundError("There is no such department on the company’s page.")
    trend = _trend(cycle, unit=number)
    return UnitFigures(
        cycle_id=cycle.id,
        cycle_name=cycle.name,
        shift=_shift(trend),
        trend=trend,
        number=number,
        name=found[0].name,
        above=units_above(lines, number),
        beside=units_beside(lines, number),
        inside=found[1:],
    )


def answers_of(row: EnpsScore | None, policy: ReleasePolicy) -> StanceCounts | Hidden:
    """A stored row as answers; without a row, or hidden, it carries no number."""
    if row is None:
        return Hidden(policy.words(Reason.FEW_RESPONDENTS))
    return _answers(policy, row.hidden, row.respondents, row.promoters, row.detractors)


def _answers(
    policy: ReleasePolicy,
    hidden: Reason | None,
    respondents: int | None,
    promoters: int | None,
    detractors: int | None,
) -> StanceCounts | Hidden:
    if hidden is not None:
        return Hidden(policy.words(hidden))
    return StanceCounts(respondents or 0, promoters or 0, detractors or 0)


def mentions_of(cycle_ids: Sequence[int]) -> dict[int, dict[Stance, dict[str, int]]]:
    """How often each side named each reason in some cycles; no entry where nothing was released."""
    found: dict[int, dict[Stance, dict[str, int]]] = {}
    for row in db.session.scalars(
        select(EnpsMention)
        .where(EnpsMention.cycle_id.in_(cycle_ids))
        .order_by(EnpsMention.side, EnpsMention.reason)
    ):
        sides = found.setdefault(row.cycle_id, {side: {} for side in SIDES})
        sides[row.side][row.reason] = row.mentions
    return found


def direct_of(cycle: Cycle) -> DirectCounts | Hidden | None:
    """What was released of the direct question; None where it was not asked, or is erased."""
    row = db.session.get(EnpsDirect, cycle.id)
    if row is None:
        return None
    if row.respondents is None or row.more is None or row.less is None:
        return Hidden(cycle.policy.words(row.hidden or Reason.FEW_RESPONDENTS))
    return DirectCounts(row.respondents, row.more, row.less)


def _trend(cycle: Cycle, *, unit: int = COMPANY_UNIT) -> tuple[ScoreQuarter, ...]:
    """The score of a unit in every published cycle up to this one, oldest first.

    An earlier one without a row has been erased, or had no such unit: nothing can be said about
    how many answered. How many were asked is known of the company only.
    """
    is_company = unit == COMPANY_UNIT
    found = db.session.execute(
        select(Cycle, EnpsScore, CycleTotals.invited)
        .outerjoin(EnpsScore, (EnpsScore.cycle_id == Cycle.id) & (EnpsScore.unit_number == unit))
        .outerjoin(CycleTotals, CycleTotals.cycle_id == Cycle.id)
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
        ScoreQuarter(
            each.id, each.name, answers_of(row, each.policy), (invited or 0) if is_company else 0
        )
        for each, row, invited in found
    )


def _shift(trend: Sequence[ScoreQuarter]) -> Shift | None:
    """What the last quarter says; None when it has no score itself."""
    shown = [quarter.shown for quarter in trend if quarter.shown is not None]
    return shift_in(shown) if trend[-1].shown else None


def rankings_of(cycle: Cycle) -> Rankings | None:
    """Reasons by side; None while too few people answered to rank them."""
    return _rankings(cycle, _trend(cycle))


def _rankings(cycle: Cycle, trend: Sequence[ScoreQuarter]) -> Rankings | None:
    """Reasons by side: of this quarter where enough answered, else of the last four together."""
    shown = [(one.cycle_id, one.answers) for one in trend if isinstance(one.answers, StanceCounts)]
    if isinstance(trend[-1].answers, Hidden):
        return None
    enough = cycle.policy.reason_respondents
    for quarters, least in ((1, enough), (QUARTERS_TOGETHER, max(TOGETHER_FROM, enough))):
        part = shown[-quarters:]
        answers, mentions = (
            together([one for _, one in part]),
            mentions_of([key for key, _ in part]),
        )
        if answers.respondents >= least and len(mentions) == len(part):
            sides = {side: [one[side] for one in mentions.values()] for side in SIDES}
            return Rankings(
                ranking(sides[Stance.PROMOTER], people=answers.promoters),
                ranking(sides[Stance.DETRACTOR], people=answers.detractors),
                respondents=answers.respondents,
                quarters=len(part),
            )
    return None


def _scores_of_units(cycle: Cycle) -> dict[int, StanceCounts | Hidden]:
    """As plain rows: there may be ten thousand units."""
    columns = (EnpsScore.hidden, EnpsScore.respondents, EnpsScore.promoters, EnpsScore.detractors)
    rows = select(EnpsScore.unit_number, *columns).where(EnpsScore.cycle_id == cycle.id)
    policy = cycle.policy
    return {
        number: _answers(policy, hidden, respondents, promoters, detractors)
        for number, hidden, respondents, promoters, detractors in db.session.execute(rows)
    }


def _units_by_parent(cycle: Cycle) -> dict[int | None, list[tuple[int, str]]]:
    """The frozen tree: number and name of the units inside each one, by name."""
    units = select(Unit.parent_number, Unit.number, Unit.name).where(Unit.cycle_id == cycle.id)
    inside: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for parent, number, name in db.session.execute(units.order_by(Unit.name, Unit.number)):
        inside[parent].append((number, name))
    return inside


def _unit_lines(
    inside: Mapping[int | None, Sequence[tuple[int, str]]],
    scores: Mapping[int, StanceCounts | Hidden],
    parent: int,
    *,
    depth: int,
) -> Iterator[UnitLine]:
    """The units inside `parent`, each followed by what is inside it.

    One without a cell is not named, but what is inside it is.
    """
    for number, name in inside.get(parent, ()):
        if number not in scores:
            yield from _unit_lines(inside, scores, number, depth=depth)
            continue
        below = tuple(_unit_lines(inside, scores, number, depth=depth + 1))
        yield UnitLine(number, name, depth, scores[number], inside=len(below))
        yield from below


def _participation(cycle: Cycle) -> ParticipationFigures | None:
    return participation_of(cycle)


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
                StatementMean(statement.number, statement.identity, statement.text, score)
            )
    return tuple(CompetencyMeans(name, tuple(lines)) for name, lines in groups.items())


def comments_of(
    cycle: Cycle, *, page: int = 1, most: int = COMMENTS_PAGE
) -> tuple[SaidComment, ...]:
    """One page of the comments, in the order of their random ids."""
    comments = select(EnpsComment.id, EnpsComment.text).where(EnpsComment.cycle_id == cycle.id)
    ordered = comments.order_by(EnpsComment.id).offset(most * (page - 1))
    rows = db.session.execute(ordered.limit(most))
    return tuple(SaidComment(key, text) for key, text in rows)


def comment_lines(comments: Sequence[SaidComment], actor: Actor) -> list[CommentLine]:
    """Comments with who has read each and what became of it, as far as `actor` may see that."""
    keys = {one.id: source_key(SourceKind.COMMENT, one.id) for one in comments}
    begun = begun_from(list(keys.values()), actor)
    return [
        CommentLine(one, keys[one.id], tuple(begun.get(keys[one.id], ())))
        for one in heard((each.id, each.text) for each in comments)
    ]


def comment_count(cycle: Cycle) -> int:
    """How many comments were released."""
    comments = select(func.count()).where(EnpsComment.cycle_id == cycle.id)
    return db.session.scalar(comments) or 0
