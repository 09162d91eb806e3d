"""What arrays of the domain hold; their shapes stand where they are used."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.integer[Any]]
"""Whole numbers in whichever size fits them. What is worked out of them may need a larger one."""

BLOCK: Final = 65_536
"""So many items of a long array are looked at together: what is worked out of all takes memory."""


def blocks(size: int, step: int = BLOCK) -> Iterator[slice]:
    """`size` items, so many at a time."""
    return (slice(begin, begin + step) for begin in range(0, size, step))
