"""Keeping what the count released of the 0-10 question."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final

from sqlalchemy import delete, insert

from app.cycles.models import Cycle
from app.domain.enps.units import EnpsCell
from app.domain.release.policy import Hidden, Reason
from app.enps.models import EnpsComment, EnpsHistogram, EnpsReason, EnpsScore
from app.infra.db import Base, db

Row = dict[str, Any]

OF_CYCLE: Final = (EnpsScore, EnpsHistogram, EnpsReason, EnpsComment)


def keep(
    cycle: Cycle, cells: Sequence[EnpsCell], comments: Iterable[str], *, random: Random
) -> None:
    """Write every released cell and comment, shuffled, within the current transaction."""
    _write(EnpsScore, (_score_row(cycle, cell) for cell in cells), random)
    _write(EnpsReason, _reason_rows(cycle, cells), random)
    _write(EnpsHistogram, _histogram_rows(cycle, cells), random)
    _write(
        EnpsComment,
        (
            {"id": f"{random.getrandbits(128):032x}", "cycle_id": cycle.id, "text": text}
            for text in comments
        ),
        random,
    )


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


def _histogram_rows(cycle: Cycle, cells: Sequence[EnpsCell]) -> Iterator[Row]:
    for cell in cells:
        for answer, share in enumerate(cell.histogram):
            yield {"cycle_id": cycle.id, "answer": answer, "share": share}


def _score_row(cycle: Cycle, cell: EnpsCell) -> Row:
    hidden = isinstance(cell.shares, Hidden)
    row: Row = {
        "cycle_id": cycle.id,
        "unit_number": cell.unit,
        "hidden": Reason(cell.shares.reason) if isinstance(cell.shares, Hidden) else None,
    }
    columns = ("respondents", "promoters", "passives", "detractors")
    return row | {name: None if hidden else getattr(cell.shares, name) for name in columns}


def _reason_rows(cycle: Cycle, cells: Sequence[EnpsCell]) -> Iterator[Row]:
    for cell in cells:
        for reason, points in cell.reasons.points if cell.reasons else ():
            yield {
                "cycle_id": cycle.id,
                "unit_number": cell.unit,
                "reason": reason,
                "points": points,
            }
