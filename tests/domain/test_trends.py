"""The band of usual variation around a competency."""

import numpy as np
import pytest

from app.domain.release.policy import Hidden, Shown
from app.domain.reports.measured import Measured
from app.domain.reports.trends import Named, trend_lines
from app.domain.statistics.spread import Spread

SPREAD = Spread(0.36, 0.4)
K = 12


def named(mean):
    scores = [Hidden("few") if mean is None else Shown(mean, K, 0.3)] * 2
    return Named("Q", Measured(scores, SPREAD))


def band(*means):
    (line,) = trend_lines(["Quality"] * 2, [named(mean) for mean in means])
    return line.noise


def variance():
    """Of a competency of two statements: halo and the common draw are in both."""
    alone = SPREAD.within / K + (1.5 + 1 / 12) / K**2 + 0.01 / 12
    return SPREAD.between / K + 1.5 / K**2 + alone / 2


def test_the_band_is_95_percent_of_the_last_value_less_the_mean_of_those_before():
    assert band(3.6, 3.8) == pytest.approx(1.96 * np.sqrt(2 * variance()), rel=1e-4)
    assert band(3.6, 3.8, 3.7, 3.9) == pytest.approx(
        1.96 * np.sqrt(variance() * (1 + 1 / 3)), rel=1e-4
    )


def test_a_quarter_without_a_value_is_no_part_of_the_band():
    assert band(3.6, None, 3.8) == band(3.6, 3.8)
    assert band(None, 3.6) == pytest.approx(1.96 * np.sqrt(variance()), rel=1e-4)
    assert band(None) == 0.0
