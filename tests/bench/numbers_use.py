"""How good printed means are: how near the exact ones and the truth, and what intervals hold."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.domain.arrays import Floats
from app.domain.release.policy import Shown
from app.domain.reports.measured import Measured
from app.domain.reports.trends import Named, trend_lines
from app.domain.scale import STATEMENTS
from app.domain.statistics.contrasts import Printed
from app.domain.statistics.intervals import Z
from app.domain.statistics.spread import standard_error_of_mean
from tests.bench.numbers_companies import Company, Kind

COMPETENCIES: Final = [f"Competency {place // 2}" for place in range(STATEMENTS)]


@dataclass
class Use:
    """Figures of many quarters, in the order in which they were counted."""

    held: list[float] = field(default_factory=list)
    """Shares of 95 % intervals that hold the truth, before their ends are printed to .1."""
    held_as_printed: list[float] = field(default_factory=list)
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
        self.held.append(float((np.abs(printed.mean - truth) <= half)[shown].mean()))
        self.held_as_printed.append(float(((low <= truth) & (truth <= high))[shown].mean()))
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


def outside_the_band(kind: Kind, random: np.random.Generator, *, quarters: int) -> float:
    """The share of competencies whose last point chance alone puts outside the grey band."""
    company = Company(kind, random)
    counted = [company.quarter(company.truth).printed for _ in range(quarters)]
    outside = []
    for person in range(kind.people):
        named = [Named("", _measured(one, person)) for one in counted]
        for line in trend_lines(COMPETENCIES, named):
            values = [point.value for point in line.points if point.value is not None]
            outside.append(abs(values[-1] - float(np.mean(values[:-1]))) > line.noise)
    return float(np.mean(outside))


def _measured(printed: Printed, person: int) -> Measured:
    means, raters = printed.mean[person].tolist(), printed.raters[person].tolist()
    scores = [
        Shown(mean, k, standard_error_of_mean(k, printed.spread))
        for mean, k in zip(means, raters, strict=True)
    ]
    return Measured(scores, printed.spread)
