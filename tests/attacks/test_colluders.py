"""Attack 9: raters who put their answers together, and choose them, guess another's answer.

Nothing is tried out here: every total of the others and every draw of the noise has its exact
chance. Insiders take their own answers off the total, so it does not matter what they chose;
they may choose again for every statement.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from tests.attacks.best_guess import OPTIONS, POLICY, Rate
from tests.attacks.exact import NO_NOISE, PRINTS, printed, sums
from tests.attacks.opinions import OPINIONS, TWO_ENDS, USUAL

BOUNDS: Final = {"usual": 5, "flat": 18, "polarised": 18, "adored": 18}
MANAGERS: Final = {"usual": 1, "flat": 7.5, "polarised": 9.5, "adored": 7.5}
"""For a manager and three others among twelve or more: in points above the best guess."""


def insiders(raters: int, known: int, chances, *, draws=None) -> Rate:
    """The best guess of one answer by those who know `known` of `raters` answers.

    For each choice of their own answers; the best choice counts.
    """
    prints = printed(raters, draws=draws)
    others = sums(raters - known - 1, chances)
    best = 0.0
    for own in range(known, 5 * known + 1):
        # Chances of each answer (rows) together with each print (columns).
        joint = np.zeros((OPTIONS.size, PRINTS))
        for place, answer in enumerate(OPTIONS.tolist()):
            lowest = own + answer + (raters - known - 1) - raters
            joint[place] = chances[place] * (others @ prints[lowest : lowest + others.size])
        best = max(best, joint.max(axis=0).sum())
    return Rate(float(best), float(chances.max()))


@pytest.mark.parametrize("name", OPINIONS)
@pytest.mark.parametrize("known", [1, 2, 3])
def test_insiders_hardly_guess_better_than_who_knows_the_company(known, name, tell):
    rate = insiders(5, known, OPINIONS[name])

    told = f"9 {known} of five raters collude, {name}"
    tell(told, people=7, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUNDS[name]


@pytest.mark.parametrize("name", OPINIONS)
def test_four_of_five_insiders_know_all_but_one_and_still_are_not_certain(name, tell):
    rate = insiders(5, 4, OPINIONS[name])

    tell(f"9 4 of five raters collude, {name}", people=7, success=rate.success, chance=rate.chance)
    assert rate.gain <= (8 if name == "usual" else 27)
    assert rate.success < 0.8


def test_not_even_between_two_ends_is_anybody_certain():
    assert insiders(5, 3, TWO_ENDS).gain <= 25
    assert insiders(5, 4, TWO_ENDS).success < 0.9


@pytest.mark.parametrize("name", OPINIONS)
@pytest.mark.parametrize("raters", [12, 15, 24])
def test_a_manager_and_three_others_of_a_sample_learn_next_to_nothing(raters, name, tell):
    """The manager's own answer is in the total, too."""
    rate = insiders(raters + 1, 4, OPINIONS[name])

    told = f"9 the manager and 3 of {raters}, {name}"
    tell(told, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= MANAGERS[name]


@pytest.mark.parametrize("name", OPINIONS)
def test_without_noise_insiders_choose_their_answers_and_are_certain(name, tell):
    rate = insiders(5, 4, OPINIONS[name], draws=NO_NOISE)

    told = f"9 4 of five raters collude, {name}"
    tell(told, people=7, success=rate.success, chance=rate.chance, off=True)
    assert rate.success > 0.75
    assert rate.gain > 15


def test_without_noise_three_colluders_guess_far_better(tell):
    rate = insiders(5, 3, USUAL, draws=NO_NOISE)

    told = "9 3 of five raters collude, usual"
    tell(told, people=7, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 2 * BOUNDS["usual"]


@pytest.mark.parametrize(("raters", "reader"), [(15, True), (16, False)])
def test_nobody_knows_that_all_others_gave_five(raters, reader):
    """A manager who answers 1 among fifteen who answered 5 once was certain of all of them."""
    chances = OPINIONS["adored"]
    ratings = raters + reader
    known = 1 if reader else 4
    prints, others = printed(ratings), sums(ratings - known, chances)
    own = known  # 1 each, so that a five among the others cannot hide behind the end of the scale
    lowest = own + (ratings - known) - ratings
    joint = others[:, None] * prints[lowest : lowest + others.size]

    certain = (joint[-1] / joint.sum(axis=0)).max()

    assert certain < 0.75


def test_what_is_enumerated_is_what_the_count_prints():
    """Each total's prints from many counts, beside their exact chances."""
    raters, plays = 6, 4_000
    reviews = RatedPairs(
        people=plays,
        rater=plays + np.arange(plays * raters),
        subject=np.repeat(np.arange(plays), raters),
        ratings=np.tile(np.array([4, 4, 3, 5, 4, 4]), plays)[:, None]
        .repeat(14, axis=1)
        .astype(np.int8),
        is_blind=np.ones(plays * raters, dtype=bool),
        is_report=np.zeros(plays * raters, dtype=bool),
        unit=np.zeros(plays * (raters + 1), dtype=np.int64),
    )

    counted = count(reviews, POLICY, randomness=np.random.default_rng(1).bytes)

    place = np.rint(counted.colleagues.mean * 10).astype(np.int64).ravel() - 10
    found = np.bincount(place, minlength=PRINTS) / place.size
    # The 14 statements of one person share a draw, so that chance is that of `plays` people.
    np.testing.assert_allclose(found, printed(raters)[24 - raters], atol=0.02)
