"""HR's page about the numbers of one cycle: where they come from, and how far they reach."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.charts.split import split_bar
from app.charts.svg import svg
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.about_numbers import AboutNumbers, careless_sentences, typical_half_width
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.release import Shown
from app.infra.db import db
from app.people.guard import requires
from app.reports.blueprint import bp, note
from app.results.models import AboutCycle, StatementScore, View
from app.results.released import score_of


@bp.route("/cycle/<int:cycle_id>/numbers")
@requires(Permission.CYCLE_REPORT_READ)
def numbers(cycle_id: int) -> ResponseReturnValue:
    """About these numbers."""
    about = about_numbers(cycle_by_id(cycle_id))
    bar = tuple((name, percent) for name, percent, _ in about.parts)
    picture = svg(split_bar(bar, title=_in_words(about))) if bar else None
    page = render_template("reports/numbers.html", about=about, cycle_id=cycle_id, picture=picture)
    note("report:read", cycle_id, "cycle")
    return page


def about_numbers(cycle: Cycle) -> AboutNumbers:
    """What is told of a published cycle's numbers. Raises WrongStateError for any other."""
    found = db.session.get(AboutCycle, cycle.id)
    if cycle.state is not CycleState.PUBLISHED or found is None:
        raise WrongStateError(f"There is nothing to say about the numbers of {cycle.name}.")
    split = (found.share_rater, found.share_person, found.share_rest)
    return AboutNumbers(
        cycle_name=cycle.name,
        adjustment=found.adjustment,
        split=None if None in split else split,  # type: ignore[arg-type]
        reliability=found.reliability,
        half_width=typical_half_width(_released_scores(cycle)),
        careless=careless_sentences(
            uniform=found.uniform,
            inconsistent=found.inconsistent,
            retaliating=found.retaliating,
        ),
    )


def _released_scores(cycle: Cycle) -> list[Shown]:
    rows = db.session.execute(
        select(
            StatementScore.mean,
            StatementScore.grain,
            StatementScore.low,
            StatementScore.high,
            StatementScore.hidden,
        ).where(
            StatementScore.cycle_id == cycle.id,
            StatementScore.view == View.COLLEAGUES,
            StatementScore.mean.is_not(None),
        )
    )
    scores = (score_of(row, cycle.policy) for row in rows)
    return [score for score in scores if isinstance(score, Shown)]


def _in_words(about: AboutNumbers) -> str:
    return ", ".join(f"{name} {percent} %" for name, percent, _ in about.parts)
