"""Who rated whom, and how high: the ratings of a cycle as a graph with values on its edges.

The one value of a rating is the mean distance of its answers from what the company answers to
the same statements, so that a statement left out as "not observed" shifts nobody's score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Floats, Ints, Whole
from app.domain.arrays import blocks as blocks_of
from app.domain.scale import NOT_OBSERVED, STATEMENTS

BLOCK: Final = 65_536
"""So many ratings are looked at together."""


@dataclass(frozen=True)
class Network:
    """m ratings among n people.

    `rater` and `subject` (m,): indices 0..n-1, never the same person, no pair twice; `value`
    (m,): any number, in scale points where it comes from `network_of`. Every array a property
    returns has shape (n,), one item per person, unless it says otherwise.
    """

    people: int
    rater: Whole
    subject: Whole
    value: Floats

    @property
    def counts(self) -> tuple[Floats, Floats]:
        """Ratings given and received, for arithmetic with fractions."""
        return self.given.astype(np.float64), self.received.astype(np.float64)

    @cached_property
    def given(self) -> Ints:
        """How many ratings each person gave."""
        return np.bincount(self.rater, minlength=self.people)

    @cached_property
    def received(self) -> Ints:
        """How many ratings each person received."""
        return np.bincount(self.subject, minlength=self.people)

    @cached_property
    def returned(self) -> NDArray[np.int32]:
        """For each rating the place of the one the other way round, or -1; shape (m,)."""
        ordered = self._keys(self.rater, self.subject)
        order = np.argsort(ordered).astype(np.int32)
        ordered.sort()
        found = np.full(ordered.size, -1, np.int32)
        for rows in self.blocks():
            wanted = self._keys(self.subject[rows], self.rater[rows])
            place = np.minimum(np.searchsorted(ordered, wanted), ordered.size - 1)
            found[rows] = np.where(ordered[place] == wanted, order[place], -1)
        return found

    def _keys(self, first: Whole, second: Whole) -> Ints:
        """One number for each pair, for which 32 bits are too few."""
        keys = first.astype(np.int64)
        keys *= self.people
        keys += second
        return keys

    def blocks(self, size: int | None = None) -> Iterator[slice]:
        """So many ratings at a time, by default BLOCK: a block needs little memory."""
        return blocks_of(self.value.size, size or BLOCK)

    def by_rater(self, values: Floats) -> Floats:
        """Sums of `values` (m,) over everything a person gave."""
        return np.asarray(
            np.bincount(self.rater, weights=values, minlength=self.people), dtype=np.float64
        )

    def by_subject(self, values: Floats) -> Floats:
        """Sums of `values` (m,) over everything a person received."""
        return np.asarray(
            np.bincount(self.subject, weights=values, minlength=self.people), dtype=np.float64
        )


def network_of(rater: Whole, subject: Whole, ratings: NDArray[np.int8], *, people: int) -> Network:
    """The network of overall values.

    `rater`, `subject` (m,); `ratings` (m, 14): 1-5, 0 not observed, -1 unanswered. A pair
    without any rating is left out.
    """
    total, observed = np.zeros(len(rater)), np.zeros(len(rater), np.int8)
    for s in range(STATEMENTS):
        column = ratings[:, s]
        rated = column > NOT_OBSERVED
        if rated.any():
            mean = float(column[rated].mean(dtype=np.float64))
            for rows in blocks_of(total.size):
                np.add(total[rows], column[rows] - mean, out=total[rows], where=rated[rows])
            observed += rated
    some = observed > 0
    if some.all():  # then nothing is to be copied
        total /= observed
        return Network(people, rater, subject, total)
    value = total[some]
    value /= observed[some]
    return Network(people, rater[some], subject[some], value)
