"""Attacks 8 to 10 with the adjusted overall score: it may tell no more of a rating than means do.

Colleagues answer alike over the 14 statements (`ALIKE`), because an overall score tells most
where they do, and the attacker is given how strict everybody is exactly. What is left of the
adjusted score then is the rounded mean of all answers, at a place on its grain that is known.
"""

from statistics import NormalDist
from typing import Final

import numpy as np
import pytest

from app.domain.count.counting import count
from app.domain.count.reviews import Reviews
from app.domain.release.grains import STEPS, grains_for, overall_grains_for, rounded
from tests.attacks.guessing import POLICY, USUAL, Rate, best_guess

JOINER_BOUND: Final = 8
COLLUDER_BOUND: Final = 12
MORE: Final = 3
"""In points: how much better a guess may become beside the means; chance moves it by one."""
PLAYS: Final = 12_000
ALIKE: Final = (0.5, 1.0)
CUTS: Final = np.array([NormalDist().inv_cdf(part) for part in np.cumsum(USUAL)[:-1]])


def drawn(random, raters: int, alike: float):
    """Answers 1-5 of many plays, (PLAYS, raters, 14), of which a rater's are `alike` (0-1)."""
    of_rater = random.normal(size=(PLAYS, raters, 1))
    of_statement = random.normal(size=(PLAYS, raters, 14))
    both = np.sqrt(alike) * of_rater + np.sqrt(1 - alike) * of_statement
    return (np.searchsorted(CUTS, both) + 1).astype(np.int8)


def means(answers):
    """The released means of all statements, (PLAYS, 14)."""
    grain = np.full((len(answers), 14), grains_for(np.array(answers.shape[1])))
    return rounded(answers.mean(axis=1), grain)


def adjusted(answers, random):
    """The adjusted score less what strictness does to it, which this attacker knows."""
    grain = np.full(len(answers), overall_grains_for(np.array(answers.shape[1])))
    known = random.uniform(-0.5, 0.5, len(answers))
    return rounded(answers.mean(axis=(1, 2)) + known, grain) - known


def exact(answers, _random):
    """Without rounding."""
    return answers.mean(axis=(1, 2))


def guess(seen, secret) -> Rate:
    """The best guess from what a straight line makes of all that is seen."""
    half = PLAYS // 2
    table = np.column_stack([np.ones(PLAYS), *seen])
    line = np.linalg.lstsq(table[:half], secret[:half].astype(float), rcond=None)[0]
    found = table @ line
    steps = np.quantile(found[:half], np.linspace(0, 1, 40)[1:-1])
    return best_guess([np.searchsorted(steps, found)], secret)


def of_joiner(raters: int, alike: float, *, seen=adjusted) -> tuple[Rate, Rate, Rate]:
    """Guess a joiner's rating: from means, with the adjusted scores, and from these alone."""
    random = np.random.default_rng(raters)
    before, anew = drawn(random, raters, alike), drawn(random, raters, alike)
    joiner = drawn(random, 1, alike)
    again = random.random((PLAYS, raters, 1)) < 0.9
    after = np.concatenate([np.where(again, before, anew), joiner], axis=1)
    one, two = means(before), means(after)
    plain = [one[:, 0], two[:, 0], one.sum(axis=1), two.sum(axis=1)]
    overall = [seen(after, random)] + ([seen(before, random)] if raters >= 10 else [])
    secret = joiner[:, 0, 0].astype(int)
    return guess(plain, secret), guess(plain + overall, secret), guess(overall, secret)


def of_colluders(raters: int, alike: float, *, seen=adjusted) -> tuple[Rate, Rate, Rate]:
    """The same for one of `raters`, three of whom put their answers together."""
    random = np.random.default_rng(raters)
    answers = drawn(random, raters, alike)
    own = [answers[:, :3, 0].sum(axis=1), answers[:, :3].sum(axis=(1, 2))]
    released = means(answers)
    plain, overall = [released[:, 0], released.sum(axis=1)], [seen(answers, random)]
    secret = answers[:, -1, 0].astype(int)
    return (
        guess(own + plain, secret),
        guess(own + plain + overall, secret),
        guess(own + overall, secret),
    )


@pytest.mark.parametrize("alike", ALIKE)
@pytest.mark.parametrize("raters", [9, 10, 19, 29])
def test_an_adjusted_score_tells_hardly_more_of_a_joiner_than_means_do(raters, alike, tell):
    plain, both, alone = of_joiner(raters, alike)

    name = f"10 who joins {raters}, adjusted score ({alike:.1f} alike)"
    tell(name, people=raters + 2, success=alone.success, chance=alone.chance)
    assert alone.gain <= JOINER_BOUND
    assert both.gain - plain.gain <= MORE


@pytest.mark.parametrize("alike", ALIKE)
@pytest.mark.parametrize("raters", [10, 15, 20])
def test_an_adjusted_score_tells_colluders_hardly_more_than_means_do(raters, alike, tell):
    plain, both, alone = of_colluders(raters, alike)

    name = f"9 3 of {raters} collude, adjusted score ({alike:.1f} alike)"
    tell(name, people=raters + 2, success=alone.success, chance=alone.chance)
    assert max(alone.gain, both.gain) <= COLLUDER_BOUND
    assert both.gain - plain.gain <= MORE


def test_without_rounding_an_adjusted_score_tells_a_joiner(tell):
    _, _, alone = of_joiner(10, 1.0, seen=exact)

    tell(
        "10 who joins 10, adjusted score (1.0 alike)",
        people=12,
        success=alone.success,
        chance=alone.chance,
        off=True,
    )
    assert alone.gain > JOINER_BOUND


@pytest.mark.parametrize(("raters", "step"), [(10, 0.2), (19, 0.2), (20, 0.1)])
def test_what_the_attacker_is_given_has_the_grain_that_the_count_gives(raters, step):
    people = raters + 1
    pairs = [(i, j) for i in range(people) for j in range(people) if i != j]
    rater, subject = np.array(pairs).T
    reviews = Reviews(
        people=people,
        rater=rater,
        subject=subject,
        ratings=np.random.default_rng(1).integers(1, 6, (len(pairs), 14)).astype(np.int8),
        is_blind=np.ones(len(pairs), dtype=bool),
        is_report=np.zeros(len(pairs), dtype=bool),
        unit=np.zeros(people, dtype=np.int64),
    )

    found = count(reviews, POLICY).adjusted

    assert (found.grain == overall_grains_for(np.array(raters))).all()
    assert STEPS[found.grain].tolist() == [step] * people
    np.testing.assert_allclose(found.mean / step, np.rint(found.mean / step), atol=1e-9)
