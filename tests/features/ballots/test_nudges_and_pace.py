"""Friendly questions, the honest progress, and the promise at the foot of every page."""

import re
from datetime import timedelta

import pytest

from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db
from tests.browsing import Browser
from tests.features.ballots.conftest import was_of
from tests.features.ballots.test_other_pages import PAGES, text_of

SHOWN = re.compile(r'name="shown" value="([^"]+)"')


def answers(option=None, rows=24, field="r"):
    return {f"{field}{row}": str(option or row % 5 + 1) for row in range(1, rows + 1)}


@pytest.fixture
def finish(rater):
    """Open a page, answer it after `seconds`, and say where "save and continue" leads."""

    def fill_in(page, fields, *, seconds=60.0):
        url, begun = f"/review/{page}", clock.now()
        with clock.travel(begun):
            html = rater.get(url).get_data(as_text=True)
        found = SHOWN.search(html)
        assert found is not None
        hidden = {"was": was_of(html), "shown": found.group(1), "go": "next"}
        token = rater.token_of(url)
        with clock.travel(begun + timedelta(seconds=seconds)):
            response = rater.open(
                url, method="POST", data={"csrf_token": token} | hidden | dict(fields)
            )
        return response.location

    return fill_in


def test_equal_answers_are_saved_then_asked_about_once_and_the_second_press_continues(
    rater, finish, stored
):
    assert finish("statements/1", answers(4)) == "/review/statements/1"
    assert stored().answered == 24
    assert "Saved. Every answer on this page is the same." in text_of(rater, "statements/1")

    assert finish("statements/1", answers(4)) == "/review/statements/2"


def test_differing_answers_and_too_few_equal_ones_are_not_asked_about(finish):
    assert finish("statements/1", answers()) == "/review/statements/2"
    assert finish("statements/2", answers(4, rows=7)) == "/review/statements/3"
    assert finish("people/1", answers(rows=14, field="s")) == "/review/people/2"


def test_equal_answers_about_one_person_or_oneself_are_asked_about(finish):
    assert finish("people/1", answers(4, rows=14, field="s")) == "/review/people/1"
    assert finish("self", answers(4, rows=14, field="o")) == "/review/self"


def test_a_page_done_faster_than_it_can_be_read_is_asked_about(rater, finish):
    assert finish("statements/1", answers(), seconds=10) == "/review/statements/1"
    assert "That was quick." in text_of(rater, "statements/1")
    assert finish("statements/2", answers(), seconds=20) == "/review/statements/3"


class TestWhatWasSavedAsItWasGiven:
    """By the time the page is left, nothing on it differs from what is stored."""

    @pytest.fixture
    def leave(self, rater, finish):
        """Save a page's fields, then leave it as a script does: nothing differs any more."""

        def saved_and_left(page, fields, *, seconds=60.0):
            shown = was_of(rater.get(f"/review/{page}").get_data(as_text=True))
            rater.post(f"/review/{page}", {"was": shown, "go": "stay"} | fields)
            rater.get(f"/review/{page}")  # takes "Saved." away
            now = was_of(rater.get(f"/review/{page}").get_data(as_text=True))
            return finish(page, fields | {"was": now, "first": shown}, seconds=seconds)

        return saved_and_left

    def test_a_page_done_too_fast_is_asked_about_once(self, rater, leave, stored):
        assert leave("statements/1", answers(), seconds=10) == "/review/statements/1"
        before = stored().ballot

        assert "Saved. That was quick." in text_of(rater, "statements/1")
        again = rater.post("/review/statements/1", answers() | {"go": "next"})
        assert again.location == "/review/statements/2"
        assert stored().ballot == before

    def test_equal_answers_are_asked_about(self, leave):
        assert leave("statements/1", answers(4)) == "/review/statements/1"

    def test_a_comment_that_names_a_third_person_is_asked_about(self, leave, stored):
        words = {"keep1": f"Ask {stored().colleagues[1].name}."}

        assert leave("comments", words) == "/review/comments"

    def test_the_pace_is_known(self, rater, leave):
        leave("statements/1", answers(), seconds=240)

        assert "about 52 minutes left" in text_of(rater, "statements/2")


def test_a_quick_correction_is_not_asked_about(finish):
    finish("statements/1", answers())

    assert finish("statements/1", answers() | {"r1": "5"}, seconds=2) == "/review/statements/2"


