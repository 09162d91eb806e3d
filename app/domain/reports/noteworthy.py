"""Which differences of a report are worth a word: all tests of one report, judged together.

Only printed means go in. The weights say what matters most, and the level is set so that 5 to 10 %
of reports without any true difference carry a mark; both are measured by `make bench-numbers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import hypot, nan
from typing import Final

import numpy as np

from app.domain.arrays import Floats, Ints
from app.domain.release.policy import Score, Shown
from app.domain.statistics.contrasts import (
    Average,
    Differences,
    Means,
    Printed,
    below,
    change,
    level,
    overall_change,
    profile,
    self_others,
    self_others_overall,
)
from app.domain.statistics.differences import Direction
from app.domain.statistics.intervals import NORMAL
from app.domain.statistics.multiplicity import weighted_step_up
from app.domain.statistics.sign_pattern import chance_of_signs, signs
from app.domain.statistics.spread import Spread

LEVEL: Final = 0.08
"""Nominal; what is measured lies between 5 and 10 %, because printed means are no exact normals."""
SELF_VARIANCE: Final = 0.6**2 + 1 / 12
"""Of one own answer: the day, and that it is a whole number."""
SELF_OVERALL_VARIANCE: Final = 0.25**2
"""Of the mean of all own answers."""
SELF_SHARED_VARIANCE: Final = 0.033
"""What all own answers of a person share: it makes .25² of 14 answers with the variance above."""
RARE: Final = 0.2
"""“13 of 14” is said only where so many signs are at least as rare as this, both ways together."""
LARGEST_P: Final = 0.02
"""No mark alone rests on more than this: where much differs, the procedure grows generous, and
a statement in the middle would now and then be marked the wrong way."""
FAR: Final = 0.3
"""By how many points a report has to lie below the company before that is worth a word: half of
all people lie below the middle, and a report ranks nobody."""
SEEN: Final = 0.80
"""How often the smallest difference that a report names would have been marked."""


class Comparison(StrEnum):
    """What a test compares."""

    OVERALL = "overall"
    COMPETENCY = "competency"
    STATEMENT = "statement"
    """These three: this quarter with the last one."""
    OVERALL_LONGER = "overall_longer"
    COMPETENCY_LONGER = "competency_longer"
    STATEMENT_LONGER = "statement_longer"
    """With the mean of two to four earlier quarters."""
    APART = "apart"
    COMPETENCY_APART = "competency_apart"
    """With the person's own average, the company's means taken off."""
    LOW = "low"
    BELOW = "below"
    """All statements together, and each by itself, with the company; far below it only."""
    SELF_PATTERN = "self_pattern"
    SELF = "self"
    """Colleagues with the person's own answers: on most statements alike, and one by one."""


WEIGHTS: Final = {
    Comparison.OVERALL: 8.0,
    Comparison.COMPETENCY: 0.25,
    Comparison.STATEMENT: 1.0,
    Comparison.OVERALL_LONGER: 8.0,
    Comparison.COMPETENCY_LONGER: 0.25,
    Comparison.STATEMENT_LONGER: 1.0,
    Comparison.APART: 0.5,
    Comparison.COMPETENCY_APART: 0.25,
    Comparison.LOW: 1.0,
    Comparison.BELOW: 0.15,
    Comparison.SELF_PATTERN: 3.0,
    Comparison.SELF: 0.3,
}
LAST_BESIDE_LONGER: Final = 0.25
"""What is left of the weight of the last quarter where several quarters are there: their mean is
the better yardstick, and two rulers for one thing cost twice."""
LONGER: Final = {
    Comparison.OVERALL: Comparison.OVERALL_LONGER,
    Comparison.COMPETENCY: Comparison.COMPETENCY_LONGER,
    Comparison.STATEMENT: Comparison.STATEMENT_LONGER,
}
LONGEST: Final = 4
"""How many earlier quarters make the mean that this one is held against."""
ONE_SIDED: Final = (Comparison.LOW, Comparison.BELOW)
Tests = dict[Comparison, Differences]


