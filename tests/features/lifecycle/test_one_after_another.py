"""The next quarter is planned and confirmed while this one runs; it opens once that one is over."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.heartbeats import SILENT_AFTER, Sign, beat
from app.infra.mail import OutboxMail
from app.infra.pages import moment
from app.lifecycle import due, services
from app.lifecycle.plan import plan_check
from app.lifecycle.plan.obstacles import OPENING_LATE
from app.people.models import Person
from tests.browsing import Browser
from tests.factories import make_company, make_cycle
from tests.features.lifecycle.drafts_and_forms import confirm_as_shown, make_second_hr

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def people(app):
    """A company whose own person of HR does not count as a second one."""
    found = make_company(9)
    for person in found:
        person.is_hr = False
    db.session.commit()
    return found


@pytest.fixture
def running(people):
    """This quarter: open for two weeks from now."""
    cycle = make_cycle(people, name="This quarter", opens_at=clock.now())
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)
    return cycle_by_id(cycle.id)


@pytest.fixture
def henry(app):
    return Browser(app, make_second_hr())


def next_quarter(people, running, *, later=DAY, **over):
    """A draft that opens so much later than this quarter closes."""
    opens_at = running.closes_at + later
    return make_cycle(people, name="Next quarter", opens_at=opens_at, **over)


def page_of(hr, address):
    return unescape(hr.get(address).get_data(as_text=True))


def state_of(cycle_id):
    db.session.rollback()
    return db.session.get_one(Cycle, cycle_id).state


def refusals():
    db.session.rollback()
    told = OutboxMail.subject.contains("did not open")
    return db.session.scalars(select(OutboxMail).where(told)).all()


class TestWhileAnotherCycleIsOpen:
    def test_a_second_person_confirms_the_next_plan(self, hanna, people, running, henry):
        draft = next_quarter(people, running, planned_by_id=hanna.person.id)

        page = page_of(henry, f"/cycles/{draft.id}")
        plan = plan_check.check_plan(draft).plan_hash
        asked = page_of(henry, f"/cycles/{draft.id}/confirm")
        henry.post(f"/cycles/{draft.id}/confirm", {"plan": plan})

        assert "This plan waits for your word" in page
        assert "Confirm the plan …" in page
        assert "It cannot open before This quarter has closed" in asked
        assert "or earlier by hand" not in asked
        assert cycle_by_id(draft.id).confirmed_by_id == henry.person.id

    def test_its_own_page_says_whose_turn_it_is(self, hanna, people, running, henry):
        draft = next_quarter(people, running, planned_by_id=hanna.person.id)

        mine = page_of(hanna, f"/cycles/{draft.id}")

        assert "This plan waits for a second person of HR" in mine
        assert 'href="/cycles/requests">Questions for two' in mine
        assert "This plan cannot open yet" not in mine

    def test_a_plan_that_is_ready_is_not_offered_to_be_opened_at_once(self, hanna, people, running):
        draft = next_quarter(people, running)

        page = page_of(hanna, f"/cycles/{draft.id}")

        assert "This plan is ready" in page
        assert f"It cannot open before This quarter has closed, on {moment(running.closes_at)}" in (
            page
        )
        assert "earlier by hand" not in page
        assert "Open now" not in page

    def test_by_hand_the_next_one_does_not_open(self, hanna, people, running):
        draft = next_quarter(people, running)

        refused = hanna.post(f"/cycles/{draft.id}/open")

        assert refused.status_code == 422
        assert "This quarter is still open until" in page_text(refused)
        assert state_of(draft.id) is CycleState.DRAFT

    def test_one_that_would_open_before_that_is_over_cannot_be_confirmed(
        self, hanna, people, running, henry
    ):
        draft = next_quarter(people, running, later=-DAY, planned_by_id=hanna.person.id)

        with pytest.raises(PlanRefusedError, match="This quarter is still open"), transaction():
            confirm_as_shown(draft.id, by=henry.person.id)

        page = page_of(henry, f"/cycles/{draft.id}")
        assert f"This quarter is still open until {moment(running.closes_at)}" in page
        assert f'href="/cycles/{draft.id}/edit">Change the dates' in page

    def test_whoever_extends_reads_which_plan_is_in_the_way(self, hanna, people, running):
        draft = next_quarter(people, running)

        page = page_of(hanna, f"/cycles/{running.id}/extend")

        assert f"Next quarter is planned to open on {moment(draft.opens_at)}" in page


def page_text(answer):
    return unescape(answer.get_data(as_text=True))


class TestAtItsTime:
    def test_one_that_opens_when_the_other_closes_waits_for_the_count(
        self, hanna, people, running, at, client
    ):
        draft = next_quarter(people, running, later=timedelta(0))
        opens_at = draft.opens_at

        with at(opens_at):
            due.open_what_is_due()
            assert state_of(draft.id) is CycleState.DRAFT
            due.close_what_is_due()
            due.open_what_is_due()
            assert state_of(draft.id) is CycleState.DRAFT
        with at(opens_at + 2 * MINUTE):
            with transaction():
                beat(Sign.WORKER, next_within=SILENT_AFTER)
            desk = page_of(hanna, "/desk")
            assert "Next quarter waits for This quarter" in desk
            assert "should have opened" not in desk
            assert "cycle:open" not in client.get("/health").get_json()["overdue"]
            due.count_what_is_closing()
            due.open_what_is_due()

        assert state_of(draft.id) is CycleState.OPEN
        assert refusals() == []

    def test_one_that_waited_for_a_day_is_refused_and_hr_is_told(self, hanna, people, running, at):
        draft = next_quarter(people, running, later=timedelta(0))
        opens_at = draft.opens_at

        with at(opens_at + OPENING_LATE + MINUTE):
            due.open_what_is_due()

        assert state_of(draft.id) is CycleState.DRAFT
        (told,) = refusals()
        assert "This quarter is still open" in told.text

    def test_what_was_refused_opens_once_nothing_stands_in_its_way(self, hanna, people, at):
        draft = make_cycle(people)
        leaving = [person.id for person in people[6:]]
        draft_id, opens_at = draft.id, draft.opens_at
        with at(opens_at + MINUTE):
            move(leaving, is_active=False)
            due.open_what_is_due()
            assert "did not open at its time" in page_of(hanna, "/desk")
            assert "6 people take part; a cycle needs at least 7." in page_of(hanna, "/desk")
            assert "It opens by itself once nothing stands in its way" in page_of(hanna, "/desk")
        with at(opens_at + 3 * MINUTE):
            move(leaving, is_active=True)
            due.open_what_is_due()

        assert state_of(draft_id) is CycleState.OPEN
        assert cycle_by_id(draft_id).progress == ""
        assert len(refusals()) == 1

    def test_after_a_day_it_needs_new_dates(self, hanna, people, at):
        draft = make_cycle(people[:6])
        draft_id, opens_at = draft.id, draft.opens_at
        with at(opens_at + MINUTE):
            due.open_what_is_due()

        with at(opens_at + OPENING_LATE + MINUTE):
            due.open_what_is_due()
            assert "It needs new dates." in page_of(hanna, "/desk")

        assert state_of(draft_id) is CycleState.DRAFT


def move(ids, *, is_active):
    with transaction():
        for person in db.session.scalars(select(Person).where(Person.id.in_(ids))):
            person.is_active = is_active
