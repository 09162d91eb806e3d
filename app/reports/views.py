"""Reading and downloading personal reports."""

from collections.abc import Iterable
from io import BytesIO
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission, is_allowed
from app.infra.db import transaction
from app.infra.pages import paper
from app.pdf.letterhead import letterhead
from app.pdf.pages.personal import render
from app.people.guard import asking, my_account, requires
from app.reports import (
    views_action_plan,
    views_downloads,
    views_look_back,
    views_marks,
    views_numbers,
    views_overviews,
    views_results,
    views_talks,
)
from app.reports.bundling import bundles_of
from app.reports.forms import FindForm
from app.reports.views_common import bp, note
from app.reports.views_personal import opened_for_reader, report_page
from app.results import queries, services
from app.results.dossiers import dossiers
from app.results.readers import subjects_talked_with
from app.results.teams import cycles_with_team

MOST_LISTED: Final = 100
"""So many names of a quarter are listed; who may read more finds them by name."""

bp.register_blueprint(views_marks.bp)

__all__ = (
    "bp",
    "views_action_plan",
    "views_downloads",
    "views_look_back",
    "views_numbers",
    "views_overviews",
    "views_results",
    "views_talks",
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
        talks=_cycles_with_talks(quarter.cycle_id for quarter in others),
        bundles={bundle.cycle_id: bundle for bundle in bundles_of(mine.person_id)},
    )


def _cycles_with_talks(cycle_ids: Iterable[int]) -> set[int]:
    """The cycles of which the actor leads talks; HR may read without leading any."""
    mine = asking()
    if not mine.is_hr:
        return set(cycle_ids)
    return {one for one in cycle_ids if subjects_talked_with(mine, one)}


@bp.route("/<int:cycle_id>/<int:subject_id>")
@requires(Permission.REPORT_READ)
def personal(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The report as a page."""
    return report_page(cycle_id, subject_id)


@bp.route("/<int:cycle_id>/own")
@requires(Permission.ACCOUNT_USE)
def own(cycle_id: int) -> ResponseReturnValue:
    """On to the actor's own report, or to the list where there is none: e-mails lead here."""
    found = dossiers(cycle_id, [my_account().id], reader=asking())
    if not any(is_allowed(asking(), Permission.REPORT_READ, each.access) for each in found):
        return redirect(url_for("reports.index"))
    return redirect(url_for("reports.personal", cycle_id=cycle_id, subject_id=my_account().id))


@bp.route("/<int:cycle_id>/<int:subject_id>.pdf")
@requires(Permission.REPORT_READ)
def download(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """The report as a PDF file with a name that is understood a year later."""
    _, opened = opened_for_reader(cycle_id, subject_id)
    report = opened.report
    content = BytesIO(render(report, letterhead=letterhead()))
    note("report:downloaded", cycle_id, "personal")
    return paper(content, name=report.file_name)


@bp.route("/<int:cycle_id>/<int:subject_id>/comments/report", methods=["POST"])
@requires(Permission.REPORT_READ)
def report_comment(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """A reader says that something is wrong with a comment; HR then sees this one text only."""
    _, opened = opened_for_reader(cycle_id, subject_id)
    report = opened.report
    comment_id = request.form.get("comment", "")
    if comment_id not in {comment.id for comment in (*report.keep, *report.try_next)}:
        abort(404)
    with transaction():
        services.report_comment(comment_id)
    flash("Thank you. HR will read this one comment and decide whether it is withheld.")
    return redirect(url_for("reports.personal", cycle_id=cycle_id, subject_id=subject_id))
