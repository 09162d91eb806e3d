"""Several workers look at what is due at the same whole minute: everything is done once."""

from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select, text

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import clock, failing_steps, mail_health, one_at_a_time
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.settings import company_day
from app.lifecycle import due, services
from app.lifecycle.count import counting
from app.lifecycle.count.frozen_terms import frozen_plan
from app.lifecycle.plan import kept_findings
from app.people import services as accounts
from app.projects import services as projects
from tests.factories import make_company, make_cycle
from tests.features.projects.test_projects import begin
from tests.whole_cycles import answer, begin_closing, close, make_team, open_cycle, publish

PATIENCE = 10
A_MINUTE = timedelta(minutes=1)
WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""
pytestmark = pytest.mark.postgresql_only


class SecondWorker(Thread):
    """Does `act` in an app context of its own, as another process would."""

    def __init__(self, app, act):
        super().__init__(daemon=True)
        self.app, self.act, self.fault = app, act, None
        self.time = copy_context()  # travelled to, where the test did so

    def run(self):
        self.time.run(self._act)

    def _act(self):
        with self.app.app_context():
            try:
                self.act()
            except Exception as fault:
                self.fault = fault
            finally:
                db.session.remove()

    def has_to_wait(self):
        """Begin; True once it waits for somebody's lock, False where it is through before."""
        self.start()
        end = monotonic() + PATIENCE
        while self.is_alive() and monotonic() < end:
            with db.engine.connect() as look:
                if look.scalar(text(WAITS)):
                    return True
            sleep(0.01)
        return False


@pytest.fixture
def together(app):
    """Do `first` in a transaction, and `second` while it is not committed yet."""

    def both(first, second):
        other = SecondWorker(app, second)
        with transaction():
            first()
            db.session.flush()
            other.has_to_wait()
        other.join(PATIENCE)
        assert not other.is_alive()
        if other.fault is not None:
            raise other.fault

    return both


@contextmanager
def somebody_else_is_at(line, cycle_id, app):
    """Hold a turn as another process does."""
    with app.app_context(), one_at_a_time.alone(line, cycle_id) as has_turn:
        assert has_turn
        yield


def entries(tag):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEntry.tag == tag))


def mails(kind):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(OutboxMail.kind == kind))


def test_a_cycle_that_another_worker_closes_at_this_moment_is_closed_once(app, at, together):
    cycle_id = open_cycle(make_team(8))

    def close_it():
        services.begin_closing(db.session.get_one(Cycle, cycle_id), by=None)

    with at(clock.now() + timedelta(days=15)):
        together(close_it, due.close_what_is_due)

    assert entries("cycle:closing") == 1


def test_a_cycle_that_another_worker_opens_at_this_moment_is_opened_once(app, at, together):
    cycle_id = make_cycle(make_company(9), opens_at=clock.now() + A_MINUTE).id

    def open_it():
        services.open_(db.session.get_one(Cycle, cycle_id), by=None)

    with at(clock.now() + A_MINUTE):
        together(open_it, due.open_what_is_due)

    assert entries("cycle:opened") == 1
    assert mails("invitation") == 9


def test_the_owner_of_an_overdue_project_is_mailed_by_one_worker(app, together):
    begin(make_team(2)[1], due_on=company_day() - timedelta(days=1))

    together(projects.tell_overdue, due.tell_overdue_projects)

    assert mails("project_overdue") == 1


def test_a_forgotten_password_is_answered_by_one_worker(app, together):
    person = make_team(2)[1]
    with transaction():
        accounts.ask_for_forgotten(person.email)

    together(accounts.answer_forgotten, due.mail_forgotten)

    assert mails("password_link") == 1


def test_old_results_are_erased_by_one_worker(app, together):
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, lambda _: [])
    close(cycle_id)
    publish(cycle_id)

    def erase():
        services.erase_results(db.session.get_one(Cycle, cycle_id))

    def erase_too():
        with transaction():
            erase()

    together(erase, erase_too)

    assert entries("cycle:erased") == 1


def test_two_mail_senders_may_begin_at_the_same_moment(app, together):
    together(mail_health._ensure_row, lambda: mail_health.take_turn("second"))

    state = mail_health.found()
    assert state is not None
    assert state.sender == "second"


def test_a_plan_that_another_worker_draws_is_not_refused(app, at, monkeypatch):
    """Refused, it would never be tried again by itself, and HR would be mailed."""
    monkeypatch.setattr(kept_findings, "WORKED_OUT_AT_ONCE", 8)
    cycle_id = make_cycle(make_company(9), opens_at=clock.now() + A_MINUTE).id

    with at(clock.now() + A_MINUTE):
        with somebody_else_is_at(one_at_a_time.PLAN_LINE, cycle_id, app):
            due.open_what_is_due()
        assert mails("plan_refused") == 0
        due.open_what_is_due()
        due.go_on_opening()

    db.session.rollback()
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.OPEN


def test_one_worker_counts_and_the_others_do_something_else(app, monkeypatch):
    cycle_id = open_cycle(make_team(8))
    begin_closing(cycle_id)
    with somebody_else_is_at(one_at_a_time.COUNT_LINE, cycle_id, app):
        due.count_what_is_closing()
        db.session.rollback()
        assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSING

    due.count_what_is_closing()

    db.session.rollback()
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSED


def test_a_count_whose_ballots_another_one_has_taken_is_no_fault(app, monkeypatch):
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, lambda _: [])
    begin_closing(cycle_id)
    read = frozen_plan

    def overtaken(cycle):
        monkeypatch.setattr(counting, "frozen_plan", read)
        other = SecondWorker(app, lambda: counting.count_and_forget(cycle_id))
        db.session.rollback()
        other.start()
        other.join(PATIENCE)
        assert other.fault is None
        return read(cycle)

    monkeypatch.setattr(counting, "frozen_plan", overtaken)

    counting.count_and_forget(cycle_id)

    assert entries("cycle:counted") == 1
    assert failing_steps.all_failing() == []


def cut_off_the_holder():
    with db.engine.connect() as server:
        holder = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        assert server.scalar(text(holder))


def test_a_turn_that_the_database_let_go_of_is_taken_anew(app):
    turn = one_at_a_time.TurnAtWork(one_at_a_time.MAIL_LINE)
    assert turn.take()

    for _ in range(2):
        cut_off_the_holder()
        assert turn.take()

    with one_at_a_time.alone(one_at_a_time.MAIL_LINE, 0) as has_turn:
        assert not has_turn
    turn.give_back()
    with one_at_a_time.alone(one_at_a_time.MAIL_LINE, 0) as has_turn:
        assert has_turn


def test_the_turn_of_a_process_that_is_gone_is_free(app):
    cycle_id = make_cycle(make_company(9)).id
    db.session.rollback()
    with somebody_else_is_at(one_at_a_time.COUNT_LINE, cycle_id, app):
        cut_off_the_holder()

        with one_at_a_time.alone(one_at_a_time.COUNT_LINE, cycle_id) as has_turn:
            assert has_turn
