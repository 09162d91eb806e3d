"""The by-person view: the same cells, seen colleague by colleague."""

import pytest

from app.domain.ballot.document import EARLIER
from app.infra.db import db
from tests.features.ballots.test_other_pages import text_of


@pytest.fixture
def by_person(rater):
    """The rater prefers to go person by person."""
    rater.post("/review/view", {"view": "person"}, page="/review/")
    return rater


def test_a_colleague_has_all_statements_as_rows_of_the_same_kind(rater, stored):
    html = text_of(rater, "people/3")

    assert stored().colleagues[2].name in html
    assert html.count('<fieldset class="rate"') == 14
    assert 'data-cell="3.14"' in html
    assert 'data-cell="3.1"' in text_of(rater, "statements/1")


def test_what_is_saved_by_person_stands_on_the_statement_pages_and_back(rater, save, stored):
    save("people/2", s1="4", s14="0")
    save("statements/7", r2="5")

    subject = stored().colleagues[1].person_id
    assert [stored().ballot.rating(subject, number) for number in (1, 7, 14)] == [4, 5, 0]
    assert 'name="s7" value="5" checked' in text_of(rater, "people/2")
    assert 'name="r2" value="4" checked' in text_of(rater, "statements/1")


def test_a_faulty_answer_by_person_comes_back_with_a_sentence(rater, stored):
    response = rater.post("/review/people/1", {"s1": "4", "s2": "6"})

    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "“6” is not an answer on this scale." in html
    assert 'name="s1" value="4" checked' in html
    assert stored().answered == 0


def test_an_answer_by_person_can_be_cleared(rater, save, stored):
    save("people/1", s1="4", s2="3")

    response = rater.post("/review/people/1", {"s1": "4", "s2": "3", "clear": "1"})

    assert response.location == "/review/people/1#row-1"
    assert stored().answered == 1


def test_marks_of_earlier_and_away_stand_by_person_too(rater, save, stored):
    save("statements/2", r1="4")
    save("colleagues", a2="1")
    away = text_of(rater, "people/2")
    rater.person.credential_epoch += 1
    db.session.commit()
    html = text_of(rater, "people/1")
    save("people/1", s3="2")

    assert away.count("did not work together") == 14
    assert html.count(">answered earlier") == 1
    assert stored().ballot.rating(stored().colleagues[0].person_id, 2) == EARLIER


def test_nobody_is_behind_a_position_that_does_not_exist(rater):
    assert rater.get("/review/people/25").status_code == 404
    assert rater.get("/review/people/0").status_code == 404


def test_the_choice_is_remembered_and_the_task_list_follows_it(by_person, stored):
    html = text_of(by_person, "")

    assert html.count('href="/review/people/') == 24
    assert 'href="/review/statements/' not in html
    assert stored().colleagues[23].name in html

    by_person.post("/review/view", {"view": "statement"}, page="/review/")
    assert text_of(by_person, "").count('href="/review/statements/') == 14


def test_an_unknown_view_changes_nothing(by_person):
    by_person.post("/review/view", {"view": "sideways"}, page="/review/")

    assert 'href="/review/people/24"' in text_of(by_person, "")


def test_next_and_back_follow_the_choice(by_person):
    def after(page, go="next"):
        return by_person.post(f"/review/{page}", {"go": go}).location

    assert after("self") == "/review/people/1"
    assert after("people/1") == "/review/people/2"
    assert after("people/1", "back") == "/review/self"
    assert after("people/24") == "/review/comments"
    assert after("comments", "back") == "/review/people/24"
    assert after("statements/3") == "/review/statements/4"


def test_the_switch_on_a_page_saves_it_and_leads_to_the_first_page_that_waits(rater, save, stored):
    save("people/1", **{f"s{number}": str(number % 5 + 1) for number in range(1, 15)})

    response = rater.post("/review/statements/1", {"r2": "4", "go": "person"})

    assert response.location == "/review/people/2"
    assert stored().answered == 15
    assert 'href="/review/people/1"' in text_of(rater, "")
    assert rater.post("/review/people/2", {"go": "statement"}).location == "/review/statements/1"


def test_the_check_page_links_each_gap_by_person(by_person, save):
    save("people/1", **{f"s{number}": str(number % 5 + 1) for number in range(1, 14)})

    html = text_of(by_person, "check")

    assert html.count('href="/review/people/1#row-14"') == 1
    assert html.count("all 14 statements") == 23
    assert "/review/statements/" not in html


def test_the_step_bar_has_a_segment_a_page(by_person, rater):
    assert 'viewBox="0 0 240 4"' in text_of(by_person, "people/1")
    assert 'viewBox="0 0 140 4"' in text_of(rater, "statements/1")
