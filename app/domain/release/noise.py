"""Small known noise: what makes every printed number say a little less than everything.

A whole number z is added to whatever is released, drawn with P(z) = (r-1)/(r+1) · r^-|z|. Then
no output is more than r times as likely after one total as after the one next to it, whatever
anybody knows: Ghosh, Roughgarden & Sundararajan (2009), "Universally utility-maximizing privacy
mechanisms", SIAM J. Comput. 41(6).

Everything is done in whole numbers made from random bytes. Noise from floating-point arithmetic
has gaps that give exact totals away: Mironov (2012), "On significance of the least significant
bits for differential privacy".
"""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Ints

Randomness = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for; the operating system's unless a test says so."""

RATINGS_RATIO: Final = 3
ENPS_RATIO: Final = 2
PARTS_OF_A_STEP: Final = 256
"""Into how many parts `ratio_to` divides a step of its numerators."""


def variance_of(ratio: int) -> float:
    """The variance of the noise, in squared whole numbers: 2r / (r-1)²; 1.5 for 3, 4 for 2."""
    return 2 * ratio / (ratio - 1) ** 2


def blurred(
    whole_numbers: Ints, *, ratio: int = RATINGS_RATIO, randomness: Randomness = os.urandom
) -> Ints:
    """`whole_numbers`, any shape, each with a draw of its own added to it."""
    up = _geometric(whole_numbers.size, ratio, randomness)
    down = _geometric(whole_numbers.size, ratio, randomness)
    found: Ints = whole_numbers + (up - down).reshape(whole_numbers.shape)
    return found


def twice_blurred(whole_numbers: Ints, *, randomness: Randomness = os.urandom) -> Ints:
    """`whole_numbers` (n, m), each with a draw of its own and one common to its row."""
    nothing = np.zeros((len(whole_numbers), 1), dtype=np.int64)
    common = blurred(nothing, randomness=randomness)
    return blurred(whole_numbers, randomness=randomness) + common


def ratio_to(
    numerators: Ints, denominators: Ints, *, steps: int, randomness: Randomness = os.urandom
) -> Ints:
    """`numerators` / `denominators` (from 1 up) in `steps` per unit, half up; any equal shapes.

    Each numerator is first moved by up to half a whole number either way, evenly. Otherwise the
    fractions that occur would tell the denominator: only five ratings have a mean of 4.2, and
    whether a sixth person answered would be known.
    """
    drawn = np.frombuffer(randomness(numerators.size), dtype=np.uint8).reshape(numerators.shape)
    offset = 2 * drawn.astype(np.int64) + 1 - PARTS_OF_A_STEP  # in parts of half a step
    parts = 2 * PARTS_OF_A_STEP * numerators + offset
    whole = 2 * PARTS_OF_A_STEP * denominators
    found: Ints = (2 * steps * parts + whole) // (2 * whole)
    return found


def _geometric(size: int, ratio: int, randomness: Randomness) -> Ints:
    """`size` whole numbers g >= 0 with P(g) = (1 - 1/r) · r^-g: zeros before another digit."""
    digits, zeros = _leading_zeros(ratio)
    found = np.zeros(size, dtype=np.int64)
    going_on = np.arange(size)
    while going_on.size:
        drawn = zeros[np.frombuffer(randomness(going_on.size), dtype=np.uint8)]
        found[going_on] += np.maximum(drawn, 0)
        # Refused bytes are drawn again; bytes of zeros only may be followed by more of them.
        going_on = going_on[(drawn < 0) | (drawn == digits)]
    return found


@lru_cache
def _leading_zeros(ratio: int) -> tuple[int, NDArray[np.int8]]:
    """How many digits to the base `ratio` fit into a byte, and how many of them lead as zeros.

    The table has a place for each of the 256 bytes; -1 for those that are too large, so that
    all digits that are used are equally likely.
    """
    digits = 0
    while ratio ** (digits + 1) <= 256:
        digits += 1
    zeros = np.full(256, -1, dtype=np.int8)
    for leading in range(digits + 1):
        zeros[: ratio ** (digits - leading)] = leading
    return digits, zeros