def changes(now: Means, last: Means, longer: Means | None, *, competencies: Floats) -> Tests:
    """What moved since the last quarter, and since the mean of several where there are any.

    `competencies` (c, n) holds 1 where a statement belongs to one.
    """
    each = np.eye(competencies.shape[-1])
    found = {
        Comparison.OVERALL: overall_change(now, last),
        Comparison.COMPETENCY: change(now, last, competencies),
        Comparison.STATEMENT: change(now, last, each),
    }
    if longer is not None:
        found[Comparison.OVERALL_LONGER] = overall_change(now, longer)
        found[Comparison.COMPETENCY_LONGER] = change(now, longer, competencies)
        found[Comparison.STATEMENT_LONGER] = change(now, longer, each)
    return found


def apart(now: Means, usual: Floats | None, *, competencies: Floats) -> Tests:
    """What stands apart from the own average; `usual` (n,) the company's means, if known."""
    size = competencies.shape[-1]
    company = np.zeros(size) if usual is None else usual
    return {
        Comparison.APART: profile(now, company, np.eye(size)),
        Comparison.COMPETENCY_APART: profile(now, company, competencies),
    }


def low(now: Means, usual: Floats) -> Tests:
    """What lies far below the company's means `usual` (n,): all together, and each statement."""
    return {
        Comparison.LOW: level(now, usual, margin=FAR),
        Comparison.BELOW: below(now, usual, margin=FAR),
    }


def own_views(now: Means, own: Floats, usual_gap: Floats) -> Tests:
    """How the person's own answers differ from colleagues' means, beyond the usual gap (n,)."""
    return {
        Comparison.SELF_PATTERN: _pattern(now, own, usual_gap),
        Comparison.SELF: self_others(now, own, usual_gap, noise=SELF_VARIANCE),
    }


def _pattern(now: Means, own: Floats, usual_gap: Floats) -> Differences:
    """The mean of all own answers against colleagues', zero where most signs do not agree.

    A mean alone may come from two large gaps, a count of signs alone says nothing of their size.
    """
    whole = self_others_overall(now, own, usual_gap, noise=SELF_OVERALL_VARIANCE)
    each = np.eye(now.shown.shape[-1]) * now.shown[..., None, :]
    gap = np.where(now.shown, own - now.weighted(each), np.nan)
    chance = chance_of_signs(
        gap, usual_gap, now=now, noise=SELF_VARIANCE, shared_noise=SELF_SHARED_VARIANCE
    )
    leaning = np.sign(signs(gap, usual_gap).sum(axis=-1, keepdims=True))
    agrees = (chance <= RARE) & (leaning == np.sign(whole.delta))
    return replace(whole, delta=np.where(agrees | ~whole.tested, whole.delta, 0.0))


def judged(tests: Tests) -> dict[Comparison, Ints]:
    """The tests that stand, all of a report together: 1 above, -1 below, 0 neither; (..., h).

    The weighted procedure of `weighted_step_up` at LEVEL. `tests` may be of many reports at once.
    """
    p = np.concatenate([_p(kind, found) for kind, found in tests.items()], axis=-1)
    weight = _weights(tests)
    weights = np.repeat(list(weight.values()), [found.p.shape[-1] for found in tests.values()])
    stands = weighted_step_up(p, weights, level=LEVEL) & (p <= LARGEST_P)
    marks, begin = {}, 0
    for kind, found in tests.items():
        end = begin + found.delta.shape[-1]
        way = np.sign(np.nan_to_num(found.delta)).astype(np.int64)
        if kind in ONE_SIDED:  # its delta holds the margin; only below can stand
            way = np.minimum(way, 0)
        marks[kind] = np.where(stands[..., begin:end], way, 0)
        begin = end
    return marks


def _p(kind: Comparison, found: Differences) -> Floats:
    return found.p_below if kind in ONE_SIDED else found.p


def _weights(tests: Tests) -> dict[Comparison, float]:
    """The weight of each kind beside the others of this report."""
    return {
        kind: WEIGHTS[kind] * (LAST_BESIDE_LONGER if LONGER.get(kind) in tests else 1)
        for kind in tests
    }


@dataclass(frozen=True)
class Smallest:
    """The smallest differences that would have been marked in 80 %, in scale points."""

    change: float | None
    """Of one statement, all others equal; None without an earlier quarter."""
    overall: float | None
    """Of all statements together; None without an earlier quarter."""
    apart: float | None
    """Of one statement from all others; None with fewer than two."""


