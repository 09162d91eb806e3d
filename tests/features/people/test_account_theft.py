"""Nobody, HR included, gets into somebody else's account without its owner hearing of it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people import messages, passwords
from tests.browsing import Browser
from tests.features.people.test_directory import as_typed

OTHER = "seven loud mountains"
LINK = re.compile(r"/password/set/\S+")


def change_email(hanna, person, email):
    return hanna.post(f"/people/{person.id}", as_typed(person, email=email))


def path_in(text):
    found = LINK.search(text)
    assert found
    return found.group()


def set_by_link(app, link):
    return Browser(app).post(link, {"password": OTHER, "again": OTHER})


def mails_to(address):
    mine = select(OutboxMail).where(OutboxMail.to == address)
    return db.session.scalars(mine.order_by(OutboxMail.id)).all()


def test_the_old_address_is_told_of_a_new_one(hanna, alice):
    change_email(hanna, alice.person, "Hanna+x@example.com")

    (mail,) = mails_to("alice@example.com")
    assert mail.subject == "Your e-mail address for Full Circle was changed"
    assert "from alice@example.com to hanna+x@example.com" in mail.text
    assert "please tell your manager and HR at once" in mail.text
    assert "<img" not in mail.html
    assert mails_to("hanna+x@example.com") == []


def test_other_changes_and_another_case_are_not_told(hanna, alice):
    change_email(hanna, alice.person, "Alice@Example.com")
    hanna.post(f"/people/{alice.person.id}", as_typed(alice.person, title="Lead"))

    assert db.session.scalars(select(OutboxMail)).all() == []
    assert alice.get("/password/change").status_code == 200


def test_a_new_address_ends_sessions_and_links(app, hanna, alice):
    path = path_in(messages.link_to_set_password(alice.person))

    change_email(hanna, alice.person, "new@example.com")

    assert alice.get("/password/change").status_code == 302
    assert Browser(app).get(path).status_code == 410


def test_hr_stays_signed_in_when_changing_the_own_address(hanna):
    change_email(hanna, hanna.person, "hill@example.com")

    assert hanna.get("/people").status_code == 200
    assert len(mails_to("hanna@example.com")) == 1


@pytest.mark.parametrize("kept", [None, "set"])
def test_a_password_by_link_after_a_new_address_closes_old_answers(app, hanna, alice, kept):
    alice.person.password_hash = passwords.hashed("four quiet rivers") if kept else None
    change_email(hanna, alice.person, "new@example.com")
    hanna.post(f"/people/{alice.person.id}/password-link", page=f"/people/{alice.person.id}")

    set_by_link(app, path_in(mails_to("new@example.com")[0].text))

    assert alice.person.credential_epoch > 1
    assert "was set by a link" in mails_to("new@example.com")[-1].subject


def test_hr_may_read_links_while_trying_things_out(hanna, alice):
    hanna.post(f"/people/{alice.person.id}/password-link", page=f"/people/{alice.person.id}")

    assert LINK.search(hanna.get("/outbox").text)


class TestInProduction:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, environment="production")

    @pytest.mark.parametrize("way", ["sent by HR", "forgotten"])
    def test_no_link_is_shown_in_the_outbox(self, app, hanna, alice, way, run_jobs):
        if way == "forgotten":
            Browser(app).post("/password/forgot", {"email": "alice@example.com"})
            run_jobs()
        else:
            page = f"/people/{alice.person.id}"
            hanna.post(f"{page}/password-link", page=page)

        shown = hanna.get("/outbox").text
        assert len(mails_to("alice@example.com")) == 1
        assert "alice@example.com" in shown
        assert not LINK.search(shown)
