"""Attack 20: the count is killed (SIGKILL) at every step, in a process of its own."""

import json
import os
import shutil
import signal
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event, func, select

from app import create_app
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError
from app.infra.db import db, is_sqlite, transaction
from app.infra.keys import key_folder
from app.lifecycle import counting, due, forgetting
from app.lifecycle.counting import count_and_forget
from app.results.models import CycleTotals, StatementScore
from tests.attacks.test_no_way_back import all_fours
from tests.conftest import DATABASE
from tests.rounds import answer, begin_closing, make_team, open_cycle

PEOPLE = 8
EVERY = 3 if DATABASE == "sqlite" else 5
"""Each try takes half a second, or a whole one: of so many kinds of steps one is tried."""


@dataclass(frozen=True)
class Ready:
    """A cycle that waits for its count, and how to get a fresh copy of everything."""

    settings: object
    cycle_id: int
    copy: object


@pytest.fixture
def ready(databases, settings, tmp_path):
    """Eight people have sent, and the cycle is closing."""
    made = create_app(settings, testing=True)
    with made.app_context():
        people = make_team(PEOPLE)
        cycle_id = open_cycle(people)
        for person in people:
            answer(person, all_fours)
        begin_closing(cycle_id)
        db.session.remove()
        db.engine.dispose()
    return Ready(settings, cycle_id, Copier(databases, settings, tmp_path))


class Copier:
    """Copies of the database and the key folder as they were before the count."""

    def __init__(self, databases, settings, folder):
        self.databases, self.settings, self.folder = databases, settings, folder
        self.number = 0
        if DATABASE == "sqlite":
            with sqlite3.connect(self.file) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    @property
    def file(self):
        return Path(self.settings.sqlalchemy_url.removeprefix("sqlite:///"))

    def __call__(self):
        self.number += 1
        place = self.folder / f"copy-{self.number}"
        shutil.copytree(self.settings.keys, place / "keys")
        if DATABASE == "sqlite":
            shutil.copyfile(self.file, place / "db.sqlite")
            url = f"sqlite:///{place / 'db.sqlite'}"
        else:
            of = urlsplit(self.settings.database_url).path.removeprefix("/")
            name = f"{of}_killed_{self.number}"
            self.databases.admin.execute(f"CREATE DATABASE {name} TEMPLATE {of}")
            url = self.databases.url(name)
        return replace(
            self.settings, data_folder=place, key_folder=place / "keys", database_url=url
        )


def count_in_a_process(settings, cycle_id, *, die_at=0):
    """Count in a forked process that kills itself at step `die_at`; the steps it came to."""
    steps = settings.data_folder / "steps.json"
    child = os.fork()
    if child == 0:
        try:
            _count_and_die(settings, cycle_id, die_at, steps)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if die_at:
        assert os.WIFSIGNALED(status), "it was not killed"
        assert os.WTERMSIG(status) == signal.SIGKILL
        return []
    assert os.waitstatus_to_exitcode(status) == 0
    return json.loads(steps.read_text())


def _count_and_die(settings, cycle_id, die_at, steps):
    seen = []

    def step(name):
        seen.append(name)
        if len(seen) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    app = create_app(settings, testing=True)
    with app.app_context():
        _watch(step)
        count_and_forget(cycle_id)
    steps.write_text(json.dumps(seen))
    os._exit(0)


def _watch(step):
    """Call `step` before every statement, commit, and touch of a key file."""
    if is_sqlite():  # also sees what goes past SQLAlchemy, such as VACUUM
        event.listen(
            db.engine,
            "connect",
            lambda one, _: one.set_trace_callback(lambda said: step(said[:32])),
        )
        db.engine.dispose()
    else:
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _k, said, *_: step(said.strip()[:32])
        )
        event.listen(db.engine, "commit", lambda _connection: step("COMMIT"))
    fsync, unlink = os.fsync, Path.unlink

    def synced(handle):
        step("fsync")
        fsync(handle)
        step("fsync done")

    def unlinked(file, *, missing_ok=False):
        step("unlink")
        unlink(file, missing_ok=missing_ok)
        step("unlink done")

    os.fsync = synced
    Path.unlink = unlinked  # type: ignore[method-assign,assignment]


