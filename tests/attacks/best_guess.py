"""The best guess that published values allow: learned by playing the same company many times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Ints
from app.domain.release.cells import (
    Pool,
    ScoreTable,
    release,
    released_shares,
)
from app.domain.release.noise import twice_blurred
from app.domain.release.policy import ReleasePolicy
from tests.attacks.opinions import USUAL

OPTIONS: Final = np.arange(1, 6)
POLICY: Final = ReleasePolicy()


@dataclass(frozen=True)
class Rate:
    """How often a guess is right, beside how often it is without anything published."""

    success: float
    chance: float

    @property
    def gain(self) -> float:
        """In points of percent."""
        return 100 * (self.success - self.chance)


Chances = NDArray[np.float64]


def drawn(random: np.random.Generator, *shape: int, usual: Chances = USUAL) -> Ints:
    """Answers 1-5, each on its own, so that all that is learned is learned about one rater."""
    found: Ints = random.choice(OPTIONS, size=shape, p=usual)
    return found


def repeated(random: np.random.Generator, answers: Ints, *, usual: Chances = USUAL) -> Ints:
    """The next quarter's answers: nine of ten as before, the others anew."""
    anew = drawn(random, *answers.shape, usual=usual)
    return np.where(random.random(answers.shape) < 0.9, answers, anew)


def published(answers: Ints, random: np.random.Generator, *, blind: int | None = None) -> Ints:
    """One number for all that is shown of each row of answers, (m,): mean and distribution."""
    made = table(answers, random, blind=blind)
    shares = np.maximum(made.shares[:, 0], 0)
    mean = np.rint(made.mean[:, 0] * 10).astype(np.int64)
    found: Ints = mean * 10**6 + shares[:, 0] * 1000 + shares[:, 2]
    return found


def table(answers: Ints, random: np.random.Generator, *, blind: int | None = None) -> ScoreTable:
    """The released scores of rows of answers (m, raters), as one statement of m subjects."""
    options = np.stack([(answers == option).sum(axis=1) for option in OPTIONS], axis=1)[:, None, :]
    raters = np.full((len(answers), 1), answers.shape[1] if blind is None else blind)
    pool = Pool(options, raters, raters[:, 0])
    enough, many = raters >= POLICY.blind_raters, raters >= POLICY.distribution_from
    made = release(
        pool,
        twice_blurred(pool.totals, randomness=random.bytes),
        shown=enough,
        randomness=random.bytes,
    )
    return replace(made, shares=released_shares(pool, shown=many, randomness=random.bytes))


def exactly(answers: Ints, _random: np.random.Generator) -> Ints:
    """The same without protection: the exact total and how many gave each group of options."""
    low, middle = (answers <= 2).sum(axis=1), (answers == 3).sum(axis=1)
    found: Ints = answers.sum(axis=1) * 10**6 + low * 1000 + middle
    return found


def best_guess(seen: Sequence[Ints], secret: Ints, *, options: Ints = OPTIONS) -> Rate:
    """Learn on half of the plays what was answered where this was seen; guess the others."""
    half = len(secret) // 2
    _, place = np.unique(np.column_stack(seen), axis=0, return_inverse=True)
    place = place.ravel()
    found = np.zeros((place.max() + 1, options.size))
    np.add.at(found, (place[:half], np.searchsorted(options, secret[:half])), 1)
    usual = found.sum(axis=0)
    guesses = options[(found + usual / usual.sum()).argmax(axis=1)]
    success = (guesses[place[half:]] == secret[half:]).mean()
    return Rate(float(success), float((options[usual.argmax()] == secret[half:]).mean()))
