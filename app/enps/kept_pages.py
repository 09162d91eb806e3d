"""The company's page, written once and kept while nothing on it can change.

It is the same for everybody and holds released figures, names of units and comments, and neither
a person nor what somebody answered. On the day of publishing everybody opens it.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from markupsafe import Markup
from sqlalchemy import select

from app.cycles.models import COMPANY_UNIT, Cycle
from app.enps.models import EnpsScore
from app.infra.db import db
from app.infra.settings import settings
from app.leaders.queries import marks_so_far

MOST_KEPT: Final = 12
"""Quarters whose page a process keeps: three years of them."""

Basis = tuple[object, ...]

_pages: OrderedDict[Basis, Markup] = OrderedDict()
_lock = Lock()


def kept(cycle: Cycle, write: Callable[[], Markup]) -> Markup:
    """The page of `cycle` as `write` once wrote it, as long as it would write the same."""
    if not (cycle.published_on and cycle.forgotten_on):
        return write()  # still being counted or erased: it may change at any moment
    basis = _basis(cycle)
    with _lock:
        found = _pages.get(basis)
    if found is None:
        found = write()
        with _lock:
            _pages[basis] = found
            while len(_pages) > MOST_KEPT:
                _pages.popitem(last=False)
    return found


def _basis(cycle: Cycle) -> Basis:
    """Everything that the page follows from: quarters, what is kept of them, leaders' marks."""
    rows = db.session.execute(
        select(
            Cycle.id,
            Cycle.name,
            Cycle.state,
            Cycle.closes_at,
            Cycle.published_on,
            Cycle.forgotten_on,
            EnpsScore.respondents,
        )
        .outerjoin(
            EnpsScore, (EnpsScore.cycle_id == Cycle.id) & (EnpsScore.unit_number == COMPANY_UNIT)
        )
        .where(Cycle.published_on.is_not(None))
        .order_by(Cycle.id)
    )
    place = settings()
    return (cycle.id, place.database_url, place.base_url, marks_so_far(), *map(tuple, rows))
