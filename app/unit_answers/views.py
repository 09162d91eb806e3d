"""What people answered to their department's question: for whoever asked, and HR."""

from io import BytesIO
from math import ceil
from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.charts import ranges
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.access import Permission
from app.domain.reports.contents import safe_name
from app.domain.reports.score_change import signed
from app.domain.statistics.differences import CHANGE_IN_WORDS
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.pages import KINDS, page_number, paper
from app.people.guard import asking, check, requires, wait_for_an_objection
from app.unit_answers import queries
from app.unit_answers.export import WRITERS, record_of

bp = Blueprint("unit_answers", __name__, url_prefix="/unit-answers")

PAGE: Final = 50
"""Questions on one page."""
bp.before_request(wait_for_an_objection)


@bp.route("")
@requires(Permission.ACCOUNT_USE)
def index() -> ResponseReturnValue:
    """Every question whose answers one may read, the newest quarter first, page by page."""
    answered, page = queries.read_by(asking()), page_number()
    return render_template(
        "unit_answers/index.html",
        answered=answered[PAGE * (page - 1) : PAGE * page],
        page=page,
        pages=max(1, ceil(len(answered) / PAGE)),
    )


@bp.route("/<int:cycle_id>/<int:unit>")
@requires(Permission.UNIT_ANSWERS_READ)
def show(cycle_id: int, unit: int) -> ResponseReturnValue:
    """One department's answers."""
    cycle, question = _readable(cycle_id, unit)
    return render_template(
        "unit_answers/show.html",
        cycle=cycle,
        line=queries.answer_line(cycle, question),
        signed=signed,
        ranges=ranges,
        in_words=CHANGE_IN_WORDS,
    )


@bp.route("/<int:cycle_id>/<int:unit>/answers.<kind>")
@requires(Permission.UNIT_ANSWERS_READ)
def take(cycle_id: int, unit: int, kind: str) -> ResponseReturnValue:
    """What that page says as a file, for spreadsheets or for other programs."""
    cycle, question = _readable(cycle_id, unit)
    if kind not in WRITERS:
        abort(404)
    file = BytesIO()
    WRITERS[kind](record_of(cycle, question), file)
    name = safe_name(f"{cycle.name} - {question.unit_name}")
    return paper(BytesIO(file.getvalue()), name=f"Full Circle {name}.{kind}", kind=KINDS[kind])


def _readable(cycle_id: int, unit: int) -> tuple[Cycle, UnitQuestion]:
    """A question whose answers whoever is asking may read."""
    cycle = cycle_by_id(cycle_id)
    question = queries.question_of(cycle_id, unit)
    if question is None:
        abort(404)
    check(Permission.UNIT_ANSWERS_READ, queries.access_to(cycle, question))
    return cycle, question
