"""The company page and the board's: the newest quarter, or one of the earlier ones."""

from dataclasses import replace
from io import BytesIO
from math import ceil
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.charts import ranges
from app.cycles.models import Cycle
from app.cycles.queries import COUNTED, READABLE, cycle_by_id, newest_cycle
from app.domain.access import CompanyAccess, Permission
from app.domain.cycle import CycleState
from app.domain.enps.direct import LEANS
from app.domain.errors import NotFoundError
from app.domain.internal_services.comparing import clear_differences
from app.domain.reports.company import RANGE, unfolded, units_inside
from app.domain.reports.score_change import signed
from app.enps import company_charts, kept_pages, queries, views_projects
from app.enps.board import board_report
from app.infra import audit_readings
from app.infra.pages import page_number, paper
from app.infra.settings import settings
from app.pdf.pages import board as board_paper
from app.people.guard import asking, check, my_account, requires
from app.projects.queries import said_and_done
from app.service_results.queries import public_lines

bp = Blueprint("enps", __name__)
bp.register_blueprint(views_projects.bp)

_WORDS: Final = {
    "draw": company_charts,
    "ranges": ranges,
    "signed": signed,
    "about_range": RANGE,
    "leans": LEANS,
}
"""With what both pages draw and say their figures."""


@bp.route("/company")
@requires(Permission.COMPANY_READ)
def index() -> ResponseReturnValue:
    """The newest published quarter; HR sees it as soon as it is counted."""
    cycle = newest_cycle(COUNTED if asking().is_hr else READABLE)
    return render_template("enps/none.html") if cycle is None else _page(cycle)


@bp.route("/company/<int:cycle_id>")
@requires(Permission.COMPANY_READ)
def show(cycle_id: int) -> ResponseReturnValue:
    """One quarter."""
    return _page(cycle_by_id(cycle_id))


def _page(cycle: Cycle) -> str:
    _check(cycle)
    body = kept_pages.kept(cycle, lambda: Markup(_body(cycle)))  # noqa: S704 - ours  # nosec B704
    # What is done about what people said changes between two reviews: it is never kept.
    return render_template(
        "enps/company.html", cycle_name=cycle.name, body=body, projects=said_and_done()
    )


def _check(cycle: Cycle) -> None:
    check(Permission.COMPANY_READ, CompanyAccess(cycle.state is CycleState.PUBLISHED))


def _body(cycle: Cycle) -> str:
    """What the page says to everybody alike."""
    figures = queries.company_figures(cycle)
    lines = public_lines(cycle)
    return render_template(
        "enps/_company.html",
        figures=figures,
        units=unfolded(figures.units),
        services=lines,
        differences=clear_differences(lines),
        **_WORDS,
    )


@bp.route("/company/<int:cycle_id>/units/<int:number>")
@requires(Permission.COMPANY_READ)
def unit(cycle_id: int, number: int) -> ResponseReturnValue:
    """One unit of a large company and those inside it."""
    cycle = cycle_by_id(cycle_id)
    _check(cycle)
    found = units_inside(queries.unit_lines(cycle), number)
    if not found:
        raise NotFoundError("There is no such department on the company’s page.")
    below = unfolded(found[1:])
    return render_template(
        "enps/unit.html",
        cycle=cycle,
        units=(replace(found[0], inside=0), *below),
        folded=len(below) < len(found) - 1,
        **_WORDS,
    )


@bp.route("/company/<int:cycle_id>/comments")
@requires(Permission.COMPANY_READ)
def comments(cycle_id: int) -> ResponseReturnValue:
    """Everybody's comments about the company, page by page."""
    cycle, page = cycle_by_id(cycle_id), page_number()
    _check(cycle)
    total = queries.comment_count(cycle)
    return render_template(
        "enps/comments.html",
        cycle=cycle,
        comments=queries.comments_of(cycle, page=page),
        total=total,
        page=page,
        pages=max(1, ceil(total / queries.COMMENTS_PAGE)),
    )


@bp.route("/board")
@requires(Permission.BOARD_READ)
def board() -> ResponseReturnValue:
    """The newest published quarter for the board."""
    cycle = newest_cycle()
    return render_template("enps/none.html") if cycle is None else _board(cycle)


@bp.route("/board/<int:cycle_id>")
@requires(Permission.BOARD_READ)
def board_of(cycle_id: int) -> ResponseReturnValue:
    """One quarter for the board."""
    return _board(cycle_by_id(cycle_id))


def _board(cycle: Cycle) -> str:
    report = board_report(cycle)
    page = render_template(
        "enps/board.html",
        report=report,
        differences=clear_differences(report.services),
        projects=report.projects,
        **_WORDS,
    )
    _note("report:read", cycle.id)
    return page


@bp.route("/board/<int:cycle_id>.pdf")
@requires(Permission.BOARD_READ)
def download_board(cycle_id: int) -> ResponseReturnValue:
    """The same as a PDF file."""
    report = board_report(cycle_by_id(cycle_id))
    charts = company_charts.on_paper(report.figures)
    content = BytesIO(board_paper.render(report, charts=charts, paper=settings().paper))
    _note("report:downloaded", cycle_id)
    return paper(content, name=report.file_name)


def _note(tag: str, cycle_id: int) -> None:
    """Log that somebody of the board read or took the board's report."""
    audit_readings.note(tag, actor_id=my_account().id, cycle_id=cycle_id, kind="board")
