"""Reading what was released: the only source of papers, pages, exports and trends."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Row,
    Subquery,
    func,
    literal_column,
    select,
)

from app.cycles.models import Cycle, ReportReader
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.release.policy import Hidden
from app.domain.reports.company import ParticipationFigures
from app.domain.reports.contents import AdjustedOverall, PersonalReport
from app.domain.reports.personal import Comments, Cover, compose
from app.domain.reports.readers import Reader, readers_sentence
from app.domain.reports.voice import Voice
from app.infra.db import db
from app.people.models import Person
from app.people.queries import is_named, labels_of
from app.results.dossiers import Dossier, SubjectInCycle, dossier
from app.results.models import (
    CommentState,
    CompanyScore,
    CycleTotals,
    ReleasedComment,
    SubjectResult,
)
from app.results.readers import readers_of, reads_reports
from app.results.released_cells import ReleasedCells, adjusted_of, comments_of


@dataclass(frozen=True)
class ReadableReport:
    """A report that somebody may open."""

    cycle_id: int
    cycle_name: str
    published_on: date
    subject_id: int
    subject_name: str
    is_own: bool


@dataclass(frozen=True)
class ReportedComment:
    """A comment somebody reported as abusive: the text alone, not whom it is about."""

    id: str
    cycle_name: str
    text: str


def totals_of(cycle_id: int) -> CycleTotals | None:
    """How many were asked and have sent; None before the count."""
    return db.session.get(CycleTotals, cycle_id)


def participation_of(cycle: Cycle) -> ParticipationFigures | None:
    """How many were asked and have sent, as it may be said; None before the count."""
    found = totals_of(cycle.id)
    return figures_of(cycle, found) if found else None


def figures_of(cycle: Cycle, totals: CycleTotals) -> ParticipationFigures:
    """The same; where HR sees numbers only, the least that may be known was kept."""
    at_least = f"at least {totals.sent:,} of {totals.invited:,}"
    said = at_least if cycle.policy.hr_sees_numbers_only else ""
    return ParticipationFigures(totals.invited, totals.sent, said)


def has_results(cycle_id: int) -> bool:
    """Whether anything released is still kept of this cycle."""
    some = select(CompanyScore.cycle_id).where(CompanyScore.cycle_id == cycle_id).limit(1)
    return db.session.scalar(some) is not None


@dataclass(frozen=True)
class ReadableQuarter:
    """Other people's reports of one cycle that somebody may read: how many, and the first names."""

    cycle_id: int
    cycle_name: str
    total: int
    listed: list[ReadableReport]


def readable_reports(actor: Actor, *, subjects: Collection[int]) -> list[ReadableReport]:
    """The published reports of these `subjects` that the actor may read.

    Newest first, the own one before others.
    """
    mine = _may_read(actor.person_id, SubjectResult.subject_id.in_(subjects))
    rows = db.session.execute(
        select(Cycle, Person.id, Person.name)
        .join(mine, mine.c.cycle_id == Cycle.id)
        .join(Person, Person.id == mine.c.subject_id)
        .where(Cycle.state == CycleState.PUBLISHED)
        .order_by(Cycle.published_on.desc(), Cycle.id.desc(), Person.sort_key, Person.id)
    ).all()
    reports = _named(rows, actor)
    reports.sort(key=lambda report: (report.published_on, report.cycle_id), reverse=True)
    return reports


def readable_quarters(actor: Actor, *, wanted: str, most: int) -> list[ReadableQuarter]:
    """Other people's published reports that the actor may read, the newest quarter first.

    Of each at most `most` are listed, by name: the first ones, or those whose name holds `wanted`.
    """
    others = _may_read(actor.person_id, SubjectResult.subject_id != actor.person_id)
    is_published = Cycle.state == CycleState.PUBLISHED
    totals = db.session.execute(
        select(Cycle.id, Cycle.name, func.count())
        .join(others, others.c.cycle_id == Cycle.id)
        .where(is_published)
        .group_by(Cycle.id, Cycle.name, Cycle.published_on)
        .order_by(Cycle.published_on.desc(), Cycle.id.desc())
    ).all()
    place = func.row_number().over(partition_by=Cycle.id, order_by=(Person.sort_key, Person.id))
    found = (
        select(Cycle.id.label("cycle"), Person.id.label("person"), place.label("place"))
        .join(others, others.c.cycle_id == Cycle.id)
        .join(Person, Person.id == others.c.subject_id)
        .where(is_published, is_named(wanted))
        .subquery()
    )
    rows = db.session.execute(
        select(Cycle, Person.id, Person.name)
        .join(found, found.c.cycle == Cycle.id)
        .join(Person, Person.id == found.c.person)
        .where(found.c.place <= most)
        .order_by(found.c.place)
    ).all()
    listed: dict[int, list[ReadableReport]] = defaultdict(list)
    for report in _named(rows, actor):
        listed[report.cycle_id].append(report)
    return [ReadableQuarter(*row, listed[row[0]]) for row in totals]


def _may_read(person_id: int, which: ColumnElement[bool]) -> Subquery:
    """Cycle and subject of those results `which` somebody may read: the own, and as a reader.

    Two short walks along an index; one condition for both would look at every result there is.
    """
    results = select(SubjectResult.cycle_id, SubjectResult.subject_id).where(which)
    read = results.join(ReportReader, reads_reports(person_id))
    return results.where(SubjectResult.subject_id == person_id).union(read).subquery()


