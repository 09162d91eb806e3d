"""Steps round a circle of people, chosen so that any two rarely share a rater."""

from functools import lru_cache
from math import gcd
from random import Random
from typing import Final

from app.domain.pairing.sidon import SIDON_SETS

ATTEMPTS: Final = 12
MOST_STEPS: Final = 1_000

RULERS: Final[dict[int, tuple[int, ...]]] = {
    4: (0, 1, 4, 6),
    5: (0, 1, 4, 9, 11),
    6: (0, 1, 4, 10, 12, 17),
    7: (0, 1, 4, 10, 18, 23, 25),
    8: (0, 1, 4, 9, 15, 22, 32, 34),
    9: (0, 1, 5, 12, 25, 27, 35, 41, 44),
    10: (0, 1, 6, 10, 23, 26, 34, 41, 53, 55),
    11: (0, 1, 4, 13, 28, 33, 47, 54, 64, 70, 72),
    12: (0, 2, 6, 24, 29, 40, 43, 55, 68, 75, 76, 85),
}
"""Shortest Golomb rulers: on a circle of more than twice their length all differences differ."""


def spread_offsets(wanted: int, around: int, random: Random) -> list[int]:
    """Choose `wanted` distinct steps from 1 to `around` - 1.

    Their pairwise differences modulo `around` are all distinct (a Sidon set) where one is
    known or found; otherwise as few as possible repeat. Then any two people share at most
    one rater. Raises ValueError when there are not so many steps.
    """
    if wanted > around - 1:
        raise ValueError(f"{around} people have only {around - 1} steps between them")
    if wanted == around - 1:
        return list(range(1, around))
    known = _known_set(wanted, around) or _searched(wanted, around)
    return _moved(known, around, random)


def repeated_differences(offsets: list[int], around: int) -> int:
    """How many ordered differences modulo `around` occur a second time: 0 for a Sidon set."""
    differences = [(one - other) % around for one in offsets for other in offsets if one != other]
    return len(differences) - len(set(differences))


def _known_set(wanted: int, around: int) -> tuple[int, ...] | None:
    ruler = RULERS.get(wanted)
    if ruler and around > 2 * ruler[-1]:
        return ruler
    return SIDON_SETS.get((around, wanted))


def _moved(marks: tuple[int, ...], around: int, random: Random) -> list[int]:
    """Stretch and turn a known set by lot; neither changes which differences repeat."""
    factor = random.choice([unit for unit in range(1, min(around, 200)) if gcd(unit, around) == 1])
    marks = tuple(mark * factor % around for mark in marks)
    turns = random.sample(range(around), min(around, 2 * len(marks) + 1))
    turn = next(turn for turn in turns if all((mark + turn) % around for mark in marks))
    return [(mark + turn) % around for mark in marks]


@lru_cache(maxsize=4096)
def _searched(wanted: int, around: int) -> tuple[int, ...]:
    """The best of a few greedy searches, and of the ruler bent round the circle.

    Searched once for all teams of a size: which steps repeat least is no secret, and who sits
    where on the circle is drawn by lot for each of them.
    """
    random = Random(around * MOST_STEPS + wanted)  # noqa: S311 - the same set in every process
    tries = [_greedy(wanted, around, random) for _ in range(ATTEMPTS)]
    ruler = RULERS.get(wanted)
    if ruler and around > ruler[-1]:
        tries.append(_moved(ruler, around, random))
    best = min(tries, key=lambda steps: repeated_differences(steps, around))
    return tuple(best)


def _greedy(wanted: int, around: int, random: Random) -> list[int]:
    """Take, step by step, the offset whose differences to those taken repeat least."""
    order = random.sample(range(1, around), around - 1)
    taken, seen = [order[0]], set[int]()
    while len(taken) < wanted:
        step = _least_repeating(order, taken, seen, around)
        seen.update((step - one) % around for one in taken)
        seen.update((one - step) % around for one in taken)
        taken.append(step)
    return taken


def _least_repeating(order: list[int], taken: list[int], seen: set[int], around: int) -> int:
    best, fewest = 0, around * len(taken)
    for step in order:
        if step in taken:
            continue
        ahead = [(step - one) % around for one in taken]
        new = set(ahead) | {around - difference for difference in ahead}
        repeats = 2 * len(ahead) - len(new) + len(new & seen)
        if repeats == 0:
            return step
        if repeats < fewest:
            best, fewest = step, repeats
    return best
