"""Reading and downloading personal reports."""

from io import BytesIO
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.infra.db import transaction
from app.infra.pages import paper
from app.infra.settings import settings
from app.pdf.pages.personal import render
from app.people.guard import asking, requires
from app.reports import (
    views_action_plan,
    views_downloads,
    views_marks,
    views_numbers,
    views_overviews,
    views_results,
)
from app.reports.bundling import bundles_of
from app.reports.forms import FindForm
from app.reports.teams import cycles_with_team
from app.reports.views_common import bp, note
from app.reports.views_personal import opened_for_reader, report_page
from app.results import queries, services

MOST_LISTED: Final = 100
"""So many names of a quarter are listed; who may read more finds them by name."""

bp.register_blueprint(views_marks.bp)

__all__ = (
    "bp",
    "views_action_plan",
    "views_downloads",
    "views_numbers",
    "views_overviews",
    "views_results",
)


@bp.route("")
@requires(Permission.ACCOUNT_USE)
def index() -> ResponseReturnValue:
    """Every report the reader may open: the own ones first, then people's, by cycle."""
    mine = asking()
    form = FindForm(request.args)
    others = queries.readable_quarters(mine, wanted=form.q.data or "", most=MOST_LISTED)
    return render_template(
        "reports/index.html",
        own=queries.readable_reports(mine, subjects={mine.person_id}),
        others=others,
        is_long=any(quarter.total > MOST_LISTED for quarter in others),
        form=form,
        teams=cycles_with_team(others),
        bundles={bundle.cycle_id: bundle for bundle in bundles_of(mine.person_id)},
    )


@bp.route("/<int:cycle_id>/<int:subject_id>")
@requires(Permission.REPORT_READ)
def personal(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The report as a page."""
    return report_page(cycle_id, subject_id)


@bp.route("/<int:cycle_id>/<int:subject_id>.pdf")
@requires(Permission.REPORT_READ)
def download(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The report as a PDF file with a name that is understood a year later."""
    _, opened = opened_for_reader(cycle_id, subject_id)
    report = opened.report
    content = BytesIO(render(report, paper=settings().paper))
    note("report:downloaded", cycle_id, "personal")
    return paper(content, name=report.file_name)


@bp.route("/<int:cycle_id>/<int:subject_id>/comments/<comment_id>/report", methods=["POST"])
@requires(Permission.REPORT_READ)
def report_comment(cycle_id: int, subject_id: int, comment_id: str) -> ResponseReturnValue:
    """A reader reports an abusive comment; HR then sees this one text only."""
    _, opened = opened_for_reader(cycle_id, subject_id)
    report = opened.report
    if comment_id not in {comment.id for comment in (*report.keep, *report.try_next)}:
        abort(404)
    with transaction():
        services.report_comment(comment_id)
    flash("Thank you. HR will read this one comment and decide whether it is withheld.")
    return redirect(url_for("reports.personal", cycle_id=cycle_id, subject_id=subject_id))
