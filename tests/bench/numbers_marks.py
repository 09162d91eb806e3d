"""How often a report marks what is there, what is not there, and the wrong way round."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.domain.arrays import Flags, Floats, Ints
from app.domain.reports.noteworthy import (
    ONE_SIDED,
    Comparison,
    Tests,
    apart,
    changes,
    judged,
    low,
    own_views,
    smallest_seen,
)
from app.domain.scale import STATEMENTS
from app.domain.statistics.contrasts import Average, Printed
from tests.bench.numbers_companies import (
    FARTHEST_DOWN,
    FARTHEST_UP,
    Company,
    Quarter,
)

COMPETENCIES: Final = np.repeat(np.eye(STATEMENTS // 2), 2, axis=1)


@dataclass(frozen=True)
class Truth:
    """What differs in truth: some points of one statement or of all, or a range between them."""

    one: float = 0.0
    all: float = 0.0
    range: float = 0.0
    gap: float = 0.0
    """By how much all own answers lie above the usual gap."""


@dataclass
class Tally:
    """How many reports carry which kind of mark."""

    reports: int = 0
    any_mark: int = 0
    found: int = 0
    wrong_way: int = 0
    by_kind: dict[Comparison, int] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, float]:
        """Percent of reports."""
        return {
            name: 100 * getattr(self, name) / max(self.reports, 1)
            for name in ("any_mark", "found", "wrong_way")
        }


@dataclass(frozen=True)
class Outcome:
    """The same reports as they are printed, and from exact means without noise."""

    printed: Tally
    exact: Tally


def tried(company: Company, truth: Truth, *, earlier: int, outcome: Outcome) -> None:
    """Run a company through `earlier` quarters and one more, and add its reports' marks."""
    before, after, where = shifted(company, truth)
    past = [company.quarter(before) for _ in range(earlier)]
    now = company.quarter(after)
    own = np.clip(np.rint(company.own_answers() + truth.gap), 1, 5)
    usual_own = np.round(company.own_answers().mean(axis=0), 1)
    for tally, read in ((outcome.printed, _printed), (outcome.exact, _without_noise)):
        tests = all_tests(read(now), [read(one) for one in past], now, own, usual_own)
        add(tally, judged(tests), truth, where, after)


def all_tests(
    now: Printed, past: list[Printed], quarter: Quarter, own: Floats, usual_own: Floats
) -> Tests:
    """Every test of a personal report, of all people of a company at once."""
    usual = quarter.counted.company.mean
    longer = Average(past) if len(past) > 1 else None
    return {
        **changes(now, past[-1], longer, competencies=COMPETENCIES),
        **apart(now, usual, competencies=COMPETENCIES),
        **low(now, usual),
        **own_views(now, own, usual_own - usual),
    }


def _printed(quarter: Quarter) -> Printed:
    return quarter.printed


def _without_noise(quarter: Quarter) -> Printed:
    return quarter.without_noise


@dataclass(frozen=True)
class Where:
    """Which statement changed and which way, (n,) each; how each stands apart, (n, 14)."""

    statement: Ints
    way: Ints
    profile: Floats


def shifted(company: Company, truth: Truth) -> tuple[Floats, Floats, Where]:
    """The true mean answers before and after, and what differs in them.

    A change goes either way, but never off the scale.
    """
    random, n = company.random, company.kind.people
    profile = np.zeros((n, STATEMENTS))
    if truth.range:
        steps = np.linspace(-truth.range / 2, truth.range / 2, STATEMENTS)
        profile = random.permuted(np.tile(steps, (n, 1)), axis=1)
    before = np.clip(company.truth + profile, 1.1, 4.9)
    statement, way = random.integers(0, STATEMENTS, n), random.choice([-1, 1], n)
    changed = np.full((n, STATEMENTS), bool(truth.all))
    changed[np.arange(n), statement] |= bool(truth.one)
    size = truth.all or truth.one
    high = np.where(changed, before, -np.inf).max(axis=1) + size > FARTHEST_UP
    deep = np.where(changed, before, np.inf).min(axis=1) - size < FARTHEST_DOWN
    way = np.where(high, -1, np.where(deep, 1, way))
    after = before + np.where(changed, size * way[:, None], 0.0)
    return before, after, Where(statement, way, _profile(after))


def _profile(truth: Floats) -> Floats:
    """How each statement stands apart, the person's and the company's levels taken off, (n, 14)."""
    found: Floats = truth - truth.mean(axis=1, keepdims=True) - truth.mean(axis=0) + truth.mean()
    return found


def add(
    tally: Tally, marks: dict[Comparison, Ints], truth: Truth, where: Where, after: Floats
) -> None:
    """Count the reports' marks; one that says what is true is none that is false."""
    people = len(where.statement)
    tally.reports += people
    marked = {kind: (found != 0).any(axis=-1) for kind, found in marks.items()}
    # People do differ in how they are seen on the whole: low is false only where they are not.
    usual = after.mean(axis=1) >= after.mean()
    false = [found & usual if kind in ONE_SIDED else found for kind, found in marked.items()]
    tally.any_mark += int(np.logical_or.reduce(false).sum())
    for kind, found in marked.items():
        tally.by_kind[kind] = tally.by_kind.get(kind, 0) + int(found.sum())
    tally.found += int(_found(marks, truth, where).sum())
    wrong = (marks[Comparison.APART] * np.sign(where.profile) < 0).any(axis=-1)
    tally.wrong_way += int(wrong.sum())


def _found(marks: dict[Comparison, Ints], truth: Truth, where: Where) -> Flags:
    """Which reports mark what is there, the right way."""
    if truth.range:
        found: Flags = (marks[Comparison.APART] != 0).any(axis=-1)
        return found
    if truth.gap:
        return marks[Comparison.SELF_PATTERN][:, 0] > 0
    kinds = (
        (Comparison.OVERALL, Comparison.OVERALL_LONGER)
        if truth.all
        else (Comparison.STATEMENT, Comparison.STATEMENT_LONGER)
    )
    place = np.zeros_like(where.statement) if truth.all else where.statement
    row = np.arange(place.size)
    right = [marks[kind][row, place] == where.way for kind in kinds if kind in marks]
    some: Flags = np.logical_or.reduce(right)
    return some


def smallest_of(company: Company, *, earlier: int) -> tuple[float, float]:
    """The smallest change of a statement and of all that a typical report of it names."""
    quarters = [company.quarter(company.truth) for _ in range(earlier + 1)]
    reports = [one.printed for one in quarters]
    one = [Printed(each.mean[0], each.raters[0], each.spread) for each in reports]
    nobody = np.full(STATEMENTS, np.nan)
    tests = all_tests(one[-1], one[:-1], quarters[-1], nobody, nobody)
    named = smallest_seen(tests)
    assert named.change is not None
    assert named.overall is not None
    return named.change, named.overall
