"""Going on with an older backup of the database: one of HR asks, another one agrees."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.infra.db import transaction
from app.lifecycle import transition_words
from app.lifecycle.count import restoring
from app.lifecycle.forms import StepForm
from app.people import two_person_requests
from app.people.guard import my_account, requires
from app.people.models import Act
from app.people.second_confirmation import hr_people_that_count

bp = Blueprint("backup", __name__, url_prefix="/backup")


@bp.route("/go-on", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def go_on() -> ResponseReturnValue:
    """Say what is lost and ask once; where HR has two people the second one agrees here."""
    asked = two_person_requests.find(Act.GO_ON_WITH_BACKUP, restoring.WHOLE_COMPANY)
    if asked and asked.needs_second_person(my_account().id):
        return redirect(url_for("lifecycle.requests.index"))
    form = StepForm()
    if form.validate_on_submit():
        word = form.word.data or ""
        with transaction():
            is_done = restoring.go_on_with_backup(by=my_account().id, reason=word, word=word)
        flash(
            "People can go on with what is there. Please ask them to look through their answers."
            if is_done
            else "Noted. Nothing happens until somebody else of HR agrees."
        )
        return redirect(url_for("desk.show"))
    step = transition_words.going_on_with_backup(
        restoring.losses(),
        asked_by=asked.asker if asked else "",
        waits=asked is None and hr_people_that_count().need_two,
    )
    return render_template("lifecycle/backup.html", step=step, form=form)
