"""Which of many tests stand, when some matter more than others."""

import numpy as np

from app.domain.arrays import Flags, Floats


def weighted_step_up(p_values: Floats, weights: Floats, *, level: float) -> Flags:
    """Which p-values stand under the weighted procedure of Benjamini and Hochberg.

    `p_values` and `weights` (..., m), the p-values 0-1 or NaN where there was nothing to test,
    the weights above 0; `level` 0-1. Each p is divided by its weight over the mean weight of what
    was tested; then the ordinary step-up rule. Where nothing differs, the chance of any mark is
    about `level`. Returns flags of the same shape, False where there was no test. Raises
    ValueError for a p-value outside 0-1.

    Source: Genovese, Roeder & Wasserman (2006), Biometrika 93(3), 509-524.
    """
    tested = ~np.isnan(p_values)
    if not ((p_values[tested] >= 0) & (p_values[tested] <= 1)).all():
        raise ValueError("p-values lie between 0 and 1")
    count = tested.sum(axis=-1, keepdims=True)
    total = np.where(tested, weights, 0.0).sum(axis=-1, keepdims=True)
    weighed = np.where(tested, p_values * total / (weights * np.maximum(count, 1)), np.inf)
    ordered = np.sort(weighed, axis=-1)
    rank = np.arange(1, p_values.shape[-1] + 1)
    stands = ordered <= level * rank / np.maximum(count, 1)
    cutoff = np.where(stands, ordered, -1.0).max(axis=-1, initial=-1.0, keepdims=True)
    marks: Flags = weighed <= cutoff
    return marks
