"""Exact chances of what is printed: every draw of the noise with its chance, no simulation."""

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Floats, Ints
from app.domain.release.noise import RATINGS_RATIO, ratio_to
from app.domain.scale import OPTIONS

REACH: Final = 200
"""Noise beyond this has a chance of 3^-200; no two totals of 40 ratings lie so far apart."""
TENTHS: Final = 10
PRINTS: Final = (OPTIONS - 1) * TENTHS + 1
"""1.0 to 5.0."""

NO_NOISE: Final = np.ones(1)


@cache
def noise(ratio: int = RATINGS_RATIO) -> Floats:
    """Chances of -REACH … REACH."""
    z = np.abs(np.arange(-REACH, REACH + 1))
    found: Floats = (ratio - 1) / (ratio + 1) * float(ratio) ** -z
    return found


def both_draws() -> Floats:
    """Chances of an own draw and the common one together, from -2·REACH on."""
    return np.convolve(noise(), noise())


def printed_of_totals(ratings: int, totals: Ints) -> Floats:
    """The chance of each print (columns) of totals that already hold their noise (rows)."""
    shifts = 256
    column = np.repeat(totals, shifts)
    every_byte = bytes(range(shifts)) * totals.size
    tenths = ratio_to(
        column, np.full_like(column, ratings), steps=TENTHS, randomness=lambda _size: every_byte
    )
    place = np.clip(tenths - TENTHS, 0, PRINTS - 1)
    found = np.zeros((totals.size, PRINTS))
    np.add.at(found, (np.repeat(np.arange(totals.size), shifts), place), 1 / shifts)
    return found


def printed(ratings: int, *, draws: Floats | None = None) -> Floats:
    """Chances of a print (columns) after each exact total from `ratings` to 5·`ratings` (rows).

    `draws` are the chances of the noise around its middle; by default both draws.
    """
    chances = both_draws() if draws is None else draws
    reach = chances.size // 2
    noised = np.arange(ratings - reach, OPTIONS * ratings + reach + 1)
    prints = printed_of_totals(ratings, noised)
    rows = np.arange(ratings, OPTIONS * ratings + 1)
    return np.stack([chances @ prints[row : row + chances.size] for row in rows - ratings])


def given_common(ratings: int) -> Iterator[tuple[float, Floats]]:
    """For each common draw its chance, and `printed` with it: (totals, prints)."""
    reach = REACH
    noised = np.arange(ratings - 2 * reach, OPTIONS * ratings + 2 * reach + 1)
    prints = printed_of_totals(ratings, noised)
    own = noise()
    around = np.stack(
        [own @ prints[row : row + own.size] for row in range(noised.size - 2 * reach)]
    )
    # `around` begins with the total ratings - reach, which is the first one less that draw.
    totals = (OPTIONS - 1) * ratings + 1
    for place, chance in enumerate(noise().tolist()):
        yield chance, around[place : place + totals]


def sums(people: int, chances: NDArray[np.float64]) -> Floats:
    """Chances of the sum of so many answers 1-5, from `people` to 5·`people`."""
    found = np.ones(1)
    for _ in range(people):
        found = np.convolve(found, chances)
    return found
