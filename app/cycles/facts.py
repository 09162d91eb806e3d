"""A cycle as pages and papers read it that only say what was released: plain values, no row.

They ask for it with whatever else they ask for. What was frozen at its opening is read once in a
process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra.prepared_queries import Query
from app.questionnaires.models import Questionnaire, Statement

KEPT: Final = 32
"""Of so many cycles a process keeps the statements: of each year's four, over eight years."""


class AskedStatement(NamedTuple):
    """One of the 14 statements as it was asked."""

    number: int
    identity: str
    competency: str
    text: str
    short_name: str
    hint: str


@dataclass(frozen=True)
class Asked:
    """What a cycle asked, and the words for the answers 1 to 5."""

    statements: tuple[AskedStatement, ...]
    scale_labels: tuple[str, ...]


@dataclass(frozen=True)
class CycleFacts:
    """What a page says of a cycle; every part is called as that of `Cycle`."""

    id: int
    name: str
    state: CycleState
    opens_at: datetime
    closes_at: datetime
    opened_on: date | None
    closed_on: date | None
    published_on: date | None
    forgotten_on: date | None
    policy: ReleasePolicy
    questionnaire: Asked


COLUMNS: Final = (
    Cycle.id,
    Cycle.name,
    Cycle.state,
    Cycle.opens_at,
    Cycle.closes_at,
    Cycle.opened_on,
    Cycle.closed_on,
    Cycle.published_on,
    Cycle.forgotten_on,
    Cycle.policy_terms,
    Cycle.frozen_hash,
)
"""What a query selects for `facts_of`."""
_STATEMENTS: Final = Query(
    select(
        Statement.number,
        Statement.identity,
        Statement.competency,
        Statement.text,
        Statement.short_name,
        Statement.hint,
    )
    .join(Cycle, Cycle.questionnaire_id == Statement.questionnaire_id)
    .where(Cycle.id == bindparam("cycle_id"))
    .order_by(Statement.number)
)
_LABELS: Final = Query(
    select(Questionnaire.scale_labels)
    .join(Cycle, Cycle.questionnaire_id == Questionnaire.id)
    .where(Cycle.id == bindparam("cycle_id"))
)


def facts_of(values: Sequence[Any]) -> CycleFacts:
    """The cycle whose `COLUMNS` have these values."""
    (key, name, state, opens_at, closes_at, *days, policy, frozen_hash) = values
    opened_on, closed_on, published_on, forgotten_on = days
    return CycleFacts(
        key,
        name,
        state,
        opens_at,
        closes_at,
        opened_on,
        closed_on,
        published_on,
        forgotten_on,
        ReleasePolicy.from_dict(policy),
        _kept(key, frozen_hash) if frozen_hash else _read(key),
    )


@lru_cache(KEPT)
def _kept(cycle_id: int, _frozen_hash: str) -> Asked:
    """What stands under this hash, which covers it: another database has another one."""
    return _read(cycle_id)


def _read(cycle_id: int) -> Asked:
    (labels,) = _LABELS.one(cycle_id=cycle_id)
    rows = _STATEMENTS.all(cycle_id=cycle_id)
    return Asked(tuple(AskedStatement(*row) for row in rows), tuple(labels))
