"""An account in new hands is a new one, and reads no report of its owner for a while."""

from datetime import timedelta

import pytest

from app.infra import clock
from app.infra.db import db, transaction
from app.people import messages, passwords, services
from tests.browsing import Browser
from tests.features.people.test_account_theft import (
    change_email,
    mails_to,
    path_in,
    set_by_link,
)

DAY = timedelta(days=1)


def take_over(app, hanna, person):
    """What a dishonest HR person does: a mailbox of their own, a link, a password."""
    change_email(hanna, person, "hanna+x@example.com")
    set_by_link(app, path_in(messages.link_to_set_password(person)))
    db.session.rollback()
    return Browser(app, person)


@pytest.mark.parametrize("page", ["/reports", "/reports/1/1", "/reports/1/1.pdf"])
def test_an_account_in_new_hands_reads_no_report_for_two_weeks(app, hanna, alice, page, at):
    thief = take_over(app, hanna, alice.person)

    refused = thief.get(page)

    assert refused.status_code == 403
    assert "Reports open on" in refused.text
    with at(clock.now() + 15 * DAY):
        assert thief.get("/reports").status_code == 200


def test_a_changed_address_alone_takes_nothing_from_its_owner(app, hanna, alice):
    alice.person.password_hash = passwords.hashed("four quiet rivers")
    change_email(hanna, alice.person, "alice.bell@example.com")

    owner = Browser(app)
    owner.post("/sign-in", {"email": "alice.bell@example.com", "password": "four quiet rivers"})

    assert owner.get("/reports").status_code == 200
    assert alice.person.handed_over_on is None


def test_signing_in_does_not_clear_the_mark_of_a_new_address(app, hanna, alice):
    alice.person.password_hash = passwords.hashed("four quiet rivers")
    change_email(hanna, alice.person, "hanna+x@example.com")
    Browser(app).post("/sign-in", {"email": "hanna+x@example.com", "password": "four quiet rivers"})

    set_by_link(app, path_in(messages.link_to_set_password(alice.person)))

    db.session.rollback()
    assert Browser(app, alice.person).get("/reports").status_code == 403


def test_a_password_by_link_after_being_taken_back_closes_reports(app, hanna, alice):
    hanna.post(f"/people/{alice.person.id}/deactivate")
    hanna.post(f"/people/{alice.person.id}/reactivate", page=f"/people/{alice.person.id}")

    set_by_link(app, path_in(messages.link_to_set_password(alice.person)))

    db.session.rollback()
    assert alice.person.is_active
    assert Browser(app, alice.person).get("/reports").status_code == 403


def test_the_old_address_is_told_at_every_step(app, hanna, alice):
    change_email(hanna, alice.person, "hanna+x@example.com")
    page = f"/people/{alice.person.id}"
    change_email(hanna, alice.person, "hanna+y@example.com")
    hanna.post(f"{page}/password-link", page=page)
    set_by_link(app, path_in(mails_to("hanna+y@example.com")[-1].text))

    assert [mail.subject for mail in mails_to("alice@example.com")] == [
        "Your e-mail address for Full Circle was changed",
        "Your e-mail address for Full Circle was changed",
        "A link was mailed for your account in Full Circle",
        "The password of your account was set by a link in Full Circle",
    ]


def test_the_old_address_hears_nothing_more_once_its_owner_had_time_to_object(
    app, hanna, alice, at, run_jobs
):
    take_over(app, hanna, alice.person)
    told = len(mails_to("alice@example.com"))

    with at(clock.now() + 15 * DAY):
        Browser(app).post("/password/forgot", {"email": "hanna+x@example.com"})
        run_jobs()

    assert len(mails_to("hanna+x@example.com")) == 2
    assert len(mails_to("alice@example.com")) == told


def test_a_forgotten_password_at_the_same_address_closes_no_report(app, alice):
    alice.person.password_hash = passwords.hashed("four quiet rivers")
    set_by_link(app, path_in(messages.link_to_set_password(alice.person)))

    assert Browser(app, alice.person).get("/reports").status_code == 200


def test_an_account_that_was_woken_up_is_a_new_one(app, alice):
    with transaction():
        services.deactivate(alice.person, by=None)
    with transaction():
        services.reactivate(alice.person, by=None)

    assert alice.person.account_made_on == clock.now().date()


def test_the_owner_of_the_old_address_is_told_how_long_they_may_object(app, hanna, alice):
    message = messages.email_changed(alice.person, before="alice@example.com")

    assert "within 14 days" in " ".join(message.text.split())
    assert "within 14 days" in message.html
