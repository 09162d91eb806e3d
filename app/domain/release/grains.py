"""The grain of released means for whole arrays; `release` has the same for one value."""

from typing import Final

import numpy as np

from app.domain.arrays import Floats, Ints
from app.domain.release.policy import FIFTHS_FROM, HALVES_FROM, LIMITS, STEP, TENTHS_FROM, Grain

GRAINS: Final = (Grain.WHOLE, Grain.HALF, Grain.FIFTH, Grain.TENTH)
STEPS: Final = np.array([STEP[grain] for grain in GRAINS])
LEAST: Final = np.array([LIMITS[grain][0] for grain in GRAINS])
MOST: Final = np.array([LIMITS[grain][1] for grain in GRAINS])
_SAFETY: Final = 1e-9
"""Keeps 3.6999999999999997 from being rounded to another step than 3.7."""


def grains_for(ratings: Ints) -> Ints:
    """Places in `GRAINS` by the number of blind ratings behind a mean; any shape."""
    found: Ints = np.searchsorted((HALVES_FROM, FIFTHS_FROM, TENTHS_FROM), ratings, side="right")
    return found


def overall_grains_for(raters: Ints) -> Ints:
    """The same for a score over all statements, which is made from ten raters on; any shape.

    It pools up to 14 ratings of each rater, so one rating moves it by a fourteenth.
    """
    found: Ints = np.maximum(grains_for(raters), GRAINS.index(Grain.FIFTH))
    return found


def rounded(scores: Floats, grain: Ints) -> Floats:
    """Scores half up on their grain, inside its open-ended limits; any shape."""
    steps = np.floor(scores / STEPS[grain] + 0.5 + _SAFETY)
    found: Floats = np.clip(np.round(steps * STEPS[grain], 1), LEAST[grain], MOST[grain])
    return found
