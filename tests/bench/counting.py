"""How long a count takes from sealed ballots to released cells, and how much memory.

Each size is counted on one core in one piece and in parts, and with a process on each core, side
by side: every way in a process of its own on a copy of the same stage, so that the peak is the
count's and not the stage's. Beside it: the bare numpy bincount of the very same ratings.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from flask import Flask
from sqlalchemy import insert

from app import create_app
from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.ballots.services import make_keys
from app.cycles.models import Cycle, ReportReader, RosterEntry, Unit
from app.domain.ballot.document import Ballot
from app.domain.ballot.encoding import encode
from app.domain.count.collecting import rated_pairs_of
from app.domain.cycle import CycleState
from app.domain.pairing.assignment import Relationship
from app.domain.pairing.offsets import spread_offsets
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.migrations import upgrade
from app.lifecycle.count import counting
from app.lifecycle.count.opening_together import OpeningProcess
from app.lifecycle.plan.fingerprint import frozen_digest
from app.people.models import Person
from config import Config
from tests.factories import LONG_AGO, make_cycle, make_department

SIZES = (1_000, 10_000, 100_000)
KILOBYTES = 1024
RATERS = 12
TEAM = 20
SECRET = "only-for-measurements-0123456789-abcdefgh"
BATCH = 10_000
WORDS = 14
"""So many words has a comment, each one of these: what people write says little twice."""
VOCABULARY = 3_000
STEPS = {
    "begin": "check what was frozen",
    "Opening": "open",
    "Computing": "compute",
    "Writing": "write",
}


@dataclass(frozen=True)
class Clocks:
    """Seconds on the wall, and seconds of the processor: on a shared machine they differ."""

    seconds: float
    processor: float

    @classmethod
    def now(cls) -> "Clocks":
        return cls(time.perf_counter(), time.process_time())


@dataclass(frozen=True)
class Way:
    """A way to count: what it is called, the memory it may take, and how many cores it has."""

    name: str
    megabytes: int
    cores: int = 1


WAYS = {
    "whole": Way("one piece", 1_000_000),
    "parts": Way("in parts", 1),
    "cores": Way("parts, all cores", 1, len(os.sched_getaffinity(0))),
}


def app_in(folder: Path, **over: Any) -> Flask:
    """The app on a SQLite file in `folder`."""
    environment = {"FULL_CIRCLE_SECRET_KEY": SECRET, "FULL_CIRCLE_DATA": str(folder)}
    return create_app(replace(Config.from_environment(environment), **over), testing=True)


def write(table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert in batches."""
    for begin in range(0, len(rows), BATCH):
        db.session.execute(insert(table.__table__), rows[begin : begin + BATCH])


def set_the_stage(folder: Path, people: int, **over: Any) -> None:
    """A cycle in `closing` with everybody's sealed ballot; people in teams of 20."""
    random = Random(people)
    with app_in(folder, **over).app_context():
        upgrade()
        department = make_department(name="Everybody")
        write(Person, [person_row(number, department.id) for number in range(1, people + 1)])
        db.session.commit()
        cycle = make_cycle(state=CycleState.CLOSING, opened_on=clock.now().date())
        freeze(cycle, people, pairs := pairs_of(people, random))
        cycle.frozen_hash = frozen_digest(cycle)
        make_keys(cycle)
        db.session.commit()
        seal_ballots(cycle.id, pairs, people)


def person_row(number: int, department_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "title": "",
        "department_id": department_id,
        "joined_on": LONG_AGO,
        "account_made_on": LONG_AGO,
    }


def pairs_of(people: int, random: Random) -> dict[int, list[int]]:
    """Whom each rates: 12 spread steps round a circle."""
    order = random.sample(range(1, people + 1), people)
    steps = spread_offsets(RATERS, people, random)
    return {
        rater: [order[(place + step) % people] for step in steps]
        for place, rater in enumerate(order)
    }