def _named(rows: Iterable[Row[Cycle, int, str]], actor: Actor) -> list[ReadableReport]:
    """The reports with names that tell people apart, the own one before others."""
    found = list(rows)
    called = labels_of({subject_id: name for _, subject_id, name in found})
    reports = [
        ReadableReport(
            cycle_id=cycle.id,
            cycle_name=cycle.name,
            published_on=cycle.published_on or date.min,
            subject_id=subject_id,
            subject_name=called[subject_id],
            is_own=subject_id == actor.person_id,
        )
        for cycle, subject_id, _ in found
    ]
    return sorted(reports, key=lambda report: not report.is_own)


def subjects_read_by(
    reader_id: int, cycle_id: int, *, after: int = 0, most: int | None = None
) -> list[int]:
    """Whose published reports of a cycle somebody reads as a frozen reader, by id.

    Only those behind the id `after`, and at most `most`.
    """
    found = (
        select(ReportReader.subject_id)
        .join(SubjectResult, reads_reports(reader_id))
        .join(Cycle, Cycle.id == ReportReader.cycle_id)
        .where(
            ReportReader.cycle_id == cycle_id,
            ReportReader.subject_id > after,
            Cycle.state == CycleState.PUBLISHED,
        )
        .order_by(ReportReader.subject_id)
        .limit(most)
    )
    return list(db.session.scalars(found))


def subjects_of(cycle_id: int) -> list[int]:
    """Everybody with a report of a cycle, by id."""
    found = select(SubjectResult.subject_id).where(SubjectResult.cycle_id == cycle_id)
    return list(db.session.scalars(found.order_by(SubjectResult.subject_id)))


def personal_report(
    cycle_id: int, subject_id: int, *, reader: Actor, company: str
) -> PersonalReport:
    """A subject's report of a cycle, with the earlier quarters that `reader` may also read.

    Whether the reader may read this report at all is asked before, of the dossier's access.
    Raises NotFoundError when the subject took no part in the cycle.
    """
    return personal_reports([dossier(cycle_id, subject_id, reader=reader)], company=company)[0]


def personal_reports(asked: Sequence[Dossier], *, company: str) -> list[PersonalReport]:
    """The reports of some subjects of one cycle, in the order of `asked`."""
    if not asked:
        return []
    cycle = asked[0].part.cycle
    subject_ids = [each.part.subject.id for each in asked]
    released = ReleasedCells(
        [part.cycle for each in asked for part in (*each.earlier, each.part)], subject_ids
    )
    comments = comments_of(cycle, subject_ids) if cycle.policy.shows_comments else {}
    adjusted = adjusted_of(cycle, subject_ids)
    readers = readers_of(cycle.id, subject_ids)
    return [
        _report(each, released, comments, adjusted, _cover(each.part, readers, company))
        for each in asked
    ]


def _cover(part: SubjectInCycle, readers: Mapping[int, list[Reader]], company: str) -> Cover:
    cycle, subject = part.cycle, part.subject
    voice = Voice(subject.name, part.is_own)
    return Cover(
        company=company,
        cycle_name=cycle.name,
        published_on=cycle.published_on or cycle.closed_on or date.min,
        name=subject.name,
        title=subject.title,
        department=part.unit_name,
        raters=part.raters,
        readers=readers_sentence(voice, readers.get(subject.id, [])),
        is_own=part.is_own,
    )


def _report(
    asked: Dossier,
    released: ReleasedCells,
    comments: Mapping[int, Comments],
    adjusted: Mapping[int, AdjustedOverall | Hidden | None],
    cover: Cover,
) -> PersonalReport:
    part = asked.part
    cycle, subject = part.cycle, part.subject
    return compose(
        cover,
        current=released.quarter(cycle, subject.id),
        history=[released.quarter(each.cycle, subject.id) for each in asked.earlier],
        comments=_comments(part, comments),
        policy=cycle.policy,
        second_view=released.second_view(cycle, subject.id),
        adjusted=adjusted[subject.id],
    )


def _comments(part: SubjectInCycle, comments: Mapping[int, Comments]) -> Comments:
    if not part.cycle.policy.shows_comments:
        return Comments((), (), Hidden("this review did not ask for comments"))
    if isinstance(part.raters, Hidden):
        return Comments((), (), part.raters)
    return comments[part.subject.id]


def reported_comments(*, not_about: int) -> list[ReportedComment]:
    """Texts that wait for HR's judgement, in the order of their random ids.

    Those about whoever looks are left out: somebody else of HR decides about them.
    """
    rows = db.session.execute(
        select(ReleasedComment.id, Cycle.name, ReleasedComment.text)
        .join(Cycle, Cycle.id == ReleasedComment.cycle_id)
        .where(
            # Written out, not bound: only so the index of the few reported ones is used.
            ReleasedComment.state == literal_column(f"'{CommentState.REPORTED.value}'"),
            ReleasedComment.subject_id != not_about,
        )
        .order_by(ReleasedComment.id)
    )
    return [ReportedComment(*row) for row in rows]
