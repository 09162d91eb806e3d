"""What is promised of a report's means, exactly: no answer is more than three times as likely.

Not tried out but enumerated: every draw of the noise, the limits of the scale, the even shift,
and printing are all in it.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.release.noise import RATINGS_RATIO
from tests.attacks.exact import NO_NOISE, given_common, noise, printed, printed_of_totals

BOUND: Final = RATINGS_RATIO + 1e-9
SIZES: Final = [5, 6, 7, 12]


def odds(one, other):
    """The largest factor by which anything printed is likelier after the one than the other."""
    certain = ((one > 0) & (other == 0)).any() or ((other > 0) & (one == 0)).any()
    if certain:
        return np.inf
    seen = one > 0
    return max((one[seen] / other[seen]).max(), (other[seen] / one[seen]).max())


@pytest.mark.parametrize("raters", [*SIZES, 24, 40])
def test_one_printed_mean_makes_an_answer_at_most_three_times_as_likely(raters):
    chances = printed(raters)

    largest = odds(chances[:-1], chances[1:])

    assert 2 < largest <= BOUND


def pairs(raters: int):
    """Chances of two printed means, by both totals: (totals, totals, prints, prints)."""
    return sum(
        chance * np.einsum("ip,jq->ijpq", prints, prints) for chance, prints in given_common(raters)
    )


def test_two_printed_means_together_tell_no_more_of_one_answer_or_of_a_whole_level():
    chances = pairs(5)

    one_answer = odds(chances[:-1], chances[1:])
    whole_level = odds(chances[:-1, :-1], chances[1:, 1:])
    up_and_down = odds(chances[:-1, 1:], chances[1:, :-1])

    assert one_answer <= BOUND
    assert whole_level <= BOUND
    assert BOUND < up_and_down <= RATINGS_RATIO**2 + 1e-9  # which is why it is not promised


@pytest.mark.parametrize("raters", SIZES)
def test_all_fourteen_means_together_tell_no_more(raters):
    """Whatever is printed 14 times, after any 14 totals: thousands of them, each exactly."""
    random = np.random.default_rng(raters)
    plays, statements = 3_000, 14
    totals = random.integers(0, 4 * raters, (plays, statements))
    shown = np.clip(
        np.rint(10 * totals / raters + random.normal(0, 12 / raters, totals.shape)), 0, 40
    ).astype(int)
    one, level, before = np.zeros(plays), np.zeros(plays), np.zeros(plays)
    first = np.arange(statements) == 0

    for chance, prints in given_common(raters):
        before += chance * prints[totals, shown].prod(axis=1)
        one += chance * prints[totals + first, shown].prod(axis=1)
        level += chance * prints[totals + 1, shown].prod(axis=1)

    assert odds(before, one) <= BOUND
    assert odds(before, level) <= BOUND


def test_without_the_common_draw_a_whole_level_is_told():
    """Two statements already tell nine times, fourteen would tell millions of times."""
    own = printed(5, draws=noise())

    chances = np.einsum("ip,jq->ijpq", own, own)

    largest = odds(chances[:-1, :-1], chances[1:, 1:])
    assert largest > 8


def test_without_noise_a_mean_makes_answers_certain():
    assert odds(*(printed(5, draws=NO_NOISE)[rows] for rows in (slice(-1), slice(1, None)))) == (
        np.inf
    )


@pytest.mark.parametrize(("reports", "others"), [(5, 5), (5, 7)])
def test_two_views_and_their_total_tell_no_more_of_one_answer(reports, others):
    """The total is the sum of two noised totals: it says nothing that they do not."""
    both = np.convolve(noise(), noise())
    kept = np.abs(np.arange(both.size) - both.size // 2) <= 14
    draws = both[kept]
    reach = draws.size // 2
    of_reports = np.arange(reports - reach, 5 * reports + reach + 1)
    of_others = np.arange(others - reach, 5 * others + reach + 1)
    first, second = printed_of_totals(reports, of_reports), printed_of_totals(others, of_others)
    sums = of_reports[:, None] + of_others
    whole = printed_of_totals(reports + others, sums.ravel()).reshape(*sums.shape, -1)
    around_others = slice(2 * others, 2 * others + draws.size)  # everybody else answered 3

    def seen(total):
        rows = slice(total - reports, total - reports + draws.size)
        return np.einsum(
            "i,j,ip,jq,ijw->pqw",
            draws,
            draws,
            first[rows],
            second[around_others],
            whole[rows, around_others],
            optimize=True,
        )

    one, other = seen(3 * reports), seen(3 * reports + 1)
    likely = (one > 1e-6) | (other > 1e-6)  # rarer ones lie beyond the draws that are kept
    assert odds(one[likely], other[likely]) <= 3.01
