"""What a large company takes, page by page and act by act, as one table for docs/performance.md.

    make bench-scale PEOPLE=100000 DATABASES="sqlite postgresql" BASE=v1

A company of `flask demo company` lives in a database of its own; everything is measured in a
process of its own, in processor time, which other work on the machine changes little. With BASE
an older commit is measured in the same run, beside today's.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from tests.bench.fill_in import SECRET, make_durable
from tests.databases import OnPostgres, OnSqlite
from tests.guards.places import ROOT

KINDS: Final[Mapping[str, type[OnSqlite] | type[OnPostgres]]] = {
    "sqlite": OnSqlite,
    "postgresql": OnPostgres,
}
SCRIPT = Path(__file__).with_name("scale_run.py")
GOALS: Final[Mapping[str, Mapping[str, float]]] = {
    "start of a command / the imports": {"s": 1.8},
    "take back the list, by command": {"read": 1, "write": 1},
    "results as json": {"s": 20, "MB": 200},
    "results as csv": {"s": 20, "MB": 200},
    "open": {"s": 20, "read": 1, "write": 1},
    "a report while somebody writes": {"read": 1},
    "employee: home.index": {"p50": 5},
    "lead: home.index": {"p50": 5},
    "employee: enps.index": {"p50": 50},
    "statement page / hello": {"p50": 12},
}
"""What 100,000 people may take on a machine that does nothing else."""
PAGE: Final[Mapping[str, float]] = {"p50": 300, "kB": 200}
"""The same of every other page."""
FILES: Final = ("people.export_file", "reports.download", "lifecycle.council.papers")
"""Pages that are a file with much in it."""
UNITS = ("s", "MB", "read", "write", "p50", "p95", "p99", "views", "queries", "kB")
"""Processor seconds and memory; seconds on the clock that somebody else waited for a page and for a
write meanwhile; processor milliseconds of a page."""
READERS: Final = ("employee", "lead", "hr", "board")
RATIOS: Final = (
    (
        "start of a command / the imports",
        "start: flask --help",
        "start: import of Flask and SQLAlchemy",
        "s",
    ),
    ("statement page / hello", "employee: ballots.statement", "floor: hello", "p50"),
    ("save / bare save", "save", "floor: bare save", "p50"),
)

Figures = dict[str, dict[str, float]]


def main() -> None:
    """Print one table for each database."""
    given = ArgumentParser(description=__doc__)
    given.add_argument("--people", type=int, default=10_000)
    given.add_argument("--databases", nargs="+", choices=KINDS, default=["sqlite"])
    given.add_argument("--base", default="", help="an older commit to measure beside this one")
    told = given.parse_args()
    for kind in told.databases:
        _print_head(kind, told.people)
        with _trees(told.base) as trees:
            measured = [_measured(tree, kind, told.people) for tree in trees]
        _print_table(*measured)


@contextmanager
def _trees(base: str) -> Iterator[list[Path]]:
    """The folder of this commit, and one with `base` where that is named, measured by today's."""
    if not base:
        yield [ROOT]
        return
    with TemporaryDirectory() as scratch:
        older = Path(scratch) / "base"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(older), base], check=True)
        shutil.copytree(SCRIPT.parent, older / "tests" / "bench", dirs_exist_ok=True)
        try:
            yield [ROOT, older]
        finally:
            subprocess.run([*git, "remove", "--force", str(older)], check=True)


def _measured(tree: Path, kind: str, people: int) -> Figures:
    """What the code in `tree` takes on a new database of `kind`, by name."""
    with TemporaryDirectory() as scratch, KINDS[kind](Path(scratch)) as place:
        if isinstance(place, OnPostgres):
            make_durable(place)
        with place.empty(Path(scratch)) as url:
            environment = {
                "FULL_CIRCLE_SECRET_KEY": SECRET,
                "FULL_CIRCLE_DATA": str(Path(scratch) / "data"),
                "DATABASE_URL": url,
                "PYTHONPATH": str(tree),
            }
            (Path(scratch) / "data").mkdir()
            with subprocess.Popen(
                [sys.executable, "-P", str(tree / SCRIPT.relative_to(ROOT)), str(people)],
                cwd=tree,
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
                text=True,
            ) as measuring:
                found = list(_told(measuring.stdout or ()))
            if measuring.returncode:
                sys.exit(f"{tree}: the measurement ended with {measuring.returncode}")
    return {one.pop("name"): one for one in found}


def _told(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Each figure, as soon as it is known; whoever waits sees how far it is."""
    began = monotonic()
    for line in lines:
        figures = json.loads(line)
        print(f"{monotonic() - began:6.0f} s  {line.strip()}", file=sys.stderr)
        yield figures


def _print_head(kind: str, people: int) -> None:
    machine = (
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    )
    load = f"{os.getloadavg()[0]:.1f} programs at work before it began"
    print(f"\n{people:,} people, {kind}, {date.today()}, {machine}, {load}\n")  # noqa: DTZ011


def _print_table(now: Figures, base: Figures | None = None) -> None:
    """Print every figure; with `base` that of the older commit beside the one with a goal."""
    heads = ["", *UNITS, *(["before"] if base is not None else []), "goal"]
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    missed, base = [], None if base is None else _slowest(base)
    for name, figures in _slowest(now).items():
        goals = _goals_of(name)
        faults = [f"{unit} {goal:g}" for unit, goal in goals.items() if _above(figures, unit, goal)]
        missed += [f"{name}: {', '.join(faults)}"] if faults else []
        cells = [name, *(_written(figures.get(one)) for one in UNITS)]
        if base is not None:
            unit = next(iter(goals), "p50" if "p50" in figures else "s")
            cells.append(_written(base.get(name, {}).get(unit)))
        told = ", ".join(f"{unit} {goal:g}" for unit, goal in goals.items() if goals is not PAGE)
        cells.append(f"{told}{' **missed**' if faults else ''}".strip())
        print(f"| {' | '.join(cells)} |")
    print(f"\nEvery other page: p50 at most {PAGE['p50']:g} ms, {PAGE['kB']:g} kB.")
    print("Missed: " + ("; ".join(missed) or "nothing"))


def _slowest(figures: Figures) -> Figures:
    """One row for each page, that of the role for whom it takes longest; ratios to the floors."""
    found: Figures = {}
    for name, one in figures.items():
        who, is_page, page = name.partition(": ")
        shown = page if is_page and who in READERS and name not in GOALS else name
        if shown not in found or one.get("p50", 0) > found[shown].get("p50", 0):
            found[shown] = one
    return found | {
        what: {unit: figures[upper][unit] / figures[lower][unit]}
        for what, upper, lower, unit in RATIOS
        if {upper, lower} <= figures.keys()
    }


def _goals_of(name: str) -> Mapping[str, float]:
    if name in GOALS:
        return GOALS[name]
    is_page = "." in name.partition(" ")[0] and not any(one in name for one in FILES)
    return PAGE if is_page else {}


def _above(figures: Mapping[str, float], unit: str, goal: float) -> bool:
    """Whether it is more than the goal, or could not be measured at all."""
    return figures.get(unit, float("inf")) > goal


def _written(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.2f}"


if __name__ == "__main__":
    main()
