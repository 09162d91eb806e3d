"""The planned reminders of a cycle: on or off, in HR's own words, each with a preview."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.cycles import queries as cycles
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.infra.db import transaction
from app.lifecycle.views_ask_first import in_state, status
from app.people.guard import me, requires
from app.reminders import schedule
from app.reminders import services as reminders
from app.reminders.forms import RemindersForm

bp = Blueprint("reminders", __name__)


@bp.route("/<int:cycle_id>/reminders", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def plan(cycle_id: int) -> ResponseReturnValue:
    """Show what is sent when, and keep how HR wants it to be."""
    cycle = in_state(cycle_id, CycleState.DRAFT, CycleState.OPEN)
    form = RemindersForm.of(schedule.words_of(cycle))
    if form.validate_on_submit():
        with transaction():
            schedule.keep_words(cycles.cycle_by_id(cycle_id), form.words)
        flash("The reminders are saved. Below you see them as people get them.")
        return redirect(url_for("lifecycle.reminders.plan", cycle_id=cycle_id))
    previews = {
        one.kind: reminders.planned(me(), cycle, one.kind, one.words)
        for one in schedule.scheduled(cycle)
    }
    page = render_template(
        "lifecycle/reminders.html",
        cycle=cycle,
        form=form,
        scheduled=schedule.scheduled(cycle),
        previews=previews,
    )
    return page, status(form.faults)
