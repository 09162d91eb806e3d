"""How good printed means are: how near the exact ones and the truth, and what intervals hold."""

from dataclasses import dataclass, field

import numpy as np

from app.domain.arrays import Floats
from app.domain.scale import STATEMENTS
from app.domain.statistics.intervals import Z
from tests.bench.numbers_companies import Company


@dataclass
class Use:
    """Figures of many quarters, in the order in which they were counted."""

    held: list[float] = field(default_factory=list)
    """Shares of 95 % intervals that hold the truth."""
    error: list[float] = field(default_factory=list)
    """Root mean square distances of printed from exact means, in scale points."""
    with_exact: list[float] = field(default_factory=list)
    """Correlations of printed with exact means, over people, by statement."""
    with_truth: list[float] = field(default_factory=list)
    exact_with_truth: list[float] = field(default_factory=list)

    def add(self, company: Company) -> None:
        """Count one quarter of `company`."""
        quarter = company.quarter(company.truth)
        printed, exact, truth = quarter.printed, quarter.exact, company.mean_answers(company.truth)
        shown = printed.shown
        half = Z * np.sqrt(printed.variance(np.eye(STATEMENTS)))
        low, high = np.round(printed.mean - half, 1), np.round(printed.mean + half, 1)
        self.held.append(float(((low <= truth) & (truth <= high))[shown].mean()))
        self.error.append(float(np.sqrt(np.square(printed.mean - exact)[shown].mean())))
        self.with_exact.append(_correlation(printed.mean, exact))
        self.with_truth.append(_correlation(printed.mean, truth))
        self.exact_with_truth.append(_correlation(exact, truth))

    @property
    def figures(self) -> dict[str, float]:
        """The means of all quarters."""
        return {name: float(np.mean(values)) for name, values in vars(self).items()}


def _correlation(some: Floats, other: Floats) -> float:
    """The mean over statements of the correlation over people whose means are shown."""
    found = []
    for one, two in zip(some.T, other.T, strict=True):
        shown = ~np.isnan(one)
        found.append(np.corrcoef(one[shown], two[shown])[0, 1])
    return float(np.mean(found))
