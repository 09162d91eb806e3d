"""A quarter that was kept in another tool, brought in from the browser and counted."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import PlanRefusedError
from app.infra.db import transaction
from app.lifecycle.count import history_import
from app.lifecycle.count.history_import import HistoryRefusedError, PastQuarter
from app.lifecycle.forms import HistoryForm
from app.people.guard import my_account, requires
from app.questionnaires.queries import all_versions

bp = Blueprint("history", __name__, url_prefix="/import")
UNPROCESSABLE = 422


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def bring_in() -> ResponseReturnValue:
    """Take both files, count them, and keep what may be shown; or say every fault of them."""
    form = HistoryForm()
    faults: list[str] = []
    form.version.choices = _versions()
    if form.is_submitted():
        faults, cycle_id = _imported(form)
        if cycle_id is not None:
            flash(
                "The quarter is counted. Delete the files now: there it still says who answered "
                "what. Publish it when you have looked at its figures."
            )
            return redirect(url_for("lifecycle.show", cycle_id=cycle_id))
    page = render_template("lifecycle/history.html", form=form, faults=faults)
    return page, UNPROCESSABLE if faults else 200


def _versions() -> list[tuple[int, str]]:
    versions = [(one.version, f"{one.name}, version {one.version}") for one in all_versions()]
    return versions or [(1, "The questionnaire as it is now")]


def _imported(form: HistoryForm) -> tuple[list[str], int | None]:
    """Count what was sent: the faults that stop it, or the new cycle's id."""
    if not form.validate():
        return form.faults, None
    name = form.name.data or ""
    closed_on: date | None = form.closed_on.data or history_import.closing_day(name)
    if closed_on is None:
        return [
            f"{name} names no quarter, such as 2025 Q3; please say on which day it closed."
        ], None
    enps = form.enps.data.read() if form.enps.data else None
    try:
        with transaction():
            history = history_import.read_history(form.reviews.data.read(), enps)
            quarter = PastQuarter(name, closed_on, form.version.data)
            cycle = history_import.import_quarter(quarter, history, by=my_account().id)
            return [], cycle.id
    except HistoryRefusedError as refusal:
        return refusal.sentences, None
    except PlanRefusedError as refusal:
        return refusal.faults, None
