"""What a plan asks in other words than the quarter before, for whoever confirms it."""

from dataclasses import dataclass

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db


@dataclass(frozen=True)
class WordingChange:
    """A statement with other words than it, or the one in its place, had the last time."""

    number: int
    before: str
    after: str
    is_comparable: bool
    """Whether HR said that only the spelling has changed."""

    @property
    def words(self) -> str:
        """What becomes of comparisons with earlier quarters."""
        if self.is_comparable:
            return "spelling only: quarters stay comparable"
        return "new meaning: not comparable with earlier quarters"


def wording_changes(cycle: Cycle) -> list[WordingChange]:
    """Compare a plan's statements with those of the cycle that opened last."""
    last = db.session.scalar(
        select(Cycle)
        .where(Cycle.state != CycleState.DRAFT, Cycle.id != cycle.id)
        .order_by(Cycle.closes_at.desc(), Cycle.id.desc())
        .limit(1)
    )
    if last is None or last.questionnaire_id == cycle.questionnaire_id:
        return []
    in_place = {one.number: one.text for one in last.questionnaire.statements}
    meant = {one.identity: one.text for one in last.questionnaire.statements}
    return [
        WordingChange(
            number=one.number,
            before=meant.get(one.identity, in_place[one.number]),
            after=one.text,
            is_comparable=one.identity in meant,
        )
        for one in cycle.questionnaire.statements
        if meant.get(one.identity) != one.text
    ]
