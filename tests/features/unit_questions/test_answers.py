"""A department's question in a whole cycle: asked, saved, counted, read by two sides only."""

import json

import pytest
from sqlalchemy import select

from app.ballots.models import SealedBallot
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.ballot.document import FurtherAnswer, FurtherText
from app.domain.errors import BallotError, SealBrokenError
from app.domain.release.policy import Shown
from app.domain.unit_questions.asked import AnswerKind
from app.infra.db import db, transaction
from app.lifecycle import services as lifecycle
from app.lifecycle.count.counting import count_and_forget
from app.unit_answers.export import unit_answers_of
from app.unit_answers.models import UnitAnswer, UnitComment
from app.unit_answers.queries import answer_line, question_of
from app.unit_questions.models import UnitQuestionOfCycle
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.enps.test_company_page import text_of
from tests.randomness import silent
from tests.unit_questions import QUESTION, ask_department
from tests.whole_cycles import (
    answer,
    begin_closing,
    close,
    make_team,
    open_cycle,
    publish,
    review_for,
)


@pytest.fixture
def hr(app):
    return Browser(app, make_person(name="Hanna HR", is_hr=True))


@pytest.fixture
def team(app, hr):
    return make_team(8)


@pytest.fixture
def others(app):
    return [make_person() for _ in range(6)]


@pytest.fixture
def department(team, hr):
    return ask_department(team[0], confirmed_by=hr.person)


def says(value):
    def given(review):
        for one in review.unit_questions:
            if one.is_in_words:
                yield FurtherText(one.key, f"Words of {review.person_id}.")
            else:
                yield FurtherAnswer(one.key, value)

    return given


def played(everybody, value):
    """The id of a cycle in which all who are asked answer the same."""
    cycle_id = open_cycle(everybody)
    for person in everybody:
        answer(person, says(value))
    close(cycle_id, randomness=silent)
    return cycle_id


def test_only_the_people_of_the_department_are_asked_on_the_page_about_working_here(
    app, team, others, department
):
    open_cycle([*team, *others])
    rater = Browser(app, team[3])
    page = text_of(rater.get("/review/recommend"))

    assert QUESTION in page
    assert "Asked by Mona Manager, of Operations." in page
    assert QUESTION in text_of(rater.get("/review/promise"))
    assert QUESTION not in text_of(Browser(app, others[3]).get("/review/recommend"))
    assert QUESTION not in text_of(Browser(app, team[0]).get("/review/recommend"))
    rater.post("/review/recommend", {f"u{department}": "4", "score": "9", "go": "stay"})
    ballot = review_for(team[3]).ballot
    assert (ballot.further, ballot.enps_score) == ({f"u{department}": 4}, 9)
    rater.post("/review/recommend", {"clear": f"u{department}", "score": "9"})
    ballot = review_for(team[3]).ballot
    assert (ballot.further, ballot.enps_score) == ({}, 9)
    with pytest.raises(BallotError):
        answer(others[3], lambda _: [FurtherAnswer(f"u{department}", 4)])


def test_sizes_do_not_tell_of_which_department_somebody_is(app, team, others, department):
    cycle_id = open_cycle([*team, *others])
    for person in (team[3], others[3]):
        answer(person, says(4))
    pages = [
        Browser(app, person).get("/review/recommend").get_data() for person in (team[3], others[3])
    ]

    assert len({len(page) for page in pages}) == 1
    boxes = db.session.scalars(select(SealedBallot.sealed).filter_by(cycle_id=cycle_id)).all()
    assert len(boxes) == 2
    assert len({len(box) for box in boxes}) == 1
    assert not any(QUESTION.encode() in box for box in boxes)


def test_what_does_not_fit_is_refused(app, team, department):
    open_cycle(team)
    rater, key = Browser(app, team[3]), f"u{department}"
    refused = rater.post("/review/recommend", {key: "6"})

    assert refused.status_code == 422
    assert "“6” is not an answer on this scale" in text_of(refused)
    assert review_for(team[3]).ballot.further == {}
    assert rater.post("/review/recommend", {key: "2", "was": "junk"}).status_code in (400, 409, 422)
    assert review_for(team[3]).ballot.further == {}


def test_answers_are_read_by_who_asked_and_hr_of_the_opening_and_nobody_else(
    app, hr, team, others, department
):
    cycle_id = played([*team, *others], 4)
    newcomer = Browser(app, make_person(is_hr=True))
    address = f"/unit-answers/{cycle_id}/{department}"
    mona = Browser(app, team[0])

    assert mona.get(address).status_code == 403  # not published yet
    publish(cycle_id)
    page = text_of(mona.get(address))
    assert "4.0, likely" in page
    assert "7 colleagues who do not read this page answered" in page
    assert "4.0, likely" in text_of(hr.get(address))
    for other in (newcomer, Browser(app, team[3]), Browser(app, others[0])):
        assert other.get(address).status_code == 403
        assert QUESTION not in text_of(other.get("/unit-answers"))
    assert QUESTION in text_of(mona.get("/unit-answers"))
    assert mona.get(f"/unit-answers/{cycle_id}/999").status_code == 404


