"""The focus question below a statement: asked where it was wanted, saved like every answer."""

import re

import pytest
from sqlalchemy import select

from app.ballots.queries import review_of
from app.cycles.models import FocusQuestion
from app.domain.ballot.versions import fingerprint
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db
from app.people.models import Person
from tests.browsing import Browser
from tests.factories import make_company
from tests.features.ballots.conftest import was_of
from tests.loop import last_quarter, planned
from tests.whole_cycles import make_team, open_cycle

STATEMENT = 3
FOCUS = ReleasePolicy(asks_focus=True).as_dict()
EMPTY = fingerprint("")
PAGE = f"/review/statements/{STATEMENT}"


@pytest.fixture
def company(app, settings, scenes):
    """Twenty-five in an open cycle; [8] works on statement 3 and wants that they are asked."""

    def play():
        people = make_company(25)
        last_quarter(people)
        planned(people[8], STATEMENT, asks_colleagues=True)
        planned(people[7], STATEMENT)
        open_cycle(people, policy_terms=FOCUS)

    scenes.begin("one of 25 works on a statement", settings, play)
    return list(db.session.scalars(select(Person).order_by(Person.id)))


@pytest.fixture
def rater(app, company):
    """A colleague of [8], signed in."""
    return Browser(app, company[9])


@pytest.fixture
def review(rater):
    """What the rater's ballot holds now."""

    def read():
        db.session.rollback()
        return review_of(rater.person)

    return read


@pytest.fixture
def place(review, company):
    """The position of [8] in the rater's own order."""
    return next(one.position for one in review().colleagues if one.person_id == company[8].id)


@pytest.fixture
def save(rater, review):
    """Save cells as the script of a page does."""
    owner, token = review().owner, rater.token_of(PAGE)

    def post(*cells, device="phone", number=1):
        body = {"owner": owner, "device": device, "number": number, "cells": list(cells)}
        return rater.open("/review/save", method="POST", json=body, headers={"X-CSRFToken": token})

    return post


def text(page):
    return " ".join(page.text.split())


def test_it_is_asked_below_its_statement_about_who_wanted_it(rater, company, place):
    page = text(rater.get(PAGE))

    assert f"{company[8].name} works on this. Compared with last quarter, you see it" in page
    assert page.count("works on this.") == 1
    assert f'data-cell="{place}.focus3"' in page
    assert "works on this" not in rater.get("/review/statements/4").text


def test_by_person_it_names_the_statement(rater, company, place):
    page = text(rater.get(f"/review/people/{place}"))

    assert f"{company[8].name} works on “Does good thing number 3”" in page
    assert "works on" not in text(rater.get(f"/review/people/{place % 24 + 1}"))


def test_nobody_is_asked_about_themselves(app, company):
    assert "works on this" not in Browser(app, company[8]).get(PAGE).text


def test_without_scripts_it_is_saved_with_the_ratings_and_shown_again(
    rater, review, company, place
):
    was = was_of(rater.get(PAGE).text)
    fields = {f"f{place}_3": "3", f"help3-{place}": "A quiet hour a day.", "r1": "4"}

    rater.post(PAGE, fields | {"was": was, "go": "next"})

    ballot = review().ballot
    assert ballot.focus == {company[8].id: {3: 3}}
    assert ballot.comments == {company[8].id: {"help3": "A quiet hour a day."}}
    page = text(rater.get(PAGE))
    assert re.search(rf'name="f{place}_3" value="3" checked', page)
    assert "A quiet hour a day." in page


def test_a_page_that_was_left_open_takes_nothing_back(rater, review, company, place, save):
    old = was_of(rater.get(PAGE).text)
    assert save([place, "focus3", 3]).json["marks"] == ["3"]

    rater.post(PAGE, {"was": old, f"help3-{place}": "", "go": "next"})

    assert review().ballot.focus == {company[8].id: {3: 3}}


def test_scripts_save_it_as_it_goes(review, company, place, save):
    answer = save([place, "focus3", 1], [place, "help3", "Ask me first.", EMPTY])

    assert answer.status_code == 200
    assert answer.json["marks"] == ["1", fingerprint("Ask me first.")]
    assert review().ballot.focus == {company[8].id: {3: 1}}