def test_nobody_is_asked_more_than_twice(finish):
    assert finish("statements/1", answers(4)) == "/review/statements/1"
    assert finish("statements/2", answers(4)) == "/review/statements/2"
    assert finish("statements/3", answers(4)) == "/review/statements/4"


def test_saving_and_staying_or_going_back_asks_nothing(rater):
    for go, target in (("stay", "/review/statements/2"), ("back", "/review/statements/1")):
        response = rater.post("/review/statements/2", answers(4) | {"go": go})
        assert response.location == target


def test_a_comment_that_names_its_rater_or_a_third_person_is_asked_about(rater, finish, stored):
    rater.person.name = "Nora Nord"
    db.session.commit()
    first, second = stored().colleagues[:2]
    words = f"Ask Nora, or {second.name}."

    assert finish("comments", {"keep1": words}) == "/review/comments"
    html = text_of(rater, "comments")
    assert f"the one about {first.name} names you and {second.name}" in html
    assert stored().ballot.comments[first.person_id] == {"keep": words}

    assert finish("comments", {"keep1": f"{words} Yes."}) == "/review/recommend"


def test_an_ordinary_comment_is_not_asked_about(finish, stored):
    first = stored().colleagues[0]

    assert finish("comments", {"keep1": f"{first.name} explains well."}) == "/review/recommend"


def test_the_fold_says_how_many_characters_are_left_near_the_limit(rater, save):
    save("comments", keep1="x" * 950, try1="x" * 700)

    html = text_of(rater, "comments")

    assert html.count("50 of 1,000 characters left") == 1
    assert html.count("characters left") == 1
    assert "2 written" in html


def test_minutes_left_follow_the_raters_own_pace(rater, finish):
    assert "<strong>0</strong> of 336" in text_of(rater, "statements/1")
    assert "about 14 minutes left" in text_of(rater, "statements/1")

    finish("statements/1", answers(), seconds=240)

    assert "about 52 minutes left" in text_of(rater, "statements/2")
    assert "about 52 minutes left" in text_of(rater, "")


def test_a_page_left_lying_says_nothing_about_the_pace(rater, finish):
    finish("statements/1", answers(), seconds=3600)

    assert "about 13 minutes left" in text_of(rater, "statements/2")


def test_neither_pace_nor_nudges_reach_the_database_or_another_session(app, rater, finish):
    finish("statements/1", answers(4), seconds=240)

    again = Browser(app, rater.person)

    assert "about 13 minutes left" in text_of(again, "statements/2")


def test_when_all_is_answered_nothing_is_left(rater, save):
    save("colleagues", **{f"a{position}": "1" for position in range(1, 25)})

    assert "left" not in text_of(rater, "").partition("<footer")[0].partition("336 of 336")[2][:90]


@pytest.mark.parametrize("policy", [ReleasePolicy(blind_raters=7)])
@pytest.mark.parametrize("page", [*PAGES[:-1], "people/1"])
def test_the_promise_stands_at_the_foot_of_every_page(rater, cycle, page):
    foot = text_of(rater, page).partition("<footer")[2]

    assert "shown from 7 answering colleagues on" in foot
    assert "all ballots are counted and then destroyed" in foot
    assert 'href="/review/promise"' in foot
    assert str(cycle.closes_at.year) in foot


def test_the_full_promise_begins_with_the_same_sentence(rater, cycle):
    with rater.application.test_request_context():
        closes = rater.application.jinja_env.filters["moment"](cycle.closes_at)

    assert cycle.policy.promise(closes) in text_of(rater, "promise")


def test_comments_are_asked_about_once_whatever_is_found_later(rater, finish, stored):
    first = stored().colleagues[0]

    assert finish("comments", {"try1": "You never listen."}) == "/review/comments"
    assert f"the one about {first.name} says “never”" in text_of(rater, "comments")
    assert finish("comments", {"try2": "Focus"}) == "/review/recommend"


def test_comments_are_asked_about_also_after_two_questions_about_ratings(finish):
    finish("statements/1", answers(4))
    finish("statements/2", answers(4))

    assert finish("comments", {"keep1": "Great!"}) == "/review/comments"


def test_three_quiet_questions_stand_beside_the_comments(rater):
    prompts = "What did you see? What did it do? What would help?"

    assert text_of(rater, "comments").count(prompts) == 24
