"""Whether behaviours that people chose to work on moved more than equally low ones.

Low scores rise by themselves: part of why a score is low is chance, and chance does not repeat.
People choose what is low, so that their choice seems to help even where it does nothing. It is
compared with what nobody chose and was as low: for the same person, and on the same statement.
"""

from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats
from app.domain.statistics.differences import Difference

SWEEPS: Final = 60
"""So often, at most, the means of people and of statements are taken off in turn."""
SETTLED: Final = 1e-9
"""In points: nothing is left to take off. Where no score is missing, once is enough."""


def moved_by_choosing(before: Floats, after: Floats, chosen: Flags) -> Difference | None:
    """How much more chosen statements moved than equally low ones of the same people, in points.

    `before` and `after` are printed scores of p people, shape (p, 14), NaN where one is hidden or
    not comparable; `chosen`, of that shape, says what was worked on. Returns a difference in
    points of the scale with its standard error, or None where nothing can be compared.

    Least squares of the change on the score before and on having chosen, with a mean of its own
    for every person and every statement: given the score before, regression to the mean is a
    straight line, which the unchosen statements show. The standard error allows for answers of one
    person that move together: Liang & Zeger (1986), Biometrika 73(1), 13-22, with the correction
    for few groups of Cameron & Miller (2015), J. Human Resources 50(2), 317-372.
    Regression to the mean: Barnett, van der Pols & Dobson (2005), Int. J. Epidemiology 34(1),
    215-220.
    """
    known = ~np.isnan(before) & ~np.isnan(after)
    change = np.where(known, after - before, 0.0)
    outcome, low, choice = (
        _without_means(values, known)
        for values in (change, np.where(known, before, 0.0), (chosen & known).astype(float))
    )
    predictors = np.stack([choice[known], low[known]], axis=1)
    inner = predictors.T @ predictors
    if not (chosen & known).any() or np.linalg.matrix_rank(inner) < 2:
        return None
    inverse = np.linalg.inv(inner)
    slopes = inverse @ predictors.T @ outcome[known]
    left = np.where(known, outcome - slopes[0] * choice - slopes[1] * low, 0.0)
    score = np.stack([(left * choice).sum(axis=1), (left * low).sum(axis=1)], axis=1)
    people = int(known.any(axis=1).sum())
    variance = inverse @ (score.T @ score) @ inverse * people / (people - 1)
    return Difference(float(slopes[0]), float(np.sqrt(variance[0, 0])))


def _without_means(values: Floats, known: Flags) -> Floats:
    """`values` less the means of their person and of their statement; 0 where not `known`."""
    left = np.where(known, values, 0.0)
    by_person, by_statement = (np.maximum(known.sum(axis=n, keepdims=True), 1) for n in (1, 0))
    for _ in range(SWEEPS):
        person = left.sum(axis=1, keepdims=True) / by_person
        left = np.where(known, left - person, 0.0)
        statement = left.sum(axis=0, keepdims=True) / by_statement
        left = np.where(known, left - statement, 0.0)
        if max(np.abs(person).max(), np.abs(statement).max()) < SETTLED:
            break
    return left
