"""The direct question of small companies: less, the same, or more than three months ago.

Where few people answer, only a very large change of the score is told from chance. Asked
directly, everybody compares for themselves. Such answers lean towards how people feel today:
Norman (2003), Hi! How are you? Response shift, implicit theories and differing epistemologies,
Quality of Life Research 12(3), 239-249. So they stand beside the score and never replace it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from app.domain import limits
from app.domain.enps.score import StanceCounts
from app.domain.enps.score import release as release_counts
from app.domain.enps.shifts import CLEAR_FROM, POSSIBLE_FROM
from app.domain.release.noise import Randomness
from app.domain.release.policy import Hidden, Reason, ReleasePolicy

DIRECT: Final = "direct"
"""The key of the question in a ballot."""
QUESTION: Final = (
    "Compared with three months ago, would you recommend working here less, the same, or more?"
)
LEANS: Final = "Such answers lean towards how people feel today."


class DirectComparison(IntEnum):
    """The answers to the direct question."""

    LESS = 1
    SAME = 2
    MORE = 3


WORDS: Final = {
    DirectComparison.LESS: "less",
    DirectComparison.SAME: "the same",
    DirectComparison.MORE: "more",
}
OPTIONS: Final = range(min(DirectComparison), max(DirectComparison) + 1)


@dataclass(frozen=True)
class DirectAnswer:
    """One respondent inside the count; the account of somebody new counts towards no threshold."""

    comparison: DirectComparison
    is_new: bool = False


@dataclass(frozen=True)
class DirectCounts:
    """How many answered, and how many said more and less: with noise, once it is released."""

    respondents: int
    more: int
    less: int

    @property
    def as_stances(self) -> StanceCounts:
        """The same numbers as the 0-10 question counts them: more is for, less is against."""
        return StanceCounts(self.respondents, self.more, self.less)

    @property
    def score(self) -> int:
        """More less less, per 100, from -100 to +100."""
        return self.as_stances.score

    @property
    def interval(self) -> tuple[float, float]:
        """The likely range of the score, noise included."""
        return self.as_stances.interval

    @property
    def shares(self) -> tuple[int, int, int]:
        """More, the same and less in whole percent; together 100."""
        return self.as_stances.shares

    @property
    def verdict(self) -> str:
        """What the answers say, in one sentence; as sure of it as the score is of a shift."""
        more, _, less = self.shares
        said = (
            f"{more} % say that they would recommend working here more than three months ago, "
            f"{less} % less:"
        )
        z = abs(self.as_stances.adjusted / self.as_stances.standard_error)
        if z >= CLEAR_FROM:
            return f"{said} clearly more than chance explains."
        if z >= POSSIBLE_FROM:
            return f"{said} perhaps more than chance explains."
        return f"{said} this could be chance."


def is_asked(people: int) -> bool:
    """Whether so many people taking part make a small company."""
    return people < limits.SMALL_COMPANY


def release_direct(
    answers: Sequence[DirectAnswer], policy: ReleasePolicy, *, randomness: Randomness = os.urandom
) -> DirectCounts | Hidden:
    """Blurred counts of the whole company, or why they are hidden: like a unit's 0-10 answers."""
    if sum(not one.is_new for one in answers) < policy.unit_respondents:
        return Hidden(Reason.FEW_RESPONDENTS)
    given = np.bincount([one.comparison for one in answers], minlength=len(OPTIONS) + 1)
    exact = StanceCounts(
        len(answers),
        int(given[DirectComparison.MORE]),
        int(given[DirectComparison.LESS]),
        noise=0.0,
    )
    released = release_counts(exact, randomness=randomness)
    return DirectCounts(released.respondents, released.promoters, released.detractors)
