"""How far ratings of one person lie apart in a cycle, and what that means for a released mean."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

NOISE_VARIANCE: Final = 1.5 + 1.5 + 1 / 12
"""Of a released total, in squared rating points: its own draw, the common one, and the even
shift by up to half a point that hides the number of raters; see release/noise.py."""
PRINTING_VARIANCE: Final = 0.1**2 / 12
"""Of rounding a mean to one decimal."""


@dataclass(frozen=True)
class Spread:
    """Variances of the ratings of one person by colleagues, in squared scale points.

    `between` raters: how far a colleague's view of somebody, over all statements, lies from
    other colleagues' view of them. `within` raters: how far single answers lie from that.
    Together they are the variance of the ratings of one statement of one person.
    """

    between: float
    within: float

    @property
    def of_a_rating(self) -> float:
        return self.between + self.within


PRIOR: Final = Spread(between=0.4, within=0.4)
"""What 1-5 ratings of one person usually show; used where few ratings could tell better."""


def standard_error_of_mean(raters: int, spread: Spread, *, views: int = 1) -> float:
    """The standard error of a printed statement mean, in scale points.

    √(s²/k + views·v/k² + .1²/12) for k = `raters` >= 1: chance among raters, the noise of the
    release (twice where two `views` were released and added up), and printing one decimal.
    Raises ValueError for k < 1.
    """
    if raters < 1:
        raise ValueError("a mean needs at least one rating")
    noise = views * NOISE_VARIANCE / raters**2
    return sqrt(spread.of_a_rating / raters + noise + PRINTING_VARIANCE)
