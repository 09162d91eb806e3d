"""Raters whose answers to the 14 statements are alike: what all means together tell of them."""

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Final

import numpy as np

from app.domain.arrays import Floats, Ints
from app.domain.release.noise import blurred, ratio_to
from tests.attacks.best_guess import Rate, best_guess
from tests.attacks.opinions import USUAL

HALO: Final = (0.7, 0.8)
"""How alike one rater's answers about one subject are, beside what all raters of them share.

Of the variance of managers' ratings 53 and 62 % belonged to the single rater and 25 and 21 % to
the subject: .53 / (1 - .25) and .62 / (1 - .21). Single statements are less alike than those
scales of several. Source: Scullen, Mount & Goff (2000), J. Applied Psychology 85(6), 956-970.
"""
STEPS: Final = 40
Random = np.random.Generator
Seen = Callable[[Ints, Random], Floats]
"""What is published of answers (plays, raters, 14), one row for each play."""


def drawn(random: Random, shape: tuple[int, int], alike: float, *, usual: Floats = USUAL) -> Ints:
    """Answers 1-5 of (plays, raters) to 14 statements, of which a rater's are `alike` (0-1)."""
    cuts = [NormalDist().inv_cdf(part) for part in np.cumsum(usual)[:-1]]
    of_rater = random.normal(size=(*shape, 1))
    of_statement = random.normal(size=(*shape, 14))
    both = np.sqrt(alike) * of_rater + np.sqrt(1 - alike) * of_statement
    found: Ints = np.searchsorted(cuts, both) + 1
    return found


def printed(answers: Ints, random: Random) -> Floats:
    """The printed means of all statements, (plays, 14)."""
    return _means(answers, random, common=True)


def without_common_draw(answers: Ints, random: Random) -> Floats:
    """The same where every total has its own noise only."""
    return _means(answers, random, common=False)


def exact(answers: Ints, _random: Random) -> Floats:
    """The same without noise."""
    found: Floats = answers.mean(axis=1)
    return found


def _means(answers: Ints, random: Random, *, common: bool) -> Floats:
    plays, raters, statements = answers.shape
    noised = blurred(answers.sum(axis=1), randomness=random.bytes)
    if common:
        noised += blurred(np.zeros((plays, 1), dtype=np.int64), randomness=random.bytes)
    divisor = np.full((plays, statements), raters)
    tenths = ratio_to(noised, divisor, steps=10, randomness=random.bytes)
    return np.clip(tenths, 10, 50) / 10


def guess(seen: Sequence[Floats | Ints], secret: Ints) -> Rate:
    """The best guess from what a straight line makes of all that is seen."""
    half = len(secret) // 2
    table = np.column_stack([np.ones(len(secret)), *seen])
    line = np.linalg.lstsq(table[:half], secret[:half].astype(float), rcond=None)[0]
    found = table @ line
    steps = np.quantile(found[:half], np.linspace(0, 1, STEPS)[1:-1])
    return best_guess([np.searchsorted(steps, found)], secret)


def level_of_joiner(
    raters: int,
    alike: float,
    *,
    usual: Floats = USUAL,
    repeat: float = 0.9,
    quarters: int = 2,
    plays: int = 12_000,
    seen: Seen = printed,
) -> Rate:
    """Guess the mean level of who joins `raters` others in the middle of so many quarters.

    People repeat all that they said, or answer everything anew.
    """
    random = np.random.default_rng(raters)
    present = drawn(random, (plays, raters + 1), alike, usual=usual)
    level = np.empty(0)
    before, after = [], []
    for quarter in range(quarters):
        if quarter < quarters // 2:
            before.append(seen(present[:, 1:], random))
        else:
            after.append(seen(present, random))
            level = present[:, 0].mean(axis=1) if not level.size else level
        again = random.random((plays, raters + 1, 1)) < repeat
        anew = drawn(random, (plays, raters + 1), alike, usual=usual)
        present = np.where(again, present, anew)
    means = [np.mean(part, axis=0) for part in (before, after)]
    return guess(
        [*means, *(part.mean(axis=1) for part in (*before, *after))],
        np.rint(level).astype(np.int64),
    )
