"""What services are told: a page for everybody, and one for each service's owner and HR."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.charts import ranges
from app.cycles.models import Cycle
from app.cycles.queries import COUNTED, READABLE, cycle_by_id, hr_at_opening, newest_cycle
from app.domain.access import CompanyAccess, Permission, ServiceAccess, is_allowed
from app.domain.cycle import CycleState
from app.domain.internal_services.comparing import ServiceLine, clear_differences, kept_apart
from app.domain.projects.sources import service_figure
from app.domain.reports.score_change import signed
from app.domain.statistics.differences import CHANGE_IN_WORDS
from app.people.guard import asking, check, requires, wait_for_an_objection
from app.projects.queries import ProjectLine, held_against
from app.service_results import queries

bp = Blueprint("services", __name__, url_prefix="/services")


@bp.before_request
def _wait() -> ResponseReturnValue | None:
    """An account in new hands reads no service's own page yet, as it reads no report."""
    return wait_for_an_objection() if request.endpoint == "enps.services.show" else None


@bp.route("")
@requires(Permission.COMPANY_READ)
def index() -> ResponseReturnValue:
    """The services of the newest published quarter, beside each other and without a ranking."""
    cycle = newest_cycle(COUNTED if asking().is_hr else READABLE)
    return render_template("service_results/none.html") if cycle is None else _page(cycle)


@bp.route("/<int:cycle_id>")
@requires(Permission.COMPANY_READ)
def of_cycle(cycle_id: int) -> ResponseReturnValue:
    """The services of one quarter."""
    return _page(cycle_by_id(cycle_id))


def _page(cycle: Cycle) -> str:
    check(Permission.COMPANY_READ, CompanyAccess(cycle.state is CycleState.PUBLISHED))
    every = queries.service_lines(cycle)
    lines = [one for one in every if not one.is_a_person]
    actor, of_hr = asking(), hr_at_opening(cycle.id)
    is_published = cycle.state is CycleState.PUBLISHED
    mine = [
        one
        for one in every
        if is_allowed(
            actor,
            Permission.SERVICE_READ,
            ServiceAccess(queries.readers_of(cycle, one.id), of_hr, is_published),
        )
    ]
    return render_template(
        "service_results/index.html",
        cycle=cycle,
        lines=lines,
        kept_apart=kept_apart(every),
        mine=mine,
        differences=clear_differences(lines),
        improvements=_improvements(cycle, lines),
        acts=_acts_on(cycle),
        figure_of=service_figure,
        in_words=CHANGE_IN_WORDS,
        signed=signed,
        ranges=ranges,
    )


def _improvements(cycle: Cycle, lines: Sequence[ServiceLine]) -> dict[str, list[ProjectLine]]:
    """What improvements did to the figures of some services, by the key of the figure.

    An improvement is held against several quarters together, up to the newest: beside an
    earlier quarter’s figures it would say something of another time.
    """
    newest = newest_cycle()
    if newest is None or newest.id != cycle.id:
        return {}
    keys = [service_figure(line.id, text) for line in lines for text in line.statements]
    return held_against(keys, asking())


def _acts_on(cycle: Cycle, reader_ids: frozenset[int] = frozenset()) -> bool:
    """Whether the reader may begin improvements from this page: from the newest quarter only."""
    newest = newest_cycle()
    is_published = cycle.state is CycleState.PUBLISHED
    access = ServiceAccess(reader_ids, frozenset(), is_published)
    return (
        newest is not None
        and newest.id == cycle.id
        and is_allowed(asking(), Permission.PROJECT_BEGIN, access)
    )


@bp.route("/<int:cycle_id>/<int:service_id>")
@requires(Permission.SERVICE_READ)
def show(cycle_id: int, service_id: int) -> ResponseReturnValue:
    """One service in full, for whoever answers for it and HR."""
    cycle = cycle_by_id(cycle_id)
    readers = queries.readers_of(cycle, service_id)
    is_published = cycle.state is CycleState.PUBLISHED
    check(Permission.SERVICE_READ, ServiceAccess(readers, hr_at_opening(cycle_id), is_published))
    line = next((one for one in queries.service_lines(cycle) if one.id == service_id), None)
    if line is None:
        abort(404)
    return render_template(
        "service_results/show.html",
        cycle=cycle,
        line=line,
        comments=queries.comments_about(cycle, service_id),
        improvements=_improvements(cycle, [line]),
        acts=_acts_on(cycle, readers),
        figure_of=service_figure,
        in_words=CHANGE_IN_WORDS,
        signed=signed,
        ranges=ranges,
    )
