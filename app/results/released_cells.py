"""Released rows of some subjects as quarters: one statement per table, however many subjects."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import and_, bindparam, select

from app.cycles.facts import CycleFacts
from app.cycles.models import Cycle
from app.domain.count.adjusted import reason_without
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Score, Shares, Shown
from app.domain.reports.contents import AdjustedOverall, CommentText, SecondView
from app.domain.reports.measured import Measured
from app.domain.reports.personal import Comments, SubjectQuarter
from app.domain.scale import STATEMENTS
from app.domain.statistics.spread import PRIOR, Spread, standard_error_of_mean
from app.infra.prepared_queries import Query
from app.results.models import (
    AboutCycle,
    AdjustedScore,
    CommentKind,
    CommentState,
    CompanyScore,
    RaterGroup,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
)

NUMBERS: Final = range(1, STATEMENTS + 1)


class Cell(NamedTuple):
    """A released score of a statement, with the subject's own answer."""

    subject_id: int
    cycle_id: int
    view: RaterGroup
    statement: int
    hidden: Reason | None
    mean: float | None
    raters: int | None
    share_low: int | None
    share_middle: int | None
    share_high: int | None
    answer: int | None


class CompanyCell(NamedTuple):
    """The company's released mean of a statement, with the spread of the cycle's ratings."""

    cycle_id: int
    statement: int
    hidden: Reason | None
    mean: float | None
    raters: int | None
    standard_error: float | None
    own_mean: float | None
    between: float
    within: float


_CELLS: Final = Query(
    select(
        StatementScore.subject_id,
        StatementScore.cycle_id,
        StatementScore.view,
        StatementScore.statement,
        StatementScore.hidden,
        StatementScore.mean,
        StatementScore.raters,
        StatementScore.share_low,
        StatementScore.share_middle,
        StatementScore.share_high,
        SelfAnswer.answer,
    )
    .outerjoin(
        SelfAnswer,
        and_(
            SelfAnswer.cycle_id == StatementScore.cycle_id,
            SelfAnswer.subject_id == StatementScore.subject_id,
            SelfAnswer.statement == StatementScore.statement,
        ),
    )
    .where(
        StatementScore.subject_id.in_(bindparam("subject_ids", expanding=True)),
        StatementScore.cycle_id.in_(bindparam("cycle_ids", expanding=True)),
    )
)
_COMPANY: Final = Query(
    select(
        CompanyScore.cycle_id,
        CompanyScore.statement,
        CompanyScore.hidden,
        CompanyScore.mean,
        CompanyScore.raters,
        CompanyScore.standard_error,
        CompanyScore.own_mean,
        AboutCycle.between_raters,
        AboutCycle.within_raters,
    )
    .join(AboutCycle, AboutCycle.cycle_id == CompanyScore.cycle_id)
    .where(CompanyScore.cycle_id.in_(bindparam("cycle_ids", expanding=True)))
)
_ADJUSTED: Final = Query(
    select(
        AboutCycle.adjustment,
        AdjustedScore.subject_id,
        AdjustedScore.mean,
        AdjustedScore.raters,
        AdjustedScore.standard_error,
        AdjustedScore.reliability,
    )
    .outerjoin(
        AdjustedScore,
        and_(
            AdjustedScore.cycle_id == AboutCycle.cycle_id,
            AdjustedScore.subject_id.in_(bindparam("subject_ids", expanding=True)),
        ),
    )
    .where(AboutCycle.cycle_id == bindparam("cycle_id"))
)
_COMMENTS: Final = Query(
    select(
        ReleasedComment.subject_id,
        ReleasedComment.kind,
        ReleasedComment.id,
        ReleasedComment.text,
    )
    .where(
        ReleasedComment.cycle_id == bindparam("cycle_id"),
        ReleasedComment.subject_id.in_(bindparam("subject_ids", expanding=True)),
        ReleasedComment.state != CommentState.WITHHELD,
    )
    .order_by(ReleasedComment.id)
)


