"""The company's page, written once and kept while nothing on it can change.

It is the same for everybody and holds released figures, names of units and comments, and neither
a person nor what somebody answered. On the day of publishing everybody opens it.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final, TypeVar, cast

from sqlalchemy import select

from app.cycles.facts import CycleFacts
from app.cycles.models import COMPANY_UNIT, Cycle
from app.enps.models import EnpsScore
from app.infra.prepared_queries import Query
from app.infra.settings import settings

MOST_KEPT: Final = 24
"""So much a process keeps: both pages of each quarter, over three years of them."""

Kept = TypeVar("Kept")

Basis = tuple[object, ...]

_pages: OrderedDict[Basis, object] = OrderedDict()
_lock = Lock()


def kept(cycle: Cycle | CycleFacts, name: str, write: Callable[[], Kept]) -> Kept:
    """What `write` once made of `cycle` by that name, as long as it would make the same."""
    if not (cycle.published_on and cycle.forgotten_on):
        return write()  # still being counted or erased: it may change at any moment
    basis = (name, *_basis(cycle))
    with _lock:
        found = _pages.get(basis)
    if found is None:
        found = write()
        with _lock:
            _pages[basis] = found
            while len(_pages) > MOST_KEPT:
                _pages.popitem(last=False)
    return cast(Kept, found)


_QUARTERS: Final = Query(
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


def _basis(cycle: Cycle | CycleFacts) -> Basis:
    """Everything that the page follows from: the place, which quarters there are, what is kept."""
    place = settings()
    of_place = place.database_url, place.base_url, place.company_name
    return (cycle.id, *of_place, *map(tuple, _QUARTERS.all()))
