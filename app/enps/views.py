"""The company page and the board's: the newest quarter, or one of the earlier ones."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.charts import ranges
from app.cycles.facts import CycleFacts
from app.cycles.models import Cycle
from app.cycles.queries import (
    COUNTED,
    READABLE,
    cycle_by_id,
    facts_by_id,
    newest_cycle,
    newest_facts,
)
from app.domain.access import CompanyAccess, Permission, is_allowed
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.domain.internal_services.comparing import clear_differences, kept_apart
from app.domain.projects.sources import service_figure
from app.domain.reports.board import BoardReport
from app.domain.reports.company import RANGE, UnitLine, unfolded
from app.domain.reports.contents import safe_name
from app.domain.reports.score_change import signed
from app.domain.statistics.differences import CHANGE_IN_WORDS
from app.domain.unit_questions.asked import UnitQuestion
from app.enps import company_charts, kept_pages, queries, views_projects, views_services
from app.enps.board import board_report, projects_told
from app.enps.figures_files import WRITERS, tables_of
from app.enps.project_charts import before_and_since
from app.infra import audit_readings
from app.infra.pages import KINDS, page_number, paper
from app.infra.settings import settings
from app.pdf.letterhead import letterhead
from app.pdf.pages import board as board_paper
from app.people.guard import asking, check, my_account, requires
from app.projects.queries import in_short, lines_seen_by, said_and_done, told_together
from app.service_results.queries import service_lines
from app.unit_answers.queries import access_to, question_of

bp = Blueprint("enps", __name__)
bp.register_blueprint(views_projects.bp)
bp.register_blueprint(views_services.bp)

_WORDS: Final = {
    "in_words": CHANGE_IN_WORDS,
    "figure_of": service_figure,
    "draw": company_charts,
    "ranges": ranges,
    "signed": signed,
    "about_range": RANGE,
    "acts": False,
    "folded": frozenset[int](),
}
"""With what both pages draw and say their figures."""


@bp.route("/company")
@requires(Permission.COMPANY_READ)
def index() -> ResponseReturnValue:
    """The newest published quarter; HR sees it as soon as it is counted."""
    cycle = newest_facts(COUNTED if asking().is_hr else READABLE)
    return render_template("enps/none.html") if cycle is None else _page(cycle)


@bp.route("/company/<int:cycle_id>")
@requires(Permission.COMPANY_READ)
def show(cycle_id: int) -> ResponseReturnValue:
    """One quarter."""
    return _page(facts_by_id(cycle_id))


@dataclass(frozen=True)
class _Kept:
    """What a quarter's page says to everybody alike, or to all who may begin improvements."""

    story: Markup
    rest: Markup
    comments: tuple[queries.SaidComment, ...]
    comment_count: int


def _page(cycle: CycleFacts) -> str:
    _check(cycle)
    acts = _acts_on(cycle)
    name = "acts" if acts else "reads"
    kept = kept_pages.kept(cycle, name, lambda: _written(cycle_by_id(cycle.id), acts=acts))
    # What is done about what people said changes between two reviews: it is never kept.
    return render_template(
        "enps/company.html",
        cycle=cycle,
        page=kept,
        comments=queries.comment_lines(kept.comments, asking()),
        projects=told_together(said_and_done(until=cycle)),
        before_and_since=before_and_since,
        acts=acts,
    )


def _acts_on(cycle: Cycle | CycleFacts) -> bool:
    """Whether the reader may begin improvements from what this page says: from the newest only."""
    if not is_allowed(asking(), Permission.PROJECT_BEGIN):
        return False
    newest = newest_facts()
    return newest is not None and newest.id == cycle.id


def _check(cycle: Cycle | CycleFacts) -> None:
    check(Permission.COMPANY_READ, CompanyAccess(cycle.state is CycleState.PUBLISHED))


