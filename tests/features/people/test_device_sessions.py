"""Sessions: their owner sees them and ends them; none lasts for ever, HR's ends soon."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import create_app
from app.infra.db import db
from app.people import passwords
from app.people.models import DeviceSession, SignInWay
from tests.browsing import Browser
from tests.factories import make_person

SECRET = "correct horse battery staple"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
NINE = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def paula(app):
    return make_person(
        name="Paula Pine", email="paula@example.com", password_hash=passwords.hashed(SECRET)
    )


@pytest.fixture
def browsers(app, paula):
    """Two devices on which Paula has signed in."""
    return [signed_in(app), signed_in(app)]


def signed_in(app, agent=FIREFOX):
    browser = Browser(app)
    data = {"email": "paula@example.com", "password": SECRET}
    browser.post("/sign-in", data, headers={"User-Agent": agent})
    return browser


def is_in(browser):
    return browser.get("/").status_code == 200


def test_the_owner_sees_every_device_and_which_is_this(browsers):
    page = " ".join(browsers[0].get("/account/sign-ins").text.split())

    assert page.count("Firefox on Windows, this device") == 1
    assert page.count("<strong>Firefox on Windows") == 2


def test_one_session_is_ended_and_the_other_goes_on(browsers):
    here, there = browsers
    page = here.get("/account/sign-ins").text
    address = page.split('action="/account/sign-ins/')[1].split("/end")[0]

    answer = here.post(f"/account/sign-ins/{address}/end", page="/account/sign-ins")

    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_all_others_are_ended_at_once(app, browsers):
    third = signed_in(app)

    third.post("/account/sign-ins/end-others", page="/account/sign-ins")

    assert [is_in(one) for one in (*browsers, third)] == [False, False, True]


def test_nobody_ends_a_session_of_somebody_else(browsers, alice):
    keys = [row.key for row in db.session.query(DeviceSession)]

    for key in keys:
        alice.post(f"/account/sign-ins/{key}/end", page="/account/sign-ins")
    alice.post("/account/sign-ins/end-others", page="/account/sign-ins")

    assert [is_in(one) for one in browsers] == [True, True]


def test_signing_out_ends_this_session_also_for_a_copied_cookie(app, browsers):
    here, there = browsers
    copy = here.get_cookie("session").value

    here.post("/sign-out", page="/")
    thief = Browser(app)
    thief.set_cookie("session", copy)

    assert not is_in(thief)
    assert is_in(there)


@pytest.mark.parametrize(("is_hr", "minutes"), [(False, 13 * 60 + 1), (True, 36)])
def test_a_session_ends_when_nobody_comes(app, paula, at, is_hr, minutes):
    paula.is_hr = is_hr
    db.session.commit()
    with at(NINE):
        browser = signed_in(app)
    with at(NINE + timedelta(minutes=minutes)):
        gone = is_in(browser)

    assert not gone


@pytest.mark.parametrize(("is_hr", "minutes"), [(False, 11 * 60), (True, 29)])
def test_a_session_goes_on_while_somebody_comes(app, paula, at, is_hr, minutes):
    paula.is_hr = is_hr
    db.session.commit()
    with at(NINE):
        browser = signed_in(app)
    for times in range(1, 5):
        with at(NINE + times * timedelta(minutes=minutes)):
            assert is_in(browser)


def test_no_session_lasts_longer_than_seven_days(app, paula, at):
    with at(NINE):
        browser = signed_in(app)
    for hours in range(10, 7 * 24, 10):
        with at(NINE + timedelta(hours=hours)):
            assert is_in(browser)
    with at(NINE + timedelta(days=7)):
        gone = is_in(browser)

    assert not gone


def test_the_table_names_nobody_and_no_time(browsers, paula):
    rows = db.session.query(DeviceSession).all()

    assert {column.name for column in DeviceSession.__table__.columns} == {
        *("key", "owner", "device", "since", "seen_on", "is_ended", "way")
    }
    for row in rows:
        assert str(paula.id) != row.owner
        assert not isinstance(row.since, datetime)


def test_over_tls_the_cookie_is_taken_from_this_host_only(settings):
    secure = create_app(replace(settings, base_url="https://review.example.com"), testing=True)

    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert secure.config["SESSION_COOKIE_SECURE"] is True
    assert secure.config["SESSION_COOKIE_PATH"] == "/"


def test_a_session_knows_that_a_password_opened_it(browsers):
    ways = [row.way for row in db.session.query(DeviceSession)]

    assert ways == [SignInWay.PASSWORD, SignInWay.PASSWORD]


def test_a_changed_password_opens_its_session_in_the_same_way(browsers):
    new = "seven loud mountains"
    data = {"old": SECRET, "password": new, "again": new}

    browsers[0].post("/password/change", data)

    assert {row.way for row in db.session.query(DeviceSession)} == {SignInWay.PASSWORD}
    assert is_in(browsers[0])
