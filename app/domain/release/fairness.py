"""From how many on adjusted scores and careless ballots are told, and why there may be none."""

from enum import StrEnum
from typing import Final

ADJUSTED_FROM: Final = 10
"""Blind raters of an adjusted score."""
CARELESS_FROM: Final = 5
"""Noised counts of careless ballots below this could point at somebody, and so could a zero."""


class Adjustment(StrEnum):
    """Whether a cycle's scores can be corrected for strictness, or why not."""

    MADE = "made"
    NOT_CONNECTED = "not_connected"
    FEW_ACROSS = "few_across"
    NO_SAMPLE = "no_sample"
