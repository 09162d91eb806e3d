"""Checking, sending, changing after that, and coming too late."""

from datetime import timedelta

import pytest

from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db
from tests.browsing import read


def text_of(rater, page):
    return read(rater.get(f"/review/{page}"))


@pytest.fixture
def answered(save):
    """Everything about statement 1 but the last two colleagues."""
    save("statements/1", **{f"r{position}": "4" for position in range(1, 23)})


@pytest.fixture
def after_the_close(cycle):
    """The clock stands a minute behind the close."""
    with clock.travel(cycle.closes_at + timedelta(minutes=1)):
        yield


def test_the_check_lists_each_gap_once_with_its_link(rater, answered):
    html = text_of(rater, "check")

    assert html.count('href="/review/statements/1#row-23"') == 1
    assert html.count('href="/review/statements/1#row-24"') == 1
    assert html.count('href="/review/statements/1#') == 2
    assert html.count('href="/review/statements/2"') == 1
    assert "all 24 colleagues" in html


def test_a_statement_with_ticks_only_is_one_gap_line(rater, save):
    save("colleagues", a1="1")

    html = text_of(rater, "check")

    assert html.count("all 23 colleagues") == 14


def test_sending_with_gaps_says_so_first_and_is_allowed(rater, answered, stored):
    html = text_of(rater, "check")
    response = rater.post("/review/check")

    assert "314 are open" in html
    assert "Send with 314 open" in html
    assert response.location == "/review/done"
    assert stored().ballot.sent


def test_an_empty_ballot_is_not_sent(rater, stored):
    response = rater.post("/review/check")

    assert response.status_code == 422
    assert "there is nothing to send" in response.get_data(as_text=True)
    assert not stored().ballot.sent


def test_done_shows_exactly_what_was_sent(rater, answered, save):
    save("colleagues", a24="1")
    save("comments", try1="Ask earlier.")
    save("recommend", score="7", reason=["pay", "meaning"])
    rater.post("/review/check")

    html = " ".join(text_of(rater, "done").split())

    for fact in (
        "<dt>Ratings of colleagues</dt> <dd> 22 </dd>",
        "<dt>Not observed</dt> <dd> 0 </dd>",
        "<dt>Colleagues you did not work with</dt> <dd> 1 </dd>",
        "<dt>Left open</dt> <dd> 300 </dd>",
        "<dt>Comments</dt> <dd> 1 </dd>",
        "<dt>Working here, 0 to 10</dt> <dd> 7 (pay, meaning) </dd>",
        "Ask earlier.",
    ):
        assert fact in html
    assert html.count('<td class="number">4</td>') == 22
    assert html.count('<td class="number">–</td>') == 14


def test_before_sending_done_leads_to_the_check(rater, answered):
    assert rater.get("/review/done").location == "/review/check"


def test_a_sent_ballot_stays_editable_and_sent(rater, answered, save, stored):
    rater.post("/review/check")

    save("statements/1", r1="2")

    review = stored()
    assert review.ballot.rating(review.colleagues[0].person_id, 1) == 2
    assert review.ballot.sent


def test_all_answered_means_nothing_is_listed(rater, save):
    save("colleagues", a1="1")
    for number in range(1, 15):
        fields = {f"r{position}": str((position + number) % 5 + 1) for position in range(2, 25)}
        save(f"statements/{number}", **fields)
    save("self", **{f"o{number}": "3" for number in range(1, 15)})
    save("recommend", score="10")

    html = text_of(rater, "check")

    assert "All 322 ratings are answered" in html
    assert "1 colleague of 24: you did not work together" in html
    assert "Open ratings" not in html
    assert "Send my ballot" in html
    assert "says nothing" not in html


def test_who_ticks_everybody_is_warned_before_sending_a_review_that_says_nothing(rater, save):
    save("colleagues", **{f"a{position}": "1" for position in range(1, 25)})
    save("recommend", score="10")

    html = text_of(rater, "check")

    assert "You rate nobody." in html
    assert "Your review says nothing about any colleague yet." in html
    assert "You ticked everybody as somebody you did not work with." in html
    assert "Send it all the same" in html
    assert "336" not in html
    start = text_of(rater, "")
    assert "24 of 24 not" in start
    assert "24 of 24</span>" not in start
    assert rater.post("/review/check").location == "/review/done"


def test_not_observed_throughout_says_nothing_either(rater, save):
    save("statements/1", **{f"r{position}": "0" for position in range(1, 25)})

    assert "Nobody is rated from 1 to 5." in text_of(rater, "check")
    save("statements/2", r1="3")
    assert "says nothing" not in text_of(rater, "check")


def test_an_answer_after_the_close_is_refused_and_told_what_counts(
    rater, answered, stored, after_the_close
):
    rater_html = rater.post("/review/statements/1", {"r23": "4"})

    html = rater_html.get_data(as_text=True)
    assert rater_html.status_code == 409
    assert "came too late and was not saved" in html
    assert "not sent before the close, so nothing of it was counted" in html
    assert stored().answered == 22


def test_after_the_close_a_sent_ballot_is_said_to_count(rater, answered, cycle):
    rater.post("/review/check")

    with clock.travel(cycle.closes_at + timedelta(minutes=1)):
        response = rater.post("/review/statements/1", {"r23": "4"})

    assert response.status_code == 409
    assert "it counts with everything saved until then" in response.get_data(as_text=True)


def test_a_counted_cycle_says_the_same(rater, answered, cycle):
    rater.post("/review/check")
    cycle.state = CycleState.CLOSED
    db.session.commit()

    response = rater.post("/review/check", page="/review/promise")
    page = text_of(rater, "statements/1")

    assert response.status_code == 409
    assert "is closed" in response.get_data(as_text=True)
    assert "it counts with everything saved until then" in page
