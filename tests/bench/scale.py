"""What a large company takes, page by page and act by act, as one table for docs/performance.md.

    make bench-scale PEOPLE=100000 DATABASES="sqlite postgresql" BASE=v1

A company of `flask demo company` lives in a database of its own; everything is measured in a
process of its own, in processor time, which other work on the machine changes little. With BASE
an older commit is measured in the same run, beside today's.
"""

import json
import os
import platform
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.fill_in import SECRET, make_durable
from tests.databases import OnPostgres, OnSqlite
from tests.guards.places import ROOT

KINDS: Final[Mapping[str, type[OnSqlite] | type[OnPostgres]]] = {
    "sqlite": OnSqlite,
    "postgresql": OnPostgres,
}
SCRIPT = Path(__file__).with_name("scale_run.py")
GOALS: Final[Mapping[str, tuple[str, float | None]]] = {
    "start: flask --help": ("s", 0.6),
    "results as json": ("s", 20.0),
    "plan, confirm and open": ("s", 20.0),
    "employee: home.index": ("p50", 5.0),
    "lead: home.index": ("p50", 5.0),
    "employee: enps.index": ("p50", 50.0),
    "hr: desk.show": ("p50", 300.0),
}
"""Processor seconds or milliseconds, for 100,000 people on a machine that does nothing else."""
UNITS = ("s", "MB", "p50", "p95", "p99", "views", "queries", "kB")

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
    """The folder of this commit, and one with `base` where that is named."""
    if not base:
        yield [ROOT]
        return
    with TemporaryDirectory() as scratch:
        older = Path(scratch) / "base"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(older), base], check=True)
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
            done = subprocess.run(
                [sys.executable, "-P", str(SCRIPT), str(people)],
                cwd=tree,
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one.pop("name"): one for one in found}


def _print_head(kind: str, people: int) -> None:
    machine = (
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    )
    load = f"{os.getloadavg()[0]:.1f} programs at work before it began"
    print(f"\n{people:,} people, {kind}, {date.today()}, {machine}, {load}\n")  # noqa: DTZ011


def _print_table(now: Figures, base: Figures | None = None) -> None:
    print(f"| | {' | '.join(UNITS)} | {'before | ' if base is not None else ''}goal |")
    print("|---" * (len(UNITS) + (3 if base is not None else 2)) + "|")
    for name, figures in now.items():
        unit, goal = GOALS.get(name, ("p50" if "p50" in figures else "s", None))
        cells = [_written(figures.get(one)) for one in UNITS]
        if base is not None:
            cells.append(_written(base.get(name, {}).get(unit)))
        print(f"| {name} | {' | '.join(cells)} | {_judged(figures.get(unit), goal)} |")


def _written(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.2f}"


def _judged(value: float | None, goal: float | None) -> str:
    if goal is None:
        return ""
    is_met = value is not None and value <= goal
    return f"{goal:g}" if is_met else f"{goal:g}, missed"


if __name__ == "__main__":
    main()
