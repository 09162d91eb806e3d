"""The answer to “How is it going?”; only the person who planned something is asked."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.reports.action_plan import Going
from app.infra.db import transaction
from app.people.guard import requires
from app.reports import looking_back
from app.reports.own_part import own_part
from app.reports.views_common import bp

ANSWERS = {one.value: one for one in Going}


@bp.route("/<int:cycle_id>/plan/<int:statement>/going", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def going(cycle_id: int, statement: int) -> ResponseReturnValue:
    """Keep one of the three answers."""
    own_part(cycle_id)
    answer = ANSWERS.get(request.form.get("going", ""))
    if answer is None:
        abort(400)
    with transaction():
        looking_back.say(own_part(cycle_id), statement, answer)
    flash("Kept. Only you see it; it stands in your next report.")
    return redirect(url_for("home.index"))
