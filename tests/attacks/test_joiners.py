"""Attack 10: somebody joins or leaves between two quarters; nine of ten others answer as before.

The attacker knows who it is, knows both published values, and has played the same company
many times to learn what they mean.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.enps.histogram import release_histogram
from app.domain.enps.score import ReleasedShares, release_shares
from tests.attacks import test_adjusted_score as alike_answers
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


HALO: Final = (0.7, 0.8)
"""How alike one rater's answers about one subject are, beside what all raters of them share.

Of the variance of managers' ratings 53 and 62 % belonged to the single rater and 25 and 21 % to
the subject: .53 / (1 - .25) and .62 / (1 - .21). Single statements are less alike than those
scales of several. Source: Scullen, Mount & Goff (2000), J. Applied Psychology 85(6), 956-970.
"""


def joiner_with_halo(raters: int, alike: float, *, seen=alike_answers.means) -> Rate:
    """Guess one rating from the means of all 14 statements: who is strict once is so in all."""
    random = np.random.default_rng(raters)
    before, anew, joiner = (
        alike_answers.drawn(random, people, alike) for people in (raters, raters, 1)
    )
    again = random.random((len(before), raters, 1)) < 0.9  # nine of ten people, all that they say
    after = np.concatenate([np.where(again, before, anew), joiner], axis=1)
    secret = joiner[:, 0, 0].astype(int)
    return alike_answers.guess([seen(before), seen(after)], secret)


@pytest.mark.parametrize("alike", HALO)
@pytest.mark.parametrize("raters", [5, 6, 9, 14])
def test_all_means_together_hardly_tell_a_joiner_whose_answers_are_alike(raters, alike, tell):
    rate = joiner_with_halo(raters, alike)

    name = f"10 who joins {raters}, from all means ({alike:.1f} alike)"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


def test_without_rounding_all_means_together_tell_a_joiner(tell):
    rate = joiner_with_halo(9, HALO[-1], seen=lambda answers: answers.mean(axis=1))

    name = f"10 who joins 9, from all means ({HALO[-1]:.1f} alike)"
    tell(name, people=11, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 1.5 * BOUND


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


ANSWERS: Final = np.arange(11)
SPREAD: Final = np.array([2, 1, 2, 3, 4, 8, 9, 15, 20, 18, 18]) / 100
"""How often each answer from 0 to 10 is given in an ordinary large company."""


def answer_of_joiner(people: int, *, release=release_histogram, plays: int = 20_000) -> Rate:
    """Guess the answer of who joins `people` others, from the published spread of two quarters.

    Eleven shares are seen too seldom alike to be learned together: each is weighed for itself.
    """
    random = np.random.default_rng(people)
    before = random.multinomial(people, SPREAD, size=plays)
    changed = random.binomial(before, 0.1)
    anew = np.array([random.multinomial(few, SPREAD) for few in changed.sum(axis=1)])
    secret = random.choice(ANSWERS, size=plays, p=SPREAD)
    after = before - changed + anew
    after[np.arange(plays), secret] += 1
    moved = spreads_of(after, release) - spreads_of(before, release)
    half = plays // 2
    odds = np.tile(np.log(SPREAD), (plays, 1))
    for answer in ANSWERS:
        is_theirs = secret[:half] == answer
        seen, place = np.unique(moved[:, answer], return_inverse=True)
        theirs = np.bincount(place[:half][is_theirs], minlength=len(seen)) + 0.3
        others = np.bincount(place[:half][~is_theirs], minlength=len(seen)) + 0.3
        weight = np.log(theirs / theirs.sum()) - np.log(others / others.sum())
        odds[:, answer] += weight[place]
    hits = odds[half:].argmax(axis=1) == secret[half:]
    return Rate(float(hits.mean()), float(SPREAD.max()))


def spreads_of(counts, release):
    return np.array([release(np.repeat(ANSWERS, row).tolist()) for row in counts])


@pytest.mark.parametrize("people", [100, 150])
def test_a_joiners_answer_is_hardly_better_guessed_from_the_spread_of_all(people, tell):
    rate = answer_of_joiner(people)

    tell("10 joiner's answer", people=people, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


def test_without_rounding_a_joiners_answer_is_guessed_better(tell):
    rate = answer_of_joiner(100, release=lambda answers: np.bincount(answers, minlength=11))

    tell("10 joiner's answer", people=100, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > BOUND
