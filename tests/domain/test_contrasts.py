"""Differences between printed means, and how far chance alone moves them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from app.domain.release.noise import RATINGS_RATIO, variance_of
from app.domain.statistics import contrasts
from app.domain.statistics.contrasts import (
    Average,
    Differences,
    Printed,
    change,
    level,
    overall_change,
    profile,
    self_others,
    self_others_overall,
)
from app.domain.statistics.spread import (
    NOISE_VARIANCE,
    PRINTING_VARIANCE,
    Spread,
    standard_error_of_mean,
)

SPREAD = Spread(between=0.36, within=0.4)
EACH = np.eye(14)
PAIRS = np.repeat(np.eye(7), 2, axis=1)


def printed(mean, raters=12, **over):
    mean = np.broadcast_to(np.asarray(mean, dtype=float), (14,)).copy()
    return replace(Printed(mean, np.broadcast_to(raters, (14,)), SPREAD), **over)


def test_the_draws_are_those_of_the_release():
    assert variance_of(RATINGS_RATIO) == contrasts.DRAW_VARIANCE
    assert 2 * contrasts.DRAW_VARIANCE + contrasts.DITHER_VARIANCE == NOISE_VARIANCE


def test_the_error_of_a_single_mean_is_the_one_that_is_printed():
    found = np.sqrt(printed(3.7).variance(EACH))

    assert found == pytest.approx(standard_error_of_mean(12, SPREAD))


def test_views_that_are_added_up_carry_the_noise_of_each():
    found = np.sqrt(printed(3.7, views=2).variance(EACH))

    assert found == pytest.approx(standard_error_of_mean(12, SPREAD, views=2))


def test_leniency_halo_and_the_common_draw_cancel_in_a_contrast():
    k = 12
    alone = SPREAD.within / k + (1.5 + 1 / 12) / k**2 + PRINTING_VARIANCE

    found = profile(printed(3.7, k), np.zeros(14), EACH)

    assert found.standard_error**2 == pytest.approx(13 / 14 * alone)


def test_a_statement_that_fewer_rated_has_another_halo_and_more_of_the_common_draw():
    raters = np.array([6, *[12] * 13])
    share = np.array([13 / 14, *[-1 / 14] * 13])
    inverse = 1 / raters
    alone = SPREAD.within * inverse + SPREAD.between * (inverse - 1 / 12)
    alone += (1.5 + 1 / 12) * inverse**2 + PRINTING_VARIANCE

    found = profile(printed(3.7, raters), np.zeros(14), EACH)

    expected = (share**2 * alone).sum() + 1.5 * (share * inverse).sum() ** 2
    assert found.standard_error[0] ** 2 == pytest.approx(expected)
    assert found.standard_error[0] > found.standard_error[1]


@pytest.mark.slow
def test_the_variance_is_what_ratings_and_noise_make_of_it():
    random = np.random.default_rng(3)
    reports, k = 40_000, 12
    halo = random.normal(0, SPREAD.between**0.5, (reports, k, 1))
    ratings = halo + random.normal(0, SPREAD.within**0.5, (reports, k, 14))
    seen = random.random(ratings.shape) < 0.8
    raters = np.maximum(seen.sum(axis=1), 1)

    def draw(shape):
        return random.geometric(2 / 3, shape) - random.geometric(2 / 3, shape)

    noise = draw((reports, 14)) + draw((reports, 1)) + random.uniform(-0.5, 0.5, (reports, 14))
    means = Printed(((ratings * seen).sum(axis=1) + noise) / raters, raters, SPREAD)
    off = np.zeros((2, 14))
    off[0, 0], off[0, 1:], off[1] = 13 / 14, -1 / 14, 1 / 14

    z = means.weighted(off) / np.sqrt(means.variance(off))

    assert z.var(axis=0) == pytest.approx([1, 1], abs=0.03)


def test_a_statement_that_is_hard_for_everybody_is_nobodys_weakness():
    company = np.array([3.0, *[4.0] * 13])
    now = printed([3.0, *[4.0] * 13])

    assert profile(now, company, EACH).delta == pytest.approx(np.zeros(14))
    assert profile(now, np.zeros(14), EACH).delta[0] == pytest.approx(-13 / 14)


def test_a_competency_is_held_against_the_mean_of_all():
    now = printed([4.4, 4.6, *[3.5] * 12])

    found = profile(now, np.zeros(14), PAIRS)

    assert found.delta[0] == pytest.approx(4.5 - (9 + 42) / 14)
    assert found.standard_error[0] < profile(now, np.zeros(14), EACH).standard_error[0]


def test_what_is_hidden_is_not_tested_and_not_part_of_the_mean():
    now = printed([np.nan, 4.0, *[3.0] * 12], raters=[0, *[12] * 13])

    each, pairs = profile(now, np.zeros(14), EACH), profile(now, np.zeros(14), PAIRS)

    assert each.tested.tolist() == [False, *[True] * 13]
    assert each.delta[1] == pytest.approx(4.0 - (4 + 36) / 13)
    assert pairs.tested.tolist() == [False, *[True] * 6]
    assert np.isnan(each.p[0])


def test_one_shown_statement_has_nothing_to_stand_out_from():
    now = printed([4.0, *[np.nan] * 13], raters=[12, *[0] * 13])

    assert not profile(now, np.zeros(14), EACH).tested.any()


def test_when_everything_moves_together_no_statement_moved_by_itself():
    now, before = printed(4.2), printed(3.7)

    assert change(now, before, EACH).delta == pytest.approx(np.zeros(14))
    assert overall_change(now, before).delta == pytest.approx([0.5])


def test_the_overall_change_carries_leniency_halo_and_both_draws_of_two_quarters():
    k = 12
    alone = SPREAD.within / k + (1.5 + 1 / 12) / k**2 + PRINTING_VARIANCE

    found = overall_change(printed(4.2, k), printed(3.7, k))

    assert found.standard_error**2 == pytest.approx(
        2 * (SPREAD.between / k + 1.5 / k**2 + alone / 14)
    )


def test_what_stays_while_the_rest_moves_did_not_move():
    now, before = printed([3.7, *[4.5] * 13]), printed(3.7)

    found = change(now, before, EACH)

    assert found.delta[0] == 0
    assert found.p[0] == 1


def test_four_earlier_quarters_are_a_better_yardstick_than_one():
    now, before = printed([4.4, *[3.7] * 13]), printed(3.7)

    one, four = change(now, before, EACH), change(now, Average([before] * 4), EACH)

    assert four.delta == pytest.approx(one.delta)
    assert (four.standard_error / one.standard_error) ** 2 == pytest.approx(
        np.full(14, (1 + 1 / 4) / 2)
    )


def test_a_statement_is_compared_with_the_quarters_that_asked_it():
    now = printed([4.4, *[3.7] * 13])
    new = printed([np.nan, *[3.7] * 13], raters=[0, *[12] * 13])

    found = change(now, Average([new, printed(3.9)]), EACH)

    assert found.delta[0] == pytest.approx(0.5 - (0.5 - 13 * 0.1) / 14)
    assert found.standard_error[0] > found.standard_error[1]
    assert not change(now, new, EACH).tested[0]
    assert not overall_change(now, printed(np.nan, raters=0)).tested.any()


def test_a_team_shows_what_enough_of_its_people_show():
    hidden = printed([np.nan, *[3.7] * 13], raters=[0, *[12] * 13])

    team = Average([printed(4.0), printed(4.2), hidden], least=3)

    assert team.shown.tolist() == [False, *[True] * 13]
    assert team.weighted(np.full((1, 14), 1 / 13) * team.shown) == pytest.approx(
        [(4.0 + 4.2 + 3.7) / 3]
    )


def test_the_average_of_independent_reports_has_the_smaller_error():
    one, team = printed(4.0), Average([printed(4.0)] * 5)

    assert team.variance(EACH) == pytest.approx(one.variance(EACH) / 5)


def test_the_whole_is_held_against_the_company():
    found = level(printed(3.0), np.full(14, 3.8), margin=0.3)

    assert found.delta == pytest.approx([-0.5])
    assert found.p_below[0] == pytest.approx(stats.norm.cdf(-0.5 / found.standard_error[0]))
    assert level(printed(4.8), np.full(14, 3.8)).p_below[0] > 0.99


def test_own_answers_are_compared_beyond_the_usual_gap():
    own = np.array([5.0, np.nan, *[3.0] * 12])

    found = self_others(printed(3.2), own, np.full(14, 0.3), noise=0.4)

    assert found.delta[0] == pytest.approx(1.5)
    assert not found.tested[1]
    assert found.standard_error[0] ** 2 == pytest.approx(printed(3.2).variance(EACH)[0] + 0.4)


def test_a_gap_that_only_the_usual_one_makes_is_none():
    own = np.full(14, 4.0)

    found = self_others(printed(3.5), own, np.full(14, 1.5), noise=0.4)

    assert found.delta.tolist() == [0.0] * 14


def test_the_pattern_of_all_own_answers_is_one_more_test():
    own = np.array([*[4.0] * 13, 3.0])

    found = self_others_overall(printed(3.0), own, np.zeros(14), noise=0.0625)

    assert found.delta == pytest.approx([13 / 14])
    alone = self_others_overall(printed(3.0), np.array([4.0, *[np.nan] * 13]), own, noise=0.0)
    assert not alone.tested.any()


def test_p_values_are_those_of_the_normal_distribution():
    found = Differences(np.array([0.5, -0.5, 0.0]), np.array([0.25, 0.25, 0.25]))

    assert found.p == pytest.approx(2 * stats.norm.sf([2, 2, 0]))


def test_many_reports_at_once_give_what_each_gives_alone():
    random = np.random.default_rng(9)
    means, raters = random.uniform(2, 5, (3, 14)), random.integers(5, 20, (3, 14))
    many = Printed(means, raters, SPREAD)
    before = Printed(means[::-1], raters, SPREAD)

    together = change(many, before, PAIRS)

    for row in range(3):
        one = Printed(means[row], raters[row], SPREAD)
        alone = change(one, Printed(means[2 - row], raters[row], SPREAD), PAIRS)
        assert together.delta[row] == pytest.approx(alone.delta)
        assert together.standard_error[row] == pytest.approx(alone.standard_error)