def worth_dying_at(steps):
    """Places of steps of every kind: the first and the last of its like, and the next one."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, name in enumerate(steps, 1):
        first.setdefault(name, place)
        last[name] = place
    return sorted({*first.values(), *last.values()})[::EVERY]


@dataclass(frozen=True)
class Found:
    """What lies there at one moment."""

    state: CycleState
    scores: int
    readable: int
    """Boxes that both halves open."""
    has_key: bool
    has_half: bool
    is_forgotten: bool


def found(cycle_id):
    db.session.rollback()
    cycle = db.session.get_one(Cycle, cycle_id)
    scores = db.session.scalar(select(func.count()).select_from(StatementScore)) or 0
    half = db.session.scalar(select(func.count()).select_from(StoredHalf))
    key = key_folder().has(cycle_id)
    return Found(cycle.state, scores, readable(cycle_id), key, bool(half), bool(cycle.forgotten_on))


def readable(cycle_id):
    try:
        keys = keys_of(cycle_id)
        boxes = db.session.execute(select(SealedBallot.locator, SealedBallot.sealed)).all()
        return sum(bool(keys.open_(*box)) for box in boxes)
    except SealBrokenError:
        return 0


def wrongs(ready, *, places=None):
    """Steps whose kill left something both released and readable, or neither; and of how many."""
    steps = count_in_a_process(ready.copy(), ready.cycle_id)
    wrong, places = [], places or worth_dying_at(steps)
    for place in places:
        settings = ready.copy()
        count_in_a_process(settings, ready.cycle_id, die_at=place)
        if fault := _fault_after(settings, ready.cycle_id):
            wrong.append((place, steps[place - 1], fault))
    return wrong, len(places)


def _fault_after(settings, cycle_id):
    app = create_app(settings, testing=True)
    with app.app_context():
        try:
            killed = found(cycle_id)
            due.do_all()
            started_again = found(cycle_id)
            totals = db.session.get(CycleTotals, cycle_id)
        finally:
            db.session.remove()
            db.engine.dispose()
    before = Found(CycleState.CLOSING, 0, PEOPLE, has_key=True, has_half=True, is_forgotten=False)
    is_before = killed == before
    is_after = (killed.scores, killed.readable, killed.has_half) == (PEOPLE * 14, 0, False)
    if not (is_before or is_after):
        return f"killed: {killed}"
    after = Found(
        CycleState.CLOSED, PEOPLE * 14, 0, has_key=False, has_half=False, is_forgotten=True
    )
    if started_again != after or totals is None or totals.counted != PEOPLE:
        return f"started again: {started_again}"
    return ""


@pytest.mark.slow
def test_a_kill_leaves_everything_as_before_or_everything_released_and_nothing_readable(
    ready, tell
):
    wrong, tries = wrongs(ready)

    tell(
        "20 killed at every step of the count", people=PEOPLE, success=len(wrong) / tries, chance=0
    )
    assert tries >= 8
    assert wrong == []


def test_a_key_that_is_destroyed_too_early_is_found(ready, monkeypatch, tell):
    keep = forgetting.forget_ballots

    def too_early(cycle, *, random):
        key_folder().destroy(cycle.id)
        keep(cycle, random=random)

    monkeypatch.setattr(counting, "forget_ballots", too_early)
    steps = count_in_a_process(ready.copy(), ready.cycle_id)
    place = next(n for n, name in enumerate(steps, 1) if name.startswith("DELETE FROM ballot"))

    wrong, tries = wrongs(ready, places=[place])

    tell("20 … key destroyed before the commit", people=PEOPLE, success=1, chance=0, off=True)
    assert (len(wrong), tries) == (1, 1)


def test_ballots_that_are_deleted_in_an_act_of_their_own_are_found(ready, monkeypatch, tell):
    forget, finish = forgetting.forget_ballots, forgetting.finish_forgetting

    def later(cycle_id):
        with transaction():
            forget(db.session.get_one(Cycle, cycle_id), random=Random(1))
        finish(cycle_id)

    monkeypatch.setattr(counting, "forget_ballots", lambda _cycle, *, random: None)
    monkeypatch.setattr(counting, "finish_forgetting", later)
    steps = count_in_a_process(ready.copy(), ready.cycle_id)
    place = next(n for n, name in enumerate(steps, 1) if name.startswith("DELETE FROM ballot"))

    wrong, tries = wrongs(ready, places=[place])

    tell("20 … two transactions", people=PEOPLE, success=1, chance=0, off=True)
    assert (len(wrong), tries) == (1, 1)
