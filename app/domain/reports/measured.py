"""Scores as they can be compared: printed means with everything that their errors follow from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.domain.arrays import Floats
from app.domain.release.policy import Score, Shown
from app.domain.reports.wording import in_order_of
from app.domain.statistics.contrasts import Printed
from app.domain.statistics.spread import PRIOR, Spread


@dataclass(frozen=True)
class Measured:
    """One person's scores in one quarter, by statement."""

    scores: Sequence[Score]
    spread: Spread = PRIOR
    """Of the cycle in which they were counted."""
    views: int = 1
    """Of how many blurred totals each score is the sum."""

    def as_asked(self, now: Sequence[str], then: Sequence[str]) -> "Measured":
        """The scores of the statements `now`, hidden where `then` did not ask the same."""
        return Measured(in_order_of(now, then, self.scores), self.spread, self.views)

    @cached_property
    def printed(self) -> Printed:
        return Printed(
            mean=means_of(self.scores),
            raters=np.array([x.raters if isinstance(x, Shown) else 0 for x in self.scores]),
            spread=self.spread,
            views=self.views,
        )


def means_of(scores: Sequence[Score | None]) -> Floats:
    """The printed means as an array, NaN where there is none."""
    return np.array([score.mean if isinstance(score, Shown) else np.nan for score in scores])


def company_of(scores: Sequence[Score]) -> Floats | None:
    """The company's means; None unless all are shown: some would favour their statements."""
    found = means_of(scores)
    return None if np.isnan(found).any() else found


def competencies_of(names: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    """Competencies in the order of their statements, and what belongs to each: 1 or 0, (c, n)."""
    distinct = tuple(dict.fromkeys(names))
    return distinct, np.array([[float(name == one) for name in names] for one in distinct])
