"""Exact chances of the focus question's phrases, and the best guesses they allow."""

from typing import Final

import numpy as np

from app.domain.arrays import Floats
from app.domain.ballot.focus import Seen
from app.domain.release.focus import FocusDirection, direction_of
from tests.attacks.best_guess import Rate
from tests.attacks.exact import noise

STEPS: Final = np.array([Seen.LESS - Seen.SAME, 0, Seen.MORE - Seen.SAME])
PHRASES: Final = [*FocusDirection]

WORKS: Final = np.array([0.1, 0.3, 0.6])
EVEN: Final = np.full(3, 1 / 3)
TWO_CAMPS: Final = np.array([0.45, 0.1, 0.45])
"""Nearly nobody in between: the worst, since a balance then tells most of each answer."""
VIEWS: Final = {"it works": WORKS, "even": EVEN, "two camps": TWO_CAMPS}
"""How often less, the same and more are said: what any attacker may know."""

NOISE: Final = noise()
"""What the count adds."""


def phrases(raters: int, *, draws: Floats = NOISE) -> Floats:
    """Chances of the three phrases (columns) after each balance -raters … raters (rows)."""
    reach = draws.size // 2
    told = np.zeros((2 * raters + 1, len(PHRASES)))
    noised = np.arange(-raters - reach, raters + reach + 1)
    which = np.array([PHRASES.index(direction_of(int(one), raters)) for one in noised])
    for row in range(2 * raters + 1):
        np.add.at(told[row], which[row : row + draws.size], draws)
    return told


def balances(people: int, chances: Floats) -> Floats:
    """Chances of the balance of so many people, from -people on."""
    found = np.ones(1)
    for _ in range(people):
        found = np.convolve(found, chances)
    return found


def outsider(raters: int, chances: Floats, *, known: int = 0, draws: Floats = NOISE) -> Rate:
    """Guess one of `raters` answers from the phrase, when `known` others are known.

    The known ones answered what serves the attacker best.
    """
    told, others = phrases(raters, draws=draws), balances(raters - known - 1, chances)
    gains = [_guess(told, others, chances, shift) for shift in range(-known, known + 1)]
    return Rate(max(gains), float(chances.max()))


def _guess(told: Floats, others: Floats, chances: Floats, shift: int) -> float:
    """How often the best guess is right, the known answers adding up to `shift`."""
    middle, half = told.shape[0] // 2, others.size // 2
    joint = []
    for step, chance in zip(STEPS.tolist(), chances.tolist(), strict=True):
        first = middle + shift + step - half
        joint.append(chance * others @ told[first : first + others.size])
    return float(np.stack(joint).max(axis=0).sum())


def joiner(raters: int, chances: Floats, repeat: float, *, draws: Floats = NOISE) -> Rate:
    """Guess the answer of who joins `raters` others, from a phrase before and one after; exact."""
    before, after = phrases(raters, draws=draws), phrases(raters + 1, draws=draws)
    one = repeat * np.diag(chances) + (1 - repeat) * np.outer(chances, chances)
    size = 2 * raters + 1
    grid = np.zeros((size, size))
    grid[:3, :3] = one
    totals = np.maximum(np.fft.ifft2(np.fft.fft2(grid) ** raters).real, 0)
    seen = [
        chance * before.T @ totals @ after[1 + step : 1 + step + size]
        for step, chance in zip(STEPS.tolist(), chances.tolist(), strict=True)
    ]
    return Rate(float(np.stack(seen).max(axis=0).sum()), float(chances.max()))


def quarters(
    raters: int, chances: Floats, repeat: float, *, number: int, plays: int = 20_000
) -> Rate:
    """Guess an answer that its rater mostly repeats, from so many quarters' phrases; tried out."""
    random = np.random.default_rng(number)
    answers = random.choice(3, size=(plays, raters), p=chances)
    told = phrases(raters)
    secret, pattern = answers[:, 0].copy(), np.zeros(plays, dtype=np.int64)
    for _ in range(number):
        balance = STEPS[answers].sum(axis=1) + raters
        drawn = (told[balance].cumsum(axis=1) < random.random(plays)[:, None]).sum(axis=1)
        pattern += np.array([1, 0, 100])[np.minimum(drawn, 2)]
        anew = random.choice(3, size=answers.shape, p=chances)
        answers = np.where(random.random(answers.shape) < repeat, answers, anew)
    return _learned(pattern, secret)


def _learned(seen: np.ndarray, secret: np.ndarray) -> Rate:
    half = len(secret) // 2
    _, place = np.unique(seen, return_inverse=True)
    found = np.zeros((place.max() + 1, 3))
    np.add.at(found, (place[:half], secret[:half]), 1)
    guess = (found + 1e-9 * found.sum(axis=0)).argmax(axis=1)
    chance = (secret[half:] == found.sum(axis=0).argmax()).mean()
    return Rate(float((guess[place[half:]] == secret[half:]).mean()), float(chance))
