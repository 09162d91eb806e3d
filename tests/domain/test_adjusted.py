"""Adjusted scores: by hand, against the truth, and only where the graph allows them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.domain.count.adjusted import (
    Strictness,
    adjustment_of,
    overall_means,
    reason_without,
    release_adjusted,
)
from app.domain.release.cells import ScoreTable
from app.domain.release.fairness import Adjustment
from app.domain.statistics.comparable import Reliability
from app.domain.statistics.components import Components, components_of, truncated
from app.domain.statistics.fit import Fit, Penalties, fit
from app.domain.statistics.network import Network
from tests.domain.networks import sampled
from tests.randomness import seeded, silent


def printed(means, *, raters=12):
    """What was printed about people, (n, 14) or one mean for all statements of each."""
    found = np.broadcast_to(np.array(means).T, (14, len(means))).T
    is_hidden = np.isnan(found)
    tenths = np.where(is_hidden, 0, np.rint(np.nan_to_num(found) * 10)).astype(np.int8)
    counts = np.where(is_hidden, -1, raters).astype(np.int32)
    return ScoreTable(tenths, counts, np.full((*found.shape, 3), -1, dtype=np.int8))


def test_the_strictness_of_a_persons_raters_is_summed_up():
    network = Network(3, np.array([0, 1, 2]), np.array([2, 2, 0]), np.array([1.0, -1.0, 0.5]))
    strictness = Fit(0.0, np.array([0.4, -0.6, 0.0]), np.zeros(3), 0)
    found = Components(0.2, 0.2, 0.4)  # λ_a = 2

    made = Strictness.of(network, strictness, found, people=3)

    assert_allclose(made.total, [0.0, 0.0, -0.2])
    assert made.ratings.tolist() == [1, 0, 2]
    assert made.variance == pytest.approx(0.55)  # .4 + .4/(1 + 2) = .533, rounded up


def test_the_error_of_a_score_tells_of_the_number_of_blind_raters_only():
    strictness = Strictness(np.zeros(2), np.array([12, 13]), 0.45)

    table = release_adjusted(
        printed([3.5, 3.5]),
        strictness,
        reliability=np.full(2, 0.7),
        raters=np.full(2, 12),
        shown=np.ones(2, dtype=bool),
        randomness=silent,
    )

    assert table.standard_error[0] == table.standard_error[1]


def test_a_score_is_the_printed_mean_less_how_strict_its_raters_are():
    table = adjusted([3.5, 3.5, 3.9], strictness=[-6.0, 3.0, 0.0])

    assert table.mean.tolist() == [4.0, 3.3, 3.9]  # 3.5 + 6/12, 3.5 - 3/12 = 3.25, half up


def test_a_hidden_statement_shifts_nobodys_overall_score():
    hard, easy = [2.0] * 7, [5.0] * 7
    nothing = [np.nan] * 7

    found = overall_means(printed([[*hard, *easy], [*hard, *nothing], [*nothing, *easy]]))

    assert_allclose(found, 3.5)
    assert np.isnan(overall_means(printed([[np.nan] * 14]))).all()


def test_the_strictness_carries_half_the_noise_of_a_total():
    strictness = Strictness(np.full(20_000, -1.3), np.full(20_000, 12), 0.5)

    found = strictness.blurred(seeded(1))

    assert set(np.unique(found * 2)) <= set(range(-30, 30))  # whole halves
    assert found.mean() == pytest.approx(-1.5, abs=0.02)  # -1.3 is -3 halves
    assert found.var() == pytest.approx(1.5 / 4, rel=0.05)


def test_strict_raters_do_not_pull_a_score_down():
    random = np.random.default_rng(1)
    made = sampled(60, 12, random=random, rater=1.0, subject=0.3, rest=0.2)
    found = truncated(components_of(made.network))
    fitted = fit(made.network, Penalties.of(found))
    raw = made.network.by_subject(made.network.value) / 12

    strictness = Strictness.of(made.network, fitted, found, people=60)
    scores = raw - strictness.blurred(seeded(2)) / 12

    assert np.corrcoef(raw, made.subject)[0, 1] < 0.8
    assert np.corrcoef(scores, made.subject)[0, 1] > 0.95


def test_where_raters_do_not_differ_nothing_is_corrected():
    made = sampled(30, 8, random=np.random.default_rng(2), rater=0.0)
    found = Components(0.0, 0.2, 0.45)

    strictness = Strictness.of(
        made.network, fit(made.network, Penalties.of(found)), found, people=30
    )

    assert_allclose(strictness.total, 0, atol=1e-9)
    assert strictness.variance == pytest.approx(0.45)


def teams(*, linked):
    """Two departments of six that rate only themselves, or each one other department as well."""
    pairs = [(i, j) for i in range(12) for j in range(12) if i != j and i // 6 == j // 6]
    if linked:
        pairs += [(i, (i + step) % 12) for i in range(12) for step in (6, 7) if i % 6 < 5]
    ends = np.array(pairs)
    return Network(12, ends[:, 0], ends[:, 1], np.zeros(len(ends)))


def test_no_adjustment_where_the_graph_falls_apart():
    assert (
        adjustment_of(teams(linked=False), np.arange(12) // 6, asked=60) is Adjustment.NOT_CONNECTED
    )


def test_no_adjustment_where_too_few_rate_across_departments():
    # Ten of twelve raters cross: fewer than nine of ten.
    linked = teams(linked=True)

    assert adjustment_of(linked, np.arange(12) // 6, asked=60) is Adjustment.FEW_ACROSS
    assert adjustment_of(linked, np.arange(12) // 3, asked=60) is Adjustment.MADE


def test_no_adjustment_where_most_people_rate_most_others():
    """There it is the person's own strictness: all others' sum up to its opposite."""
    half = teams(linked=True)

    assert adjustment_of(half, np.arange(12) // 3, asked=66) is Adjustment.MADE
    assert adjustment_of(half, np.arange(12) // 3, asked=67) is Adjustment.NO_SAMPLE


def adjusted(means, *, strictness=None, raters=12, variance=0.45, shown=True):
    n = len(means)
    return release_adjusted(
        printed(means),
        Strictness(np.array(strictness or [0.0] * n), np.full(n, raters), variance),
        reliability=np.full(n, 0.7),
        raters=np.full(n, raters),
        shown=np.full(n, shown),
        randomness=silent,
    )


def test_a_released_score_lies_on_the_scale_and_knows_its_error():
    table = adjusted([3.7, 4.9, 1.1], strictness=[0.0, -6.0, 6.0])

    assert table.mean.tolist() == [3.7, 5.0, 1.0]
    # Both draws of a mean over 14 statements, half a draw for the correction, and printing.
    noise = (1.5 + (1.5 + 1 / 12) / 14 + 1.5 / 4) / 144
    assert table.standard_error[0] == pytest.approx(np.sqrt(0.45 / 12 + noise + 0.01 / 12))
    assert [*table.reliability] == [Reliability.INDICATIVE] * 3


def test_a_hidden_score_leaves_no_number():
    table = adjusted([3.7], shown=False)

    assert table.raters.tolist() == [-1]
    assert np.isnan([table.mean[0], table.standard_error[0]]).all()
    assert table.reliability[0] is None


def test_an_interval_never_certifies_that_everybody_agreed():
    network = Network(3, np.array([0, 1, 2]), np.array([1, 2, 0]), np.zeros(3))
    nothing = Components(0.0, 0.0, 0.0)

    made = Strictness.of(network, Fit(0.0, np.zeros(3), np.zeros(3), 0), nothing, people=3)

    assert made.variance > 0


def test_why_somebody_has_no_adjusted_score_is_said_in_words():
    words = [reason_without(why, raters=5) for why in Adjustment]

    assert words == [
        "fewer than 10 colleagues answered",
        "the ratings of this review do not hang together",
        "too few colleagues rated people of other departments",
        "where most people rate most others, it would tell how strict you are yourself",
    ]
    assert reason_without(Adjustment.MADE, raters=12) == "fewer than 12 colleagues answered"
