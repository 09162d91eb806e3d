"""The 95 % interval, and the ends of the scale that it is cut to."""

from statistics import NormalDist
from typing import Final

NORMAL: Final = NormalDist()
Z: Final = NORMAL.inv_cdf(0.975)
LEAST, MOST = 1.0, 5.0
