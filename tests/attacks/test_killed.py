"""Attack 20: the count is killed at every step, in a process of its own."""

from dataclasses import dataclass, replace
from random import Random

import pytest
from sqlalchemy import func, select

from app import create_app
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.lifecycle import due
from app.lifecycle.count import counting, forgetting
from app.results.models import CycleTotals, StatementScore
from tests.attacks import killing
from tests.attacks.killing import INSIDE_VACUUM, Place, Ready, Step
from tests.attacks.test_no_way_back import all_fours
from tests.conftest import DATABASE, make_settings
from tests.nightly_sizes import IS_NIGHTLY
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle

PEOPLE = 8
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ready(databases, tmp_path_factory):
    """Eight people have sent, and the cycle is closing."""
    folder = tmp_path_factory.mktemp("killed")
    with databases.fresh(folder) as url:
        settings = make_settings(folder, database_url=url)
        made = create_app(settings, testing=True)
        with made.app_context():
            people = make_team(PEOPLE)
            cycle_id = open_cycle(people)
            for person in people:
                answer(person, all_fours)
            begin_closing(cycle_id)
            db.session.remove()
            db.engine.dispose()
        if DATABASE == "sqlite":
            killing.fold_log(settings)
        ready = Ready(settings, cycle_id, databases)
        _warm_up(ready)
        yield ready


def _warm_up(ready):
    """Count once here: what is compiled for it, no process has to compile again."""
    with ready.copy("warm") as settings, create_app(settings, testing=True).app_context():
        counting.count_and_forget(ready.cycle_id)
        db.session.remove()
        db.engine.dispose()


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


BEFORE = Found(CycleState.CLOSING, 0, PEOPLE, has_key=True, has_half=True, is_forgotten=False)
AFTER = Found(CycleState.CLOSED, PEOPLE * 14, 0, has_key=False, has_half=False, is_forgotten=True)


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


def fault_after(ready, place):
    """What a kill at `place` left that is neither before nor after, or "" when all is well."""
    with ready.copy("killed") as settings:
        killing.kill(settings, ready.cycle_id, place)
        app = create_app(settings, testing=True)
        with app.app_context():
            try:
                killed = found(ready.cycle_id)
                due.do_all()
                started_again = found(ready.cycle_id)
                totals = db.session.get(CycleTotals, ready.cycle_id)
            finally:
                db.session.remove()
                db.engine.dispose()
    # Destroying takes several steps; released with anything readable it must never be.
    is_after = replace(killed, has_key=False, is_forgotten=True) == AFTER
    if not (killed == BEFORE or is_after):
        return f"killed: {killed}"
    if started_again != AFTER or totals is None or totals.counted != PEOPLE:
        return f"started again: {started_again}"
    return ""


def walked(ready):
    """Every step of a whole count, with what lay on the disk before it."""
    with ready.copy("walked") as settings:
        return killing.walk(settings, ready.cycle_id)


def wrongs(ready, places):
    """Places where a kill left something both released and readable, or neither."""
    faults = ((place, fault_after(ready, place)) for place in places)
    return [(place, fault) for place, fault in faults if fault]


def test_a_kill_leaves_everything_as_before_or_everything_released_and_nothing_readable(
    ready, tell
):
    """Where a step leaves the disk as it was, the kill before it has been died already.

    The nightly run dies there as well.
    """
    steps = walked(ready)
    places = [step.place for step in steps if step.is_new or IS_NIGHTLY]
    within = killing.torn(steps) if DATABASE == "sqlite" else killing.on_their_way(steps)

    wrong = wrongs(ready, [*places, *within])

    success = len(wrong) / (len(steps) + len(within))
    tell("20 killed at every step of the count", people=PEOPLE, success=success, chance=0)
    assert wrong == []
    names = {step.place.step for step in steps}
    assert {"fsync", "unlink done", "COMMIT"} <= names
    assert {place.step.split()[0] for place in within} >= {"VACUUM", "COMMIT"}
    assert len(steps) > 60
    assert len(places) >= 8


@pytest.mark.sqlite_only
def test_the_count_is_looked_at_inside_of_vacuum_as_well(ready):
    steps = walked(ready)

    inside = [step for step in steps if step.place.step == INSIDE_VACUUM]

    assert len(inside) >= 5
    assert fault_after(ready, inside[len(inside) // 2].place) == ""


def test_a_key_that_is_destroyed_too_early_is_found(ready, monkeypatch, tell):
    keep = forgetting.forget_ballots

    def too_early(cycle, *, random):
        key_folder().destroy(cycle.id)
        keep(cycle, random=random)

    monkeypatch.setattr(counting, "forget_ballots", too_early)

    wrong = wrongs(ready, [first_deletion(walked(ready))])

    tell("20 … key destroyed before the commit", people=PEOPLE, success=1, chance=0, off=True)
    assert len(wrong) == 1


def test_ballots_that_are_deleted_in_an_act_of_their_own_are_found(ready, monkeypatch, tell):
    forget, finish = forgetting.forget_ballots, forgetting.finish_forgetting

    def later(cycle_id):
        with transaction():
            forget(db.session.get_one(Cycle, cycle_id), random=Random(1))
        finish(cycle_id)

    monkeypatch.setattr(counting, "forget_ballots", lambda _cycle, *, random: None)
    monkeypatch.setattr(counting, "finish_forgetting", later)

    wrong = wrongs(ready, [first_deletion(walked(ready))])

    tell("20 … two transactions", people=PEOPLE, success=1, chance=0, off=True)
    assert len(wrong) == 1


def first_deletion(steps: list[Step]) -> Place:
    """Where ballots are about to be deleted."""
    names = ("DROP TABLE ballot", "TRUNCATE")
    return next(place for place in (step.place for step in steps) if place.step.startswith(names))
