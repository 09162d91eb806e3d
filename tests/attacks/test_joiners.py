"""Attack 10: somebody joins or leaves between two quarters; nine of ten others answer as before.

The attacker knows who it is, all chances, and every published value.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.enps.histogram import release_histogram
from app.domain.enps.score import ReleasedShares, release_shares
from tests.attacks.alike import HALO, exact, level_of_joiner, without_common_draw
from tests.attacks.exact import NO_NOISE
from tests.attacks.guessing import Rate, best_guess
from tests.attacks.opinions import DEMO, OPINIONS, USUAL
from tests.attacks.quarters import joiner_of_many, joiner_of_two

BOUND: Final = 8
STANCES: Final = np.arange(3)
LOYALTY: Final = ((0.37, 0.41, 0.22), (0.5, 0.3, 0.2), (2 / 11, 2 / 11, 7 / 11))
"""Promoters, passives, detractors: an ordinary company, a happy one, and the one of the stage."""


@pytest.mark.parametrize("name", OPINIONS)
@pytest.mark.parametrize("raters", [5, 6, 7, 9, 12, 15, 19, 24, 30, 40])
def test_a_joiners_rating_is_hardly_better_guessed_than_anybodys(raters, name, tell):
    """From a mean before and one after, over all their exact chances; a leaver is the same."""
    rate = joiner_of_two(raters, OPINIONS[name], 0.9)
    alike = joiner_of_two(raters, OPINIONS[name], 1.0)

    told = f"10 who joins {raters} raters, {name}"
    tell(told, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= (5 if name == "usual" else 19)
    assert alike.gain <= (5 if name == "usual" else 22)


@pytest.mark.parametrize(("size", "raters"), [(25, 23), (200, 11), (5000, 11)])
def test_a_joiner_is_safe_in_companies_of_every_size(size, raters, tell):
    """Everybody rates in a company of 25; of 200 and 5,000 a sample of twelve, manager included."""
    for usual in (USUAL, DEMO):
        rate = joiner_of_two(raters, usual, 0.9)

        tell("10 joiner or leaver", people=size, success=rate.success, chance=rate.chance)
        assert rate.gain <= 5


MANY: Final = {0.9: (12, 20), 0.95: (12, 22), 0.98: (12, 26), 1.0: (13, 31)}
"""By how many repeat their answers: bounds in points for usual and for all other opinions.

With 2,500 plays chance alone moves a gain by two points.
"""


@pytest.mark.parametrize("name", ["usual", "polarised"])
@pytest.mark.parametrize("repeat", MANY)
def test_eight_quarters_tell_more_and_how_much_is_known(repeat, name, tell):
    """Noise is fresh each quarter, so it averages out where everybody answers alike."""
    rate = joiner_of_many(6, OPINIONS[name], repeat, before=4, after=4, plays=2_500)

    told = f"10 who joins 6, eight quarters, {100 * repeat:.0f} % alike, {name}"
    tell(told, people=8, success=rate.success, chance=rate.chance)
    assert rate.gain <= MANY[repeat][name != "usual"]


@pytest.mark.parametrize("raters", [5, 12, 24])
def test_without_noise_a_joiner_is_told(raters, tell):
    rate = joiner_of_two(raters, USUAL, 1.0, draws=NO_NOISE)

    told = f"10 who joins {raters} raters, usual"
    tell(told, people=raters + 2, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 10


@pytest.mark.parametrize("part", HALO)
@pytest.mark.parametrize("raters", [5, 6, 9, 14, 24])
def test_all_means_together_hardly_tell_a_joiner_whose_answers_are_alike(raters, part, tell):
    rate = level_of_joiner(raters, part)

    name = f"10 who joins {raters}, level from all means ({part:.1f} alike)"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= 6


LEVELS: Final = {
    ("usual", 8, 0.9): 12,
    ("usual", 8, 1.0): 12,
    ("polarised", 2, 0.9): 18,
    ("polarised", 8, 0.9): 20,
    ("polarised", 8, 1.0): 32,
}
"""Opinions, quarters, and how many repeat their answers: the bound in points."""


@pytest.mark.parametrize(("name", "quarters", "repeat"), LEVELS)
def test_how_far_a_level_is_told_by_many_quarters_is_known(name, quarters, repeat, tell):
    rate = level_of_joiner(6, 0.8, usual=OPINIONS[name], quarters=quarters, repeat=repeat)

    told = f"10 level of who joins 6, {quarters} quarters, {100 * repeat:.0f} %, {name}"
    tell(told, people=8, success=rate.success, chance=rate.chance)
    assert rate.gain <= LEVELS[name, quarters, repeat]


def test_without_the_common_draw_all_means_together_tell_a_joiner(tell):
    """Each total's own noise averages out over 14 statements."""
    rate = level_of_joiner(6, 0.8, seen=without_common_draw)

    name = "10 who joins 6, level from all means (0.8 alike)"
    tell(name, people=8, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 7


def test_without_noise_all_means_together_tell_a_joiner(tell):
    rate = level_of_joiner(6, 0.8, seen=exact, repeat=1.0)

    name = "10 who joins 6, level from all means (0.8 alike)"
    tell(name, people=8, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 40


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
