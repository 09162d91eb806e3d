"""In a word, how far the score of one person can be compared with others'."""

from enum import StrEnum
from typing import Final

SOLID_FROM: Final = 0.80
INDICATIVE_FROM: Final = 0.60


class Reliability(StrEnum):
    """How far a score can be compared with others."""

    SOLID = "solid"
    INDICATIVE = "indicative"
    TOO_FEW = "too_few"

    @property
    def words(self) -> str:
        """As people read it."""
        return "too few ratings to compare" if self is Reliability.TOO_FEW else self.value


def word_for(reliability: float) -> Reliability:
    """From .80 "solid", from .60 "indicative"; takes a number up to 1, rounded by nobody."""
    if reliability >= SOLID_FROM:
        return Reliability.SOLID
    return Reliability.INDICATIVE if reliability >= INDICATIVE_FROM else Reliability.TOO_FEW
