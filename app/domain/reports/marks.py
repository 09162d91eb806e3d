"""Which differences of a report are worth a word; all of it from released scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from app.domain.release.policy import Score, Shown
from app.domain.statistics.differences import Change, Difference, benjamini_hochberg

SELF_NOISE: Final = 0.6
SELF_ROUNDING: Final = 1 / 12
"""An own answer is a whole number: the variance of rounding to whole steps."""
OVERALL_MARGIN: Final = 0.5
OVERALL_SELF_NOISE: Final = 0.25


def change_between(previous: Shown, current: Shown) -> Difference:
    """How far a score moved, in scale points, with the error of both released scores."""
    error = sqrt(previous.standard_error**2 + current.standard_error**2)
    return Difference(current.mean - previous.mean, error)


def changes_between(
    previous: Sequence[Score | None], current: Sequence[Score | None]
) -> tuple[Change, ...]:
    """Which scores of one report moved since the last quarter, one answer per pair.

    UP or DOWN only beyond noise and after Benjamini-Hochberg at 10 % over the report;
    UNKNOWN where either score is missing or hidden. Raises ValueError for unequal lengths.
    """
    return _marked(_since(previous, current))


def _since(
    previous: Sequence[Score | None], current: Sequence[Score | None]
) -> list[Difference | None]:
    return [
        change_between(old, new) if isinstance(old, Shown) and isinstance(new, Shown) else None
        for old, new in zip(previous, current, strict=True)
    ]


def stands_out(scores: Sequence[Score]) -> tuple[Change, ...]:
    """Which statements lie above (UP) or below (DOWN) the person's own average.

    Takes the released scores of one report; UNKNOWN for hidden ones. The own average is
    the plain mean m of the n shown means, so that Var(x_i - m) =
    SE_i²·(1 - 2/n) + ΣSE²/n²: the statement itself is part of the average. Marks pass
    Benjamini-Hochberg at 10 % over the report.
    """
    return _marked(_against_average(scores))


def _against_average(scores: Sequence[Score]) -> list[Difference | None]:
    shown = [score for score in scores if isinstance(score, Shown)]
    n = len(shown)
    average = sum(score.mean for score in shown) / max(n, 1)
    shared = sum(score.standard_error**2 for score in shown) / max(n, 1) ** 2

    def against_average(score: Shown) -> Difference:
        variance = score.standard_error**2 * (1 - 2 / n) + shared
        # Means on a grid leave differences of 1e-16, which would be infinitely many errors.
        return Difference(round(score.mean - average, 9), sqrt(max(variance, 0.0)))

    return [against_average(x) if isinstance(x, Shown) else None for x in scores]


@dataclass(frozen=True)
class Marks:
    """Every mark of one report, one of each kind per statement."""

    changes: tuple[Change, ...]
    stands_out: tuple[Change, ...]
    own_views: tuple[Change, ...]
    """UP: colleagues see it more positively than the subject; DOWN: less positively."""


def marks_of_report(
    *,
    previous: Sequence[Score | None],
    current: Sequence[Score],
    own: Sequence[Difference | None],
) -> Marks:
    """All marks of a report together: changes, what stands out, and self against others.

    Each must be beyond noise, and all pass one Benjamini-Hochberg at 10 %: three rounds of
    it would let three times as many false marks through. `own` comes from
    `self_other_difference`, None where there is nothing to compare. Raises ValueError for
    unequal lengths.
    """
    families = [_since(previous, current), _against_average(current), list(own)]
    n = len(current)
    if len(own) != n:
        raise ValueError("a report has one own answer, or none, per statement")
    marks = _marked([found for family in families for found in family])
    return Marks(marks[:n], marks[n : 2 * n], tuple(map(_as_colleagues_see, marks[2 * n :])))


def _as_colleagues_see(own_answer: Change) -> Change:
    """An own answer above the colleagues' is a view of theirs that is less positive."""
    return {Change.UP: Change.DOWN, Change.DOWN: Change.UP}.get(own_answer, own_answer)


def _marked(differences: Sequence[Difference | None]) -> tuple[Change, ...]:
    """The directions that pass noise and false-mark rules; UNKNOWN where there is nothing."""
    passes = iter(benjamini_hochberg([found.p for found in differences if found]))
    return tuple(
        Change.UNKNOWN if found is None else found.direction if next(passes) else Change.NONE
        for found in differences
    )


def self_other_difference(own: int, others: Shown, company_gap: float) -> Difference:
    """Own answer minus colleagues' mean, beyond the company's usual difference, in points.

    `own` 1-5; `company_gap` is the company's average of (self - others) for the statement.
    The error holds the colleagues' released error, the noise of a single own answer (.6)
    and its rounding (1/12); worth a word only when not `is_noise`: about 1.3 points.
    """
    error = sqrt(others.standard_error**2 + SELF_NOISE**2 + SELF_ROUNDING)
    return Difference((own - others.mean) - company_gap, error)


def own_view(own: int, others: Shown, company_gap: float) -> Change:
    """UP: colleagues see it more positively than the subject; DOWN: less positively."""
    return _as_colleagues_see(self_other_difference(own, others, company_gap).direction)


def overall_own_view(difference: float, *, standard_error: float, company_gap: float) -> Change:
    """The same over all statements: worth a word beyond .5 points plus its standard error.

    `difference` is mean own answer minus mean of colleagues, `standard_error` the error of
    the colleagues' side; the own side adds .25.
    """
    beyond = difference - company_gap
    if abs(beyond) <= OVERALL_MARGIN + sqrt(standard_error**2 + OVERALL_SELF_NOISE**2):
        return Change.NONE
    return Change.DOWN if beyond > 0 else Change.UP
