"""What is asked about a service in one cycle, and who is asked.

A service is answered for by whoever used it. Nobody is asked whether they would recommend it:
colleagues cannot choose another one. Its owner and members do not rate it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.ballot.merging import FurtherQuestions
from app.domain.scale import ENPS_OPTIONS, OPTIONS

STATEMENTS: Final = (
    "They answer quickly",
    "They get it right the first time",
    "They are easy to deal with",
)
"""What is asked until HR words it anew."""
MOST_STATEMENTS: Final = 3
MOST_SERVICES: Final = 12
"""More would make the one page of the fill-in a long one."""
HELP: Final = "How much did they help you?"
CANNOT_SAY: Final = 0
FEWEST_PEOPLE: Final = 3
"""A service run by fewer is really a person: its figures are for them and HR alone."""


@dataclass(frozen=True)
class AskedService:
    """A service as it was frozen when a cycle opened."""

    id: int
    name: str
    hint: str
    statements: tuple[str, ...]
    owner_id: int
    member_ids: frozenset[int]
    """Who runs it, the owner included."""
    units: frozenset[int]
    """The units that may rate it, with everything inside them; empty for everybody."""

    @property
    def is_a_person(self) -> bool:
        """Whether so few run it that figures about it are figures about them."""
        return len(self.member_ids) < FEWEST_PEOPLE

    def is_rated_by(self, person_id: int, unit: int) -> bool:
        """Whether somebody of that unit is asked about it."""
        return person_id not in self.member_ids and (not self.units or unit in self.units)

    @property
    def used_key(self) -> str:
        return f"s{self.id}u"

    @property
    def help_key(self) -> str:
        return f"s{self.id}h"

    @property
    def words_key(self) -> str:
        return f"s{self.id}c"

    @property
    def statement_keys(self) -> tuple[str, ...]:
        return tuple(f"s{self.id}q{number}" for number in range(1, len(self.statements) + 1))


def questions_about(services: Sequence[AskedService], *, in_words: bool = True) -> FurtherQuestions:
    """The cells of a ballot that answer about `services`; with `in_words` also those for words."""
    numbers = {}
    for service in services:
        numbers[service.used_key] = range(2)
        numbers |= dict.fromkeys(service.statement_keys, range(CANNOT_SAY, OPTIONS + 1))
        numbers[service.help_key] = ENPS_OPTIONS
    words = frozenset(one.words_key for one in services) if in_words else frozenset()
    return FurtherQuestions(numbers, words)
