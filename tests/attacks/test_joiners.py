"""Attack 10: somebody joins or leaves between two quarters; nine of ten others answer as before.

The attacker knows who it is, knows both published values, and has played the same company
many times to learn what they mean.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.enps import ReleasedShares, release_shares
from tests.attacks.guessing import (
    DEMO,
    USUAL,
    Rate,
    best_guess,
    drawn,
    exactly,
    published,
    repeated,
)

BOUND: Final = 8
PLAYS: Final = 60_000
STANCES: Final = np.arange(3)
LOYALTY: Final = ((0.37, 0.41, 0.22), (0.5, 0.3, 0.2), (2 / 11, 2 / 11, 7 / 11))
"""Promoters, passives, detractors: an ordinary company, a happy one, and the one of the stage."""


def joiner(raters: int, *, seen=published, seed: int = 1, plays: int = PLAYS, usual=USUAL) -> Rate:
    """Guess the rating of who joins `raters` others; a leaver is the same, read backwards."""
    random = np.random.default_rng(seed)
    before = drawn(random, plays, raters, usual=usual)
    secret = drawn(random, plays, usual=usual)
    after = np.column_stack([repeated(random, before, usual=usual), secret])
    first, second = seen(before), seen(after)
    return max(
        best_guess([first, second], secret),
        best_guess([second - first], secret),  # coarser, but learned from more plays each
        key=lambda rate: rate.success,
    )


@pytest.mark.parametrize("raters", [5, 6, 7, 9, 10, 11, 12, 14, 15, 19, 20, 23, 24, 29, 30])
def test_a_joiners_rating_is_hardly_better_guessed_than_anybodys(raters, tell):
    rate = joiner(raters)

    name = f"10 who joins {raters} raters"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


@pytest.mark.parametrize("raters", [5, 9, 15, 20, 23])
def test_a_joiner_is_safe_where_answers_are_more_alike(raters, tell):
    rate = joiner(raters, usual=DEMO)

    name = f"10 who joins {raters} raters of the demo"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


@pytest.mark.parametrize(("size", "raters"), [(25, 23), (200, 11), (5000, 11)])
def test_a_joiner_is_safe_in_companies_of_every_size(size, raters, tell):
    """Everybody rates in a company of 25; of 200 and 5,000 a sample of twelve, manager included."""
    rate = joiner(raters, seed=size)

    tell("10 joiner or leaver", people=size, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


@pytest.mark.parametrize("raters", [5, 11, 23])
def test_without_rounding_a_joiner_is_told(raters, tell):
    rate = joiner(raters, seen=exactly, plays=20_000)

    name = f"10 who joins {raters} raters"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 2 * BOUND


def exact_shares(promoters: int, passives: int, detractors: int) -> ReleasedShares:
    """No rounding at all: the counts themselves."""
    return ReleasedShares(promoters + passives + detractors, promoters, passives, detractors)


def stance_of_joiner(people: int, loyalty, *, release=release_shares, plays: int = 40_000) -> Rate:
    random = np.random.default_rng(people)
    before = random.choice(STANCES, size=(plays, people), p=loyalty)
    anew = random.choice(STANCES, size=before.shape, p=loyalty)
    secret = random.choice(STANCES, size=plays, p=loyalty)
    again = np.where(random.random(before.shape) < 0.9, before, anew)
    seen = [shares_of(before, release), shares_of(np.column_stack([again, secret]), release)]
    return best_guess(seen, secret, options=STANCES)


def shares_of(stances, release):
    """One number for the published shares of each row."""
    promoters, passives = (stances == 0).sum(axis=1), (stances == 1).sum(axis=1)
    counts, place = np.unique(np.column_stack([promoters, passives]), axis=0, return_inverse=True)
    people = stances.shape[1]
    shown = [release(p, q, people - p - q) for p, q in counts.tolist()]
    return np.array([one.promoters * 1000 + one.passives for one in shown])[place.ravel()]


@pytest.mark.parametrize("loyalty", LOYALTY)
@pytest.mark.parametrize("people", [20, 24, 39, 40, 70])
def test_a_joiners_recommendation_is_hardly_better_guessed_than_anybodys(people, loyalty, tell):
    rate = stance_of_joiner(people, loyalty)

    tell("10 joiner's eNPS", people=people, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


def test_without_rounding_a_joiners_recommendation_is_told(tell):
    rate = stance_of_joiner(20, LOYALTY[0], release=exact_shares, plays=20_000)

    tell("10 joiner's eNPS", people=20, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 2 * BOUND