@pytest.mark.parametrize(
    "cell", [["focus4", 3], ["focus3", 4], ["focus3", "3"], ["help4", "More time.", EMPTY]]
)
def test_what_is_not_asked_is_refused(place, save, cell):
    assert save([place, *cell]).status_code == 422


def test_about_somebody_who_did_not_want_it_nothing_is_taken(review, company, save):
    other = next(one.position for one in review().colleagues if one.person_id == company[7].id)

    assert save([other, "focus3", 3]).status_code == 422


def test_a_wrong_answer_is_a_fault_and_what_was_typed_stays(rater, review, place):
    response = rater.post(
        PAGE, {f"f{place}_3": "9", f"help3-{place}": "x" * 1001, "go": "next", "r1": "4"}
    )

    page = text(response)
    assert response.status_code == 422
    assert "“9” is not an answer to this question." in page
    assert "has 1,001 characters; 1,000 fit" in page
    assert "x" * 1001 in page
    assert review().ballot.focus == {}


def test_a_page_about_other_questions_is_refused(rater, place):
    response = rater.post(PAGE, {"was": "-" * 24, f"f{place}_3": "3", "go": "next"})

    assert "does not fit your review" in text(response)


def test_two_texts_for_one_place_are_both_kept(rater, review, place, save):
    save([place, "help3", "From the phone.", EMPTY])
    save([place, "help3", "From the desk.", EMPTY], device="desk")

    page = text(rater.get(PAGE))
    assert "There is another version." in page
    assert "From the desk." in page
    assert f'href="{PAGE}#help3-{place}"' in rater.get("/review/check").text
    mark = fingerprint("From the desk.")
    response = rater.post(
        PAGE, {"use": f"help3-{place}.{mark}", "was": was_of(rater.get(PAGE).text)}
    )
    assert response.location == f"{PAGE}#help3-{place}"
    assert [*review().ballot.comments.values()] == [{"help3": "From the desk."}]
    assert not review().ballot.beside


def test_after_sending_it_is_shown_what_was_said(rater, place, save):
    save([place, "focus3", 3], [place, "help3", "A quiet hour a day.", EMPTY], [place, 1, 4])
    rater.post("/review/check", {})

    page = text(rater.get("/review/done"))
    assert "Behaviours that colleagues work on</dt> <dd> 1 of 1" in page
    assert "What would help:</span> A quiet hour a day." in page


def test_after_a_reset_it_counts_and_is_not_shown(rater, review, place, save, company):
    save([place, "focus3", 3], [place, "help3", "A quiet hour a day.", EMPTY])
    rater.person.credential_epoch += 1
    db.session.commit()

    page = text(rater.get(PAGE))

    assert "A quiet hour a day." not in page
    assert "answered earlier" in page
    assert "Written earlier and counted." in page


def test_with_someone_not_worked_with_it_is_not_asked(rater, company, place, save):
    save([place, "away", True])

    assert "works on this" not in rater.get(PAGE).text


def test_the_promise_tells_raters_of_it(rater):
    page = text(rater.get("/review/promise"))

    assert "What a colleague works on" in page
    assert "only where at least 10 such colleagues answered" in page


@pytest.fixture
def asked(app):
    """Who is asked about after a cycle of so many opened, with or without HR's wish."""

    def opened(people, *, plan=FOCUS, **over):
        team = make_team(people)
        last_quarter(team)
        planned(team[1], STATEMENT, **({"asks_colleagues": True} | over))
        open_cycle(team, policy_terms=plan)
        return [one.statement for one in db.session.scalars(select(FocusQuestion))]

    return opened


def test_it_is_asked_only_where_ten_could_answer(asked):
    # Twelve people: eleven rate, one of them is the manager who reads the report.
    assert asked(12) == [STATEMENT]


def test_nine_who_could_answer_are_not_asked(asked):
    assert asked(11) == []


def test_it_is_not_asked_unless_hr_planned_it(asked):
    assert asked(12, plan=ReleasePolicy().as_dict()) == []


def test_it_is_not_asked_unless_the_person_wants_it(asked):
    assert asked(12, asks_colleagues=False) == []
