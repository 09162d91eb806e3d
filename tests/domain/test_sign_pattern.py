"""How rare it is that many differences point the same way, when they share a part."""

from math import comb

import numpy as np
import pytest

from app.domain.statistics.contrasts import Printed
from app.domain.statistics.sign_pattern import chance_of_signs, signs
from app.domain.statistics.spread import Spread

NOISE, SHARED = 0.6**2 + 1 / 12, 0.033
USUAL = np.zeros(14)


def printed(spread, raters=12):
    return Printed(np.full(14, 3.6), np.full(14, raters), spread)


def chance(ups, spread, *, shared=SHARED, raters=12):
    gap = np.array([1.0] * ups + [-1.0] * (14 - ups))
    now = printed(spread, raters)
    return float(chance_of_signs(gap, USUAL, now=now, noise=NOISE, shared_noise=shared)[0])


def test_without_a_common_part_it_is_the_plain_sign_test():
    plain = 2 * sum(comb(14, k) for k in (12, 13, 14)) / 2**14

    # So many raters that neither halo nor noise is left, and no mood.
    found = chance(12, Spread(between=0.0, within=0.4), shared=0.0, raters=100_000)

    assert found == pytest.approx(plain, rel=0.01)


def test_a_common_part_makes_many_signs_less_rare():
    alone = chance(13, Spread(between=0.0, within=0.4))
    halo = chance(13, Spread(between=0.36, within=0.4))

    assert alone < 0.02 < halo
    assert chance(7, Spread(between=0.36, within=0.4)) == 1.0


def test_chance_alone_does_not_pass_more_often_than_it_says():
    random, spread, reports = np.random.default_rng(3), Spread(between=0.36, within=0.4), 2000
    now = printed(spread)
    shared = spread.between / 12 + 1.5 / 144 + SHARED
    single = spread.within / 12 + (1.5 + 1 / 12) / 144 + NOISE - SHARED
    common = random.normal(0, np.sqrt(shared), (reports, 1))
    gap = common + random.normal(0, np.sqrt(single), (reports, 14))

    many = Printed(np.tile(now.mean, (reports, 1)), np.tile(now.raters, (reports, 1)), spread)
    found = chance_of_signs(gap, USUAL, now=many, noise=NOISE, shared_noise=SHARED)

    for level in (0.2, 0.1, 0.05):
        assert (found <= level).mean() <= level + 0.015


def test_a_sign_needs_the_plain_gap_and_the_one_beyond_the_usual():
    gap = np.array([0.5, 0.5, -0.5, -0.5, 0.0, np.nan])
    usual = np.array([0.2, 0.7, -0.2, -0.7, 0.2, 0.0])

    assert signs(gap, usual).tolist() == [1, 0, -1, 0, 0, 0]
