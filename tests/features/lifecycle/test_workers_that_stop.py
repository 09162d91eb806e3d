"""Workers that are killed, or stand still for a while, in the middle of work of several parts."""

from datetime import timedelta
from signal import SIGKILL
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from app.assignments.models import Assignment, Participation
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.one_at_a_time import PARTS_LINE, TurnAtWork, alone
from app.lifecycle import due, opening
from app.lifecycle.plan import freezing, kept_findings
from app.lifecycle.plan.fingerprint import refuse_broken
from tests.features.lifecycle.drafts_and_forms import make_draft
from tests.processes import FAILED, fork, kill_myself, stand_still

PATIENCE = 20.0
PEOPLE = 20


@pytest.fixture
def draft(app, monkeypatch):
    """A draft that counts as a large one, is written in small parts, and is to be opened."""
    monkeypatch.setattr(kept_findings, "WORKED_OUT_AT_ONCE", 10)
    monkeypatch.setattr(opening, "PART", 100)
    monkeypatch.setattr(opening, "REST", 0)
    monkeypatch.setattr(freezing, "PLACES_AT_ONCE", 7)
    cycle_id = make_draft(PEOPLE).id
    kept_findings.work_out(cycle_id)
    with transaction():
        opening.ask(cycle_by_id(cycle_id), by=None)
    return cycle_id


def at_its_tenth_part(act):
    """Told how far the opening is after each part; does `act` when some of it is written."""
    told = []

    def say(percent):
        told.append(percent)
        if len(told) == 10:
            act()

    return say


def state_of(cycle_id):
    db.session.rollback()
    return db.session.get_one(Cycle, cycle_id, populate_existing=True).state


def open_sooner_or_later(cycle_id):
    """Look at what is due until the cycle is open."""
    end = monotonic() + PATIENCE
    while state_of(cycle_id) is not CycleState.OPEN:
        assert monotonic() < end, "nobody could open it"
        due.go_on_opening()
        sleep(0.01)


def rows(table, cycle_id):
    return db.session.scalar(select(func.count()).where(table.cycle_id == cycle_id))


def is_opened_once(cycle_id):
    refuse_broken(cycle_by_id(cycle_id))
    opened = select(func.count()).where(AuditEntry.tag == "cycle:opened")
    found = [rows(table, cycle_id) for table in (Assignment, Participation, OutboxMail)]
    is_complete = found == [PEOPLE * (PEOPLE - 1), PEOPLE, PEOPLE]
    return db.session.scalar(opened) == 1 and is_complete


def test_a_turn_ends_with_its_process(app):
    def take_and_stand_still():
        turn = TurnAtWork(PARTS_LINE, 7)
        assert turn.take()
        stand_still()

    holder = fork(take_and_stand_still)
    holder.wait_until_still()
    with alone(PARTS_LINE, 7) as has_turn:
        assert not has_turn

    assert holder.kill() == -SIGKILL

    mine, end = TurnAtWork(PARTS_LINE, 7), monotonic() + PATIENCE
    while not mine.take():  # PostgreSQL hears of it a moment later
        assert monotonic() < end
    mine.give_back()


def test_a_turn_that_nobody_knows_of_any_more_is_free(app):
    forgotten = TurnAtWork(PARTS_LINE, 7)
    assert forgotten.take()
    assert forgotten.take(), "it still is ours"

    del forgotten

    with alone(PARTS_LINE, 7) as has_turn:
        assert has_turn


def test_an_opening_whose_process_is_killed_goes_on_at_once(app, draft):
    killed = fork(lambda: opening.go_on(draft, say=at_its_tenth_part(kill_myself)))
    assert killed.wait() == -SIGKILL
    assert state_of(draft) is CycleState.DRAFT

    open_sooner_or_later(draft)

    assert is_opened_once(draft)


def test_of_several_workers_one_follows_an_opening_that_stands_still(app, draft):
    still = fork(lambda: opening.go_on(draft, say=at_its_tenth_part(stand_still)))
    still.wait_until_still()
    due.go_on_opening()
    assert state_of(draft) is CycleState.DRAFT, "it may be slow"

    with clock.travel(clock.now() + opening.LEASE + timedelta(seconds=1)):
        others = [fork(due.go_on_opening) for _ in range(3)]
        assert [one.wait() for one in others] == [0, 0, 0]
    assert state_of(draft) is CycleState.OPEN

    assert still.wake_up() == 0, "it found out, and left it to the others"
    assert is_opened_once(draft)


@pytest.mark.postgresql_only
def test_an_opening_that_stands_still_within_an_act_is_followed_all_the_same(
    app, draft, monkeypatch
):
    """It holds locks: PostgreSQL itself ends its act, and the others need not wait for it."""
    real, acts = opening._Work._renew, []

    def renew(work):
        real(work)
        acts.append(work)
        if len(acts) == 8:
            monkeypatch.setattr(opening, "LEASE", timedelta(milliseconds=500))
        if len(acts) == 10:
            stand_still()

    def stop_within_an_act():
        monkeypatch.setattr(opening._Work, "_renew", renew)
        opening.go_on(draft)

    still = fork(stop_within_an_act)
    still.wait_until_still()

    open_sooner_or_later(draft)

    assert still.wake_up() == FAILED
    assert is_opened_once(draft)
