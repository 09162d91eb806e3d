"""Who comes by a provider owns the account, or is new hands with all that follows."""

from datetime import timedelta

import pytest

from app.home.log_sentences import sentence
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.people import export, messages, passwords
from app.people.credentials import epoch_of
from app.people.models import SignInIdentity
from app.people.single_sign_on import linking
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.importing import take_over
from tests.features.people.single_sign_on import (
    came_by,
    is_in,
    refusal_in,
    signed_in_by,
    with_provider,
)
from tests.features.people.test_account_theft import change_email, path_in, set_by_link

DAY = timedelta(days=1)
SECRET = "four quiet rivers"


@pytest.fixture
def settings(settings, provider):
    return with_provider(settings, provider, number_claim="employee_id")


@pytest.fixture
def paula(app, bob):
    return make_person(
        name="Paula Pine",
        email="paula@example.com",
        number="0042",
        manager_id=bob.person.id,
        password_hash=passwords.hashed(SECRET),
    )


def acts():
    return [entry.tag for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_a_first_link_closes_sealed_answers_and_nothing_else(app, provider, paula):
    before = epoch_of(paula)
    elsewhere = Browser(app, paula)

    browser = signed_in_by(app, provider, paula)

    assert epoch_of(paula) != before
    assert not is_in(elsewhere)
    assert browser.get("/reports").status_code == 200
    assert paula.handed_over_on is None
    assert paula.password_hash is not None
    assert paula.password_by_link_on == clock.now().date()


def test_the_first_link_stands_in_no_log_because_it_is_a_sign_in(app, provider, paula):
    signed_in_by(app, provider, paula)

    assert acts() == []


def test_coming_again_changes_nothing(app, provider, paula):
    signed_in_by(app, provider, paula)
    epoch = epoch_of(paula)

    signed_in_by(app, provider, paula)

    assert epoch_of(paula) == epoch


def test_who_leaves_at_this_moment_is_not_let_in(app, provider, paula, monkeypatch):
    locked = linking._locked

    def leaving(person):
        person.is_active = False
        db.session.flush()
        return locked(person)

    monkeypatch.setattr(linking, "_locked", leaving)
    said = {"email": paula.email, "email_verified": True}

    answer = came_by(Browser(app), provider, "s-1", **said)

    assert "This account is deactivated." in refusal_in(answer)
    assert db.session.query(SignInIdentity).all() == []


def test_another_subject_means_new_hands(app, provider, paula, at):
    first = signed_in_by(app, provider, paula, "s-1")
    epoch = epoch_of(paula)

    other = signed_in_by(app, provider, paula, "s-2")

    assert epoch_of(paula) != epoch
    assert not is_in(first)
    assert paula.handed_over_on == clock.now().date()
    assert paula.password_hash is None
    assert [row.subject for row in db.session.query(SignInIdentity)] == ["s-2"]
    assert other.get("/reports").status_code == 403
    with at(clock.now() + 15 * DAY):
        late = signed_in_by(app, provider, paula, "s-2")
        assert late.get("/reports").status_code == 200


def test_new_hands_are_in_the_log_and_told_to_the_owner(app, provider, paula):
    signed_in_by(app, provider, paula, "s-1")
    signed_in_by(app, provider, paula, "s-2")

    (entry,) = db.session.query(AuditEntry)
    assert entry.tag == "person:handed_over"
    assert "the account is in new hands" in sentence(entry.tag, entry.details)
    told = [mail.subject for mail in db.session.query(OutboxMail) if "linked" in mail.subject]
    assert len(told) == 2


def test_an_account_with_another_address_is_in_new_hands_and_the_old_one_is_told(
    app, provider, hanna, paula
):
    signed_in_by(app, provider, paula, "s-1")
    change_email(hanna, paula, "hanna+p@example.com")

    thief = signed_in_by(app, provider, paula, "s-hanna")

    assert thief.get("/reports").status_code == 403
    assert paula.handed_over_on == clock.now().date()
    told = db.session.query(OutboxMail).filter_by(to="paula@example.com").all()
    assert "linked to another way to sign in" in told[-1].subject
    assert "(hanna+p@example.com)" in told[-1].text


def test_who_is_known_by_the_subject_stays_the_owner_after_another_address(
    app, provider, hanna, paula
):
    signed_in_by(app, provider, paula, "s-1")
    epoch = epoch_of(paula)
    change_email(hanna, paula, "p.pine@example.com")

    browser = signed_in_by(app, provider, paula, "s-1")

    assert epoch_of(paula) == epoch
    assert browser.get("/reports").status_code == 200


def test_an_account_taken_back_is_in_new_hands_with_another_subject(app, provider, hanna, paula):
    signed_in_by(app, provider, paula, "s-1")
    hanna.post(f"/people/{paula.id}/deactivate")
    hanna.post(f"/people/{paula.id}/reactivate", page=f"/people/{paula.id}")

    assert signed_in_by(app, provider, paula, "s-2").get("/reports").status_code == 403


def test_a_password_by_link_after_another_address_ends_the_link_to_the_provider(
    app, provider, hanna, paula
):
    signed_in_by(app, provider, paula, "s-1")
    change_email(hanna, paula, "hanna+p@example.com")

    set_by_link(app, path_in(messages.link_to_set_password(paula)))

    assert db.session.query(SignInIdentity).all() == []


def test_a_personnel_number_links_an_account_without_a_verified_address(app, provider, paula):
    answer = came_by(Browser(app), provider, employee_id="0042", email="else@example.com")

    assert answer.status_code == 302
    assert paula.handed_over_on is None
    assert db.session.query(SignInIdentity).one().person_id == paula.id


def test_a_number_that_changed_lately_and_stands_alone_means_new_hands(app, provider, hanna, paula):
    with transaction():
        content = export.directory_file(by=None).replace(b"0042", b"0099")
    take_over(content, today=clock.now().date(), by=hanna.person.id)
    db.session.rollback()
    assert paula.number == "0099"
    assert paula.number_changed_on == clock.now().date()

    browser = Browser(app)
    came_by(browser, provider, employee_id="0099")

    assert browser.get("/reports").status_code == 403
    assert paula.handed_over_on == clock.now().date()


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"employee_id": "0001"}, "belong to two different people"),
        ({"employee_id": "0077"}, "is not the one in the directory"),
        ({"employee_id": "0077", "email_verified": False}, "you are number 0077, and nobody here"),
        ({"email_verified": False}, "did not say what we know people by (employee_id)"),
    ],
)
def test_other_peoples_numbers_let_nobody_in(app, provider, paula, claims, said):
    make_person(email="other@example.com", number="0001")

    said_of = {"email": "paula@example.com", "email_verified": True} | claims
    answer = came_by(Browser(app), provider, **said_of)

    assert answer.status_code == 401
    assert said in answer.text
    assert db.session.query(SignInIdentity).all() == []


