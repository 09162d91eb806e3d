"""What may be said of what colleagues see of a behaviour: one of three phrases, never "all"."""

from enum import StrEnum
from typing import Final

LEAST_BALANCE: Final = 3
BALANCE_PART: Final = 4
"""A direction needs a balance of 3, and of one answer in four."""


class FocusDirection(StrEnum):
    """What most colleagues say, noise included."""

    MORE = "more"
    LESS = "less"
    UNCLEAR = "unclear"


def direction_of(balance: int, raters: int) -> FocusDirection:
    """The phrase for `balance`: those who say more, less those who say less, noise included.

    `raters` is known to the reader, so that the phrase tells nothing else of it. The phrase
    follows from the noised balance: one step of an answer changes its odds by a factor of 3 at
    most. "All" is never said, whatever the answers were.
    """
    needed = max(BALANCE_PART * LEAST_BALANCE, raters)  # in quarters of an answer
    if BALANCE_PART * balance >= needed:
        return FocusDirection.MORE
    if -BALANCE_PART * balance >= needed:
        return FocusDirection.LESS
    return FocusDirection.UNCLEAR
