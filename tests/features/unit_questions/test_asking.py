"""A manager puts a question, HR confirms it, and the next review asks it."""

import re

import pytest
from sqlalchemy import event

from app.cycles.models import Cycle
from app.domain.errors import NotAllowedError, PlanRefusedError
from app.domain.unit_questions.asked import AnswerKind
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import services as lifecycle
from app.lifecycle.plan.plan_check import check_plan
from app.people import two_person_requests
from app.people.models import Act
from app.unit_questions import queries, services
from tests.browsing import Browser
from tests.factories import department_named, make_cycle, make_department, make_person
from tests.features.enps.test_company_page import text_of
from tests.unit_questions import QUESTION, ask_department
from tests.whole_cycles import make_team, open_cycle

FORM = {"text": QUESTION, "kind": "1-5"}


@pytest.fixture
def team(app):
    return make_team(8)


@pytest.fixture
def mona(app, team):
    return Browser(app, team[0])


@pytest.fixture
def hr(app, team):
    return Browser(app, make_person(name="Hanna HR", is_hr=True))


def test_a_manager_asks_hr_confirms_and_the_plan_holds_it(mona, hr):
    department = mona.person.department_id
    mona.post(f"/unit-questions/{department}", FORM)

    assert queries.planned_questions() == []
    assert "HR has not confirmed it yet" in text_of(mona.get("/unit-questions"))
    waiting = text_of(hr.get("/cycles/requests"))
    assert f"Mona Manager asked to ask the people of Operations “{QUESTION}”" in waiting
    page = hr.get(f"/unit-questions/{department}/confirm").get_data(as_text=True)
    assert "7 people" in page
    hr.post(
        f"/unit-questions/{department}/confirm", {"content": f"1-5: {QUESTION}", "word": "Good."}
    )

    (asked,) = queries.planned_questions()
    assert (asked.text, asked.manager_id) == (QUESTION, mona.person.id)
    kinds = [mail.kind for mail in db.session.query(OutboxMail)]
    assert kinds == ["second_person_wanted", "request_agreed"]


def test_what_hr_confirms_is_what_the_page_showed(mona, hr):
    department = ask_department(mona.person)

    response = hr.post(f"/unit-questions/{department}/confirm", {"content": "1-5: Another one?"})

    assert response.status_code in (403, 409)
    assert queries.planned_questions() == []


def test_a_changed_question_has_to_be_confirmed_again(mona, hr):
    department = ask_department(mona.person, confirmed_by=hr.person)

    mona.post(f"/unit-questions/{department}", FORM | {"text": "Another question?"})

    assert queries.planned_questions() == []


def test_hr_refuses_and_the_manager_reads_so(mona, hr):
    department = ask_department(mona.person)
    asked = two_person_requests.find(Act.UNIT_QUESTION, department)
    assert asked

    hr.post(f"/cycles/requests/{asked.id}/refuse", {"word": "It is about a person."})

    assert "HR has refused it" in text_of(mona.get("/unit-questions"))
    mona.post(f"/unit-questions/{department}/take-off")
    assert queries.planned(department) is None


def test_nobody_of_hr_confirms_their_own_question_where_hr_has_two(mona, hr):
    mona.person.is_hr = True
    db.session.commit()
    department = ask_department(mona.person)
    row = queries.planned(department)
    assert row

    with pytest.raises(NotAllowedError), transaction():
        services.confirm(department, content=services.content_of(row), word="", by=mona.person.id)


def test_the_only_person_of_hr_needs_nobody_else(mona):
    mona.person.is_hr = True
    db.session.commit()

    ask_department(mona.person)

    assert len(queries.planned_questions()) == 1


def test_a_question_to_three_people_is_refused(app):
    small = make_team(4)
    browser = Browser(app, small[0])

    response = browser.post(f"/unit-questions/{small[0].department_id}", FORM)

    assert response.status_code == 422
    assert "5 people have to be there who do not read the answers, and there are 3" in text_of(
        response
    )


def test_a_question_from_0_to_10_needs_twenty(mona):
    with pytest.raises(PlanRefusedError, match="20 people"):
        ask_department(mona.person, kind=AnswerKind.TEN)


def test_only_a_department_that_one_leads_can_be_asked(app, team, mona):
    other = department_named("Sales").id

    assert mona.post(f"/unit-questions/{other}", FORM).status_code in (403, 409)
    assert Browser(app, team[3]).get("/unit-questions").status_code == 403


def test_a_plan_does_not_open_with_a_question_to_too_few(team, hr, mona):
    ask_department(mona.person, confirmed_by=hr.person)
    cycle = make_cycle([*team[:4], *(make_person() for _ in range(8))])

    assert any("Operations is too small" in one for one in check_plan(cycle).faults)
    with pytest.raises(PlanRefusedError, match="Operations is too small"), transaction():
        lifecycle.open_(db.session.get_one(Cycle, cycle.id), by=None)


def test_a_question_is_asked_once(team, hr, mona):
    department = ask_department(mona.person, confirmed_by=hr.person)

    cycle_id = open_cycle(team)

    assert [one.text for one in queries.frozen_questions(cycle_id)] == [QUESTION]
    assert queries.planned(department) is None


def test_the_plan_and_its_preview_show_what_departments_will_be_asked(mona, hr, team):
    plan = make_cycle([*team, hr.person])
    ask_department(mona.person)
    before = text_of(hr.get(f"/cycles/{plan.id}"))

    row = queries.planned(mona.person.department_id)
    assert row
    with transaction():
        content = services.content_of(row)
        services.confirm(row.department_id, content=content, word="", by=hr.person.id)

    assert "Questions of departments none is confirmed, so none is asked." in before
    page = text_of(hr.get(f"/cycles/{plan.id}"))
    assert f"Operations: “{QUESTION}” (answered from 1 to 5)." in page
    preview = text_of(hr.get(f"/cycles/{plan.id}/preview/recommend"))
    assert QUESTION in preview
    assert "Asked by Mona Manager, of Operations." in preview
    assert QUESTION in text_of(hr.get(f"/cycles/{plan.id}/preview/promise"))


def test_who_words_a_question_is_told_how_to_and_which_way_of_answering_fits(mona):
    page = text_of(mona.get(f"/unit-questions/{mona.person.department_id}"))

    assert "Ask one thing." in page
    assert "From 0 to 10: how good something is, or how likely. It needs 20 people" in page


def test_whoever_leads_many_departments_reads_of_all_with_the_same_statements(mona):
    one = statements_of(mona)
    for number in range(5):
        place = make_department(name=f"Branch {number}").id
        make_person(manager_id=mona.person.id, department_id=place)

    several = statements_of(mona)

    assert several == one
    assert "Branch 4" in text_of(mona.get("/unit-questions"))


def statements_of(reader):
    """How often the database is asked about departments and what waits for them."""
    asked = []

    def note(_connection, _cursor, words, *_rest):
        if re.search("FROM (department|planned_unit_question|two_person_request)", words):
            asked.append(words)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        reader.get("/unit-questions")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)
