"""HR takes results of a published cycle along: the company's, and reports that they may read."""

import os
import tempfile

from flask import abort
from flask.typing import ResponseReturnValue

from app.cycles.queries import cycle_by_id
from app.domain.access import Permission
from app.domain.reports.contents import safe_name
from app.infra.db import transaction
from app.infra.pages import KINDS, paper
from app.infra.settings import settings
from app.people.guard import my_account, requires
from app.reports.results_files import WRITERS, note_taken, refuse_unpublished
from app.reports.views_common import bp
from app.results.queries import subjects_read_by


@bp.route("/<int:cycle_id>/results.<kind>")
@requires(Permission.CYCLE_REPORT_READ)
def take_results(cycle_id: int, kind: str) -> ResponseReturnValue:
    """Company and departments, and of persons only those whose report the reader may open."""
    if kind not in KINDS:
        abort(404)
    cycle = cycle_by_id(cycle_id)
    refuse_unpublished(cycle)
    name = f"Full Circle {safe_name(cycle.name)} - results.{kind}"
    with transaction():
        note_taken(cycle_by_id(cycle_id), kind, by=my_account().id)
    readable = subjects_read_by(my_account().id, cycle_id)
    file = tempfile.TemporaryFile(dir=settings().data_folder)  # noqa: SIM115 - the response closes it
    WRITERS[kind](cycle_by_id(cycle_id), file, only=readable, reader_id=my_account().id)
    file.seek(0, os.SEEK_SET)
    return paper(file, name=name, kind=KINDS[kind])
