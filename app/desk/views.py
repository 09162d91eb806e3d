"""HR's desk, and what machines that watch over the app ask."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.desk import queries, views_company
from app.domain.access import Permission
from app.infra import clock, readiness
from app.lifecycle import jobs, turnout
from app.people.guard import my_account, public, requires

bp = Blueprint("desk", __name__)
bp.register_blueprint(views_company.bp)
UNAVAILABLE = 503


@bp.route("/desk")
@requires(Permission.CYCLE_RUN)
def show() -> ResponseReturnValue:
    """HR's desk: what needs doing, and where the cycle stands."""
    desk = queries.desk(my_account().id)
    if desk.cycle and turnout.is_due(desk.cycle):
        jobs.add_up_turnout(desk.cycle.id)
    for cycle_id in desk.to_work_out:
        jobs.work_out_plan(cycle_id)
    return render_template("desk/show.html", desk=desk, now=clock.now())


@bp.route("/desk/more")
@requires(Permission.CYCLE_RUN)
def more() -> ResponseReturnValue:
    """Everything of HR that is not needed every day."""
    return render_template("desk/more.html")


@bp.route("/health")
@public
def health() -> ResponseReturnValue:
    """What HR's desk says about machines, for machines: 503 when a duty is overdue."""
    overdue, answers = [], readiness.database_answers()
    if answers:
        try:
            overdue = queries.overdue()
        except SQLAlchemyError:  # such as a database without our tables
            answers = False
    is_well = answers and not overdue
    said = {"ok": is_well, "database": "ok" if answers else "does not answer", "overdue": overdue}
    return jsonify(said), 200 if is_well else UNAVAILABLE


@bp.route("/ready")
@public
def ready() -> ResponseReturnValue:
    """Whether this web process may be given requests; 503 until then."""
    faults = readiness.faults()
    return jsonify(ready=not faults, faults=faults), UNAVAILABLE if faults else 200
