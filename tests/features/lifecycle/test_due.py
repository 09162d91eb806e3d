"""What the worker does every minute, asked of our own tables."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment, Participation
from app.cycles.models import Cycle, ReportReader, RosterEntry
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.lifecycle import due
from app.results.models import CompanyScore, CycleTotals, StatementScore
from tests.factories import make_company, make_cycle
from tests.whole_cycles import answer, close, make_team, open_cycle, publish


def everything(review):
    return [
        Rating(colleague.person_id, s, 4) for colleague in review.colleagues for s in range(1, 15)
    ]


def state_of(cycle_id):
    db.session.rollback()
    return db.session.get_one(Cycle, cycle_id).state


def mails(subject):
    db.session.rollback()
    return db.session.scalars(select(OutboxMail).where(OutboxMail.subject.contains(subject))).all()


def test_a_draft_opens_at_its_time_and_not_before(app, at):
    cycle = make_cycle(make_company(9))
    cycle_id, opens_at = cycle.id, cycle.opens_at

    with at(opens_at - timedelta(minutes=1)):
        due.do_all()
        assert state_of(cycle_id) is CycleState.DRAFT
    with at(opens_at + timedelta(minutes=1)):
        due.do_all()
        assert state_of(cycle_id) is CycleState.OPEN


def test_a_plan_that_may_not_open_stays_a_draft_and_hr_is_told_once(app, at):
    people = make_company(5)
    cycle = make_cycle(people)
    cycle_id, opens_at = cycle.id, cycle.opens_at

    with at(opens_at + timedelta(minutes=1)):
        due.do_all()
        due.do_all()

    assert state_of(cycle_id) is CycleState.DRAFT
    (told,) = mails("did not open")
    assert "a cycle needs at least 7" in told.text
    assert db.session.scalars(select(Assignment)).first() is None


def test_an_open_cycle_closes_at_its_time_and_is_counted(app, at):
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, everything)

    with at(clock.now() + timedelta(days=15)):
        due.do_all()

    assert state_of(cycle_id) is CycleState.CLOSED
    assert db.session.get_one(CycleTotals, cycle_id).counted == 8


class TestTheLastCall:
    @pytest.fixture
    def cycle_id(self, app):
        self.people = make_team(8)
        cycle_id = open_cycle(self.people)
        answer(self.people[0], everything)  # complete and sent
        answer(self.people[1], everything, sends=False)  # complete, not sent
        answer(self.people[2], lambda review: everything(review)[:20], sends=False)
        return cycle_id

    def test_goes_once_to_everybody_who_has_not_sent_a_day_before_the_close(self, cycle_id, at):
        closes_at = db.session.get_one(Cycle, cycle_id).closes_at
        with at(closes_at - timedelta(hours=72)):
            due.do_all()
        db.session.rollback()
        before = len(db.session.scalars(select(OutboxMail)).all())

        with at(closes_at - timedelta(hours=25)):
            due.do_all()
        db.session.rollback()
        assert len(db.session.scalars(select(OutboxMail)).all()) == before
        for hours in (23, 22):
            with at(closes_at - timedelta(hours=hours)):
                due.do_all()
        db.session.rollback()
        new = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()[before:]

        assert {mail.to for mail in new} == {one.email for one in self.people[1:]}
        assert len({mail.subject for mail in new}) == 1  # an address alone tells HR nothing
        told = {mail.to: "answered everything" in mail.text for mail in new}
        assert [one for one, is_told in told.items() if is_told] == [self.people[1].email]

    def test_is_hidden_from_hr_on_screen(self, cycle_id, hanna, at):
        closes_at = db.session.get_one(Cycle, cycle_id).closes_at
        with at(closes_at - timedelta(hours=23)):
            due.do_all()
        mails = db.session.scalars(select(OutboxMail).where(OutboxMail.is_personal)).all()
        subject, first_line = mails[0].subject, mails[0].text.split("\n")[2]

        page = hanna.get("/outbox").text

        assert "Personal mails, such as reminders" in page
        assert subject not in page
        assert first_line not in page


def test_the_count_itself_forgets_who_was_asked_about_whom(app):
    """With the pairs and all reports it could be worked out how strict each rater is."""
    people = make_team(8)
    cycle_id = open_cycle(people)
    assert db.session.scalars(select(Assignment)).first() is not None
    for person in people:
        answer(person, everything)

    close(cycle_id)

    db.session.rollback()
    assert db.session.scalars(select(Assignment)).first() is None
    assert len(db.session.scalars(select(Participation)).all()) == 8


def test_thirty_days_after_publishing_names_are_gone_and_readers_stay(app, at):
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, everything)
    close(cycle_id)
    publish(cycle_id)

    with at(clock.now() + timedelta(days=29)):
        due.do_all()
        db.session.rollback()
        assert db.session.scalars(select(Participation)).first() is not None
    with at(clock.now() + timedelta(days=31)):
        due.do_all()
        db.session.rollback()

    for table in (Participation, RosterEntry):
        assert db.session.scalars(select(table)).first() is None
    assert len(db.session.scalars(select(ReportReader)).all()) == 7
    assert db.session.get_one(CycleTotals, cycle_id).sent == 8


def test_results_are_erased_after_the_years_of_the_settings(app, at, hanna):
    people = make_team(10)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, everything)
    close(cycle_id)
    publish(cycle_id)

    with at(clock.now() + timedelta(days=3 * 365 - 10)):
        due.do_all()
        db.session.rollback()
        assert db.session.scalars(select(StatementScore)).first() is not None
    for _ in range(2):
        with at(clock.now() + timedelta(days=3 * 366 + 31)):
            due.do_all()
    db.session.rollback()

    for table in (StatementScore, CompanyScore):
        assert db.session.scalars(select(table)).first() is None
    erased = select(AuditEntry).where(AuditEntry.tag == "cycle:erased")
    assert len(db.session.scalars(erased).all()) == 1
    page = hanna.get(f"/cycles/{cycle_id}").text
    assert "are erased" in page
    assert f"/reports/cycle/{cycle_id}" not in page
    assert f"/company/{cycle_id}" not in page


def test_a_step_that_fails_does_not_hold_up_the_next(app, at, monkeypatch):
    cycle_id = open_cycle(make_team(8))

    def fails():
        raise ZeroDivisionError

    monkeypatch.setattr(due, "open_what_is_due", fails)
    with at(clock.now() + timedelta(days=15)):
        due.do_all()

    assert state_of(cycle_id) is CycleState.CLOSED
