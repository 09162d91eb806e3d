"""ZIP volumes of personal reports, written to a file one paper after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import IO, Final, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.access import Actor, Permission, is_allowed
from app.domain.reports.contents import LONGEST_NAME, PersonalReport, cut_to_bytes, safe_name
from app.infra.db import db
from app.pdf.letterhead import letterhead
from app.people.models import Person
from app.people.queries import labels_of
from app.reports.queries import reports_for
from app.reports.rendering import rendered
from app.results.dossiers import Dossier, dossiers
from app.results.models import SubjectResult

PER_VOLUME: Final = 500
AT_A_TIME: Final = 25
"""Reports read together: one statement per table, and little in memory."""
Progress = Callable[[int], None]


class Choice(NamedTuple):
    """Which reports: of one cycle, about these subjects, as `reader` may read them."""

    cycle_id: int
    subject_ids: Sequence[int]
    reader: Actor | None
    """None writes each as its subject would be given it, without the plan: for operators."""
    holds_plans: bool = True
    """Whether plans shared with the reader are in them; never in what somebody else writes."""


def write_volume(file: IO[bytes], choice: Choice, *, progress: Progress | None = None) -> int:
    """Write the reports as a ZIP into `file`; return how many there were.

    Nothing is compressed twice: a PDF is compressed already. `progress` is told every few
    reports how many are written.
    """
    taken: set[str] = set()
    written = 0
    papers = rendered(reports_in(choice), papers=len(choice.subject_ids), letterhead=letterhead())
    with ZipFile(file, "w", ZIP_STORED) as volume, closing(papers):
        for report, paper in papers:
            entry = ZipInfo(_unique(report.file_name, taken))
            entry.date_time = (*report.published_on.timetuple()[:3], 0, 0, 0)
            volume.writestr(entry, paper)
            written += 1
            if progress and written % AT_A_TIME == 0:
                progress(written)
    return written


def reports_in(choice: Choice) -> Iterator[PersonalReport]:
    """The reports, a few at a time; whom the reader may not read is passed over."""
    called = _labels(choice.cycle_id)
    for start in range(0, len(choice.subject_ids), AT_A_TIME):
        few = choice.subject_ids[start : start + AT_A_TIME]
        yield from _few_reports(choice, few, called)
        db.session.rollback()  # holds no old state, and forgets what was read


def _few_reports(
    choice: Choice, subject_ids: Sequence[int], called: Mapping[int, str]
) -> list[PersonalReport]:
    found = dossiers(choice.cycle_id, subject_ids, reader=choice.reader)
    mine = [one for one in found if _may_read(choice.reader, one)]
    reports = reports_for(mine, reader=choice.reader if choice.holds_plans else None)
    return [
        replace(report, label=called[found.part.subject.id])
        for found, report in zip(mine, reports, strict=True)
    ]


def _labels(cycle_id: int) -> dict[int, str]:
    """The names of everybody with a report, told apart: the same in every volume."""
    names = (
        select(Person.id, Person.name)
        .join(SubjectResult, SubjectResult.subject_id == Person.id)
        .where(SubjectResult.cycle_id == cycle_id)
    )
    return labels_of({row[0]: row[1] for row in db.session.execute(names)})


def _may_read(reader: Actor | None, found: Dossier) -> bool:
    return reader is None or is_allowed(reader, Permission.REPORT_READ, found.access)


def _unique(name: str, taken: set[str]) -> str:
    """`name`, numbered where somebody of the same name came before; it is taken then."""
    stem, found, number = name.removesuffix(".pdf"), name, 1
    while found.casefold() in taken:  # many file systems do not tell cases apart
        number += 1
        end = f" ({number}).pdf"
        found = cut_to_bytes(stem, LONGEST_NAME - len(end)) + end
    taken.add(found.casefold())
    return found


def volume_name(cycle: Cycle, *, volume: int = 1, volumes: int = 1) -> str:
    """For example "Full Circle 2026 Q3 - reports, part 1 of 3.zip"."""
    part = f", part {volume} of {volumes}" if volumes > 1 else ""
    return f"Full Circle {safe_name(cycle.name)} - reports{part}.zip"
