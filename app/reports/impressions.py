"""Reading what colleagues see of the behaviours that people work on."""

from collections.abc import Collection

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.release.policy import Hidden
from app.domain.reports.focus import Impression
from app.infra.db import db
from app.results.models import FocusResult

Impressions = dict[tuple[int, int], Impression | Hidden]
"""By subject and statement; nothing where it was not asked."""


def impressions_in(cycle: Cycle, subject_ids: Collection[int]) -> Impressions:
    """Everything that is told of the focus questions of `cycle` about some subjects.

    Whether a reader may see one goes by the plan it belongs to.
    """
    if not cycle.policy.asks_focus:
        return {}
    rows = db.session.scalars(
        select(FocusResult).where(
            FocusResult.cycle_id == cycle.id, FocusResult.subject_id.in_(subject_ids)
        )
    )
    few = Hidden(f"fewer than {cycle.policy.focus_raters} colleagues answered")
    return {(row.subject_id, row.statement): _told(row) or few for row in rows}


def _told(row: FocusResult) -> Impression | None:
    if row.direction is None or row.raters is None:
        return None
    return Impression(row.direction, row.raters)
