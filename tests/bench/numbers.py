"""`make bench-numbers`: what printed numbers can show, measured on made-up companies.

Power, false marks, wrong signs, coverage and correlation with the truth, each beside its goal and
beside the very same tests on exact means without noise. Then how much printed numbers tell of one
person, and the same about the 0-10 question.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tests.bench import numbers_enps, numbers_projects, numbers_safety
from tests.bench.numbers_companies import Kind, companies
from tests.bench.numbers_marks import Outcome, Tally, Truth, smallest_of, tried
from tests.bench.numbers_use import Use, outside_the_band

CORES: Final = 2
REPORTS: Final = 2400
"""About so many reports behind each figure; with 2,400 a share of 10 % is good to 1.2 points."""

EVERYONE = Kind("25, everyone", 25, 24, lasting=True)
SMALL = Kind("60, 12 raters", 60, 12)
LARGE = Kind("400, 12 raters", 400, 12)
KINDS: Final = (
    EVERYONE,
    Kind("25, everyone, mean 4.5", 25, 24, mean=4.5, lasting=True),
    SMALL,
    Kind("60, 12 raters, 20 % not observed", 60, 12, unobserved=0.2),
    Kind("60, 8 raters", 60, 8),
    LARGE,
    Kind("400, 12 raters, mean 4.5", 400, 12, mean=4.5),
    Kind("400, 8 raters", 400, 8),
)
TRUTHS: Final = {
    "no difference": Truth(),
    "one statement .5": Truth(one=0.5),
    "one statement .8": Truth(one=0.8),
    "all statements .5": Truth(all=0.5),
    "range 1.4": Truth(range=1.4),
}
QUARTERS: Final = (1, 4)
AT_LEAST: Final = {
    ("12 raters", "one statement .5"): (7, 14),
    ("12 raters", "one statement .8"): (28, 48),
    ("12 raters", "all statements .5"): (22, 42),
    ("12 raters", "range 1.4"): (70, 70),
    ("everyone", "one statement .5"): (26, 50),
    ("everyone", "one statement .8"): (70, 88),
    ("everyone", "all statements .5"): (72, 93),
}
FALSE_MARKS: Final = (4, 13)
WRONG: Final = (0, 1)
COVERED: Final = (93.5, 96.5)
USED: Final = (
    Kind("400, 6 raters, mean 4.5", 400, 6, mean=4.5),
    Kind("400, 12 raters, mean 4.5", 400, 12, mean=4.5),
    Kind("400, 24 raters, mean 4.5", 400, 24, mean=4.5),
    Kind("400, 6 raters", 400, 6),
    LARGE,
    Kind("400, 24 raters", 400, 24),
    EVERYONE,
    Kind("60, 12 raters, 20 % not observed", 60, 12, unobserved=0.2),
)
CORRELATED: Final = {6: 0.74, 12: 0.82}
FARTHEST_OFF: Final = {6: 0.30, 12: 0.155, 24: 0.085}


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    what: str
    value: str
    beside: str = ""
    goal: str = ""
    is_met: bool | None = None

    @property
    def words(self) -> str:
        verdict = {None: "", True: "met", False: "MISSED"}[self.is_met]
        return f"| {self.what} | {self.value} | {self.beside} | {self.goal} | {verdict} |"


def marked(kind: Kind, earlier: int, name: str) -> list[Line]:
    """How often reports of a kind of company find what `name` says is there."""
    outcome = Outcome(Tally(), Tally())
    random = np.random.default_rng([KINDS.index(kind), earlier, list(TRUTHS).index(name)])
    for company in companies(kind, REPORTS, random):
        tried(company, TRUTHS[name], earlier=earlier, outcome=outcome)
    printed, exact = outcome.printed.shares, outcome.exact.shares
    what = f"{kind.name}; {earlier} earlier; {name}"
    if name == "no difference":
        return [_between(f"{what}: any mark", printed["any_mark"], exact["any_mark"], FALSE_MARKS)]
    least = AT_LEAST.get((_family(kind), name))
    lines = [_line(f"{what}: found", printed["found"], exact["found"], least, earlier)]
    if name == "range 1.4":
        values = printed["wrong_way"], exact["wrong_way"]
        goal = WRONG if _family(kind) else None
        lines.append(_between(f"{what}: a wrong sign", *values, goal))
    return lines


def _family(kind: Kind) -> str:
    """Which goals a kind of company has, if any; those are for the middle of the scale."""
    if kind.mean > 4 or kind.unobserved:
        return ""
    return "everyone" if kind.lasting else f"{kind.raters} raters"


def _line(
    what: str, printed: float, exact: float, least: tuple[float, float] | None, earlier: int
) -> Line:
    if least is None:
        return Line(what, f"{printed:.1f} %", f"{exact:.1f} %")
    goal = least[QUARTERS.index(earlier)]
    return Line(what, f"{printed:.1f} %", f"{exact:.1f} %", f"≥ {goal} %", printed >= goal)


def _between(what: str, printed: float, exact: float, goal: tuple[float, float] | None) -> Line:
    if goal is None:
        return Line(what, f"{printed:.1f} %", f"{exact:.1f} %")
    low, high = goal
    met = low <= round(printed, 1) <= high
    return Line(what, f"{printed:.1f} %", f"{exact:.1f} %", f"{low} to {high} %", met)


def smallest(kind: Kind, earlier: int) -> list[Line]:
    """Whether the smallest change that a report names is found in about 80 %."""
    random = np.random.default_rng([9, earlier])
    one, everything = smallest_of(next(companies(kind, 1, random)), earlier=earlier)
    lines = []
    for words, truth in (("one statement", Truth(one=one)), ("all", Truth(all=everything))):
        outcome = Outcome(Tally(), Tally())
        for company in companies(kind, REPORTS, random):
            tried(company, truth, earlier=earlier, outcome=outcome)
        size = truth.one or truth.all
        what = f"{kind.name}; {earlier} earlier; smallest change named, {words}: {size:.2f} points"
        found = (outcome.printed.shares["found"], outcome.exact.shares["found"])
        lines.append(_between(what, *found, (74, 90)))
    return lines


def used(kind: Kind) -> list[Line]:
    """How near printed means are to exact ones and to the truth, and what intervals hold."""
    use, random = Use(), np.random.default_rng([7, USED.index(kind)])
    for company in companies(kind, REPORTS, random):
        use.add(company)
    found = use.figures
    held = _between(f"{kind.name}: intervals that hold the truth", 100 * found["held"], 0, COVERED)
    lines = [replace(held, beside=f"{100 * found['held_as_printed']:.1f} % as printed")]
    raters = kind.raters if not kind.unobserved else 0
    goal = CORRELATED.get(raters) if kind.mean == 4.5 else None
    lines.append(_least(f"{kind.name}: correlation with exact means", found["with_exact"], goal))
    off = FARTHEST_OFF.get(raters)
    lines.append(
        Line(
            f"{kind.name}: error of a printed mean",
            f"{found['error']:.3f}",
            "",
            f"≤ {off}" if off else "",
            found["error"] <= off if off else None,
        )
    )
    truth = f"{found['with_truth']:.2f}"
    beside = f"{found['exact_with_truth']:.2f}"
    return [*lines, Line(f"{kind.name}: correlation with the truth", truth, beside)]


def _least(what: str, value: float, goal: float | None) -> Line:
    if goal is None:
        return Line(what, f"{value:.2f}")
    return Line(what, f"{value:.2f}", "", f"≥ {goal}", value >= goal)


def band(kind: Kind) -> list[Line]:
    """How often chance alone leaves the grey band of a trend."""
    outside = 100 * outside_the_band(kind, np.random.default_rng(11), quarters=5)
    found = _between(f"{kind.name}: last point outside the grey band", outside, 0.0, (3.5, 6.5))
    return [replace(found, beside="")]


Job = tuple[Callable[..., list[Line]], tuple[object, ...]]


def jobs() -> Iterator[Job]:
    """Everything to be measured, in the order of the table."""
    for kind in KINDS:
        for name in TRUTHS:
            for earlier in QUARTERS:
                yield marked, (kind, earlier, name)
    for earlier in QUARTERS:
        yield smallest, (LARGE, earlier)
    for kind in USED:
        yield used, (kind,)
    yield band, (LARGE,)


def measured() -> list[Line]:
    """All rows, two at a time, with a line that says how far it is."""
    todo = list(jobs())
    found: dict[int, list[Line]] = {}
    began = time.monotonic()
    with ProcessPoolExecutor(CORES) as pool:
        running = {pool.submit(work, *given): place for place, (work, given) in enumerate(todo)}
        for one in as_completed(running):
            found[running[one]] = one.result()
            seconds = time.monotonic() - began
            print(
                f"\r{len(found)} of {len(todo)} measured, {seconds:.0f} s", end="", file=sys.stderr
            )
    print(file=sys.stderr)
    return [line for place in sorted(found) for line in found[place]]


def main() -> None:
    """Print the table; exit with 1 where a goal is missed."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    lines = measured()
    print("| what | printed | without noise | goal | |")
    print("|---|---|---|---|---|")
    for line in lines:
        print(line.words)
    missed = [line for line in lines if line.is_met is False]
    print(f"\n{len(missed)} of {sum(line.is_met is not None for line in lines)} goals missed.")
    numbers_safety.main()
    numbers_enps.main()
    numbers_projects.main()
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