def freeze(cycle: Cycle, people: int, pairs: dict[int, list[int]]) -> None:
    """What the opening freezes: units, roster, pairs and readers; and that all have sent."""
    units = range(people // TEAM + 1)
    mine: dict[str, Any] = {"cycle_id": cycle.id}
    write(
        Unit,
        [
            mine | {"number": n, "parent_number": 0 if n else None, "name": f"Team {n}"}
            for n in units
        ],
    )
    roster, readers, taking_part = [], [], []
    for person in pairs:
        unit = 1 + (person - 1) // TEAM if person <= people // TEAM * TEAM else 0
        head = max(1, (person - 1) // TEAM * TEAM + 1)
        manager = head if person != head else None
        roster.append(
            mine
            | {"person_id": person, "unit_number": unit, "manager_id": manager, "is_new": False}
        )
        taking_part.append(mine | {"person_id": person, "sent": True})
        if manager:
            readers.append(mine | {"subject_id": person, "reader_id": manager})
    write(RosterEntry, roster)
    write(Participation, taking_part)
    write(ReportReader, readers)
    write(
        Assignment,
        [
            mine | {"rater_id": rater, "subject_id": one, "relationship": Relationship.PEER}
            for rater, subjects in pairs.items()
            for one in subjects
        ],
    )
    db.session.flush()


def seal_ballots(cycle_id: int, pairs: dict[int, list[int]], people: int) -> None:
    """Everybody's ballot: all answers, every fourth comment, own answers and the eNPS."""
    chance = np.random.default_rng(people)
    talent, strictness = chance.normal(3.6, 0.5, people + 1), chance.normal(0, 0.4, people + 1)
    keys, rows, words = keys_of(cycle_id), [], vocabulary(Random(people))
    for number, (rater, subjects) in enumerate(pairs.items()):
        level = talent[subjects][:, None] + strictness[rater] + chance.normal(0, 0.9, (RATERS, 14))
        answers = np.clip(np.rint(level), 0, 5).astype(int).tolist()
        ballot = Ballot(
            own=chance.integers(3, 6, 14).tolist(),
            answers=dict(zip(subjects, answers, strict=True)),
            comments={
                one: {
                    "keep": " ".join(
                        words[place] for place in chance.integers(0, len(words), WORDS)
                    )
                }
                for one in subjects[::4]
            },
            enps_score=int(chance.integers(4, 11)),
            enps_reasons=["pay"] if number % 2 else ["growth", "colleagues"],
            sent=True,
        )
        locator = keys.locator(rater)
        sealed = keys.seal(locator, encode(ballot))
        rows.append({"cycle_id": cycle_id, "locator": locator, "sealed": sealed})
        if len(rows) == BATCH or number == people - 1:
            write(SealedBallot, rows)
            db.session.commit()
            rows = []


def vocabulary(random: Random) -> list[str]:
    """Words of three to eight letters that nobody says."""
    return [
        "".join(random.choices("etaoinshrdlu", k=random.randint(3, 8))) for _ in range(VOCABULARY)
    ]


def measure(folder: Path, way: Way) -> dict[str, float]:
    """Count; processor seconds per step, peak memory in MB, and the bare bincount."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: way.cores])
    marks: list[tuple[str, Clocks]] = []
    seen: list[Any] = []
    others: list[float] = []
    peaks: list[float] = []

    def sorted_to_pairs(*given: Any) -> Any:
        reviews = rated_pairs_of(*given)
        seen.append(bare_bincount(reviews))
        return reviews

    def through(*given: Any, **named: Any) -> Any:
        done = pass_through(*given, **named)
        marks.append(("commit", Clocks.now()))
        return done

    def said(step: str) -> None:
        marks.append((step.partition(" ")[0], Clocks.now()))
        peaks.append(peak_of(os.getpid()))

    def ended(helper: OpeningProcess, *raised: Any) -> None:
        others.append(peak_of(helper.process.pid))
        end(helper, *raised)

    pass_through, end = counting._through_the_door, OpeningProcess.__exit__
    watched = patch.multiple(counting, rated_pairs_of=sorted_to_pairs, _through_the_door=through)
    of_others = patch.object(OpeningProcess, "__exit__", ended)
    settings = {"count_memory_mb": way.megabytes, "count_processes": way.cores}
    with watched, of_others, app_in(folder, **settings).app_context():
        with transaction():
            cycle_id = db.session.query(Cycle.id).scalar()
        before = peak_of(os.getpid())
        marks.append(("begin", Clocks.now()))
        counting.count_and_forget(cycle_id, progress=said)
        over = Clocks.now()
    return _steps(dict(reversed(marks)), over, bare=seen[0]) | {
        "bare bincount": seen[0],
        "peak MB, all computed": peaks[-1],
        "peak MB": peak_of(os.getpid()),
        "of it the app": before,
        "peaks of others MB": sum(others),
    }


def _steps(began: dict[str, Clocks], over: Clocks, *, bare: float) -> dict[str, float]:
    """Processor seconds of every step; the floor was measured inside of the computing."""
    names = [*STEPS, "commit"]
    ends = [began[name] for name in names[1:]] + [over]
    found = {
        STEPS.get(name, "sweep"): done.processor - began[name].processor
        for name, done in zip(names, ends, strict=True)
    }
    found["compute"] -= bare
    opening = began["Computing"].seconds - began["Opening"].seconds
    return found | {
        "ballots to cells": began["commit"].processor - began["begin"].processor - bare,
        "on the wall": began["commit"].seconds - began["begin"].seconds,
        "of it opening": opening,
    }


def peak_of(process: int) -> float:
    """The most memory that was resident since the process began its program, in MB."""
    # Not getrusage: of a child it counts the moment before it began its own program.
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / KILOBYTES


def bare_bincount(reviews: Any) -> float:
    """Seconds of the floor: one numpy bincount per statement of the same ratings."""
    columns = np.asfortranarray(reviews.ratings)
    began = time.perf_counter()
    for s in range(columns.shape[1]):
        np.bincount(reviews.subject * 7 + columns[:, s] + 1, minlength=reviews.people * 7)
    return time.perf_counter() - began


def run(people: int, *, stage: Path | None = None) -> dict[str, dict[str, float]]:
    """Set the stage, or take one that is set, and count a copy of it in every way."""
    with TemporaryDirectory() as folder:
        data = stage or Path(folder) / "data"
        if stage is None:
            _in_a_process("stage", data, str(people))
        found = {}
        for name, way in WAYS.items():
            place = Path(folder) / name
            found[way.name] = json.loads(_in_a_process(name, _copied(data, place), ""))
            shutil.rmtree(place)
    return found


def _copied(data: Path, place: Path) -> Path:
    """A copy of a data folder and of the key folder beside it."""
    for suffix in ("", "-keys"):
        shutil.copytree(data.with_name(data.name + suffix), place / f"data{suffix}")
    return place / "data"


def _in_a_process(act: str, folder: Path, people: str) -> str:
    """The last line that it prints."""
    command = [sys.executable, "-m", "tests.bench.counting", act, str(folder), people]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def main(people: int, *, stage: Path | None = None) -> None:
    """Print one column for each way to count."""
    found = run(people, stage=stage)
    print(f"\n{people:,} people: processor seconds" + "".join(f"{way:>20}" for way in found))
    rows = {name: [one[name] for one in found.values()] for name in found["one piece"]}
    rows["x bare bincount"] = [
        one["ballots to cells"] / one["bare bincount"] for one in found.values()
    ]
    rows["microseconds per person"] = [
        1e6 * one["ballots to cells"] / people for one in found.values()
    ]
    for name, values in rows.items():
        print(f"{name:<32}" + "".join(f"{value:>20,.2f}" for value in values))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["stage", folder, people]:
            set_the_stage(Path(folder), int(people))
        case [name, folder, ""]:
            print(json.dumps(measure(Path(folder), WAYS[name])))
        case ["staged", folder, people]:
            main(int(people), stage=Path(folder))
        case wanted:
            for size in tuple(map(int, wanted)) or SIZES:
                main(size)
