"""HR's page about the numbers of one cycle: where they come from, and how far they reach."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.charts.split import ROLES, split_bar
from app.charts.svg import svg
from app.cycles.queries import cycle_by_id
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.reports.about_numbers import AboutNumbers
from app.people.guard import requires
from app.reports.kept_figures import about_numbers
from app.reports.views_common import bp, note


@bp.route("/cycle/<int:cycle_id>/numbers")
@requires(Permission.CYCLE_REPORT_READ)
def numbers(cycle_id: int) -> ResponseReturnValue:
    """About these numbers."""
    cycle = cycle_by_id(cycle_id)
    about = about_numbers(cycle) if cycle.state is CycleState.PUBLISHED else None
    if about is None:
        raise WrongStateError(f"There is nothing to say about the numbers of {cycle.name}.")
    shares = tuple(percent for _, percent, _ in about.parts)
    page = render_template(
        "reports/numbers.html",
        about=about,
        cycle_id=cycle_id,
        picture=svg(split_bar(shares, title=_in_words(about))) if shares else None,
        roles=ROLES,
    )
    note("report:read", cycle_id, "cycle")
    return page


def _in_words(about: AboutNumbers) -> str:
    return ", ".join(f"{name} {percent} %" for name, percent, _ in about.parts)
