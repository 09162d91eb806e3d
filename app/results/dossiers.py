"""Whose report of which cycle somebody may read, before any number of it is read."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from app.cycles.facts import COLUMNS, CycleFacts, facts_of
from app.cycles.models import Cycle, ReportReader, Unit
from app.domain.access import Actor, ReportAccess
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.domain.release.policy import Hidden, Reason
from app.infra.prepared_queries import Query
from app.people.models import Person
from app.results.models import SubjectResult
from app.results.readers import reads_reports


class Subject(NamedTuple):
    """Whom a report is about."""

    id: int
    name: str
    title: str


@dataclass(frozen=True)
class SubjectInCycle:
    """A subject's part in one cycle, before any number of it is read."""

    cycle: CycleFacts
    subject: Subject
    unit_name: str
    raters: int | Hidden
    is_own: bool
    is_reader: bool
    """Whether who asks was frozen as a reader of it when the cycle opened."""


@dataclass(frozen=True)
class Dossier:
    """A subject's report of one cycle as somebody may read it, before any number is read."""

    part: SubjectInCycle
    earlier: tuple[SubjectInCycle, ...]
    """Published quarters before it that the same reader may read, oldest first."""
    access: ReportAccess


def dossier(cycle_id: int, subject_id: int, *, reader: Actor) -> Dossier:
    """What is needed to decide and to write the report. Raises NotFoundError without one."""
    found = dossiers(cycle_id, [subject_id], reader=reader)
    if not found:
        raise NotFoundError("There is no such report.")
    return found[0]


def dossiers(cycle_id: int, subject_ids: Collection[int], *, reader: Actor | None) -> list[Dossier]:
    """The same for many subjects with one statement, in the order of their ids.

    Without a reader each is as its own subject may read it.
    """
    parts: dict[int, list[SubjectInCycle]] = defaultdict(list)
    for part in _parts(cycle_id, subject_ids, reader):
        parts[part.subject.id].append(part)
    found = (_dossier(cycle_id, parts[subject], reader) for subject in sorted(parts))
    return [each for each in found if each is not None]


_PARTS: Final = Query(
    select(
        Person.id,
        Person.name,
        Person.title,
        SubjectResult.raters,
        Unit.name,
        ReportReader.reader_id,
        *COLUMNS,
    )
    .select_from(SubjectResult)
    .join(Cycle, Cycle.id == SubjectResult.cycle_id)
    .join(Person, Person.id == SubjectResult.subject_id)
    .outerjoin(Unit, and_(Unit.cycle_id == Cycle.id, Unit.number == SubjectResult.unit_number))
    .outerjoin(ReportReader, reads_reports(bindparam("reader_id")))
    .where(
        SubjectResult.subject_id.in_(bindparam("subject_ids", expanding=True)),
        or_(Cycle.state == CycleState.PUBLISHED, Cycle.id == bindparam("cycle_id")),
    )
    .order_by(Cycle.closes_at, Cycle.id)
)


def _parts(
    cycle_id: int, subject_ids: Collection[int], reader: Actor | None
) -> Iterator[SubjectInCycle]:
    """All published quarters of the subjects and the one asked for, oldest first."""
    reader_id = reader.person_id if reader else None
    rows = _PARTS.all(cycle_id=cycle_id, subject_ids=list(subject_ids), reader_id=reader_id)
    cycles: dict[int, CycleFacts] = {}
    for subject_id, name, title, raters, unit, reads, *of_cycle in rows:
        key = of_cycle[0]
        if key not in cycles:
            cycles[key] = facts_of(of_cycle)
        cycle, subject = cycles[key], Subject(subject_id, name, title)
        yield SubjectInCycle(
            cycle=cycle,
            subject=subject,
            unit_name=unit or "",
            raters=Hidden(cycle.policy.words(Reason.FEW_RATERS)) if raters is None else raters,
            is_own=reader_id in (None, subject.id),
            is_reader=reads is not None,
        )


def _dossier(
    cycle_id: int, parts: Sequence[SubjectInCycle], reader: Actor | None
) -> Dossier | None:
    asked = next((part for part in parts if part.cycle.id == cycle_id), None)
    if asked is None:
        return None
    before = asked.cycle.closes_at
    return Dossier(
        part=asked,
        earlier=tuple(
            part
            for part in parts
            if (part.is_own or part.is_reader) and part.cycle.closes_at < before
        ),
        access=ReportAccess(
            subject_id=asked.subject.id,
            reader_ids=frozenset({reader.person_id} if reader and asked.is_reader else ()),
            is_published=asked.cycle.state is CycleState.PUBLISHED,
        ),
    )
