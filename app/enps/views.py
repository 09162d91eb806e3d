"""The company page: the newest quarter, or one of the earlier ones."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.access import CompanyAccess, Permission
from app.domain.company import signed
from app.domain.cycle import CycleState
from app.enps import pages, queries
from app.people.guard import check, me, requires

bp = Blueprint("enps", __name__, url_prefix="/company")


@bp.route("")
@requires(Permission.COMPANY_READ)
def index() -> ResponseReturnValue:
    """The newest published quarter; HR sees it as soon as it is counted."""
    cycle = queries.newest_cycle(queries.COUNTED if me().is_hr else queries.READABLE)
    return render_template("enps/none.html") if cycle is None else _page(cycle)


@bp.route("/<int:cycle_id>")
@requires(Permission.COMPANY_READ)
def show(cycle_id: int) -> ResponseReturnValue:
    """One quarter."""
    return _page(cycle_by_id(cycle_id))


def _page(cycle: Cycle) -> str:
    check(Permission.COMPANY_READ, CompanyAccess(cycle.state is CycleState.PUBLISHED))
    figures = queries.company_figures(cycle)
    return render_template("enps/company.html", figures=figures, draw=pages, signed=signed)
