"""A session lasts twelve hours beyond the last hour in which somebody came."""

from datetime import UTC, datetime, timedelta

import pytest

NINE = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def stays(alice):
    """Alice's browser with a session as signing in starts it."""
    with alice.session_transaction() as session:
        session.permanent = True
    return alice


def cookies(browser):
    return browser.get("/").headers.getlist("Set-Cookie")


def test_the_cookie_is_sent_again_once_an_hour(stays, at):
    with at(NINE):
        first, second = cookies(stays), cookies(stays)
    with at(NINE + timedelta(minutes=59)):
        within = cookies(stays)
    with at(NINE + timedelta(minutes=60)):
        later = cookies(stays)

    assert [len(found) for found in (first, second, within, later)] == [1, 0, 0, 1]
    assert "Expires" in later[0]


def test_what_everybody_gets_alike_carries_no_cookie(stays, at):
    with at(NINE):
        answer = stays.get("/static/now/review.js")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
