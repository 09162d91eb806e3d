"""What waits for a second person of HR: one page of open requests, and refusing one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.infra.db import transaction
from app.lifecycle import open_requests
from app.lifecycle.forms import RefuseForm
from app.people import two_person_requests
from app.people.guard import my_account, requires

bp = Blueprint("requests", __name__, url_prefix="/requests")


@bp.route("")
@requires(Permission.CYCLE_RUN)
def index() -> ResponseReturnValue:
    """Everything that one person of HR asked for and another one has not agreed to yet."""
    return render_template("lifecycle/requests.html", waiting=open_requests.waiting())


@bp.route("/<int:request_id>/refuse", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def refuse(request_id: int) -> ResponseReturnValue:
    """Ask once and for a word of explanation, then refuse a request or withdraw one's own."""
    asked, form = open_requests.by_id(request_id), RefuseForm()
    to, is_mine = open_requests.in_words(asked), asked.asked_by == my_account().id
    if not form.validate_on_submit():
        return render_template(
            "lifecycle/refuse.html", asked=asked, to=to, is_mine=is_mine, form=form
        )
    with transaction():
        word, asked = form.word.data or "", open_requests.held(request_id)
        two_person_requests.refuse(asked, by=my_account().id, to=to, word=word)
    flash(f"{'Withdrawn' if is_mine else 'Refused'}: to {to}. It does not happen.")
    return redirect(url_for("lifecycle.requests.index"))