def _written(cycle: Cycle, *, acts: bool) -> _Kept:
    every = service_lines(cycle)
    lines = [one for one in every if not one.is_a_person]
    shown = {
        "figures": (figures := queries.company_figures(cycle)),
        "services": lines,
        "kept_apart": kept_apart(every),
        "differences": clear_differences(lines),
        "company": settings().company_name if settings().is_named else "Company",
        **_WORDS,
        **_units_shown(figures.units),
        "acts": acts,
    }
    return _Kept(
        story=Markup(render_template("enps/_story.html", **shown)),  # noqa: S704 - ours  # nosec B704
        rest=Markup(render_template("enps/_rest.html", **shown)),  # noqa: S704 - ours  # nosec B704
        comments=queries.comments_of(cycle, most=queries.COMMENTS_FIRST),
        comment_count=queries.comment_count(cycle),
    )


@bp.route("/company/<int:cycle_id>/units/<int:number>")
@requires(Permission.COMPANY_READ)
def unit(cycle_id: int, number: int) -> ResponseReturnValue:
    """One department: its score and how it came there, and the departments inside it."""
    cycle = cycle_by_id(cycle_id)
    _check(cycle)
    lines = kept_pages.kept(cycle, "units", lambda: queries.unit_lines(cycle))
    figures = queries.unit_figures(cycle, lines, number)
    return render_template(
        "enps/unit.html",
        figures=figures,
        question=_question_of(cycle, number),
        **(_WORDS | _units_shown(figures.inside)),
    )


def _question_of(cycle: Cycle, number: int) -> UnitQuestion | None:
    """What the department was asked by its manager, for those who read the answers."""
    question = question_of(cycle.id, number)
    if question is None:
        return None
    access = access_to(cycle, question)
    return question if is_allowed(asking(), Permission.UNIT_ANSWERS_READ, access) else None


def _units_shown(units: Sequence[UnitLine]) -> dict[str, object]:
    """The units that a table names, and those among them whose own page lists what is inside."""
    shown = unfolded(units)
    is_folded = len(shown) < len(units)
    folded = {one.number for one in shown if is_folded and one.inside}
    return {"units": shown, "folded": folded}


@bp.route("/company/<int:cycle_id>/figures.<kind>")
@requires(Permission.COMPANY_READ)
def take_figures(cycle_id: int, kind: str) -> ResponseReturnValue:
    """What the page of that quarter says, as a file for spreadsheets or for other programs."""
    cycle = cycle_by_id(cycle_id)
    _check(cycle)
    if kind not in WRITERS:
        raise NotFoundError("The company’s figures come as CSV or as a spreadsheet.")
    tables = list(tables_of(cycle))  # before there is a file: it may refuse
    file = tempfile.TemporaryFile(dir=settings().data_folder)  # noqa: SIM115 - the response closes it
    WRITERS[kind](tables, file)
    file.seek(0)
    name = f"Full Circle {safe_name(f'{cycle.name} - company')}.{kind}"
    return paper(file, name=name, kind=KINDS[kind])


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
        comments=queries.comment_lines(queries.comments_of(cycle, page=page), asking()),
        acts=_acts_on(cycle),
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
    report = _board_report(cycle)
    is_newest = (newest := newest_cycle()) is not None and newest.id == cycle.id
    page = render_template(
        "enps/board.html",
        report=report,
        kept_apart=report.kept_apart,
        improvements=in_short(lines_seen_by(asking())) if is_newest else "",
        differences=clear_differences(report.services),
        projects=told_together(said_and_done(until=cycle)),
        before_and_since=before_and_since,
        **(_WORDS | _units_shown(report.units)),
    )
    _note("report:read", cycle.id)
    return page


def _board_report(cycle: Cycle) -> BoardReport:
    """The board's report, of which only what is done about it changes after publishing."""
    report = kept_pages.kept(cycle, "board", lambda: board_report(cycle))
    return replace(report, projects=projects_told(cycle))


@bp.route("/board/<int:cycle_id>.pdf")
@requires(Permission.BOARD_READ)
def download_board(cycle_id: int) -> ResponseReturnValue:
    """The same as a PDF file."""
    report = _board_report(cycle_by_id(cycle_id))
    charts = company_charts.on_paper(report.figures)
    content = BytesIO(board_paper.render(report, charts=charts, letterhead=letterhead()))
    _note("report:downloaded", cycle_id)
    return paper(content, name=report.file_name)


def _note(tag: str, cycle_id: int) -> None:
    """Log that somebody of the board read or took the board's report."""
    audit_readings.note(tag, actor_id=my_account().id, cycle_id=cycle_id, kind="board")
