"""People who leave during a cycle: nobody has to rate them or waits for them."""

import pytest

from app.assignments.models import Participation
from app.assignments.queries import coverage, turnout, turnout_by_department, unsent_people
from app.ballots.queries import review_of
from app.cycles.queries import cycle_by_id
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.reminding import progress_of
from app.people.services import deactivate
from tests.browsing import Browser
from tests.factories import make_company
from tests.whole_cycles import open_cycle


@pytest.fixture
def company(app):
    people = make_company(8)
    open_cycle(people)
    return people


@pytest.fixture
def cycle(company):
    return cycle_by_id(1)


@pytest.fixture
def rater(app, company):
    return Browser(app, company[5])


def leave(person):
    with transaction():
        deactivate(person, by=None)


def mark_sent(cycle, *people):
    for person in people:
        db.session.get_one(Participation, (cycle.id, person.id)).sent = True
    db.session.commit()


def text_of(browser, page):
    return browser.get(f"/review/{page}").get_data(as_text=True)


def test_a_leaver_is_marked_and_need_not_be_rated(cycle, company, rater):
    before = review_of(rater.person)
    assert before

    leave(company[4])

    review = review_of(rater.person)
    assert review
    assert review.left == {company[4].id}
    assert review.total == before.total - 14
    assert len(review.gaps) == len(before.gaps) - 14
    assert [one.person_id for one in review.colleagues] == [
        one.person_id for one in before.colleagues
    ]
    assert text_of(rater, "statements/1").count("has left; you need not rate them") == 1
    assert "has left; you need not rate them" in text_of(rater, "colleagues")
    assert "1 colleague has left: you need not rate them" in text_of(rater, "check")


def test_what_was_said_about_a_leaver_still_counts(cycle, company, rater):
    review = review_of(rater.person)
    assert review
    place = next(one.position for one in review.colleagues if one.person_id == company[4].id)
    rater.post(f"/review/people/{place}", {"s1": "4", "s2": "5"})

    leave(company[4])

    found = review_of(rater.person)
    assert found
    assert found.ballot.rating(company[4].id, 2) == 5
    assert found.answered == 2
    assert found.asked_about(company[4].id) == 2
    assert not found.is_skipped(company[4].id, 1)
    assert found.is_skipped(company[4].id, 3)


def test_a_leaver_who_had_not_sent_is_waited_for_by_nobody(cycle, company):
    before = turnout(cycle)

    leave(company[4])

    assert company[4] not in unsent_people(cycle)
    assert turnout(cycle).invited == before.invited - 1
    assert sum(one.invited for one in turnout_by_department(cycle)) == before.invited - 1
    assert company[4].id not in {one.person_id for one in coverage(cycle)}


def test_a_leaver_who_had_sent_stays_in_every_number(cycle, company):
    mark_sent(cycle, company[4])
    blind = {one.person_id: one.blind for one in coverage(cycle)}
    before = turnout(cycle)

    leave(company[4])

    assert turnout(cycle) == before
    assert {one.person_id: one.blind for one in coverage(cycle)}.items() <= blind.items()


def test_raters_who_left_without_sending_are_not_counted_on_in_the_forecast(cycle, company):
    subject = company[6].id
    before = {one.person_id: one.blind for one in coverage(cycle)}

    leave(company[4])

    assert {one.person_id: one.blind for one in coverage(cycle)}[subject] == before[subject] - 1


def test_a_reminder_counts_as_the_rater_s_own_pages_do(cycle, company, rater):
    leave(company[4])

    review = review_of(rater.person)
    told = progress_of(cycle, [rater.person.id])[rater.person.id]

    assert review
    assert told.total == review.total


def test_the_close_settles_who_was_asked(cycle, company):
    leave(company[4])
    asked = turnout(cycle).invited
    with transaction():
        services.begin_closing(cycle_by_id(cycle.id), by=None)

    leave(company[3])

    assert turnout(cycle_by_id(cycle.id)).invited == asked
    assert db.session.get(Participation, (cycle.id, company[4].id)) is None
    assert db.session.get(Participation, (cycle.id, company[3].id)) is not None
