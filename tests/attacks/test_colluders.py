"""Attack 9: up to three of five raters tell each other their ratings and subtract them."""

from itertools import product
from typing import Final

import numpy as np
import pytest

from app.domain.count.counting import count
from app.domain.count.reviews import Reviews
from tests.attacks.guessing import OPTIONS, POLICY, USUAL, Rate, drawn, exactly, published

BOUND: Final = 12
RATERS: Final = 5
VECTORS: Final = np.array(list(product(OPTIONS, repeat=RATERS)))
CHANCES: Final = np.prod(USUAL[VECTORS - 1], axis=1)


def best_answers(seen, colluders: int) -> dict[tuple[int, int], int]:
    """For each sum of the colluders' ratings and published value, the likeliest other rating.

    No simulation: all 3,125 ways in which five raters can answer, each with its chance.
    """
    shown = seen(VECTORS)
    own = VECTORS[:, :colluders].sum(axis=1)
    weights: dict[tuple[int, int], np.ndarray] = {}
    for key, target, chance in zip(
        zip(own.tolist(), shown.tolist(), strict=True), VECTORS[:, -1], CHANCES, strict=True
    ):
        weights.setdefault(key, np.zeros(6))[target] += chance
    return {key: int(found.argmax()) for key, found in weights.items()}


def success(seen, colluders: int, answers) -> Rate:
    """How often the best answer is right for these rows of five ratings."""
    best = best_answers(seen, colluders)
    own = answers[:, :colluders].sum(axis=1).tolist()
    guesses = [best[key] for key in zip(own, seen(answers).tolist(), strict=True)]
    usual = OPTIONS[USUAL.argmax()]
    return Rate(float(np.mean(answers[:, -1] == guesses)), float(np.mean(answers[:, -1] == usual)))


@pytest.mark.parametrize("size", [25, 200, 5000])
@pytest.mark.parametrize("colluders", [1, 2, 3])
def test_colluders_hardly_guess_better_than_who_knows_the_company(size, colluders, tell):
    answers = drawn(np.random.default_rng(size), size * 14, RATERS)

    rate = success(published, colluders, answers)

    name = f"9 {colluders} of five raters collude"
    tell(name, people=size, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


@pytest.mark.parametrize("colluders", [1, 2, 3])
def test_over_all_ways_to_answer_the_colluders_stay_below_their_bound(colluders):
    best = best_answers(published, colluders)
    own = VECTORS[:, :colluders].sum(axis=1).tolist()
    keys = zip(own, published(VECTORS).tolist(), strict=True)
    right = VECTORS[:, -1] == [best[key] for key in keys]

    assert 100 * (CHANCES[right].sum() - USUAL.max()) <= BOUND


@pytest.mark.parametrize("colluders", [1, 2, 3])
def test_colluders_who_agree_what_to_answer_gain_no_more_than_the_bound(colluders):
    """They may give whatever ratings tell them most: the worst of all their sums."""
    own = VECTORS[:, :colluders].sum(axis=1)
    shown = published(VECTORS)
    for total in set(own.tolist()):
        rows = own == total
        right = sum(
            np.bincount(
                VECTORS[rows & (shown == value), -1], CHANCES[rows & (shown == value)]
            ).max()
            for value in set(shown[rows].tolist())
        )
        assert 100 * (right / CHANCES[rows].sum() - USUAL.max()) <= BOUND


def test_without_rounding_three_colluders_guess_far_better(tell):
    answers = drawn(np.random.default_rng(1), 25 * 14, RATERS)

    rate = success(exactly, 3, answers)

    tell(
        "9 3 of five raters collude", people=25, success=rate.success, chance=rate.chance, off=True
    )
    assert rate.gain > BOUND


def test_what_colluders_are_given_is_what_the_count_releases():
    """The attack plays with many rows at once; the count gives the same for each of them."""
    rows = VECTORS[::97]
    reviews = Reviews(
        people=len(rows),
        rater=len(rows) + np.arange(rows.size),
        subject=np.repeat(np.arange(len(rows)), RATERS),
        ratings=np.repeat(rows.reshape(-1, 1), 14, axis=1).astype(np.int8),
        is_blind=np.ones(rows.size, dtype=bool),
        is_report=np.zeros(rows.size, dtype=bool),
        unit=np.zeros(len(rows) + rows.size, dtype=np.int64),
    )

    counted = count(reviews, POLICY)

    shown = np.rint(counted.colleagues.mean[:, 0] * 10).astype(np.int64) * 10**6
    assert (shown == published(rows)).all()
    assert (counted.colleagues.shares == -1).all()
