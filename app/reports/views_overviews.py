"""Pages about more than one person: a manager's team, and HR's report of a cycle."""

from io import BytesIO
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from app.charts.pictures import RowPictures
from app.cycles.queries import cycle_by_id, newest_cycle
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.domain.reports import words
from app.domain.reports.team import TeamReport
from app.infra.pages import page_number, paper
from app.pdf.letterhead import letterhead
from app.pdf.pages import cycle as cycle_paper
from app.pdf.pages import team as team_paper
from app.people.guard import check, my_account, requires
from app.people.queries import person_by_id
from app.reports.kept_figures import cycle_report
from app.reports.views_common import bp, note
from app.results.teams import as_read_by, team_access, team_of, team_report

DEPARTMENTS_PAGE: Final = 50
"""Departments listed on one page; the paper has all of them."""


@bp.route("/<int:cycle_id>/team/<int:manager_id>")
@requires(Permission.TEAM_READ)
def team(cycle_id: int, manager_id: int) -> ResponseReturnValue:
    """A team's report as a page."""
    report = _team_report(cycle_id, manager_id)
    page = render_template(
        "reports/team.html",
        report=report,
        cycle_id=cycle_id,
        manager_id=manager_id,
        acts=_acts_on(cycle_id, manager_id),
        pictures=RowPictures(),
        words=words,
    )
    note("report:read", cycle_id, "team")
    return page


def _acts_on(cycle_id: int, manager_id: int) -> bool:
    """Whether the reader leads that team, and may begin improvements from the newest quarter."""
    newest = newest_cycle()
    return newest is not None and newest.id == cycle_id and manager_id == my_account().id


@bp.route("/<int:cycle_id>/team/<int:manager_id>.pdf")
@requires(Permission.TEAM_READ)
def download_team(cycle_id: int, manager_id: int) -> ResponseReturnValue:
    """The same as a PDF file."""
    report = _team_report(cycle_id, manager_id)
    content = BytesIO(team_paper.render(report, letterhead=letterhead()))
    note("report:downloaded", cycle_id, "team")
    return paper(content, name=report.file_name)


def _team_report(cycle_id: int, manager_id: int) -> TeamReport:
    """The team's report, once it is certain that the reader may read everybody's in it."""
    found = team_of(cycle_by_id(cycle_id), person_by_id(manager_id))
    check(Permission.TEAM_READ, team_access(found))
    return team_report(as_read_by(found, my_account().id))


@bp.route("/cycle/<int:cycle_id>")
@requires(Permission.CYCLE_REPORT_READ)
def of_cycle(cycle_id: int) -> ResponseReturnValue:
    """HR's report of a counted cycle."""
    cycle = cycle_by_id(cycle_id)
    report, number = cycle_report(cycle), page_number()
    listed = report.departments[DEPARTMENTS_PAGE * (number - 1) : DEPARTMENTS_PAGE * number]
    page = render_template(
        "reports/cycle.html",
        report=report,
        cycle_id=cycle_id,
        published=cycle.state is CycleState.PUBLISHED,
        departments=listed,
        page=number,
        has_more=len(report.departments) > DEPARTMENTS_PAGE * number,
    )
    note("report:read", cycle_id, "cycle")
    return page


@bp.route("/cycle/<int:cycle_id>.pdf")
@requires(Permission.CYCLE_REPORT_READ)
def download_of_cycle(cycle_id: int) -> ResponseReturnValue:
    """The same as a PDF file."""
    report = cycle_report(cycle_by_id(cycle_id))
    content = BytesIO(cycle_paper.render(report, letterhead=letterhead()))
    note("report:downloaded", cycle_id, "cycle")
    return paper(content, name=report.file_name)
