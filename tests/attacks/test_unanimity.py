"""Attack 11: whatever is published, it could always have come from raters who did not agree."""

from collections import Counter
from typing import Final

import numpy as np
import pytest

from app.domain.enps.score import StanceCounts
from app.domain.enps.score import release as release_answers
from app.domain.release.cells import Pool, release
from app.domain.release.noise import twice_blurred
from tests.attacks.best_guess import OPTIONS, table
from tests.attacks.exact import NO_NOISE, printed

SAFE: Final = 0.02
"""Seen after unanimous answers, a print is at least so likely after a single other one."""


def least_doubt(raters: int, *, draws=None) -> float:
    """How likely the print that speaks most for unanimity is after one dissent, beside it."""
    chances = printed(raters, draws=draws)
    found = []
    for option in OPTIONS.tolist():
        unanimous = chances[option * raters - raters]
        dissents = [
            chances[option * raters - raters + step]
            for step in (-1, 1)
            if 0 <= option * raters - raters + step < len(chances)
        ]
        seen = unanimous > 0
        found.append((np.max(dissents, axis=0)[seen] / unanimous[seen]).min())
    return float(min(found))


@pytest.mark.parametrize("raters", [*range(5, 16), 19, 20, 21, 24, 40])
def test_no_score_certifies_that_all_gave_the_same_answer(raters, tell):
    doubt = least_doubt(raters)

    tell("11 unanimity of a score", people=raters, success=float(doubt < SAFE), chance=0)
    assert doubt >= 1 / 3 - 1e-9


@pytest.mark.parametrize("raters", [5, 10])
def test_without_noise_a_score_certifies_it(raters, tell):
    doubt = least_doubt(raters, draws=NO_NOISE)

    tell("11 unanimity of a score", people=raters, success=1, chance=0, off=True)
    assert doubt < SAFE


@pytest.mark.parametrize("blind", [5, 9, 10, 15, 30])
def test_whether_the_manager_is_in_a_mean_of_one_mind_stays_open(blind):
    """Neither the fractions that occur nor the number of raters tell that one more answered."""
    alone, with_manager = printed(blind), printed(blind + 1)
    for option in OPTIONS.tolist():
        one, other = alone[(option - 1) * blind], with_manager[(option - 1) * (blind + 1)]

        assert ((one > 1e-4) == (other > 1e-4)).mean() > 0.85
        assert (one[other > 1e-2] > 0).all()


@pytest.mark.parametrize("raters", [30, 31, 60])
def test_no_distribution_certifies_it(raters):
    """One low answer among high ones is as often printed as none, up to a factor of nine."""
    random = np.random.default_rng(raters)
    plays = 20_000
    everybody = np.full((plays, raters), 5)
    all_but_one = everybody.copy()
    all_but_one[:, 0] = 1

    def shares(answers):
        made = table(answers, random).shares[:, 0]
        return np.bincount(made[:, 0] * 101 + made[:, 2], minlength=101 * 101) / plays

    one, other = shares(everybody), shares(all_but_one)
    often = (one > 0.005) | (other > 0.005)
    assert often.sum() >= 5
    assert (one[often] <= 9.9 * other[often] + 0.002).all()
    assert (other[often] <= 9.9 * one[often] + 0.002).all()


@pytest.mark.parametrize(("reports", "others"), [(5, 5), (5, 8), (7, 7)])
def test_no_second_view_certifies_it_not_even_beside_the_whole(reports, others, tell):
    """Three printed numbers of two groups: each group of one mind looks like one of two."""
    random = np.random.default_rng(reports + others)
    plays = 40_000

    def seen(dissenters: int):
        first, second = pool(plays, reports, dissenters), pool(plays, others, 0)
        totals = [twice_blurred(each.totals, randomness=random.bytes) for each in (first, second)]
        whole = Pool(
            first.options + second.options,
            first.raters + second.raters,
            first.blind_raters + second.blind_raters,
        )
        made = [
            release(each, noised, shown=each.raters >= 5, randomness=random.bytes)
            for each, noised in zip(
                (first, second, whole), (*totals, totals[0] + totals[1]), strict=True
            )
        ]
        tenths = [np.rint(10 * each.mean[:, 0]).astype(np.int64) for each in made]
        return (
            np.bincount(tenths[0] * 51 * 51 + tenths[1] * 51 + tenths[2], minlength=51**3) / plays
        )

    unanimous, nearly = seen(0), seen(1)
    often = unanimous > 0.002
    assert often.sum() > 50
    assert (unanimous[often] <= 4 * nearly[often] + 0.0015).all()
    tell("11 unanimity of one view", people=reports + others, success=0, chance=0)


def pool(plays: int, raters: int, dissenters: int) -> Pool:
    """So many times the same: all gave 4, but for those who gave 3."""
    options = np.tile([0, 0, dissenters, raters - dissenters, 0], (plays, 1))[:, None, :]
    many = np.full((plays, 1), raters)
    return Pool(options, many, many[:, 0])


@pytest.mark.parametrize("people", [20, 23, 40, 100])
@pytest.mark.parametrize("answer", [10, 8, 0])
def test_no_release_certifies_that_all_would_recommend_the_same(people, answer):
    """What is printed after unanimous answers is at most four times as likely as after others."""
    unanimous = StanceCounts.of([answer] * people)
    others = StanceCounts.of([answer] * (people - 1) + [0 if answer == 10 else 10])
    draw = np.random.default_rng(people + answer)

    seen, seen_else = (
        Counter(release_answers(exact, randomness=draw.bytes) for _ in range(6_000))
        for exact in (unanimous, others)
    )

    (most, times) = seen.most_common(1)[0]
    assert times <= 4.8 * seen_else[most]
    assert set(seen_else) & set(seen)


def test_hidden_scores_show_nothing_to_certify():
    made = table(np.full((1, 4), 5), np.random.default_rng(1))

    assert np.isnan(made.mean).all()
    assert (made.raters == -1).all()
    assert (made.shares == -1).all()
