"""Competencies over the quarters, with the band that chance alone keeps a score in."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from app.domain.arrays import Floats
from app.domain.reports.contents import TrendLine, TrendPoint
from app.domain.reports.measured import Measured, competencies_of
from app.domain.statistics.contrasts import Average, Printed
from app.domain.statistics.intervals import Z


@dataclass(frozen=True)
class Named:
    """A quarter by its name, its scores in the order of the newest quarter's statements."""

    cycle_name: str
    scores: Measured


def trend_lines(competencies: Sequence[str], quarters: Sequence[Named]) -> tuple[TrendLine, ...]:
    """One line per competency; `competencies` are the newest quarter's, statement by statement.

    `quarters` oldest first, the newest last.
    """
    printed = [quarter.scores.printed for quarter in quarters]
    names, groups = competencies_of(competencies)
    lines = []
    for name, group in zip(names, groups, strict=True):
        weights = (group / group.sum())[None, :]
        values = [_value(one, weights) for one in printed]
        points = tuple(
            TrendPoint(quarter.cycle_name, value)
            for quarter, value in zip(quarters, values, strict=True)
        )
        known = [one for one, value in zip(printed, values, strict=True) if value is not None]
        lines.append(TrendLine(name, points, _half_band(known, weights)))
    return tuple(lines)


def _value(printed: Printed, weights: Floats) -> float | None:
    """The competency's mean; None where one of its statements is hidden or not comparable."""
    if (weights[0] > 0)[~printed.shown].any():
        return None
    return float(printed.weighted(weights)[0])


def _half_band(known: Sequence[Printed], weights: Floats) -> float:
    """1.96 standard errors of the last known value less the mean of those before it, in points.

    So a last point leaves the band around that mean by chance in 5 % of all cases. Of a single
    value it is its own; 0 without any.
    """
    if not known:
        return 0.0
    *earlier, last = known
    variance = last.variance(weights) + (Average(earlier).variance(weights) if earlier else 0.0)
    return Z * sqrt(float(np.sum(variance)))
