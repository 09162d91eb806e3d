"""Keeping what the count released about services."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final

from sqlalchemy import delete, insert

from app.cycles.models import Cycle
from app.domain.enps.score import StanceCounts
from app.domain.internal_services.release import ReleasedService
from app.domain.release.policy import Hidden, Reason
from app.infra.db import Base, db
from app.service_results.models import ServiceComment, ServiceResult, ServiceScore

Row = dict[str, Any]

OF_CYCLE: Final = (ServiceResult, ServiceScore, ServiceComment)


def keep(cycle: Cycle, released: Sequence[ReleasedService], *, random: Random) -> None:
    """Write every released figure and comment, shuffled, within the current transaction."""
    _write(ServiceResult, (_result_row(cycle, one) for one in released), random)
    _write(ServiceScore, (row for one in released for row in _score_rows(cycle, one)), random)
    comments = (
        {
            "id": f"{random.getrandbits(128):032x}",
            "cycle_id": cycle.id,
            "service_id": one.service_id,
            "text": text,
        }
        for one in released
        for text in one.words
    )
    _write(ServiceComment, comments, random)


def erase_cycle(cycle_id: int) -> None:
    """Erase every released figure and comment of a cycle whose time is over."""
    for table in OF_CYCLE:
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))


def _write(table: type[Base], rows: Iterable[Row], random: Random) -> None:
    shuffled = list(rows)
    # Shuffle: otherwise the order on disk would follow the order of opening the ballots.
    random.shuffle(shuffled)
    if shuffled:
        db.session.execute(insert(table.__table__), shuffled)  # type: ignore[arg-type]


def _result_row(cycle: Cycle, released: ReleasedService) -> Row:
    raters, helped = released.raters, released.helped
    counts = ("respondents", "promoters", "detractors")
    is_helped = isinstance(helped, StanceCounts)
    return {
        "cycle_id": cycle.id,
        "service_id": released.service_id,
        "hidden": Reason(raters.reason) if isinstance(raters, Hidden) else None,
        "raters": None if isinstance(raters, Hidden) else raters,
        "help_hidden": Reason(helped.reason) if isinstance(helped, Hidden) else None,
        **{name: getattr(helped, name) if is_helped else None for name in counts},
    }


def _score_rows(cycle: Cycle, released: ReleasedService) -> Iterator[Row]:
    for number, score in enumerate(released.means, 1):
        row = {"cycle_id": cycle.id, "service_id": released.service_id, "statement": number}
        if isinstance(score, Hidden):
            blank = dict.fromkeys(("mean", "raters", "standard_error"))
            yield {**row, **blank, "hidden": Reason(score.reason)}
        else:
            numbers = {"mean": score.mean, "raters": score.raters}
            yield {**row, **numbers, "standard_error": score.standard_error, "hidden": None}
