"""The reviews of a cycle as arrays: what the count is given."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Ints, Whole


@dataclass(frozen=True)
class RatedPairs:
    """m reviews of n people; row i says what one rater said about one subject.

    `subject` (m,) indices 0..n-1; `rater` (m,) indices of the same people, or from n on for
    raters who are nobody's subject; nobody rates themselves or anybody twice. `ratings`
    (m, 14) int8: 1-5, 0 not observed, -1 unanswered; `is_blind` (m,): the rater may not read
    this subject's report and counts towards the threshold; `is_report` (m,): the rater reports
    to the subject; `unit` (n or more,): the department of everybody, by the same indices.
    """

    people: int
    rater: Whole
    subject: Whole
    ratings: NDArray[np.int8]
    is_blind: Flags
    is_report: Flags
    unit: Ints

    def only(self, rows: Flags) -> "RatedPairs":
        """The same people, some of the reviews."""
        return RatedPairs(
            self.people,
            self.rater[rows],
            self.subject[rows],
            self.ratings[rows],
            self.is_blind[rows],
            self.is_report[rows],
            self.unit,
        )

    def in_parts(self, subjects: int) -> Iterator["RatedPairs"]:
        """The reviews of so many subjects, then those of the next, whose places begin at 0 again.

        `subjects` from 1 up. Raters keep their places, and `unit` stays everybody's.
        """
        if subjects >= self.people:
            yield self
            return
        by_subject = np.argsort(self.subject, kind="stable")
        begins = np.arange(0, self.people, subjects)
        ends = np.searchsorted(self.subject[by_subject], [*begins[1:], self.people])
        for begin, rows in zip(begins.tolist(), np.split(by_subject, ends[:-1]), strict=True):
            yield RatedPairs(
                min(subjects, self.people - begin),
                self.rater[rows],
                self.subject[rows] - begin,
                self.ratings[rows],
                self.is_blind[rows],
                self.is_report[rows],
                self.unit,
            )
