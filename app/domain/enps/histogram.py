"""How the answers to the 0-10 question spread: one share per answer, of large companies only.

A joiner between two quarters must stay hidden among those who answer anew: in steps of 5 % the
attack in tests/attacks/test_joiners.py gains 6 points at 100 answers, with exact shares 10.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

ANSWERS: Final = range(11)
GRAIN: Final = 5
MOST: Final = 100 - GRAIN
"""No share is released as 100 %: that would say what each single person answered."""


def release_histogram(answers: Iterable[int]) -> tuple[int, ...]:
    """Shares of the answers 0 to 10 in percent, shape (11,), each rounded to 5 and at most 95.

    Each is rounded for itself, so they need not add up to 100. Raises ValueError without
    answers or for one outside 0-10.
    """
    counts = Counter(answers)
    total = counts.total()
    if not total or not counts.keys() <= set(ANSWERS):
        raise ValueError("a histogram needs answers between 0 and 10")
    step = GRAIN * total
    steps = ((200 * counts[answer] + step) // (2 * step) for answer in ANSWERS)  # half up
    return tuple(min(GRAIN * rounded, MOST) for rounded in steps)


def share_words(share: int) -> str:
    """A share as people read it: "15 %", or "95 % or more"."""
    return f"{share} % or more" if share >= MOST else f"{share} %"
