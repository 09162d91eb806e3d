"""Reading what was released: the only source of papers, pages, exports and trends."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from app.cycles.models import Cycle, ReportReader, Unit
from app.domain.access import Actor, ReportAccess
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.domain.personal import Comments, Cover, Quarter, compose
from app.domain.release import (
    Hidden,
    Observed,
    Reason,
    ReleasePolicy,
    Score,
    Shares,
    Shown,
)
from app.domain.reporting import CommentText, PersonalReport, SecondView
from app.domain.scale import STATEMENTS
from app.infra.db import db
from app.people.models import Person
from app.results.models import (
    CommentKind,
    CommentState,
    CompanyScore,
    CycleTotals,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
    View,
)


@dataclass(frozen=True)
class ReadableReport:
    """A report that somebody may open."""

    cycle_id: int
    cycle_name: str
    published_on: date
    subject_id: int
    subject_name: str
    is_own: bool


def totals_of(cycle_id: int) -> CycleTotals | None:
    """How many were asked, started and sent; None before the count."""
    return db.session.get(CycleTotals, cycle_id)


def has_results(cycle_id: int) -> bool:
    """Whether anything released is still kept of this cycle."""
    some = select(CompanyScore.cycle_id).where(CompanyScore.cycle_id == cycle_id).limit(1)
    return db.session.scalar(some) is not None


def report_access(cycle_id: int, subject_id: int) -> ReportAccess:
    """What decides who reads a report. Raises NotFoundError when there is none."""
    cycle = db.session.get(Cycle, cycle_id)
    if cycle is None or db.session.get(SubjectResult, (cycle_id, subject_id)) is None:
        raise NotFoundError("There is no such report.")
    readers = db.session.scalars(
        select(ReportReader.reader_id).where(
            ReportReader.cycle_id == cycle_id, ReportReader.subject_id == subject_id
        )
    )
    return ReportAccess(
        subject_id=subject_id,
        reader_ids=frozenset(readers),
        is_published=cycle.state is CycleState.PUBLISHED,
    )


def readable_reports(actor: Actor) -> list[ReadableReport]:
    """Every published report the actor may read, newest first, the own one before others."""
    may_read = or_(
        SubjectResult.subject_id == actor.person_id, ReportReader.reader_id == actor.person_id
    )
    rows = db.session.execute(
        select(Cycle, Person.id, Person.name)
        .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
        .join(Person, Person.id == SubjectResult.subject_id)
        .outerjoin(
            ReportReader,
            (ReportReader.cycle_id == Cycle.id)
            & (ReportReader.subject_id == SubjectResult.subject_id)
            & (ReportReader.reader_id == actor.person_id),
        )
        .where(Cycle.state == CycleState.PUBLISHED, may_read)
    ).all()
    reports = [
        ReadableReport(
            cycle_id=cycle.id,
            cycle_name=cycle.name,
            published_on=cycle.published_on or date.min,
            subject_id=subject_id,
            subject_name=name,
            is_own=subject_id == actor.person_id,
        )
        for cycle, subject_id, name in rows
    ]
    reports.sort(key=lambda report: (not report.is_own, report.subject_name))
    reports.sort(key=lambda report: (report.published_on, report.cycle_id), reverse=True)
    return reports


def personal_report(
    cycle: Cycle, subject: Person, *, reader: Actor, company: str
) -> PersonalReport:
    """A subject's report of `cycle`, with the earlier quarters that `reader` may also read.

    Whether the reader may read this report at all is asked before; see `report_access`.
    Raises NotFoundError when the subject took no part in the cycle.
    """
    result = db.session.get(SubjectResult, (cycle.id, subject.id))
    if result is None:
        raise NotFoundError("There is no such report.")
    earlier = _earlier_cycles(cycle, subject.id, reader)
    released = _Released([*earlier, cycle], subject.id)
    *history, current = [released.quarter(each) for each in (*earlier, cycle)]
    return compose(
        Cover(
            company=company,
            cycle_name=cycle.name,
            published_on=cycle.published_on or cycle.closed_on or date.min,
            name=subject.name,
            title=subject.title,
            department=_unit_name(cycle.id, result.unit_number),
            raters=_raters(result, cycle.policy),
        ),
        current=current,
        history=history,
        comments=_comments(cycle, result),
        policy=cycle.policy,
        second_view=released.second_view(cycle),
    )


def _raters(result: SubjectResult, policy: ReleasePolicy) -> int | Hidden:
    if result.raters is None:
        return Hidden(policy.words(result.hidden or Reason.FEW_RATERS))
    return result.raters


def _unit_name(cycle_id: int, number: int) -> str:
    unit = db.session.get(Unit, (cycle_id, number))
    return unit.name if unit else ""


def _earlier_cycles(cycle: Cycle, subject_id: int, reader: Actor) -> list[Cycle]:
    """Earlier published quarters of this subject that the reader may read, oldest first."""
    found = db.session.scalars(
        select(Cycle)
        .join(SubjectResult, SubjectResult.cycle_id == Cycle.id)
        .where(
            SubjectResult.subject_id == subject_id,
            Cycle.state == CycleState.PUBLISHED,
            Cycle.closes_at < cycle.closes_at,
        )
        .order_by(Cycle.closes_at)
    ).all()
    if reader.person_id == subject_id:
        return list(found)
    readable = set(
        db.session.scalars(
            select(ReportReader.cycle_id).where(
                ReportReader.subject_id == subject_id, ReportReader.reader_id == reader.person_id
            )
        )
    )
    return [each for each in found if each.id in readable]


class _Released:
    """All released rows of one subject in a few cycles, read with one query per table."""

    def __init__(self, cycles: Sequence[Cycle], subject_id: int) -> None:
        ids = [cycle.id for cycle in cycles]
        self.scores: dict[tuple[int, View], dict[int, StatementScore]] = defaultdict(dict)
        for score in db.session.scalars(
            select(StatementScore).where(
                StatementScore.subject_id == subject_id, StatementScore.cycle_id.in_(ids)
            )
        ):
            self.scores[score.cycle_id, score.view][score.statement] = score
        self.own: dict[int, dict[int, int]] = defaultdict(dict)
        for answer in db.session.scalars(
            select(SelfAnswer).where(
                SelfAnswer.subject_id == subject_id, SelfAnswer.cycle_id.in_(ids)
            )
        ):
            self.own[answer.cycle_id][answer.statement] = answer.answer
        self.company: dict[int, dict[int, CompanyScore]] = defaultdict(dict)
        for mean in db.session.scalars(select(CompanyScore).where(CompanyScore.cycle_id.in_(ids))):
            self.company[mean.cycle_id][mean.statement] = mean

    def quarter(self, cycle: Cycle) -> Quarter:
        numbers = range(1, STATEMENTS + 1)
        scores = self.scores[cycle.id, View.COLLEAGUES]
        company = self.company[cycle.id]
        statements = cycle.questionnaire.statements
        return Quarter(
            cycle_name=cycle.name,
            competencies=[statement.competency for statement in statements],
            texts=[statement.text for statement in statements],
            colleagues=[score_of(scores.get(n), cycle.policy) for n in numbers],
            own=[self.own[cycle.id].get(n) for n in numbers],
            not_observed=[_observed(scores.get(n)) for n in numbers],
            company=[score_of(company.get(n), cycle.policy) for n in numbers],
            company_own=[company[n].own_mean if n in company else None for n in numbers],
        )

    def second_view(self, cycle: Cycle) -> SecondView | None:
        reports, others = (
            self.scores.get((cycle.id, view)) for view in (View.REPORTS, View.OTHERS)
        )
        if not reports or not others:
            return None
        return SecondView(
            reports=tuple(score_of(reports[n], cycle.policy) for n in sorted(reports)),
            others=tuple(score_of(others[n], cycle.policy) for n in sorted(others)),
        )


def score_of(row: StatementScore | CompanyScore | None, policy: ReleasePolicy) -> Score:
    """A stored row as a score; without a row, or hidden, it carries no number."""
    if row is None:
        return Hidden(policy.words(Reason.FEW_RATERS))
    if row.mean is None or row.grain is None or row.low is None or row.high is None:
        return Hidden(policy.words(row.hidden or Reason.FEW_RATERS))
    shares = _shares(row) if isinstance(row, StatementScore) else None
    return Shown(row.mean, row.grain, row.low, row.high, shares)


def _shares(row: StatementScore) -> Shares | None:
    if row.share_low is None or row.share_middle is None or row.share_high is None:
        return None
    return Shares(row.share_low, row.share_middle, row.share_high)


def _observed(row: StatementScore | None) -> Observed:
    return row.not_observed if row and row.not_observed else Observed.NONE


def _comments(cycle: Cycle, result: SubjectResult) -> Comments:
    """Released comments in the order of their random ids; withheld ones are left out."""
    if not cycle.policy.shows_comments:
        return Comments((), (), Hidden("this review did not ask for comments"))
    if result.raters is None:
        return Comments((), (), Hidden(cycle.policy.words(Reason.FEW_RATERS)))
    rows = db.session.scalars(
        select(ReleasedComment)
        .where(
            ReleasedComment.cycle_id == cycle.id,
            ReleasedComment.subject_id == result.subject_id,
            ReleasedComment.state != CommentState.WITHHELD,
        )
        .order_by(ReleasedComment.id)
    ).all()
    return Comments(_texts(rows, CommentKind.KEEP), _texts(rows, CommentKind.TRY), None)


def _texts(rows: Iterable[ReleasedComment], kind: CommentKind) -> tuple[CommentText, ...]:
    return tuple(CommentText(row.id, row.text) for row in rows if row.kind is kind)
