"""A large cycle is opened in parts: before the last one it is a draft, and a kill loses nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.assignments.models import Assignment, Participation
from app.cycles.models import Cycle, FocusQuestion, Opening, PlanFindings, ReportReader, Unit
from app.cycles.queries import cycle_by_id, opening_of
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, WrongStateError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.lifecycle import due, opening, services
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.plan import fingerprint, freezing, kept_findings, planning
from app.lifecycle.plan.fingerprint import refuse_broken
from app.people.models import Person
from tests.factories import make_cycle
from tests.features.lifecycle.drafts_and_forms import make_draft

FROZEN = (Unit, Participation, Assignment, ReportReader, FocusQuestion)


class KilledError(Exception):
    """The process is gone."""


@pytest.fixture
def draft(app, monkeypatch):
    """A draft of 20 people that counts as a large one and is written five rows at a time."""
    monkeypatch.setattr(kept_findings, "WORKED_OUT_AT_ONCE", 10)
    monkeypatch.setattr(opening, "PART", 50)
    monkeypatch.setattr(opening, "PEOPLE_IN_PART", 6)
    monkeypatch.setattr(opening, "REST", 0)
    monkeypatch.setattr(freezing, "PLACES_AT_ONCE", 7)
    cycle_id = make_draft(20).id
    kept_findings.work_out(cycle_id)
    return cycle_id


def ask(draft, by=None):
    with transaction():
        opening.ask(cycle_by_id(draft), by=by)


def rows(table, cycle_id):
    return db.session.scalar(select(func.count()).where(table.cycle_id == cycle_id))


def killed_after(acts, monkeypatch):
    """Let the process die once so many of its acts are committed."""
    real, left = opening._Work._renew, [acts]

    def renew(work):
        if not left[0]:
            raise KilledError
        left[0] -= 1
        real(work)

    monkeypatch.setattr(opening._Work, "_renew", renew)
    return lambda: monkeypatch.setattr(opening._Work, "_renew", real)


def test_it_freezes_what_opening_at_once_freezes(draft, monkeypatch):
    ask(draft)
    opening.go_on(draft)

    cycle = cycle_by_id(draft)
    assert cycle.state is CycleState.OPEN
    refuse_broken(cycle)
    assert rows(Assignment, draft) == 20 * 19
    assert rows(Participation, draft) == 20
    assert rows(OutboxMail, draft) == 20
    assert db.session.query(Opening).all() == []
    assert db.session.query(PlanFindings).all() == []
    assert key_folder().has(draft)


def test_the_answers_of_such_a_cycle_can_be_counted(draft):
    ask(draft)
    opening.go_on(draft)
    with transaction():
        services.begin_closing(cycle_by_id(draft), by=None)

    count_and_forget(draft)

    assert cycle_by_id(draft).state is CycleState.CLOSED


@pytest.mark.parametrize("acts", [0, 1, 3, 7, 11, 14])
def test_a_kill_at_any_step_leaves_a_draft_and_the_next_one_opens_it(draft, monkeypatch, acts):
    ask(draft)
    survive = killed_after(acts, monkeypatch)
    with pytest.raises(KilledError):
        opening.go_on(draft)
    db.session.rollback()
    survive()

    assert cycle_by_id(draft).state is CycleState.DRAFT
    assert rows(OutboxMail, draft) == 0
    assert opening.asked_for() == [draft]
    due.go_on_opening()
    refuse_broken(cycle_by_id(draft))
    assert cycle_by_id(draft).state is CycleState.OPEN
    assert rows(Assignment, draft) == 20 * 19


def test_nobody_is_asked_anything_while_it_is_written(draft, alice, hanna, monkeypatch):
    ask(draft)
    killed_after(11, monkeypatch)
    with pytest.raises(KilledError):
        opening.go_on(draft)
    db.session.rollback()

    seen = hanna.get(f"/cycles/{draft}").text

    assert rows(Assignment, draft) > 0
    assert "Opening: " in seen
    assert "No review is open at the moment" in alice.get("/").text


@pytest.mark.parametrize("way", ["edit", "confirm", "delete", "open", "pairs"])
def test_a_draft_that_is_being_opened_cannot_be_changed(draft, hanna, way):
    ask(draft)

    answer = hanna.get(f"/cycles/{draft}/{way}")

    assert answer.status_code == 409
    assert "is being opened" in answer.text
    with transaction(), pytest.raises(WrongStateError):
        planning.delete_draft(cycle_by_id(draft), by=None)


def test_somebody_who_leaves_meanwhile_is_not_asked(draft, monkeypatch):
    ask(draft)
    real = fingerprint.frozen_digest

    def leave_once(cycle, **more):
        monkeypatch.setattr(opening, "frozen_digest", real)
        digest = real(cycle, **more)
        db.session.rollback()
        with transaction():
            db.session.query(Person).order_by(Person.id.desc())[0].is_active = False
        return digest

    monkeypatch.setattr(opening, "frozen_digest", leave_once)
    opening.go_on(draft)

    refuse_broken(cycle_by_id(draft))
    assert rows(Participation, draft) == 19
    assert rows(Assignment, draft) == 19 * 18


def test_where_something_stands_in_its_way_at_last_hr_is_told_and_nothing_stays(draft, monkeypatch):
    ask(draft)
    monkeypatch.setattr(opening, "LEASE", timedelta(minutes=3))
    monkeypatch.setattr(services, "faults_of_processes", lambda: ["The key folder is gone."])

    with pytest.raises(PlanRefusedError):
        opening.go_on(draft)

    cycle = cycle_by_id(draft)
    assert cycle.state is CycleState.DRAFT
    assert [rows(table, draft) for table in FROZEN] == [0] * len(FROZEN)
    assert opening_of(draft) is None
    assert cycle.progress


def test_one_that_stands_still_is_followed_only_after_its_lease(draft):
    ask(draft)
    assert opening._claim(draft, "first", others_are_gone=True)

    assert not opening._claim(draft, "second", others_are_gone=False)
    with clock.travel(clock.now() + opening.LEASE * 2):
        assert opening._claim(draft, "second", others_are_gone=False)
        slow = opening._Work(draft, "first", opening._nothing)
        with pytest.raises(opening.TakenOverError):
            slow.clear()


def test_hr_opens_it_on_its_page_and_a_job_does_the_work(draft, hanna, run_jobs):
    answer = hanna.post(f"/cycles/{draft}/open", follow_redirects=True)

    assert "is being opened" in answer.text
    run_jobs()
    assert cycle_by_id(draft).state is CycleState.OPEN


def test_at_its_time_it_is_opened_by_the_worker(draft):
    with clock.travel(cycle_by_id(draft).opens_at):
        assert [cycle.id for cycle in due.overdue()] == []
        due.open_what_is_due()
        assert opening_of(draft) is not None
        due.go_on_opening()

    assert cycle_by_id(draft).state is CycleState.OPEN


def test_one_cycle_is_opened_at_a_time(draft):
    ask(draft)
    other = make_cycle(db.session.scalars(select(Person)).all(), name="Another")
    kept_findings.work_out(other.id)

    with transaction(), pytest.raises(PlanRefusedError) as refusal:
        opening.ask(cycle_by_id(other.id), by=None)

    assert any("is being opened" in fault for fault in refusal.value.faults)


def test_the_command_line_opens_it_and_says_how_far_it_is(draft, app):
    name = db.session.get_one(Cycle, draft).name

    told = app.test_cli_runner().invoke(args=["cycle", "open", name])

    assert told.exit_code == 0, told.output
    assert "opening: 100 %" in told.output
    assert cycle_by_id(draft).state is CycleState.OPEN
