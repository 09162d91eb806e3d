"""Sheets for talks: of one person, and of everybody whose reports a manager reads."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from app.charts.pictures import RowPictures
from app.cycles.queries import cycle_by_id
from app.domain.access import Permission, ReportsAccess
from app.domain.reports.contents import safe_name
from app.domain.reports.own_talk import OwnTalk
from app.domain.reports.talk import MINUTES, PURPOSE, TalkSheet
from app.infra.pages import page_number, paper
from app.pdf.letterhead import letterhead
from app.pdf.pages import talk as talk_paper
from app.people.guard import asking, check, my_account, person, requires
from app.reports.queries import action_plan_readers, opened_for
from app.reports.views_common import bp, note
from app.results.dossiers import Dossier, dossier, dossiers
from app.results.readers import subjects_talked_with

PAGE: Final = 50
"""People on one page."""


@bp.route("/<int:cycle_id>/<int:subject_id>/talk")
@requires(Permission.TALK_LEAD)
def talk(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The sheet as a page."""
    (sheet,) = _sheets([_for_talk(cycle_id, subject_id)])
    note("report:read", cycle_id, "talk")
    return render_template(
        "reports/talk.html",
        sheet=sheet,
        cycle_id=cycle_id,
        subject_id=subject_id,
        pictures=RowPictures(),
        purpose=PURPOSE,
    )


@bp.route("/<int:cycle_id>/<int:subject_id>/talk.pdf")
@requires(Permission.TALK_LEAD)
def download_talk(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The same as a PDF file."""
    (sheet,) = _sheets([_for_talk(cycle_id, subject_id)])
    note("report:downloaded", cycle_id, "talk")
    content = BytesIO(talk_paper.render([sheet], letterhead=letterhead()))
    return paper(content, name=sheet.file_name)


@bp.route("/<int:cycle_id>/my-talk")
@requires(Permission.PLAN_WRITE)
def own_talk(cycle_id: int) -> ResponseReturnValue:
    """What the subject of a report takes into the talk about it; for nobody else."""
    found = dossiers(cycle_id, [my_account().id], reader=asking())
    check(Permission.PLAN_WRITE, found[0].access if found else None)
    (opened,) = opened_for(found, reader=asking())
    partners = action_plan_readers(cycle_id, my_account().id)
    note("report:read", cycle_id, "talk")
    return render_template(
        "reports/own_talk.html",
        sheet=OwnTalk(opened.report, partners),
        cycle_id=cycle_id,
        subject_id=my_account().id,
    )


@bp.route("/<int:cycle_id>/talks")
@requires(Permission.REPORTS_TAKE)
def talks(cycle_id: int) -> ResponseReturnValue:
    """Everybody to talk with, by name and page by page: what is clear, and what they shared."""
    ids = _talked_with(cycle_id)
    pages = ceil(len(ids) / PAGE)
    page = min(page_number(), pages)
    shown = ids[PAGE * (page - 1) : PAGE * page]
    people = list(zip(shown, _sheets(_dossiers(cycle_id, shown)), strict=True))
    note("report:read", cycle_id, "talks")
    return render_template(
        "reports/talks.html",
        cycle=cycle_by_id(cycle_id),
        people=people,
        total=len(ids),
        page=page,
        pages=pages,
        minutes=MINUTES,
    )


@bp.route("/<int:cycle_id>/talks.pdf")
@requires(Permission.REPORTS_TAKE)
def download_talks(cycle_id: int) -> ResponseReturnValue:
    """All sheets as one booklet."""
    sheets = _sheets(_dossiers(cycle_id, _talked_with(cycle_id)))
    note("report:downloaded", cycle_id, "talks")
    content = BytesIO(talk_paper.render(sheets, letterhead=letterhead()))
    name = safe_name(f"{sheets[0].report.cycle_name} - talks of {sheets[0].reader}")
    return paper(content, name=f"Full Circle {name}.pdf")


def _for_talk(cycle_id: int, subject_id: int) -> Dossier:
    found = dossier(cycle_id, subject_id, reader=asking())
    check(Permission.TALK_LEAD, found.access)
    return found


def _talked_with(cycle_id: int) -> list[int]:
    """All people to talk with, in the order of their names."""
    found = subjects_talked_with(asking(), cycle_id)
    check(Permission.REPORTS_TAKE, ReportsAccess(my_account().id, has_reports=bool(found)))
    return found


def _dossiers(cycle_id: int, subject_ids: Sequence[int]) -> list[Dossier]:
    """Their reports, in the same order."""
    asked = dossiers(cycle_id, subject_ids, reader=asking())
    found = {each.part.subject.id: each for each in asked}
    return [found[subject_id] for subject_id in subject_ids]


def _sheets(found: list[Dossier]) -> list[TalkSheet]:
    """The sheets of these reports, as whoever asks may read them."""
    reader = person()
    name = reader.name if reader else ""
    return [TalkSheet(opened.report, name) for opened in opened_for(found, reader=asking())]
