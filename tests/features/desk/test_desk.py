"""What waits for people of HR on the desk, and what one press does about it."""

from datetime import timedelta
from html import unescape

import pytest

from app.cycles.models import Pairing
from app.cycles.services import DraftPlan
from app.domain.ballot.document import Rating
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle.plan import planning
from app.people.models import Act
from app.people.services import answer_forgotten
from tests.browsing import Browser
from tests.factories import make_person, make_questionnaire
from tests.whole_cycles import answer, make_team, open_cycle


@pytest.fixture
def henry(app):
    return Browser(app, make_person(name="Henry Hall", email="henry@example.com", is_hr=True))


def desk_of(hr):
    return unescape(hr.get("/desk").get_data(as_text=True))


def plan_for(people):
    """A plan that opens in two days, for these people."""
    opens_at = clock.now() + timedelta(days=2)
    return DraftPlan(
        name="2031 Q1",
        questionnaire_id=make_questionnaire().id,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=14),
        roster=frozenset(person.id for person in people),
        pairing=Pairing.EVERYONE,
    )


def open_with_both(hanna, henry):
    """An open cycle with both of HR in it; the second one came to HR before it matters here."""
    henry.person.is_hr = False
    db.session.commit()
    cycle_id = open_cycle([*make_team(8), hanna.person, henry.person])
    henry.person.is_hr = True
    db.session.commit()
    return cycle_id


def mails_to(address):
    db.session.rollback()
    return db.session.query(OutboxMail).filter_by(to=address).order_by(OutboxMail.id).all()


def all_fours(review):
    return [
        Rating(colleague.person_id, s, 4) for colleague in review.colleagues for s in range(1, 15)
    ]


class TestTheSecondPerson:
    def test_reads_of_a_plan_on_the_desk_and_in_a_mail_that_links_to_it(self, hanna, henry):
        with transaction():
            cycle = planning.create_draft(plan_for(make_team(8)), by=hanna.person.id)
            name, cycle_id = cycle.name, cycle.id

        assert f"Hanna Hill needs your word: to confirm the plan of {name}" in desk_of(henry)
        assert f'href="/cycles/{cycle_id}"' in desk_of(henry)
        (mail,) = mails_to("henry@example.com")
        assert f"Hanna Hill asked to confirm the plan of {name}." in mail.text
        assert "/cycles/requests#request-" in mail.text
        assert f"You asked to confirm the plan of {name}" in desk_of(hanna)

    def test_is_not_mailed_again_for_every_change_of_a_plan(self, hanna, henry):
        plan = plan_for(make_team(8))
        with transaction():
            cycle = planning.create_draft(plan, by=hanna.person.id)
            planning.change_draft(cycle, plan, by=hanna.person.id)

        assert len(mails_to("henry@example.com")) == 1

    def test_reads_what_an_early_close_is_for_and_agrees_with_a_word(self, hanna, henry):
        cycle_id = open_with_both(hanna, henry)
        close = f"/cycles/{cycle_id}/close"

        hanna.post(close, {"word": "The office moves on the 14th."})

        assert "The office moves on the 14th." in desk_of(henry)
        assert "The office moves on the 14th." in mails_to("henry@example.com")[-1].text
        assert "What for?" not in henry.get(close).text
        henry.post(close, {"word": "Fine with me."})
        agreed = mails_to("hanna@example.com")[-1]
        assert "Henry Hall agreed." in agreed.text
        assert "Fine with me." in agreed.text

    def test_may_refuse_from_the_desk(self, hanna, henry):
        cycle_id = open_with_both(hanna, henry)
        hanna.post(f"/cycles/{cycle_id}/close")

        assert "/refuse" in desk_of(henry)
        assert f"{Act.CLOSE_EARLY}" not in desk_of(hanna)


class TestAccounts:
    def test_people_who_never_set_a_password_get_a_link_by_one_press(self, hanna):
        hanna.person.password_hash = "set"
        people = [make_person() for _ in range(3)]
        make_person(is_active=False)
        assert "3 people have never set a password" in desk_of(hanna)

        said = hanna.post("/people/password-links", page="/desk", follow_redirects=True)

        assert "3 links are on the way" in said.get_data(as_text=True)
        with transaction():
            assert answer_forgotten() == 3
        for person in people:
            (mail,) = mails_to(person.email)
            assert "/password/set/" in mail.text
        again = hanna.post("/people/password-links", page="/desk", follow_redirects=True)
        assert "3 links are on the way" in again.get_data(as_text=True)

    def test_a_press_twice_is_one_link_each(self, hanna):
        hanna.person.password_hash = "set"
        make_person()
        hanna.post("/people/password-links", page="/desk")

        said = hanna.post("/people/password-links", page="/desk", follow_redirects=True)

        assert "Everybody has a password, or a link on the way." in said.get_data(as_text=True)

    def test_people_without_a_manager_are_listed_and_the_head_is_not(self, hanna):
        head = make_person(name="Hedda Head")
        leaver = make_person(name="Lea Left", is_active=False)
        make_person(manager_id=head.id)
        orphan = make_person(name="Otto Orphan", manager_id=leaver.id)
        hanna.person.manager_id = head.id

        assert "1 person has no manager who works here" in desk_of(hanna)
        listed = hanna.get("/people?state=no+manager").text
        assert orphan.name in listed
        assert "Hedda Head" not in listed


class TestFiguresThatManyWillMiss:
    def test_are_told_from_half_of_the_time_on(self, hanna, at):
        people = [*make_team(8), hanna.person]
        open_cycle(people)
        for person in people[:3]:
            answer(person, all_fours)

        assert "may get no scores" not in desk_of(hanna)
        with at(clock.now() + timedelta(days=8)):
            assert "9 people may get no scores: too few of their raters have sent" in desk_of(hanna)

    def test_are_not_told_where_enough_have_sent(self, hanna, at):
        people = [*make_team(8), hanna.person]
        open_cycle(people)
        for person in people:
            answer(person, all_fours)

        with at(clock.now() + timedelta(days=8)):
            assert "may get no scores" not in desk_of(hanna)


def test_the_desk_says_where_the_open_cycle_stands(hanna):
    open_cycle([*make_team(8), hanna.person])

    page = desk_of(hanna)

    assert "0 of 9 have sent." in page
    assert "not who has begun" in page


@pytest.mark.parametrize("page", ["/desk", "/desk/more"])
def test_hr_has_a_second_row_of_places_and_nobody_else_reads_it(hanna, alice, page):
    assert 'aria-label="HR"' in hanna.get(page).text
    assert 'aria-label="HR"' not in hanna.get("/").text
    assert alice.get(page).status_code == 403