def smallest_seen(tests: Tests) -> Smallest:
    """What one report could have shown, had nothing else differed in it."""
    weight = _weights(tests)
    total = sum(weight[kind] * int(found.tested.sum()) for kind, found in tests.items())

    def of(kind: Comparison) -> float | None:
        kind = LONGER[kind] if LONGER.get(kind) in tests else kind
        found = tests.get(kind)
        if found is None or not found.tested.any():
            return None
        errors = found.standard_error[found.tested]
        # A statement is part of the mean that it is held against.
        is_overall = kind in (Comparison.OVERALL, Comparison.OVERALL_LONGER)
        own_part = 1.0 if is_overall else 1 - 1 / errors.size
        needed = _errors_needed(LEVEL * weight[kind] / total)
        return float(np.median(errors)) * needed / own_part

    return Smallest(of(Comparison.STATEMENT), of(Comparison.OVERALL), of(Comparison.APART))


def smallest_in_typical(
    raters: int, spread: Spread, *, earlier: int, competencies: Floats
) -> Smallest:
    """What a report could have shown in which as many rated each statement, now and before.

    `earlier` quarters are there to compare with; own answers are all given.
    """
    size = competencies.shape[-1]
    middle = np.full(size, 3.0)
    now = Printed(middle, np.full(size, raters), spread)
    tests = apart(now, middle, competencies=competencies) | low(now, middle)
    tests |= own_views(now, middle, np.zeros(size))
    if earlier:
        longer = Average([now] * earlier) if earlier > 1 else None
        tests |= changes(now, now, longer, competencies=competencies)
    return smallest_seen(tests)


@lru_cache(maxsize=256)
def _errors_needed(p: float) -> float:
    """How many standard errors off a difference is found with this p-value in 80 %."""
    return NORMAL.inv_cdf(1 - p / 2) + NORMAL.inv_cdf(SEEN)


@dataclass(frozen=True)
class Noteworthy:
    """Every mark of one report by kind, one for each thing compared, and what it could show."""

    by_kind: Mapping[Comparison, tuple[Direction, ...]]
    smallest: Smallest

    def of(self, kind: Comparison, place: int = 0) -> Direction:
        """One mark; UNKNOWN where nothing was compared."""
        return self.by_kind[kind][place] if kind in self.by_kind else Direction.UNKNOWN

    @property
    def since(self) -> str:
        """What this quarter is held against, in words."""
        is_longer = Comparison.OVERALL_LONGER in self.by_kind
        return "the quarters before" if is_longer else "last quarter"

    @property
    def has_change(self) -> bool:
        """Whether anything moved, since the last quarter or the quarters before."""
        kinds = (*LONGER, *LONGER.values())
        return any(is_clear(mark) for kind in kinds for mark in self.by_kind.get(kind, ()))


def marks_of(tests: Tests) -> Noteworthy:
    """The marks of one report; `tests` have no axis for many reports."""
    found = judged(tests)
    return Noteworthy(
        {
            kind: tuple(
                _CHANGE[mark] if tested else Direction.UNKNOWN
                for mark, tested in zip(found[kind].tolist(), one.tested.tolist(), strict=True)
            )
            for kind, one in tests.items()
        },
        smallest_seen(tests),
    )


def is_clear(mark: Direction) -> bool:
    """Whether a mark says UP or DOWN."""
    return mark in (Direction.UP, Direction.DOWN)


_CHANGE: Final = {1: Direction.UP, -1: Direction.DOWN, 0: Direction.NONE}


def moved(before: Sequence[Score | None], now: Sequence[Score]) -> tuple[Direction, ...]:
    """Which scores of a whole company moved, by their own standard errors, judged together.

    Its people and raters are mostly the same in both quarters, so that errors are overstated
    rather than understated. UNKNOWN where either score is missing or hidden. Raises ValueError
    for unequal lengths.
    """
    found = np.array([_moved(old, new) for old, new in zip(before, now, strict=True)])
    delta, error = found.reshape(-1, 2).T
    return marks_of({Comparison.STATEMENT: Differences(delta, error)}).by_kind[Comparison.STATEMENT]


def _moved(old: Score | None, new: Score) -> tuple[float, float]:
    """The difference of two scores and its standard error; NaN where there is none."""
    if not isinstance(old, Shown) or not isinstance(new, Shown):
        return nan, nan
    return new.mean - old.mean, hypot(old.standard_error, new.standard_error)
