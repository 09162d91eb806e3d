"""What matters needs two people of HR, and one of them cannot make the other one disappear."""

import html
import re
from datetime import timedelta

import pytest

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.cycle import CycleState
from app.domain.errors import NotAllowedError, PlanRefusedError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.lifecycle import services as lifecycle
from app.lifecycle.count.abandoning import abandon
from app.lifecycle.plan import drafting, plan_check
from app.people import export, second_confirmation, two_person_requests
from app.people import services as people
from app.people.models import Act, Person
from app.questionnaires.models import new_identity
from tests.browsing import Browser
from tests.factories import make_cycle, make_person
from tests.features.lifecycle.drafts_and_forms import (
    confirm_as_shown,
    make_draft,
    make_second_hr,
    open_now,
)
from tests.features.people.importing import take_over
from tests.features.people.test_directory import as_typed


@pytest.fixture
def henry(app):
    return make_second_hr()


@pytest.fixture
def draft(hanna, henry):
    return make_draft(9, planner=hanna.person)


def confirm(cycle, person):
    with transaction():
        confirm_as_shown(cycle.id, by=person.id)


def needs_confirmation(cycle):
    return plan_check.check_plan(cycle_by_id(cycle.id)).needs_confirmation


def refusal_of(act, cycle):
    """The page on which a request is refused or withdrawn."""
    asked = two_person_requests.find(act, cycle.id)
    assert asked
    return f"/cycles/requests/{asked.id}/refuse"


def make_hr(person):
    with transaction():
        people.make_hr(person, by=None)
    return person


def deactivate(person):
    with transaction():
        people.deactivate(person, by=None)


def test_deactivating_the_other_one_does_not_make_the_second_person_unnecessary(draft, henry):
    deactivate(henry)

    assert needs_confirmation(draft)


def test_taking_the_role_from_the_other_one_does_not_either(hanna, draft, henry):
    hanna.post(f"/people/{henry.id}", as_typed(henry, is_hr=""))

    assert not henry.is_hr
    assert needs_confirmation(draft)


def test_a_people_file_that_leaves_the_other_one_out_does_not_either(draft, henry):
    today = clock.now().date()
    with transaction():
        lines = export.directory_file(by=None).decode("utf-8-sig").splitlines()
    without = "\n".join(line for line in lines if henry.email not in line)
    take_over(without.encode(), today=today)

    assert not henry.is_active
    assert needs_confirmation(draft)


def test_thirty_days_later_the_remaining_person_may_open_alone(draft, henry, at):
    deactivate(henry)

    with at(clock.now() + timedelta(days=32)):
        assert not needs_confirmation(draft)


def test_somebody_new_in_hr_cannot_stand_in_for_the_one_who_was_sent_away(draft, henry):
    deactivate(henry)
    puppet = make_hr(make_person(name="Peter Puppet"))

    with pytest.raises(NotAllowedError, match="Peter Puppet has had the HR role"):
        confirm(draft, puppet)

    review = plan_check.check_plan(cycle_by_id(draft.id))
    assert any("Nobody can confirm this plan now" in warning for warning in review.warnings)


def test_a_plan_saved_by_somebody_new_is_not_confirmed_by_its_true_author(draft, hanna, henry):
    puppet = make_hr(make_person(name="Peter Puppet"))
    two_person_requests.ask(Act.PLAN, draft.id, by=puppet.id)
    db.session.commit()

    with pytest.raises(NotAllowedError, match="too new in HR"):
        confirm(draft, hanna.person)


def test_an_account_that_was_taken_back_is_new(draft, henry):
    henry.account_made_on = clock.now().date()
    db.session.commit()

    with pytest.raises(NotAllowedError, match="this account, for less than 30 days"):
        confirm(draft, henry)


def test_an_account_in_new_hands_cannot_confirm(draft, henry):
    henry.handed_over_on = clock.now().date()
    db.session.commit()

    with pytest.raises(NotAllowedError, match="this account"):
        confirm(draft, henry)


def test_a_role_given_by_mistake_for_a_day_does_not_count(hanna, app):
    cycle = make_draft(9, planner=hanna.person)
    by_mistake = make_hr(make_person())

    hanna.post(f"/people/{by_mistake.id}", as_typed(by_mistake, is_hr=""))

    assert not needs_confirmation(cycle)


def test_where_all_of_hr_is_new_any_two_of_them_will_do(app, hanna, henry):
    today = clock.now().date()
    hanna.person.hr_since = henry.hr_since = today
    cycle = make_draft(9, planner=hanna.person)

    confirm(cycle, henry)

    assert not needs_confirmation(cycle)


def test_one_of_hr_does_not_get_rid_of_the_other_one_unheard(hanna, henry):
    deactivate(henry)
    make_hr(make_person(name="Peter Puppet"))

    mails = {(mail.to, mail.subject) for mail in db.session.query(OutboxMail)}
    left, came = "Henry Hart left HR", "Peter Puppet came to HR"
    assert mails == {
        ("henry@example.com", f"{left} in Full Circle"),
        ("hanna@example.com", f"{left} in Full Circle"),
        ("hanna@example.com", f"{came} in Full Circle"),
    }