class ReleasedCells:
    """Every released cell of `subject_ids` in `cycles`, and the company's beside them."""

    def __init__(self, cycles: Iterable[Cycle | CycleFacts], subject_ids: Collection[int]) -> None:
        cycle_ids = sorted({cycle.id for cycle in cycles})
        self.cells: dict[tuple[int, int, RaterGroup], dict[int, Cell]] = defaultdict(dict)
        for found in _CELLS.all(cycle_ids=cycle_ids, subject_ids=list(subject_ids)):
            cell = Cell(*found)
            self.cells[cell.subject_id, cell.cycle_id, cell.view][cell.statement] = cell
        self.spread: dict[int, Spread] = {}
        self.company: dict[int, dict[int, CompanyCell]] = defaultdict(dict)
        for about in _COMPANY.all(cycle_ids=cycle_ids):
            mean = CompanyCell(*about)
            self.spread[mean.cycle_id] = Spread(mean.between, mean.within)
            self.company[mean.cycle_id][mean.statement] = mean

    def quarter(self, cycle: Cycle | CycleFacts, subject_id: int) -> SubjectQuarter:
        """What was released about a subject in one cycle."""
        company = self.company[cycle.id]
        statements, policy = cycle.questionnaire.statements, cycle.policy
        return SubjectQuarter(
            cycle_name=cycle.name,
            competencies=[statement.competency for statement in statements],
            texts=[statement.text for statement in statements],
            identities=tuple(statement.identity for statement in statements),
            measured=Measured(
                self.colleagues(cycle.id, subject_id, policy),
                self.spread.get(cycle.id, PRIOR),
                views=self._views(subject_id, cycle.id),
            ),
            own=self.own(cycle.id, subject_id),
            company=[company_score(company.get(n), policy) for n in NUMBERS],
            company_own=[company[n].own_mean if n in company else None for n in NUMBERS],
            short_names=[statement.short_name for statement in statements],
            hints=[statement.hint for statement in statements],
            labels=cycle.questionnaire.scale_labels,
        )

    def colleagues(self, cycle_id: int, subject_id: int, policy: ReleasePolicy) -> list[Score]:
        """The score of each statement from everybody who rated the subject."""
        cells = self.cells[subject_id, cycle_id, RaterGroup.COLLEAGUES]
        return [self._score(cells.get(number), policy) for number in NUMBERS]

    def own(self, cycle_id: int, subject_id: int) -> list[int | None]:
        """What the subject answered about themselves."""
        cells = self.cells[subject_id, cycle_id, RaterGroup.COLLEAGUES]
        return [cells[number].answer if number in cells else None for number in NUMBERS]

    def second_view(self, cycle: Cycle | CycleFacts, subject_id: int) -> SecondView | None:
        """Direct reports beside everyone else; None unless both were released."""
        reports, others = (
            self.cells.get((subject_id, cycle.id, view))
            for view in (RaterGroup.REPORTS, RaterGroup.OTHERS)
        )
        if not reports or not others:
            return None
        return SecondView(
            reports=tuple(self._score(reports[n], cycle.policy) for n in sorted(reports)),
            others=tuple(self._score(others[n], cycle.policy) for n in sorted(others)),
        )

    def _score(self, row: Cell | None, policy: ReleasePolicy) -> Score:
        """A stored cell of a subject; without a row, or hidden, it carries no number."""
        if row is None or row.mean is None or row.raters is None:
            return _hidden(row, Reason.FEW_RATERS, policy)
        is_sum = row.view is RaterGroup.COLLEAGUES
        views = self._views(row.subject_id, row.cycle_id) if is_sum else 1
        error = standard_error_of_mean(row.raters, self.spread[row.cycle_id], views=views)
        return Shown(row.mean, row.raters, error, _shares(row))

    def _views(self, subject_id: int, cycle_id: int) -> int:
        """The total of two views carries the noise of both."""
        return 2 if (subject_id, cycle_id, RaterGroup.REPORTS) in self.cells else 1


def adjusted_of(
    cycle: Cycle | CycleFacts, subject_ids: Collection[int]
) -> dict[int, AdjustedOverall | Hidden | None]:
    """Everybody's adjusted score, or why there is none; None where it was not looked for."""
    rows = _ADJUSTED.all(cycle_id=cycle.id, subject_ids=list(subject_ids))
    found: dict[int, AdjustedOverall | Hidden | None] = dict.fromkeys(subject_ids)
    if rows:
        why = Hidden(reason_without(rows[0][0], raters=cycle.policy.blind_raters))
        found = dict.fromkeys(subject_ids, why)
    for _, subject_id, mean, raters, error, reliability in rows:
        if subject_id is not None:
            found[subject_id] = AdjustedOverall(Shown(mean, raters, error), reliability.words)
    return found


def company_score(row: CompanyScore | CompanyCell | None, policy: ReleasePolicy) -> Score:
    """A stored company mean; without a row, or hidden, it carries no number."""
    if row is None or row.mean is None or row.raters is None or row.standard_error is None:
        return _hidden(row, Reason.FEW_RESPONDENTS, policy)
    return Shown(row.mean, row.raters, row.standard_error)


def _hidden(
    row: Cell | CompanyCell | CompanyScore | None, usual: Reason, policy: ReleasePolicy
) -> Hidden:
    return Hidden(policy.words((row.hidden if row else None) or usual))


def _shares(cell: Cell) -> Shares | None:
    if cell.share_low is None or cell.share_middle is None or cell.share_high is None:
        return None
    return Shares(cell.share_low, cell.share_middle, cell.share_high)


def comments_of(cycle: Cycle | CycleFacts, subject_ids: Collection[int]) -> dict[int, Comments]:
    """Released comments by subject, in the order of their random ids; no withheld ones."""
    found: dict[tuple[int, CommentKind], list[CommentText]] = defaultdict(list)
    for subject_id, kind, comment_id, text in _COMMENTS.all(
        cycle_id=cycle.id, subject_ids=list(subject_ids)
    ):
        found[subject_id, kind].append(CommentText(comment_id, text))
    return {
        subject: Comments(
            tuple(found[subject, CommentKind.KEEP]), tuple(found[subject, CommentKind.TRY]), None
        )
        for subject in subject_ids
    }