class TestLinkingOnesOwn:
    def test_who_is_signed_in_links_and_keeps_everything(self, app, provider, paula):
        browser = Browser(app, paula)
        epoch = epoch_of(paula)

        answer = came_by(
            browser,
            provider,
            begin="/account/link-with/login",
            email="paula@example.com",
            email_verified=True,
        )

        assert answer.headers["Location"] == "/account/sign-ins"
        assert epoch_of(paula) == epoch
        assert is_in(browser)
        assert "linked to your account since" in browser.get("/account/sign-ins").text

    @pytest.mark.parametrize("email", ["bob@example.com", "nobody@example.com"])
    def test_nobody_links_an_account_of_somebody_else(self, app, provider, paula, email):
        answer = came_by(
            Browser(app, paula),
            provider,
            begin="/account/link-with/login",
            email=email,
            email_verified=True,
        )

        assert answer.status_code == 409
        assert db.session.query(SignInIdentity).all() == []


class TestRequiredClaim:
    @pytest.fixture
    def settings(self, settings, provider):
        return with_provider(settings, provider, required_claim="hd=example.com")

    def test_only_accounts_of_the_company_get_in(self, app, provider, paula):
        said = {"email": "paula@example.com", "email_verified": True}

        private = came_by(Browser(app), provider, "s-1", **said)
        other = came_by(Browser(app), provider, "s-1", hd="other.example", **said)
        ours = came_by(Browser(app), provider, "s-1", hd="example.com", **said)

        assert [one.status_code for one in (private, other, ours)] == [401, 401, 302]
        assert "is not one of this company’s" in private.text
