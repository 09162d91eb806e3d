"""A personal report as a page, with its subject's own marks where the subject is reading."""

from collections.abc import Sequence

from flask import render_template

from app.charts.pictures import Pictures
from app.cycles.facts import CycleFacts
from app.domain.access import Permission
from app.domain.reports import words
from app.domain.reports.action_plan import PLAN_WORDS
from app.domain.reports.also_clear import also_clear_words
from app.people.guard import asking, check
from app.reports.forms import MarksForm, OwnMarks
from app.reports.marks_owner import owner_of_marks
from app.reports.queries import OpenedReport, opened_for
from app.reports.views_common import note
from app.results.dossiers import dossier


def opened_for_reader(cycle_id: int, subject_id: int) -> tuple[CycleFacts, OpenedReport]:
    """The report, once it is certain that the actor may see it; else 403 or 404."""
    found = dossier(cycle_id, subject_id, reader=asking())
    check(Permission.REPORT_READ, found.access)
    (opened,) = opened_for([found], reader=asking())
    return found.part.cycle, opened


def report_page(
    cycle_id: int,
    subject_id: int,
    *,
    marks: MarksForm | None = None,
    faults: Sequence[str] = (),
    choice_fault: str = "",
) -> str:
    """The page; with `marks` that were refused it shows them as they were chosen, and `faults`.

    `choice_fault` stands beside the menu of statements, to which the page then jumps.
    """
    cycle, opened = opened_for_reader(cycle_id, subject_id)
    report = opened.report
    own = OwnMarks(opened.plan, marks.ticked if marks else opened.plan.marks)
    is_own = subject_id == asking().person_id
    page = render_template(
        "reports/personal.html",
        report=report,
        plan=opened.plan,
        marks=own if is_own else None,
        faults=faults,
        choice_fault=choice_fault,
        cycle=cycle,
        subject_id=subject_id,
        pictures=(pictures := Pictures(report)),
        head=pictures.head(),
        words=words,
        also_clear=also_clear_words(report.also),
        voice=report.voice,
        plan_words=PLAN_WORDS,
        owner=owner_of_marks(cycle_id, subject_id) if is_own else "",
    )
    note("report:read", cycle_id, "personal")
    return page
