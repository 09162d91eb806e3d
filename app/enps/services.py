"""Keeping what the count released of the 0-10 question."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final

from sqlalchemy import delete, insert

from app.cycles.models import Cycle
from app.domain.enps.direct import DirectCounts
from app.domain.enps.units import EnpsCell
from app.domain.release.policy import Hidden, Reason
from app.enps.models import EnpsComment, EnpsDirect, EnpsMention, EnpsScore
from app.infra.db import Base, db

Row = dict[str, Any]

OF_CYCLE: Final = (EnpsScore, EnpsMention, EnpsComment, EnpsDirect)


def keep(
    cycle: Cycle, cells: Sequence[EnpsCell], comments: Iterable[str], *, random: Random
) -> None:
    """Write every released cell and comment, shuffled, within the current transaction."""
    _write(EnpsScore, (_score_row(cycle, cell) for cell in cells), random)
    _write(EnpsMention, _mention_rows(cycle, cells), random)
    _write(
        EnpsComment,
        (
            {"id": f"{random.getrandbits(128):032x}", "cycle_id": cycle.id, "text": text}
            for text in comments
        ),
        random,
    )


def keep_direct(cycle: Cycle, released: DirectCounts | Hidden | None) -> None:
    """Write what was released of the direct question; nothing where it was not asked."""
    if isinstance(released, Hidden):
        db.session.add(EnpsDirect(cycle_id=cycle.id, hidden=Reason(released.reason)))
    elif released is not None:
        counts = {name: getattr(released, name) for name in ("respondents", "more", "less")}
        db.session.add(EnpsDirect(cycle_id=cycle.id, hidden=None, **counts))


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


def _score_row(cycle: Cycle, cell: EnpsCell) -> Row:
    is_hidden = isinstance(cell.answers, Hidden)
    columns = ("respondents", "promoters", "detractors")
    return {
        "cycle_id": cycle.id,
        "unit_number": cell.unit,
        "hidden": Reason(cell.answers.reason) if isinstance(cell.answers, Hidden) else None,
        **{name: None if is_hidden else getattr(cell.answers, name) for name in columns},
    }


def _mention_rows(cycle: Cycle, cells: Sequence[EnpsCell]) -> Iterator[Row]:
    for cell in cells:
        for side, mentions in (cell.mentions or {}).items():
            for reason, count in mentions.items():
                yield {"cycle_id": cycle.id, "side": side, "reason": reason, "mentions": count}
