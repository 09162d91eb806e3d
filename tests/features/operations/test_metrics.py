"""/metrics: whether all is well, for whoever has the token, and nothing about anybody."""

import itertools
import os
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.ballot.document import Rating
from app.infra import clock, heartbeats, mail_health, measuring, readiness
from app.infra import tally as tallying
from app.infra.db import transaction
from app.infra.heartbeats import Sign
from app.infra.mail import Message, post
from app.infra.settings import settings as current
from app.infra.tally import FOLDER, GONE_AFTER, Counts, Tally
from app.operations import room
from tests.browsing import Browser
from tests.whole_cycles import answer, make_team, open_cycle, review_for

TOKEN = "only-for-tests-of-metrics-0123456789"
SERVER = "smtp://127.0.0.1:1"
LINE = re.compile(r"^(\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token=TOKEN, smtp_url=SERVER)


@pytest.fixture(autouse=True)
def nobody_else_fills_the_disk(monkeypatch):
    monkeypatch.setattr(room, "free", lambda _place: 40 * room.STEP + 4096)


def scraped(client, token=TOKEN):
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(app):
    """Every figure by its name; what only measures the moment's speed is left out."""
    page = scraped(app.test_client()).get_data(as_text=True)
    found = {name: float(value) for name, value in LINE.findall(page)}
    assert found.pop("full_circle_database_seconds") >= 0
    return found


def written(app):
    """Let this process leave its figures, as it does every few seconds by itself."""
    app.extensions["tally"].write(current().data_folder / FOLDER)


def test_only_who_shows_the_token_reads_the_figures(client):
    assert scraped(client).status_code == 200
    for token in ("", "another", f"{TOKEN}x", "ünknown"):
        refused = scraped(client, token)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "full_circle" not in refused.get_data(as_text=True)


@pytest.mark.parametrize("token", ["", TOKEN])
def test_without_a_token_set_there_is_no_such_page(app, token):
    app.config["SETTINGS"] = replace(current(), metrics_token="")

    assert scraped(app.test_client(), token).status_code == 404


def test_an_installation_that_is_not_well_says_so(app):
    found = figures(app)

    assert found["full_circle_database_up"] == 1
    assert found["full_circle_ready"] == 1
    assert found['full_circle_duty_overdue{duty="worker"}'] == 1
    assert found["full_circle_duties_overdue"] >= 1


def test_signs_of_life_are_told_by_their_age(app):
    with transaction():
        heartbeats.beat(Sign.WORKER, next_within=timedelta(minutes=1))
        mail_health.note_seen(clock.now())

    with clock.travel(clock.now() + timedelta(seconds=100)):
        found = figures(app)

    assert found['full_circle_sign_age_seconds{sign="worker"}'] == 90
    assert found['full_circle_sign_age_seconds{sign="mailer"}'] == 90
    assert 'full_circle_sign_age_seconds{sign="backup"}' not in found


def test_a_mail_that_only_its_reader_knows_of_is_not_counted(app):
    before = figures(app)
    secret = Message(to="a@example.com", subject="s", text="t", html="h", is_personal=True)
    with transaction():
        post(secret)
    after = figures(app)
    with transaction():
        post(replace(secret, is_personal=False))

    assert after == before
    assert figures(app)['full_circle_mails{state="waiting"}'] == 1


def test_a_database_that_is_away_is_told_and_the_rest_still_answers(app, monkeypatch):
    monkeypatch.setattr(readiness, "database_answers", lambda: False)

    found = figures(app)

    assert found["full_circle_database_up"] == 0
    assert 'full_circle_free_bytes{folder="keys"}' in found
    assert "full_circle_ready" not in found


def test_room_on_disks_is_told_in_steps_that_no_ballot_fills(app):
    found = figures(app)

    assert found['full_circle_free_bytes{folder="data"}'] == 40 * room.STEP


def test_requests_are_shown_when_their_hour_is_over_and_in_whole_hundreds(app):
    tally = Tally(id="a")
    with clock.travel(clock.now().replace(minute=10)):
        for _ in range(250):
            tally.request(0.2)
        tally.request(60)
        during = tally.shown()
    with clock.travel(clock.now() + timedelta(hours=1)):
        after = tally.shown()

    assert set(during["within"]) == {0}
    assert after["within"] == [0, 0, *[200] * 7]


def test_slow_statements_are_shown_late_and_in_tens_and_errors_at_once():
    tally = Tally(id="a")
    for _ in range(19):
        tally.slow_statement()
    tally.fault()
    during = tally.shown()
    with clock.travel(clock.now() + timedelta(hours=1)):
        after = tally.shown()

    assert (during["slow_statements"], during["faults"]) == (0, 1)
    assert after["slow_statements"] == 10


def test_figures_of_all_processes_stand_side_by_side_and_those_of_ended_ones_go(app):
    folder = current().data_folder / FOLDER
    for name in ("a", "b", "ended"):
        Tally(id=name, faults=2).write(folder)
    ended = folder / "web-ended.json"
    long_ago = clock.now().timestamp() - 2 * GONE_AFTER.total_seconds()
    os.utime(ended, (long_ago, long_ago))
    (folder / "web-broken.json").write_text("{")

    found = figures(app)

    assert found['full_circle_faults_total{process="web-a"}'] == 2
    assert found['full_circle_faults_total{process="web-b"}'] == 2
    assert 'full_circle_faults_total{process="web-ended"}' not in found
    assert not ended.exists()


def test_an_error_is_counted_and_does_not_say_where_it_was(app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail():
        raise RuntimeError("something broke")

    monkeypatch.setitem(app.view_functions, "people.sign_in", fail)
    app.test_client().get("/sign-in")
    written(app)

    found = {name: value for name, value in figures(app).items() if "faults" in name}

    assert list(found.values()) == [1]
    assert "people" not in str(found)


def figures_through_an_evening(app):
    """One person answers about everybody, and somebody reads the figures after each save."""
    people = make_team(8)
    open_cycle(people)
    written(app)
    seen = [figures(app)]
    rater = Browser(app, people[3])
    review = review_for(rater.person)
    token = rater.token_of("/review/statements/1")
    for place, _ in enumerate(review.colleagues, start=1):
        cells = {"owner": review.owner, "cells": [[place, 1, 4]]}
        body = cells | {"device": "a", "number": place}
        saved = rater.open("/review/save", method="POST", json=body, headers={"X-CSRFToken": token})
        assert saved.status_code == 200
        written(app)
        seen.append(figures(app))
    answer(people[4], lambda found: (Rating(one.person_id, 1, 4) for one in found.colleagues))
    for page in ("/", "/account", "/review"):
        rater.get(page)
    written(app)
    return [*seen, figures(app)]


def test_a_quiet_evening_changes_no_figure(app):
    seen = figures_through_an_evening(app)
    with clock.travel(clock.now() + timedelta(hours=1)):
        late = app.extensions["tally"].shown()

    assert all(one == seen[0] for one in seen)
    assert set(late["within"]) == {0}
    assert late["slow_statements"] == 0


def test_without_steps_delay_and_silence_about_the_fill_in_each_save_is_seen(app, monkeypatch):
    def show_at_once(tally):
        tally._over.add(tally._running)
        tally._running = Counts()

    monkeypatch.setattr(measuring, "is_in_fill_in", lambda: False)
    monkeypatch.setattr(tallying, "REQUESTS_SHOWN_BY", 1)
    monkeypatch.setattr(Tally, "_begin_hour", show_at_once)

    seen = figures_through_an_evening(app)

    assert all(before != after for before, after in itertools.pairwise(seen))