def test_words_are_mixed_and_shown_from_five(app, hr, team):
    department = ask_department(team[0], kind=AnswerKind.WORDS, confirmed_by=hr.person)
    cycle_id = played(team, 0)
    publish(cycle_id)

    page = text_of(Browser(app, team[0]).get(f"/unit-answers/{cycle_id}/{department}"))
    assert page.count("Words of ") == 7
    with transaction():
        lifecycle.erase_results(db.session.get_one(Cycle, cycle_id))
    assert db.session.query(UnitComment).count() == 0
    assert db.session.query(UnitAnswer).count() == 0


def test_four_answers_are_shown_to_nobody(app, hr, team, department):
    cycle_id = open_cycle(team)
    for person in team[1:5]:
        answer(person, says(4))
    close(cycle_id)
    publish(cycle_id)

    page = text_of(hr.get(f"/unit-answers/{cycle_id}/{department}"))
    assert "The answers are not shown: fewer than 5 colleagues answered." in page
    assert db.session.scalars(select(UnitAnswer.mean)).all() == [None]


@pytest.mark.parametrize(("text", "before"), [(QUESTION, "up"), ("Do tools help?", "unknown")])
def test_the_next_quarter_is_compared_only_in_the_same_words(hr, team, department, text, before):
    publish(played(team, 2))
    ask_department(team[0], text=text, confirmed_by=hr.person)
    later = cycle_by_id(played(team, 5))
    question = question_of(later.id, department)
    assert question

    line = answer_line(later, question)

    assert isinstance(line.now, Shown)
    assert line.change == before


def test_a_change_stands_beside_the_earlier_number_and_its_range(app, hr, team, department):
    first = played(team, 2)
    publish(first)
    ask_department(team[0], text=QUESTION, confirmed_by=hr.person)
    later = played(team, 5)
    publish(later)

    response = Browser(app, team[0]).get(f"/unit-answers/{later}/{department}")

    was = f"In {cycle_by_id(first).name} it was 2.0, likely 1."
    assert was in text_of(response)
    assert ": clear rise since." in text_of(response)
    assert '<div class="on-scale">' in response.text


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_answers_are_taken_along_by_those_who_read_them_and_nobody_else(
    app, hr, team, department, kind
):
    cycle_id = played(team, 4)
    publish(cycle_id)
    address = f"/unit-answers/{cycle_id}/{department}/answers.{kind}"
    mona, newcomer = Browser(app, team[0]), Browser(app, make_person(is_hr=True))

    taken = mona.get(address)
    assert taken.status_code == hr.get(address).status_code == 200
    assert mona.get(address.replace(kind, "exe")).status_code == 404
    for other in (newcomer, Browser(app, team[3])):
        assert other.get(address).status_code == 403
    if kind == "json":
        found = taken.get_json()
        assert (found["question"], found["mean"], found["raters"]) == (QUESTION, 4.0, 7)
        assert (found["hidden"], found["score"]) == (None, None)


def test_the_export_holds_departments_answers_for_hr_of_the_opening_and_for_operators(
    app, hr, team, department
):
    cycle_id = played(team, 4)
    publish(cycle_id)
    newcomer = Browser(app, make_person(is_hr=True))
    address = f"/reports/{cycle_id}/results"

    (found,) = json.loads(hr.get(f"{address}.json").data)["unit_questions"]
    assert (found["department"], found["mean"], found["words"]) == ("Operations", 4.0, [])
    assert f"unit_question,Operations,,,4.0,{found['low']}" in hr.get(f"{address}.csv").text
    assert json.loads(newcomer.get(f"{address}.json").data)["unit_questions"] == []
    assert QUESTION not in newcomer.get(f"{address}.csv").text
    assert unit_answers_of(cycle_by_id(cycle_id)) == [found]


def test_hidden_answers_are_hidden_in_every_file(app, hr, team):
    department = ask_department(team[0], kind=AnswerKind.WORDS, confirmed_by=hr.person)
    cycle_id = open_cycle(team)
    for person in team[1:5]:
        answer(person, says(0))
    close(cycle_id)
    publish(cycle_id)

    address = f"/unit-answers/{cycle_id}/{department}/answers"
    for kind in ("csv", "json"):
        page = hr.get(f"{address}.{kind}").text
        assert "fewer than 5 colleagues answered" in page
        assert "Words of" not in page


def test_a_question_that_is_changed_in_the_database_counts_nobody(team, department):
    cycle_id = open_cycle(team)
    with transaction():
        db.session.scalars(select(UnitQuestionOfCycle)).one().text = "Who is the worst of you?"
    begin_closing(cycle_id)

    with pytest.raises(SealBrokenError, match="no longer what raters were promised"):
        count_and_forget(cycle_id)
