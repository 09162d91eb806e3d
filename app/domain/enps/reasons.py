"""What promoters and detractors name: blurred mentions, and places that may be shared."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from app.domain.enps.stances import Stance, stance_of
from app.domain.release.noise import RATINGS_RATIO, Randomness, twice_blurred, variance_of
from app.domain.statistics.intervals import Z

TOGETHER_FROM: Final = 100
"""So many answers of the last four quarters make a ranking where one quarter has too few."""
QUARTERS_TOGETHER: Final = 4
SIDES: Final = (Stance.PROMOTER, Stance.DETRACTOR)

Mentions = Mapping[str, int]
"""Reason -> how many of one side named it, with noise."""


def release_mentions(
    answers: Iterable[tuple[int, Sequence[str]]],
    reasons: Sequence[str],
    *,
    randomness: Randomness = os.urandom,
) -> dict[Stance, dict[str, int]]:
    """How many promoters and how many detractors named each reason, with noise, never below 0.

    Each count gets a draw of its own, and all counts of a side one in common: a person names
    several reasons, and their sum would tell whether a promoter or a detractor has joined. In
    the gap between two reasons the common draw cancels.
    `answers` are an answer from 0 to 10 and the reasons named with it, out of `reasons`.
    Raises ValueError for a reason that is not offered or an answer outside 0-10.
    """
    found = {side: Counter[str]() for side in Stance}
    for answer, named in answers:
        if not set(named) <= set(reasons):
            raise ValueError("a reason was named that is not offered")
        found[stance_of(answer)].update(set(named))
    exact = np.array([[found[side][name] for name in reasons] for side in SIDES], dtype=np.int64)
    released = np.maximum(twice_blurred(exact, randomness=randomness), 0).tolist()
    return {
        side: dict(zip(reasons, counts, strict=True))
        for side, counts in zip(SIDES, released, strict=True)
    }


@dataclass(frozen=True)
class Place:
    """A reason in its ranking; `first` and `last` differ where others may stand there as well."""

    reason: str
    share: int
    """Percent of this side who named it."""
    first: int
    last: int

    @property
    def text(self) -> str:
        """For example "1", or "1–2" where two reasons share the first places."""
        return f"{self.first}" if self.first == self.last else f"{self.first}–{self.last}"


def ranking(quarters: Sequence[Mentions], *, people: int) -> tuple[Place, ...]:
    """The reasons of one side in one or more quarters together, named most first.

    Two counts A and B are told apart where their gap exceeds 1.96·√(2·1.5·quarters + A + B),
    the noise of both counts and the chance of both counts. `people` is how many of this side
    answered in those quarters. A reason that was not offered in every quarter is left out.
    """
    offered = [name for name in quarters[0] if all(name in one for one in quarters)]
    total = {name: sum(one[name] for one in quarters) for name in offered}
    noise = 2 * variance_of(RATINGS_RATIO) * len(quarters)

    def is_above(one: str, other: str) -> bool:
        gap = total[one] - total[other]
        return gap > Z * sqrt(noise + total[one] + total[other])

    ordered = sorted(offered, key=lambda name: (-total[name], name))
    return tuple(
        Place(
            name,
            min(100, round(100 * total[name] / max(people, 1))),
            first=1 + sum(is_above(other, name) for other in offered),
            last=len(offered) - sum(is_above(name, other) for other in offered),
        )
        for name in ordered
    )
