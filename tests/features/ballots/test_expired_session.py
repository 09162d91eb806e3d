"""Nothing typed is lost when the session has gone, and no page lands in a wrong ballot."""

import re

import pytest

from app.infra.db import db
from tests.browsing import TOKEN, Browser

OWN = {"Origin": "http://localhost"}
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SHOWN = re.compile(r'name="shown" value="([^"]+)"')


def fields_of(html):
    return {name: value for name, value in FIELD.findall(html) if name != "csrf_token"}


def token_in(html):
    found = TOKEN.search(html)
    assert found is not None
    return found.group(1)


@pytest.fixture
def typed(rater):
    """What a page with two answers sends."""
    html = rater.get("/review/statements/1").get_data(as_text=True)
    hidden = {name: value for name, value in FIELD.findall(html) if name in ("was", "shown")}
    return hidden | {"csrf_token": token_in(html), "r1": "4", "r2": "5", "go": "next"}


def test_a_page_sent_after_the_session_has_gone_is_kept_and_sent_again(app, rater, typed, stored):
    rater.delete_cookie("session")

    kept = rater.open("/review/statements/1", method="POST", data=typed, headers=OWN)

    html = kept.get_data(as_text=True)
    assert kept.status_code == 401
    assert fields_of(html) == {name: value for name, value in typed.items() if name != "csrf_token"}
    assert "sign in again in another tab" in html
    assert 'target="_blank"' in html

    rater.sign_in(rater.person)
    form = fields_of(html) | {"csrf_token": token_in(html)}
    again = rater.open("/review/statements/1", method="POST", data=form, headers=OWN)
    assert again.location == "/review/statements/2"
    assert stored().answered == 2


def test_signed_in_by_the_sign_in_page_the_name_is_shown_before_anything_is_saved(
    rater, typed, stored
):
    with rater.session_transaction() as session:
        session.pop("csrf_token")

    kept = rater.open("/review/statements/1", method="POST", data=typed, headers=OWN)

    html = kept.get_data(as_text=True)
    assert kept.status_code == 400
    assert f"You are signed in as {rater.person.name}." in html
    form = fields_of(html) | {"csrf_token": token_in(html)}
    rater.open("/review/statements/1", method="POST", data=form, headers=OWN)
    assert stored().answered == 2


def test_somebody_signed_out_by_a_new_password_keeps_what_was_typed(rater, typed):
    rater.person.session_epoch += 1
    db.session.commit()

    kept = rater.open("/review/statements/1", method="POST", data=typed, headers=OWN)

    assert kept.status_code == 401
    assert fields_of(kept.get_data(as_text=True))["r2"] == "5"


def test_long_words_with_quotes_and_lines_are_kept_exactly(rater):
    rater.delete_cookie("session")
    data = {"keep1": 'A "quoted" <b>\nline'}

    kept = rater.open("/review/comments", method="POST", data=data, headers=OWN)

    assert "A &#34;quoted&#34; &lt;b&gt;\nline" in kept.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://elsewhere.example"}, {"Origin": "null"}, {"Origin": "http://["}],
)
def test_a_form_from_elsewhere_is_refused_as_before(rater, typed, headers, stored):
    rater.delete_cookie("session")

    response = rater.open("/review/statements/1", method="POST", data=typed, headers=headers)

    assert response.status_code == 400
    assert "Send again" not in response.get_data(as_text=True)


def test_the_address_of_the_page_serves_where_no_origin_is_told(rater, typed):
    rater.delete_cookie("session")
    told = {"Referer": "http://localhost/review/statements/1"}

    kept = rater.open("/review/statements/1", method="POST", data=typed, headers=told)

    assert "Send again" in kept.get_data(as_text=True)


def test_a_page_made_for_somebody_else_is_not_saved_into_this_ballot(app, company, rater, typed):
    other = Browser(app, company[10])
    typed.pop("csrf_token")

    response = other.post("/review/statements/1", typed)

    html = other.get("/review/statements/1").get_data(as_text=True)
    assert response.status_code == 400
    assert "made for another person" in response.get_data(as_text=True)
    assert " checked" not in html


@pytest.mark.parametrize(
    ("page", "was"),
    [
        ("statements/1", "-" * 23),
        ("statements/1", "x" * 24),
        ("people/1", "-" * 24),
        ("self", "9" * 14),
        ("colleagues", "1"),
        ("comments", "."),
        ("recommend", "7.1"),
    ],
)
def test_a_page_with_a_memory_that_does_not_fit_is_refused(rater, stored, page, was):
    response = rater.post(f"/review/{page}", {"was": was, "r1": "4", "score": "3"})

    assert response.status_code == 400
    assert "does not fit your review" in response.get_data(as_text=True)
    assert stored().answered == 0
