"""The fill-in: from the task list to "sent", one page at a time and without scripts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.people.guard import requires

bp = Blueprint("ballots", __name__, url_prefix="/review")


@bp.route("/")
@requires(Permission.BALLOT_FILL)
def index() -> ResponseReturnValue:
    """The task list."""
    return render_template("errors/error.html", title="Your review", message="")


@bp.route("/promise")
@requires(Permission.BALLOT_FILL)
def promise() -> ResponseReturnValue:
    """What raters are promised."""
    return render_template("errors/error.html", title="The promise", message="")
