"""Pages on which somebody takes several reports along: at once, or as volumes made meanwhile."""

import os
import tempfile
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.access import Permission, ReportsAccess
from app.infra.db import transaction
from app.infra.pages import paper
from app.infra.settings import settings
from app.people.guard import asking, check, my_account, requires
from app.reports import bundling
from app.reports.jobs import make_volumes
from app.reports.models import ReportBundle
from app.reports.views_common import bp, note
from app.reports.volumes import PER_VOLUME, Choice, volume_name, write_volume
from app.results.queries import subjects_read_by

AT_ONCE: Final = 40
"""So many reports are written while their reader waits; more are made in the background."""
ZIP: Final = "application/zip"


@bp.route("/<int:cycle_id>/zip", methods=["POST"])
@requires(Permission.REPORTS_TAKE)
def take(cycle_id: int) -> ResponseReturnValue:
    """Everything of this cycle that the reader may read about others, as a ZIP."""
    cycle = cycle_by_id(cycle_id)
    subject_ids = subjects_read_by(my_account().id, cycle.id, most=AT_ONCE + 1)
    check(Permission.REPORTS_TAKE, ReportsAccess(my_account().id, has_reports=bool(subject_ids)))
    if len(subject_ids) <= AT_ONCE:
        return _at_once(cycle, subject_ids)
    reader_id = my_account().id
    with transaction():
        bundle_id = bundling.ask(cycle_by_id(cycle_id), reader_id=reader_id).id
    make_volumes()
    return redirect(url_for("reports.bundle", bundle_id=bundle_id))


def _at_once(cycle: Cycle, subject_ids: list[int]) -> ResponseReturnValue:
    """Write the ZIP into a file without a name, and hand it over."""
    name, cycle_id = volume_name(cycle), cycle.id
    file = tempfile.TemporaryFile(dir=settings().data_folder)  # noqa: SIM115 - the response closes it
    write_volume(file, Choice(cycle_id, subject_ids, asking()))
    file.seek(0, os.SEEK_SET)
    note("report:downloaded", cycle_id, "zip")
    return paper(file, name=name, kind=ZIP)


@bp.route("/bundles/<int:bundle_id>")
@requires(Permission.REPORTS_TAKE)
def bundle(bundle_id: int) -> ResponseReturnValue:
    """How far the volumes are, and those that can be fetched."""
    found = _bundle_of_reader(bundle_id)
    return render_template(
        "reports/bundle.html",
        bundle=found,
        cycle=cycle_by_id(found.cycle_id),
        until=found.asked_at + bundling.KEPT_FOR,
        is_stuck=found.attempts >= bundling.LAST_ATTEMPT,
        per_volume=PER_VOLUME,
    )


@bp.route("/bundles/<int:bundle_id>/<int:volume>.zip")
@requires(Permission.REPORTS_TAKE)
def fetch_volume(bundle_id: int, volume: int) -> ResponseReturnValue:
    """One finished volume; one that got lost is made again."""
    found = _bundle_of_reader(bundle_id)
    file = bundling.file_of(found, volume)
    if not file.exists():
        with transaction():
            bundling.begin_again(bundling.bundle_by_id(bundle_id))
        make_volumes()
        flash("This file is no longer on the server. It is being made again.", "warning")
        return redirect(url_for("reports.bundle", bundle_id=bundle_id))
    cycle, volumes = cycle_by_id(found.cycle_id), found.volumes
    name, cycle_id = volume_name(cycle, volume=volume, volumes=volumes), cycle.id
    note("report:downloaded", cycle_id, "zip")
    return paper(str(file.resolve()), name=name, kind=ZIP)


@bp.route("/bundles/<int:bundle_id>/cancel", methods=["POST"])
@requires(Permission.REPORTS_TAKE)
def cancel_bundle(bundle_id: int) -> ResponseReturnValue:
    """Stop making volumes, and delete those that are there."""
    _bundle_of_reader(bundle_id)
    with transaction():
        bundling.discard([bundling.bundle_by_id(bundle_id)])
    flash("Cancelled. What was put together is deleted; the reports themselves stay.")
    return redirect(url_for("reports.index"))


def _bundle_of_reader(bundle_id: int) -> ReportBundle:
    found = bundling.bundle_by_id(bundle_id)
    check(Permission.REPORTS_TAKE, ReportsAccess(found.reader_id, has_reports=True))
    return found
