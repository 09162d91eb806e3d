"""Adjusted scores: by hand, against the truth, and only where the graph allows them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.domain.count.adjusted import (
    Adjusted,
    Adjustment,
    adjusted_scores,
    adjustment_of,
    reason_without,
    release_adjusted,
)
from app.domain.statistics.components import Components, components_of, truncated
from app.domain.statistics.fit import Fit, Penalties, fit
from app.domain.statistics.network import Network
from app.domain.statistics.reliability import Reliability
from tests.domain.networks import sampled


def test_a_score_is_the_average_after_taking_away_how_strict_each_rater_is():
    network = Network(3, np.array([0, 1, 2]), np.array([2, 2, 0]), np.array([1.0, -1.0, 0.5]))
    strictness = Fit(0.0, np.array([0.4, -0.6, 0.0]), np.zeros(3), 0)
    found = Components(0.2, 0.2, 0.4)  # λ_a = 2

    adjusted = adjusted_scores(network, strictness, found, level=3.5)

    assert_allclose(adjusted.score[[0, 2]], [3.5 + 0.5, 3.5 + (0.6 - 0.4) / 2])
    # Two raters with one rating each: (.4 + .4/(1 + 2)) / 2, then one rater alike.
    assert_allclose(adjusted.standard_error[[2, 0]] ** 2, [(0.4 + 0.4 / 3) / 2, 0.4 + 0.4 / 3])
    assert np.isnan([adjusted.score[1], adjusted.standard_error[1]]).all()


def test_strict_raters_do_not_pull_a_score_down():
    random = np.random.default_rng(1)
    made = sampled(60, 12, random=random, rater=1.0, subject=0.3, rest=0.2)
    found = truncated(components_of(made.network))

    scores = adjusted_scores(
        made.network, fit(made.network, Penalties.of(found)), found, level=0.0
    ).score

    raw = made.network.by_subject(made.network.value) / 12
    assert np.corrcoef(raw, made.subject)[0, 1] < 0.8
    assert np.corrcoef(scores, made.subject)[0, 1] > 0.95


def test_where_raters_do_not_differ_the_adjusted_score_is_the_raw_one():
    made = sampled(30, 8, random=np.random.default_rng(2), rater=0.0)
    found = Components(0.0, 0.2, 0.45)

    adjusted = adjusted_scores(
        made.network, fit(made.network, Penalties.of(found)), found, level=3.0
    )

    assert_allclose(adjusted.score, 3.0 + made.network.by_subject(made.network.value) / 8)
    assert_allclose(adjusted.standard_error, np.sqrt(0.45 / 8))


def teams(*, linked):
    """Two departments of six that rate only themselves, or each one other department as well."""
    pairs = [(i, j) for i in range(12) for j in range(12) if i != j and i // 6 == j // 6]
    if linked:
        pairs += [(i, (i + step) % 12) for i in range(12) for step in (6, 7) if i % 6 < 5]
    ends = np.array(pairs)
    return Network(12, ends[:, 0], ends[:, 1], np.zeros(len(ends)))


def test_no_adjustment_where_the_graph_falls_apart():
    assert adjustment_of(teams(linked=False), np.arange(12) // 6) is Adjustment.NOT_CONNECTED


def test_no_adjustment_where_too_few_rate_across_departments():
    # Ten of twelve raters cross: fewer than nine of ten.
    assert adjustment_of(teams(linked=True), np.arange(12) // 6) is Adjustment.FEW_ACROSS
    assert adjustment_of(teams(linked=True), np.arange(12) // 3) is Adjustment.MADE


def released(scores, *, raters, error=0.19, reliability=0.7, shown=True):
    n = len(scores)
    return release_adjusted(
        Adjusted(np.array(scores), np.full(n, error)),
        reliability=np.full(n, reliability),
        raters=np.full(n, raters),
        shown=np.full(n, shown),
    )


def test_a_released_score_has_the_grain_of_its_raters_and_an_interval_rounded_outwards():
    fifths, tenths = released([3.71, 4.95, 1.0], raters=12), released([3.75], raters=20)

    assert fifths.mean.tolist() == [3.8, 4.8, 1.2]
    # 3.8 ± 1.96·√(.19² + .2²/12) = ± .389, outwards to steps of .2
    assert (fifths.low[0], fifths.high[0]) == (3.4, 4.2)
    assert (fifths.high[1], fifths.low[2]) == (5.0, 1.0)
    assert (tenths.mean[0], tenths.low[0], tenths.high[0]) == (3.8, 3.4, 4.2)
    assert [*fifths.reliability] == [Reliability.INDICATIVE] * 3


def test_a_hidden_score_leaves_no_number():
    table = released([3.71], raters=12, shown=False)

    assert table.grain.tolist() == [-1]
    assert np.isnan([table.mean[0], table.low[0], table.high[0]]).all()
    assert table.reliability[0] is None


def test_an_interval_never_certifies_that_everybody_agreed():
    table = released([3.6], raters=12, error=0.0)

    assert table.low[0] < 3.6 < table.high[0]
    assert table.low[0] == pytest.approx(3.4)


def test_why_somebody_has_no_adjusted_score_is_said_in_words():
    words = [reason_without(why, raters=5) for why in Adjustment]

    assert words == [
        "fewer than 10 colleagues answered",
        "the ratings of this review do not hang together",
        "too few colleagues rated people of other departments",
    ]
    assert reason_without(Adjustment.MADE, raters=12) == "fewer than 12 colleagues answered"
