"""What a thousand reports in ZIP volumes cost, out of a counted quarter, and how much memory.

The quarter is counted in a process of its own; each measurement is another, which begins as a
worker does that has just been started. Memory is the peak of what is resident, summed over the
worker and its helper, so pages that both share count twice.
"""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

import app.lifecycle.jobs  # noqa: F401 - whatever a worker knows
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle.count.counting import count_and_forget
from app.reports import rendering
from app.reports.volumes import PER_VOLUME, Choice, write_volume
from app.results.queries import subjects_of
from tests.bench.counting import Clocks, app_in, peak_of, set_the_stage

PEOPLE = 1_000
WAYS = {"alone": "one process", "together": "two processes"}


def prepare(folder: Path) -> None:
    """A published cycle of so many people."""
    set_the_stage(folder, PEOPLE)
    with app_in(folder).app_context():
        cycle_id = db.session.scalars(select(Cycle.id)).one()
        count_and_forget(cycle_id)
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            cycle.state, cycle.published_on = CycleState.PUBLISHED, clock.now().date()


def measure(folder: Path, way: str) -> dict[str, Any]:
    """Seconds for all volumes, the helper's start included; peaks in MB; the last volume."""
    if way == "alone":
        rendering.WORTH_IT = PEOPLE + 1  # type: ignore[misc]
    highest: list[float] = [0.0]
    leave = rendering.RenderProcess._give_up

    def noted(helper: rendering.RenderProcess) -> None:
        if helper._process:
            highest.append(peak_of(helper._process.pid))
        leave(helper)

    file = folder / f"{way}.zip"
    with patch.object(rendering.RenderProcess, "_give_up", noted), app_in(folder).app_context():
        cycle_id = db.session.scalars(select(Cycle.id)).one()
        ids = subjects_of(cycle_id)
        begin = Clocks.now()
        for start in range(0, len(ids), PER_VOLUME):
            with file.open("wb") as volume:
                write_volume(volume, Choice(cycle_id, ids[start : start + PER_VOLUME], None))
        end = Clocks.now()
    last = file.read_bytes()
    return {
        "seconds": end.seconds - begin.seconds,
        "processor": end.processor - begin.processor,
        "peaks": [peak_of(os.getpid()), max(highest)],
        "bytes": len(last),
        "hash": sha256(last).hexdigest(),
    }


def main() -> None:
    """Print one table."""
    with TemporaryDirectory() as folder:
        run(folder, "stage")
        found = {way: json.loads(run(folder, way)) for way in WAYS}
    alone, together = found["alone"], found["together"]
    if alone["hash"] != together["hash"]:
        raise RuntimeError("two processes write another ZIP than one")
    print(f"\n{PEOPLE:,} reports in volumes of {PER_VOLUME}, {alone['bytes'] / 1e6:.0f} MB each")
    for way, label in WAYS.items():
        worker, helper = found[way]["peaks"]
        print(
            f"  {label:<16}{found[way]['seconds']:6.1f} s, of it the worker's processor "
            f"{found[way]['processor']:.1f} s   {worker + helper:4.0f} MB of memory"
            f" (worker {worker:.0f}, helper {helper:.0f})"
        )
    print(f"  two are {alone['seconds'] / together['seconds']:.2f} times as fast as one")


def run(folder: str, act: str) -> str:
    """Do one act in a process of its own; its last line."""
    command = [sys.executable, "-m", "tests.bench.volumes", act, folder]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["stage", place]:
            prepare(Path(place))
            print("{}")
        case [way, place]:
            print(json.dumps(measure(Path(place), way)))
        case _:
            main()
