"""Reminders that go out by themselves: when, to whom, and in whose words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.domain.release.policy import ReleasePolicy
from app.domain.reminder_times import PlannedKind
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import due, reminding, services
from app.lifecycle.plan import planning, proposing
from app.people.models import Person
from app.reminders import schedule
from app.reminders.schedule import ReminderWords
from tests.whole_cycles import answer, make_team, open_cycle

HALF, THREE, LAST = PlannedKind


@pytest.fixture
def team(app):
    return make_team(8)


@pytest.fixture
def cycle(team):
    """Open for two weeks; the first one has sent, the second one has left."""
    cycle_id = open_cycle(team)
    answer(team[0], lambda review: [Rating(review.colleagues[0].person_id, 1, 4)])
    db.session.get_one(Person, team[1].id).is_active = False
    db.session.commit()
    return db.session.get_one(Cycle, cycle_id)


@pytest.fixture
def times(cycle):
    return times_of(cycle)


def times_of(cycle):
    return {one.kind: one.at for one in schedule.scheduled(cycle) if one.at}


def told_by(act):
    """Addresses and subjects of the mails that `act` posts."""
    before = set(db.session.scalars(select(OutboxMail.id)))
    act()
    db.session.rollback()
    new = select(OutboxMail).where(OutboxMail.id.not_in(before))
    return [(mail.to, mail.subject, mail.text) for mail in db.session.scalars(new)]


def addresses(mails):
    return sorted(to for to, _, _ in mails)


def keep(cycle, kind, **words):
    with transaction():
        schedule.keep_words(cycle, {kind: ReminderWords(**words)})


def test_each_goes_out_at_its_time_to_whoever_has_neither_sent_nor_left(cycle, team, times, at):
    waiting = sorted(person.email for person in team[2:])
    for kind in PlannedKind:
        with at(times[kind] - timedelta(minutes=1)):
            assert told_by(due.remind_when_planned) == []
        with at(times[kind] + timedelta(minutes=1)):
            assert addresses(told_by(due.remind_when_planned)) == waiting
            assert told_by(due.remind_when_planned) == []


def test_of_several_that_were_missed_only_the_latest_goes_out(cycle, times, at):
    with at(times[LAST] + timedelta(hours=1)):
        mails = told_by(due.remind_when_planned)
        assert told_by(due.remind_when_planned) == []

    assert len(mails) == 6
    assert {subject for _, subject, _ in mails} == {
        f"{cycle.name}: your review is not sent – last call"
    }


def test_nothing_goes_out_after_the_close(cycle, at):
    with at(cycle.closes_at + timedelta(minutes=1)):
        assert told_by(due.remind_when_planned) == []


def test_a_new_closing_date_is_called_anew(cycle, times, at):
    with at(times[LAST] + timedelta(hours=1)):
        due.remind_when_planned()
        with transaction():
            services.extend(cycle, cycle.closes_at + timedelta(days=7), by=None)
        assert told_by(due.remind_when_planned) == [], "everybody was told of the new date"
    later = times_of(cycle)

    with at(later[THREE] + timedelta(minutes=1)):
        assert len(told_by(due.remind_when_planned)) == 6
    with at(later[LAST] + timedelta(minutes=1)):
        assert len(told_by(due.remind_when_planned)) == 6


def test_half_time_is_called_once_only(cycle, times, at):
    with at(times[HALF]):
        assert len(told_by(due.remind_when_planned)) == 6
    with transaction(), at(times[HALF]):
        services.extend(cycle, cycle.closes_at + timedelta(days=20), by=None)
    later = times_of(cycle)

    with at(later[HALF] + timedelta(hours=1)):
        assert told_by(due.remind_when_planned) == []


def test_nobody_is_reminded_twice_in_a_day_by_hand_and_by_plan(cycle, times, at):
    with at(times[THREE] - timedelta(hours=1)), transaction():
        reminding.remind_unsent(cycle, by=None)

    with at(times[THREE] + timedelta(minutes=1)):
        assert told_by(due.remind_when_planned) == []


def test_what_is_switched_off_is_not_sent_nor_what_came_before_it(cycle, times, at):
    keep(cycle, THREE, is_on=False)

    with at(times[THREE] + timedelta(hours=1)):
        assert told_by(due.remind_when_planned) == []


def test_it_says_what_hr_wants_it_to_say_and_how_far_its_reader_has_come(cycle, team, times, at):
    answer(
        team[3],
        lambda review: [Rating(review.colleagues[0].person_id, s, 4) for s in range(1, 6)],
        sends=False,
    )
    keep(cycle, THREE, subject="Almost there", opening="Dear all,\n\nthe office moves on Friday.")

    with at(times[THREE]):
        mails = {to: (subject, text) for to, subject, text in told_by(due.remind_when_planned)}

    subject, text = mails[team[3].email]
    assert subject == f"{cycle.name}: Almost there"
    assert text.index("the office moves") < text.index("5 of ") < text.index("It closes on")


def test_where_hr_sees_numbers_only_it_goes_to_everybody_alike(cycle, team, times, at):
    cycle.policy_terms = ReleasePolicy(hr_sees_numbers_only=True).as_dict()
    db.session.commit()
    keep(cycle, LAST, subject="Last chance")

    with at(times[LAST]):
        mails = told_by(due.remind_when_planned)

    assert addresses(mails) == sorted(one.email for one in team if one is not team[1])
    names = [one.name for one in team]
    alike = {text.replace(next(n for n in names if n in text), "") for _, _, text in mails}
    assert len(alike) == 1
    assert "If you have sent your review: thank you." in alike.pop()


class TestHrsPage:
    @pytest.fixture
    def page(self, cycle):
        return f"/cycles/{cycle.id}/reminders"

    def fields(self, **over):
        values = {f"{kind}_is_on": "y" for kind in PlannedKind}
        return values | over

    def test_shows_each_with_its_time_and_how_people_get_it(self, hanna, page, cycle):
        shown = hanna.get(page).text

        assert shown.count("Planned for") == 3
        assert shown.count("<summary>Preview</summary>") == 3
        assert "Hello Hanna Hill" in shown
        assert f"{cycle.name}: your review is not sent – last call" in shown

    def test_keeps_own_words_and_shows_them_in_the_preview(self, hanna, page, cycle):
        opening = "Please take the time, we read every word."
        answered = hanna.post(
            page, self.fields(three_days_opening=opening, three_days_subject="Three days left")
        )

        assert answered.status_code == 302
        shown = hanna.get(page).text
        assert f"<strong>{cycle.name}: Three days left</strong>" in shown
        assert shown.count(opening) == 2

    def test_switches_one_off(self, hanna, page, cycle):
        values = self.fields()
        del values["half_time_is_on"]

        hanna.post(page, values)

        assert not schedule.words_of(cycle)[HALF].is_on
        assert "Is not sent." in hanna.get(page).text

    def test_refuses_what_is_too_long_and_keeps_it(self, hanna, page, cycle):
        answered = hanna.post(page, self.fields(last_call_subject="x" * 121))

        assert answered.status_code != 302
        assert "at most 120 characters" in answered.text
        assert "x" * 121 in answered.text
        assert schedule.words_of(cycle)[LAST].subject == ""

    def test_says_when_one_was_sent(self, hanna, page, times, at):
        with at(times[HALF]):
            due.remind_when_planned()

        assert "Sent on" in hanna.get(page).text


def test_the_next_plan_begins_with_the_words_policy_and_reasons_of_the_last(cycle):
    keep(cycle, LAST, subject="Last chance", opening="Thank you all.")
    cycle.reasons = ["dogs in the office", "pay"]
    cycle.policy_terms = cycle.policy.as_dict() | {"team_subjects": 8, "shows_comments": False}
    db.session.commit()

    with transaction():
        plan = proposing.proposed_plan()
        draft = planning.create_draft(plan, by=None)

    assert plan.reasons == ("dogs in the office", "pay")
    assert (plan.policy.team_subjects, plan.policy.shows_comments) == (8, False)
    assert schedule.words_of(draft)[LAST] == ReminderWords(
        subject="Last chance", opening="Thank you all."
    )


def test_a_draft_that_is_thrown_away_takes_its_words_with_it(cycle):
    keep(cycle, LAST, subject="Last chance")
    with transaction():
        draft = planning.create_draft(proposing.proposed_plan(), by=None)
        planning.delete_draft(draft, by=None)

    assert schedule.words_of(cycle)[LAST].subject == "Last chance"


def test_the_next_plan_follows_the_running_cycle_by_a_quarter(cycle, at):
    with at(cycle.opens_at + timedelta(days=1)), transaction():
        plan = proposing.proposed_plan()

    assert plan.opens_at > cycle.closes_at
    assert timedelta(weeks=12) < plan.opens_at - cycle.opens_at