def test_raters_are_told_who_came_and_who_left(hanna, henry):
    deactivate(henry)
    make_hr(make_person(name="Peter Puppet"))

    turns = second_confirmation.turns_since(clock.now().date() - timedelta(days=30))

    assert {(turn.name, turn.came) for turn in turns} == {
        ("Henry Hart", False),
        ("Peter Puppet", True),
    }


class TestClosingEarly:
    @pytest.fixture
    def cycle(self, draft, henry):
        confirm(draft, henry)
        return open_now(draft)

    def test_it_is_asked_by_one_and_confirmed_by_another(self, app, hanna, henry, cycle):
        first = hanna.post(f"/cycles/{cycle.id}/close")
        asked = cycle_by_id(cycle.id).state
        again = hanna.post(f"/cycles/{cycle.id}/close")
        with transaction():
            closed = lifecycle.close_early(cycle_by_id(cycle.id), by=henry.id)

        assert (first.status_code, asked) == (302, CycleState.OPEN)
        assert again.status_code == 403
        assert closed
        assert cycle_by_id(cycle.id).state is CycleState.CLOSING

    def test_the_page_says_who_asked_and_lets_it_be_taken_back(self, app, hanna, henry, cycle):
        hanna.post(f"/cycles/{cycle.id}/close")
        page = f"/cycles/{cycle.id}"

        assert "Hanna Hill asked to close it early" in hanna.get(page).text
        assert "Confirm the early close" not in hanna.get(page).text
        assert hanna.get(f"{page}/close").location == page  # it is for somebody else to confirm
        other = Browser(app, henry)
        assert "Confirm the early close" in other.get(page).text
        assert "you are the second person" in other.get(f"{page}/close").text
        assert "asked on" in hanna.get("/review/promise").text
        refuse_page = refusal_of(Act.CLOSE_EARLY, cycle)
        assert "Withdraw it" in hanna.get(refuse_page).text
        hanna.post(refuse_page)
        assert "asked to close it early" not in hanna.get(page).text
        assert hanna.post(refuse_page, page="/cycles").status_code == 404

    def test_the_command_line_is_nobodys_second_word(self, app, hanna, cycle):
        run = app.test_cli_runner().invoke

        asked = run(args=["cycle", "close", cycle.name])
        alone = run(args=["cycle", "close", cycle.name])

        assert "until a person of HR confirms" in asked.output
        assert "A second person of HR has to confirm" in alone.output
        hanna.post(f"/cycles/{cycle.id}/close")
        assert cycle_by_id(cycle.id).state is CycleState.CLOSING

    def test_the_announced_close_needs_nobody(self, cycle, at):
        with at(cycle.closes_at + timedelta(minutes=1)), transaction():
            lifecycle.begin_closing(cycle_by_id(cycle.id), by=None)

        assert cycle_by_id(cycle.id).state is CycleState.CLOSING

    def test_extending_takes_back_what_was_asked(self, hanna, cycle):
        hanna.post(f"/cycles/{cycle.id}/close")
        with transaction():
            found = cycle_by_id(cycle.id)
            lifecycle.extend(found, found.closes_at + timedelta(days=3), by=hanna.person.id)

        assert cycle_by_id(cycle.id).state is CycleState.OPEN
        assert two_person_requests.find(Act.CLOSE_EARLY, cycle.id) is None


