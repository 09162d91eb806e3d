"""Somebody's own wish, before a review opens, not to be rated in it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cycles import not_rated
from app.domain.access import Permission
from app.infra.db import transaction
from app.people.guard import my_account, requires

bp = Blueprint("not_rated", __name__, url_prefix="/account/not-rated")


@bp.route("/<int:cycle_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def wish(cycle_id: int) -> ResponseReturnValue:
    """Say what it means, and keep the wish or take it back; it holds without anybody's consent."""
    mine = my_account().id
    cycle, entry = not_rated.planned_entry(cycle_id, mine)
    if request.method != "POST":
        return render_template("home/not_rated.html", cycle=cycle, entry=entry)
    again = request.form.get("wish") == "again"
    with transaction():
        (not_rated.ask_to_be_rated if again else not_rated.ask_not_to_be_rated)(cycle_id, mine)
    flash(
        f"Colleagues are asked about you in {cycle.name}, as about everybody."
        if again
        else f"Nobody is asked about you in {cycle.name}, and no report is made."
    )
    return redirect(url_for("home.index"))
