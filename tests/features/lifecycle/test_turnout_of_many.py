"""Of a large cycle who has sent is added up by a job, and the pages say from when that is."""

from datetime import timedelta

import pytest

from app.assignments.models import KeptTurnout, Participation
from app.assignments.queries import participants_for_good
from app.cycles.queries import cycle_by_id
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services, turnout
from app.lifecycle.count.counting import count_and_forget
from tests.features.lifecycle.drafts_and_forms import make_draft, open_now


@pytest.fixture
def cycle(app, monkeypatch):
    """An open cycle of 20 people that counts as a large one; its id."""
    monkeypatch.setattr(turnout, "ADDED_UP_AT_ONCE", 10)
    return open_now(make_draft(20)).id


def somebody_sends(cycle):
    with transaction():
        db.session.query(Participation).filter_by(cycle_id=cycle, sent=False)[0].sent = True


def in_six_minutes():
    return clock.travel(clock.now() + timedelta(minutes=6))


def test_a_page_does_not_add_up_and_the_next_one_shows_what_a_job_found(cycle, hanna, run_jobs):
    waiting = hanna.get(f"/cycles/{cycle}").text
    run_jobs()
    known = hanna.get(f"/cycles/{cycle}").text

    assert "Who has sent is being added up" in waiting
    assert "0 of 20" in known
    assert "had sent on" in known


def test_the_desk_waits_in_the_same_way(cycle, hanna, run_jobs):
    waiting = hanna.get("/desk").text
    run_jobs()

    assert "Who has sent is being added up" in waiting
    assert "0 of 20 have sent as of" in hanna.get("/desk").text


def test_what_is_kept_is_what_adding_up_again_finds(cycle):
    turnout.add_up(cycle)

    assert turnout.turnout_now(cycle_by_id(cycle)) == turnout._added_up(cycle_by_id(cycle))


def test_sums_stay_for_some_minutes_and_are_then_taken_anew(cycle, hanna, run_jobs):
    turnout.add_up(cycle)
    somebody_sends(cycle)

    assert not turnout.is_due(cycle_by_id(cycle))
    with in_six_minutes():
        old = hanna.get(f"/cycles/{cycle}").text
        run_jobs()
        new = hanna.get(f"/cycles/{cycle}").text
    assert "0 of 20" in old
    assert "1 of 20" in new


def test_nothing_of_an_open_cycle_is_shown_or_kept_once_it_is_closed(cycle, close_and_count):
    turnout.add_up(cycle)
    with transaction():
        services.begin_closing(cycle_by_id(cycle), by=None)

    assert turnout.turnout_now(cycle_by_id(cycle)) is None
    close_and_count(cycle)
    assert [one.state for one in db.session.query(KeptTurnout)] == [CycleState.CLOSED]


def test_sums_of_a_closed_cycle_are_taken_once_by_the_count(cycle, close_and_count):
    close_and_count(cycle)

    with in_six_minutes():
        assert not turnout.is_due(cycle_by_id(cycle))
    with transaction():
        services.publish(cycle_by_id(cycle), by=None)
    assert not turnout.is_due(cycle_by_id(cycle))


def test_the_report_of_a_large_cycle_reads_what_the_count_has_added_up(cycle, close_and_count):
    close_and_count(cycle)
    before = participants_for_good(cycle_by_id(cycle))
    db.session.query(Participation).delete()
    db.session.commit()

    assert participants_for_good(cycle_by_id(cycle)) == before
    assert before.total.invited == 20


@pytest.fixture
def close_and_count():
    def act(cycle_id):
        with transaction():
            cycle = cycle_by_id(cycle_id)
            if cycle.state == "open":
                services.begin_closing(cycle, by=None)
        count_and_forget(cycle_id)

    return act
