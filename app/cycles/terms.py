"""What a cycle froze when it opened: the same for everybody, and never changed afterwards."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, select

from app.cycles.models import Cycle, RosterEntry
from app.domain.enps import direct
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import DEFAULT_LABELS
from app.infra.prepared_queries import Query
from app.questionnaires.models import Questionnaire, Statement

KEPT: Final = 8
"""Of so many cycles the terms are kept in a process; one is open at a time."""

_TERMS: Final = Query(
    select(Cycle.name, Cycle.policy_terms, Cycle.reasons, Questionnaire.scale_labels)
    .join(Questionnaire, Questionnaire.id == Cycle.questionnaire_id)
    .where(Cycle.id == bindparam("cycle_id"))
)
_PEOPLE: Final = Query(
    select(func.count(), func.count().filter(RosterEntry.is_new)).where(
        RosterEntry.cycle_id == bindparam("cycle_id")
    )
)
_STATEMENTS: Final = Query(
    select(Statement.number, Statement.competency, Statement.text)
    .join(Cycle, Cycle.questionnaire_id == Statement.questionnaire_id)
    .where(Cycle.id == bindparam("cycle_id"))
    .order_by(Statement.number)
)


class StatementText(NamedTuple):
    """A statement as the rater reads it."""

    number: int
    competency: str
    text: str


@dataclass(frozen=True)
class Terms:
    """Name, release policy, reasons, the 14 statements, their scale, and how many take part."""

    name: str
    policy: ReleasePolicy
    reasons: tuple[str, ...]
    statements: tuple[StatementText, ...]
    people: int
    labels: tuple[str, ...] = DEFAULT_LABELS
    """The words for the answers 1 to 5."""
    new_accounts: int = 0
    """How many of the people have accounts that are too new to count."""

    @property
    def asks_directly(self) -> bool:
        """Whether the direct question stands below the 0-10 question."""
        return direct.is_asked(self.people)


@lru_cache(KEPT)
def terms_of(cycle_id: int, frozen_hash: str) -> Terms:
    """The terms of an open cycle, read once in a process.

    `frozen_hash` is taken over all of them at the opening, so that terms kept under it are never
    other than those which raters were promised. No name of a person is among them.
    """
    if not frozen_hash:
        raise ValueError("a cycle that is not open yet may still change its terms")
    name, policy, reasons, labels = _TERMS.one(cycle_id=cycle_id)
    statements = tuple(StatementText(*row) for row in _STATEMENTS.all(cycle_id=cycle_id))
    people, new = _PEOPLE.one(cycle_id=cycle_id)
    promised = ReleasePolicy.from_dict(policy)
    return Terms(name, promised, tuple(reasons), statements, people, tuple(labels), new)
