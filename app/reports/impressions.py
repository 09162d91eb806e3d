"""Reading what colleagues see of the behaviours that people work on."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import bindparam, select

from app.cycles.facts import CycleFacts
from app.domain.release.focus import FocusDirection
from app.domain.release.policy import Hidden
from app.domain.reports.focus import Impression
from app.infra.prepared_queries import Query
from app.results.models import FocusResult

Impressions = dict[tuple[int, int], Impression | Hidden]
"""By subject and statement; nothing where it was not asked."""
_TOLD: Final = Query(
    select(
        FocusResult.subject_id,
        FocusResult.statement,
        FocusResult.direction,
        FocusResult.raters,
    ).where(
        FocusResult.cycle_id == bindparam("cycle_id"),
        FocusResult.subject_id.in_(bindparam("subject_ids", expanding=True)),
    )
)


def impressions_in(cycle: CycleFacts, subject_ids: Collection[int]) -> Impressions:
    """Everything that is told of the focus questions of `cycle` about some subjects.

    Whether a reader may see one goes by the plan it belongs to.
    """
    if not cycle.policy.asks_focus:
        return {}
    few = Hidden(f"fewer than {cycle.policy.focus_raters} colleagues answered")
    return {
        (subject_id, statement): _told(direction, raters) or few
        for subject_id, statement, direction, raters in _TOLD.all(
            cycle_id=cycle.id, subject_ids=list(subject_ids)
        )
    }


def _told(direction: FocusDirection | None, raters: int | None) -> Impression | None:
    if direction is None or raters is None:
        return None
    return Impression(direction, raters)
