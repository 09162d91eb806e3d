"""Keeping what the count released of departments' questions."""

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from sqlalchemy import delete, insert

from app.cycles.models import Cycle
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Reason, Shown
from app.domain.unit_questions.release import ReleasedUnitQuestion
from app.infra.db import db
from app.unit_answers.models import UnitAnswer, UnitComment

OF_CYCLE: Final = (UnitAnswer, UnitComment)


def keep(cycle: Cycle, released: Sequence[ReleasedUnitQuestion], *, random: Random) -> None:
    """Write every released answer, words shuffled, within the current transaction."""
    words: list[dict[str, Any]] = []
    for one in released:
        db.session.add(_row(cycle, one))
        if one.words and not isinstance(one.words, Hidden):
            words += [
                {
                    "id": f"{random.getrandbits(128):032x}",
                    "cycle_id": cycle.id,
                    "unit_number": one.unit,
                    "text": text,
                }
                for text in one.words
            ]
    db.session.flush()
    # Shuffle: otherwise the order on disk would follow the order of opening the ballots.
    random.shuffle(words)
    if words:
        db.session.execute(insert(UnitComment), words)


def _row(cycle: Cycle, released: ReleasedUnitQuestion) -> UnitAnswer:
    row = UnitAnswer(cycle_id=cycle.id, unit_number=released.unit)
    for answer in (released.score, released.ten, released.words):
        if isinstance(answer, Hidden):
            row.hidden = Reason(answer.reason)
        elif isinstance(answer, Shown):
            row.mean, row.raters = answer.mean, answer.raters
            row.standard_error = answer.standard_error
        elif isinstance(answer, StanceCounts):
            row.respondents = answer.respondents
            row.promoters, row.detractors = answer.promoters, answer.detractors
    return row


def erase_cycle(cycle_id: int) -> None:
    """Erase every released answer of a cycle whose time is over."""
    for table in OF_CYCLE:
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))