class TestEndingWithoutResults:
    """Whoever makes a key unreadable must not be able to destroy the answers alone as well."""

    @pytest.fixture
    def cycle(self, draft, henry):
        confirm(draft, henry)
        opened = open_now(draft)
        key_folder().destroy(opened.id)
        return opened

    def test_it_is_asked_by_one_and_confirmed_by_another(self, hanna, henry, cycle):
        first = hanna.post(f"/cycles/{cycle.id}/abandon")
        asked = cycle_by_id(cycle.id).state
        again = hanna.post(f"/cycles/{cycle.id}/abandon")
        with transaction():
            ended = abandon(cycle_by_id(cycle.id), by=henry.id)

        assert (first.status_code, asked) == (302, CycleState.OPEN)
        assert again.status_code == 403
        assert ended
        assert cycle_by_id(cycle.id).is_abandoned

    @pytest.mark.parametrize("state", ["open", "closing"])
    def test_the_page_says_who_asked_and_lets_it_be_taken_back(
        self, app, hanna, henry, cycle, state
    ):
        if state == "closing":
            with transaction():
                lifecycle.begin_closing(cycle_by_id(cycle.id), by=None)
        page = f"/cycles/{cycle.id}"

        first = hanna.get(f"{page}/abandon").text
        hanna.post(f"{page}/abandon")

        assert "Nothing is destroyed yet" in first
        assert "Hanna Hill asked to end it without results" in hanna.get(page).text
        assert "Confirm the end without results" not in hanna.get(page).text
        assert hanna.get(f"{page}/abandon").location == page  # it is for somebody else to confirm
        other = Browser(app, henry)
        assert "Confirm the end without results" in other.get(page).text
        assert "you are the second person" in other.get(f"{page}/abandon").text
        hanna.post(refusal_of(Act.END, cycle))
        assert "asked to end it" not in hanna.get(page).text
        assert "withdrew the request to end the cycle without results" in hanna.get("/audit").text
        with transaction():
            assert not abandon(cycle_by_id(cycle.id), by=henry.id)  # the first word again
        assert cycle_by_id(cycle.id).state == state

    def test_what_has_ended_is_not_taken_back(self, hanna, henry, cycle):
        hanna.post(f"/cycles/{cycle.id}/abandon")
        refuse_page = refusal_of(Act.END, cycle)
        with transaction():
            abandon(cycle_by_id(cycle.id), by=henry.id)

        assert hanna.post(refuse_page, page="/cycles").status_code == 404
        assert cycle_by_id(cycle.id).is_abandoned

    def test_the_command_line_is_nobodys_second_word(self, app, hanna, cycle):
        run = app.test_cli_runner().invoke

        asked = run(args=["cycle", "abandon", cycle.name, "--yes"])
        alone = run(args=["cycle", "abandon", cycle.name, "--yes"])

        assert "until a person of HR confirms" in asked.output
        assert "A second person of HR has to confirm" in alone.output
        hanna.post(f"/cycles/{cycle.id}/abandon")
        assert cycle_by_id(cycle.id).is_abandoned

    def test_a_word_of_days_ago_is_not_half_of_todays(self, hanna, henry, cycle, at):
        hanna.post(f"/cycles/{cycle.id}/abandon")

        with at(clock.now() + timedelta(days=4)), transaction():
            ended = abandon(cycle_by_id(cycle.id), by=henry.id)

        assert not ended
        assert cycle_by_id(cycle.id).state is CycleState.OPEN
        asked = two_person_requests.find(Act.END, cycle.id)
        assert asked
        assert asked.asked_by == henry.id

    def test_somebody_new_in_hr_is_not_asked(self, hanna, henry, cycle):
        newcomer = make_hr(make_person(name="Peter Puppet"))

        with pytest.raises(NotAllowedError, match="less than 30 days"), transaction():
            abandon(cycle_by_id(cycle.id), by=newcomer.id)


def test_accounts_that_would_be_old_enough_later_are_new_when_it_opens_early(app):
    make_cycle(state=CycleState.PUBLISHED, opened_on=clock.now().date())
    opens_at = clock.now() + timedelta(days=40)
    cycle = make_draft(8, opens_at=opens_at, closes_at=opens_at + timedelta(days=14))
    for person in drafting.worked_out(cycle).members:
        found = db.session.get_one(Person, person.person_id)
        found.account_made_on = clock.now().date()
    db.session.commit()

    planned = plan_check.check_plan(cycle_by_id(cycle.id))
    with pytest.raises(PlanRefusedError, match="Fewer than 5 raters could count"), transaction():
        lifecycle.open_(cycle_by_id(cycle.id), by=None)

    assert planned.faults == ()
    assert db.session.get_one(Cycle, cycle.id).state is CycleState.DRAFT


class TestOtherWordsThanTheLastTime:
    """The second person sees what HR changed, and what it does to comparisons."""

    @pytest.fixture
    def reworded(self, draft):
        """A plan with one statement spelled otherwise, and one with another meaning."""
        opens_at = clock.now() - timedelta(days=90)
        last = make_cycle(state=CycleState.PUBLISHED, opens_at=opens_at)
        asked = {one.number: one for one in draft.questionnaire.statements}
        asked[3].text = "Does good thing no. 3."
        asked[5].text, asked[5].identity = "Sings at work.", new_identity()
        db.session.commit()
        assert last.questionnaire_id != draft.questionnaire_id
        return draft

    @pytest.mark.parametrize("page", ["/cycles/{}", "/cycles/{}/confirm"])
    def test_plan_and_confirmation_show_old_and_new_words(self, app, reworded, henry, page):
        text = text_of(Browser(app, henry).get(page.format(reworded.id)))

        assert (
            "Statement 3, spelling only: quarters stay comparable. "
            "Before: Does good thing number 3. Now: Does good thing no. 3." in text
        )
        assert (
            "Statement 5, new meaning: not comparable with earlier quarters. "
            "Before: Does good thing number 5. Now: Sings at work." in text
        )
        assert "Statement 4" not in text

    def test_the_same_words_are_not_mentioned(self, app, draft, henry):
        make_cycle(state=CycleState.PUBLISHED, opens_at=clock.now() - timedelta(days=90))

        text = text_of(Browser(app, henry).get(f"/cycles/{draft.id}/confirm"))

        assert "Other words than the last time" not in text

    def test_another_identity_makes_another_confirmation_necessary(self, draft, henry):
        confirm(draft, henry)
        before = plan_check.check_plan(cycle_by_id(draft.id)).plan_hash

        cycle_by_id(draft.id).questionnaire.statements[0].identity = new_identity()
        db.session.commit()

        assert plan_check.check_plan(cycle_by_id(draft.id)).plan_hash != before


def text_of(answer) -> str:
    """The page as read: without tags, with single spaces."""
    without_tags = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(without_tags))
