"""A comment saved from two places: both are kept, and every page says so."""

import pytest

from app.domain.ballot.versions import fingerprint
from tests.features.ballots.conftest import was_of
from tests.features.ballots.test_other_pages import text_of

PHONE = "You explain things so that even I understand them. " * 7
EMPTY = fingerprint("")


@pytest.fixture
def stale(rater):
    """What the page of comments remembers before anything is saved."""
    return was_of(rater.get("/review/comments").get_data(as_text=True))


@pytest.fixture
def sent(rater, stored):
    """Save one comment as the script of a page does; give back the answer."""
    owner = stored().owner
    token = rater.token_of("/review/comments")

    def save(text, *, base=EMPTY, device="phone", number=1, place=(1, "keep")):
        body = {"owner": owner, "device": device, "number": number}
        cells = {"cells": [[*place, text, base]]}
        return rater.open(
            "/review/save", method="POST", json=body | cells, headers={"X-CSRFToken": token}
        )

    return save


@pytest.fixture
def both(rater, stale, sent):
    """The phone saved a text, then a stale page without scripts another."""
    assert sent(PHONE).status_code == 200
    return rater.post("/review/comments", {"was": stale, "keep1": "ok", "go": "next"})


def texts(stored):
    ballot = stored().ballot
    cell = f"c{stored().colleagues[0].person_id}.keep"
    return ballot.text(cell), [one.text for one in ballot.beside.get(cell, ())]


def test_a_stale_page_without_scripts_is_told_and_loses_nothing(rater, both, stored):
    assert both.location == "/review/comments"
    page = text_of(rater, "comments")
    assert "Another page or device had saved a different text" in page
    assert PHONE.strip() in page
    assert "<blockquote>ok</blockquote>" in page
    assert texts(stored) == (PHONE.strip(), ["ok"])


def test_the_script_of_a_stale_page_is_told_what_stands_there(sent, stored):
    sent(PHONE)

    answer = sent("ok", device="desk")

    assert answer.json["others"] == [[0, PHONE.strip()]]
    assert answer.json["doubled"] == 1
    assert answer.json["marks"] == [fingerprint("ok")]
    assert texts(stored) == (PHONE.strip(), ["ok"])


def test_the_first_device_hears_of_it_with_its_next_save_and_on_every_page(rater, sent, both):
    answer = sent(PHONE + "Really.", number=2)

    assert (answer.json["others"], answer.json["doubled"]) == ([], 1)
    for page in ("", "check"):
        assert "One text was saved from two places" in text_of(rater, page)
        assert 'href="/review/comments#keep1"' in text_of(rater, page)
    assert 'data-doubled="1"' in text_of(rater, "statements/1")


@pytest.mark.parametrize(("button", "stands"), [("use", "ok"), ("drop", PHONE.strip())])
def test_the_rater_chooses_and_only_that_one_counts(rater, both, stored, button, stands):
    page = rater.get("/review/comments").get_data(as_text=True)
    form = {"was": was_of(page), "keep1": PHONE, button: f"keep1.{fingerprint('ok')}"}

    answer = rater.post("/review/comments", form)

    assert answer.location == "/review/comments#keep1"
    assert texts(stored) == (stands, [])


def test_words_about_the_company_are_kept_twice_as_well(rater, sent, stored):
    was = was_of(rater.get("/review/recommend").get_data(as_text=True))
    sent("Good people.", place=("company", "comment"))

    answer = rater.post("/review/recommend", {"was": was, "comment": "Fine.", "go": "next"})

    assert answer.location == "/review/recommend"
    assert stored().ballot.enps_comment == "Good people."
    assert [one.text for one in stored().ballot.beside["ec"]] == ["Fine."]
    assert "<blockquote>Fine.</blockquote>" in text_of(rater, "recommend")
    used = {"comment": "Good people.", "use": f"comment.{fingerprint('Fine.')}"}
    used["was"] = was_of(rater.get("/review/recommend").get_data(as_text=True))
    assert rater.post("/review/recommend", used).location == "/review/recommend#comment"
    assert stored().ballot.enps_comment == "Fine."


def test_a_page_is_not_left_with_more_versions_than_can_be_kept(rater, sent, stale, stored):
    sent(PHONE)
    for number in range(3):
        sent(f"text {number}", device=f"d{number}")

    refused = sent("one more", device="last")
    page = rater.post("/review/comments", {"was": stale, "keep1": "typed", "go": "next"})

    assert refused.json["faults"] == [[0, refused.json["message"]]]
    assert "choose one of them" in refused.json["message"]
    assert page.status_code == 422
    assert "typed" in page.text
    assert len(texts(stored)[1]) == 3


def test_a_choice_that_names_nothing_changes_nothing(rater, both, stored):
    for pressed in ("keep99.00000000", "keep1.nonsense", "try1.00000000", "praise1.00000000"):
        rater.post("/review/comments", {"use": pressed})

    assert texts(stored) == (PHONE.strip(), ["ok"])
