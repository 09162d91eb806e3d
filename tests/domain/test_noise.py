"""The noise in every released number: exact, from whole numbers, and never more than promised."""

from collections import Counter
from math import sqrt

import numpy as np
import pytest

from app.domain.release.noise import ENPS_RATIO, RATINGS_RATIO, blurred, ratio_to, variance_of
from app.domain.statistics.spread import NOISE_VARIANCE, PRIOR, Spread, standard_error_of_mean


def bytes_of(seed):
    return np.random.default_rng(seed).bytes


def drawn(size, ratio, seed=1):
    return blurred(np.zeros(size, dtype=np.int64), ratio=ratio, randomness=bytes_of(seed))


@pytest.mark.parametrize(("ratio", "of_zero"), [(RATINGS_RATIO, 1 / 2), (ENPS_RATIO, 1 / 3)])
def test_noise_has_the_promised_distribution(ratio, of_zero):
    size = 400_000

    found = Counter(drawn(size, ratio).tolist())

    for z in range(-6, 7):
        expected = of_zero * ratio ** -abs(z)
        assert found[z] / size == pytest.approx(expected, abs=5 * sqrt(expected / size))


@pytest.mark.parametrize("ratio", [RATINGS_RATIO, ENPS_RATIO])
def test_noise_has_no_mean_and_the_variance_that_intervals_count_on(ratio):
    found = drawn(400_000, ratio)

    assert found.mean() == pytest.approx(0, abs=0.015)
    assert found.var() == pytest.approx(variance_of(ratio), rel=0.02)


def test_both_draws_and_the_shift_are_in_the_variance_of_a_total():
    assert 2 * variance_of(RATINGS_RATIO) + 1 / 12 == NOISE_VARIANCE


def test_noise_is_added_to_the_numbers_in_their_shape():
    totals = np.arange(12).reshape(3, 4)

    found = blurred(totals, randomness=bytes_of(2))

    assert found.dtype == np.int64
    assert (found - totals == drawn(12, RATINGS_RATIO, seed=2).reshape(3, 4)).all()


def test_bytes_that_would_make_some_digits_likelier_are_drawn_again():
    """243 to 255 begin a sixth digit to the base 3: kept, they would favour small ones."""
    up, again, down = bytes([250]), bytes([80]), bytes([242])
    source = iter([up, again, down])

    found = blurred(np.array([7]), randomness=lambda _size: next(source))

    assert found.tolist() == [8]  # 80 is 02222 to the base 3, 242 is 22222


@pytest.mark.parametrize(("ratio", "digits"), [(RATINGS_RATIO, 5), (ENPS_RATIO, 8)])
def test_a_byte_of_zeros_only_is_followed_by_another(ratio, digits):
    """Noise cut off at five digits would make some totals impossible, and others certain."""
    most = 242 if ratio == 3 else 255
    source = iter([bytes([0]), bytes([0]), bytes([most]), bytes([most])])

    found = blurred(np.array([0]), ratio=ratio, randomness=lambda _size: next(source))

    assert found.tolist() == [2 * digits]


def test_the_operating_system_gives_the_bytes_unless_told_otherwise():
    """A generator with a seed would draw the same noise again for whoever finds the seed."""
    zeros = np.zeros(200, dtype=np.int64)

    assert blurred(zeros).tolist() != blurred(zeros).tolist()


def test_a_ratio_is_rounded_half_up_without_floating_point():
    totals, ratings = np.array([21, 17, 5]), np.array([5, 4, 5])

    found = ratio_to(totals, ratings, steps=10, randomness=lambda size: bytes([128]) * size)

    assert found.tolist() == [42, 43, 10]  # 4.25 and a little more


@pytest.mark.parametrize("raters", [5, 6, 12, 13, 24])
def test_every_tenth_can_be_the_mean_of_any_number_of_ratings(raters):
    """4.2 of five ratings, 4.3 of six: unshifted, a mean would tell whether a sixth answered."""
    totals = np.repeat(np.arange(2 * raters, 4 * raters + 1), 4_000)

    found = ratio_to(totals, np.full_like(totals, raters), steps=10, randomness=bytes_of(3))

    assert set(range(20, 41)) <= set(found.tolist())


def test_the_shift_of_a_total_is_even_and_at_most_half_a_point():
    totals = np.zeros(200_000, dtype=np.int64)

    found = ratio_to(totals, np.ones_like(totals), steps=1000, randomness=bytes_of(4))

    assert found.min() >= -500
    assert found.max() <= 500
    assert found.mean() == pytest.approx(0, abs=3)
    assert (found / 1000).var() == pytest.approx(1 / 12, rel=0.02)


def test_the_error_of_a_printed_mean_holds_chance_noise_and_printing():
    found = standard_error_of_mean(12, Spread(between=0.3, within=0.5))

    assert found == pytest.approx(sqrt(0.8 / 12 + (3 + 1 / 12) / 144 + 0.01 / 12))


def test_two_views_added_up_carry_the_noise_of_both():
    one, two = (standard_error_of_mean(12, PRIOR, views=views) for views in (1, 2))

    assert two**2 - one**2 == pytest.approx(NOISE_VARIANCE / 144)


def test_no_ratings_have_no_mean():
    with pytest.raises(ValueError, match="at least one rating"):
        standard_error_of_mean(0, PRIOR)
