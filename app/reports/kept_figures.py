"""HR's figures of a counted cycle, worked out once and kept while nothing of it changes.

They are sums over everybody's released scores, the same for every reader, and hold no person.
A process keeps them beside everything that they follow from, and one of each kind for a cycle: what
a purge or an erasure has changed is not in its memory any more once somebody looks again.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from app.cycles.models import Cycle
from app.domain.reports.about_numbers import AboutNumbers
from app.domain.reports.cycle import CycleReport
from app.infra.db import db
from app.infra.settings import settings
from app.reports import cycle_figures
from app.reports.models import PlanTotals
from app.results.sums import released_so_far

MOST_KEPT: Final = 24
"""Three years of quarters, each with two kinds of figures."""

Basis = tuple[object, ...]
Found = TypeVar("Found")

_of_databases: WeakKeyDictionary[Engine, dict[tuple[str, int], tuple[Basis, Any]]] = (
    WeakKeyDictionary()
)
"""For each app of this process, by its connection to its database."""
_lock = Lock()


def cycle_report(cycle: Cycle) -> CycleReport:
    """What HR is given of `cycle`. Raises WrongStateError before the count, or without one."""
    return _once("report", cycle, cycle_figures.cycle_report)


def about_numbers(cycle: Cycle) -> AboutNumbers | None:
    """How far the numbers of a counted cycle reach; None where nothing of it is kept."""
    return _once("numbers", cycle, cycle_figures.about_numbers)


def _once(kind: str, cycle: Cycle, work_out: Callable[[Cycle], Found]) -> Found:
    if not cycle.forgotten_on:
        return work_out(cycle)  # still being counted, purged or erased
    place, basis = (kind, cycle.id), _basis(cycle)
    with _lock:
        kept = _of_databases.setdefault(db.engine, {})
        known = kept.get(place)
    if known is not None and known[0] == basis:
        found: Found = known[1]
        return found
    found = work_out(cycle)
    with _lock:
        kept.pop(place, None)
        kept[place] = basis, found
        while len(kept) > MOST_KEPT:
            kept.pop(next(iter(kept)))
    return found


def _basis(cycle: Cycle) -> Basis:
    """Everything that figures follow from and that may still change after the count."""
    plans = select(PlanTotals.cycle_id).where(PlanTotals.cycle_id == cycle.id)
    quarters = select(Cycle.id, Cycle.state, Cycle.closes_at).order_by(Cycle.id)
    return (
        *(cycle.name, cycle.purged_on, cycle.forgotten_on, cycle.published_on, cycle.is_abandoned),
        *(settings().company_name, cycle.questionnaire_id),
        *(released_so_far(cycle.id), db.session.scalar(plans)),
        *map(tuple, db.session.execute(quarters)),
    )
