from datetime import timedelta

import pytest
from sqlalchemy import select

from app.infra import clock
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people import passwords
from app.people.models import SignInAttempts
from app.people.throttle import PER_ADDRESS, PER_EMAIL
from tests.browsing import Browser
from tests.factories import make_person

SECRET = "four quiet rivers"
WRONG = "seven loud mountains"
HERE = "192.0.2.7"


@pytest.fixture
def paula(app):
    """A person with a password."""
    return make_person(
        name="Paula Pine", email="paula@example.com", password_hash=passwords.hashed(SECRET)
    )


@pytest.fixture
def quick(monkeypatch):
    """Only Paula's password is right, found without paying for argon2 each time."""
    monkeypatch.setattr(passwords, "is_right", lambda password, kept: kept and password == SECRET)


def sign_in(browser, email="paula@example.com", password=SECRET, *, address=HERE):
    data = {"email": email, "password": password}
    return browser.post("/sign-in", data, environ_base={"REMOTE_ADDR": address})


def is_signed_in(browser):
    return browser.get("/password/change").status_code == 200


def fail(browser, times, **how):
    for _ in range(times):
        sign_in(browser, password=WRONG, **how)


def test_after_ten_failures_even_the_right_password_waits(client, paula, quick):
    fail(client, 10)

    response = sign_in(client)

    assert response.status_code == 401
    assert "Too many attempts. Please try again in 15 minutes." in response.text
    assert not is_signed_in(client)


def test_after_a_quarter_of_an_hour_the_right_password_works_again(client, paula, quick, at):
    fail(client, 10)

    with at(clock.now() + timedelta(minutes=15, seconds=1)):
        sign_in(client)
        assert is_signed_in(client)


def test_failures_elsewhere_lock_nobody_out(client, paula, quick):
    fail(client, 10, address="203.0.113.1")
    fail(client, 10, address="203.0.113.2")

    sign_in(client)

    assert is_signed_in(client)


@pytest.mark.slow
def test_failures_from_one_address_are_counted_over_all_emails(client, paula, quick):
    for number in range(PER_ADDRESS):
        sign_in(client, email=f"guess{number}@example.com")

    assert "Too many attempts" in sign_in(client).text
    assert sign_in(client, address="203.0.113.1").status_code == 302


@pytest.mark.slow
def test_failures_for_one_email_are_counted_over_all_addresses(client, paula, quick):
    for number in range(PER_EMAIL):
        fail(client, 1, email="Paula@example.com", address=f"10.0.0.{number}")

    assert "Too many attempts" in sign_in(client).text


def test_signing_in_well_is_not_counted_as_a_failure(app, paula, quick):
    for _ in range(12):
        browser = Browser(app)
        sign_in(browser)
        assert is_signed_in(browser)


def test_the_table_of_failures_names_neither_email_nor_address(client, paula, quick):
    fail(client, 1)

    keys = [row.key for row in db.session.scalars(select(SignInAttempts))]
    assert len(keys) == 3
    assert all(len(key) == 64 and "paula" not in key and HERE not in key for key in keys)


def test_old_failures_are_forgotten(client, paula, quick, at):
    sign_in(client, email="once@example.com")

    with at(clock.now() + timedelta(hours=1)):
        sign_in(client)

    assert db.session.query(SignInAttempts).count() == 3


def test_a_mailbox_is_not_flooded_with_links_from_many_addresses(client, paula, run_jobs):
    for number in range(11):
        response = client.post(
            "/password/forgot",
            {"email": "paula@example.com"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
        )

    assert "Too many attempts" in response.text
    run_jobs()
    assert db.session.query(OutboxMail).count() == 10


def test_a_clock_that_was_set_back_locks_nobody_out_for_days(client, paula, quick, at):
    with at(clock.now() + timedelta(days=5)):
        fail(client, 10)
        assert "Too many attempts" in sign_in(client).text

    assert sign_in(client).status_code == 302


def test_guessing_the_present_password_is_slowed_down(app, paula, quick):
    here = Browser(app, paula)
    for _ in range(11):
        response = here.post(
            "/password/change", {"old": WRONG, "password": "abc" * 9, "again": "abc" * 9}
        )

    assert "Too many attempts" in response.text
