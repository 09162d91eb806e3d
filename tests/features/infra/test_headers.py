"""Headers that every answer carries, whoever asks and whatever goes wrong."""

from dataclasses import replace

import pytest

from app import create_app
from app.infra.db import db
from app.infra.pages import HEADERS

PLACES = ("/", "/sign-in", "/health", "/nowhere", "/static/now/app.css", "/review")


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_says_what_browsers_may_do_with_it(client, place):
    headers = client.get(place).headers

    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_says_what_it_is_and_in_which_characters(client, place):
    kind = client.get(place).headers["Content-Type"]

    assert kind == "application/json" or kind.endswith("charset=utf-8")


def test_nothing_runs_that_stands_in_a_page_and_nobody_frames_one(client):
    policy = client.get("/sign-in").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_about_people_are_kept_by_nobody(alice):
    assert alice.get("/").headers["Cache-Control"] == "no-store"


def test_over_tls_browsers_are_told_to_stay_there(settings):
    secure = create_app(replace(settings, base_url="https://review.example.com"), testing=True)

    with secure.app_context():
        found = secure.test_client().get("/sign-in").headers["Strict-Transport-Security"]
        db.session.remove()
        db.engine.dispose()

    assert int(found.split("max-age=")[1].split(";")[0]) >= 31_536_000


def test_no_method_shows_a_request_to_its_sender(client):
    assert client.open("/sign-in", method="TRACE").status_code == 405
