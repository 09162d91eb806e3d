"""Who joins, read from several quarters: the best guess that exact chances allow.

The others' answers are a hidden chain: each repeats its last answer or is drawn anew. An
attacker who knows all chances weighs every total of every quarter (a hidden Markov model); for
two quarters that is exact, for more the total is taken for a chain of its own.
"""

import numpy as np

from app.domain.arrays import Floats, Ints
from tests.attacks.best_guess import OPTIONS, Rate
from tests.attacks.exact import PRINTS, printed


def pairs_of_totals(people: int, chances: Floats, repeat: float) -> Floats:
    """Chances of the totals of so many people in two quarters, both from `people` on."""
    one = repeat * np.diag(chances) + (1 - repeat) * np.outer(chances, chances)
    size = 4 * people + 1
    grid = np.zeros((size, size))
    grid[:5, :5] = one
    found: Floats = np.fft.ifft2(np.fft.fft2(grid) ** people).real
    return np.maximum(found, 0)


def joiner_of_two(
    raters: int, chances: Floats, repeat: float, *, draws: Floats | None = None
) -> Rate:
    """Guess the answer of who joins `raters` others, from a mean before and one after; exact."""
    before, after = printed(raters, draws=draws), printed(raters + 1, draws=draws)
    totals = pairs_of_totals(raters, chances, repeat)
    size = len(totals)
    seen = np.stack(
        [
            chance * before.T @ totals @ after[place : place + size]
            for place, chance in enumerate(chances.tolist())
        ]
    )
    return Rate(float(seen.max(axis=0).sum()), float(chances.max()))


def joiner_of_many(
    raters: int,
    chances: Floats,
    repeat: float,
    *,
    before: int,
    after: int,
    plays: int,
    seed: int = 1,
) -> Rate:
    """The same from so many quarters without and with the one who joins, tried `plays` times."""
    random = np.random.default_rng(seed)
    others, own = _answers(raters, chances, repeat, before + after, (plays, random))
    joint = pairs_of_totals(raters, chances, repeat)
    alone = joint.sum(axis=1)
    step = joint / np.maximum(alone, 1e-300)[:, None]
    change = repeat * np.eye(5) + (1 - repeat) * chances[None, :]
    emission = (printed(raters), printed(raters + 1))
    size = alone.size
    weight = np.tile(alone, (plays, 1))
    for quarter in range(before):
        shown = _prints(others[quarter], raters, random)
        weight = weight * emission[0][:, shown].T
        weight /= weight.sum(axis=1, keepdims=True)
        weight = weight @ step
    rows = np.arange(size)[:, None] + np.arange(5)  # total of all by that of others and joiner
    # [play, first answer of the joiner, others' total, present answer of the joiner]
    state = np.zeros((plays, 5, size, 5))
    for first in range(5):
        state[:, first, :, first] = chances[first] * weight
    for quarter in range(before, before + after):
        shown = _prints(others[quarter] + own[quarter - before], raters + 1, random)
        state *= emission[1][rows][:, :, shown].transpose(2, 0, 1)[:, None]
        state /= state.sum(axis=(1, 2, 3), keepdims=True)
        state = np.einsum("pfsa,st,ab->pftb", state, step, change, optimize=True)
    guesses = OPTIONS[state.sum(axis=(2, 3)).argmax(axis=1)]
    return Rate(float((guesses == own[0]).mean()), float(chances.max()))


def _answers(
    raters: int,
    chances: Floats,
    repeat: float,
    quarters: int,
    drawn: tuple[int, np.random.Generator],
) -> tuple[Ints, Ints]:
    """Totals of the others and answers of the joiner, both (quarters, plays)."""
    plays, random = drawn
    present = random.choice(OPTIONS, size=(plays, raters + 1), p=chances)
    totals, own = [], []
    for _ in range(quarters):
        totals.append(present[:, 1:].sum(axis=1))
        own.append(present[:, 0])
        anew = random.choice(OPTIONS, size=present.shape, p=chances)
        present = np.where(random.random(present.shape) < repeat, present, anew)
    return np.array(totals), np.array(own)


def _prints(totals: Ints, ratings: int, random: np.random.Generator) -> Ints:
    """One print of each exact total, drawn with its chance."""
    steps = printed(ratings).cumsum(axis=1)[totals - ratings]
    found: Ints = (steps < random.random(len(totals))[:, None]).sum(axis=1)
    return np.minimum(found, PRINTS - 1)
