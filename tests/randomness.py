"""Sources of random bytes for the count, in place of the operating system's."""

from collections.abc import Callable

import numpy as np


def silent(size: int) -> bytes:
    """Bytes that make no noise: what comes out is what was answered, half up to its decimal."""
    return bytes([128]) * size


def seeded(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return np.random.default_rng(seed).bytes
