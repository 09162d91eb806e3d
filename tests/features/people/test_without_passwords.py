"""Where passwords are switched off, nothing speaks of them and none opens anything."""

from dataclasses import replace

import pytest

from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.people import messages, passwords, services
from app.people.models import ForgottenPassword, Person
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.single_sign_on import is_in, signed_in_by, with_provider
from tests.features.people.test_directory import as_typed

SECRET = "four quiet rivers"


@pytest.fixture
def settings(settings, provider):
    return replace(with_provider(settings, provider), has_passwords=False)


@pytest.fixture
def hana(app, provider):
    """HR, signed in by the provider."""
    hr = make_person(name="Hana Holt", email="hana@example.com", is_hr=True)
    browser = signed_in_by(app, provider, hr)
    browser._person = hr
    return browser


def test_the_sign_in_page_has_no_field_for_one_and_takes_none(app):
    paula = make_person(email="paula@example.com", password_hash=passwords.hashed(SECRET))
    browser = Browser(app)

    page = browser.get("/sign-in").text
    browser.post("/sign-in", {"email": paula.email, "password": SECRET})

    assert "assword" not in page
    assert "Sign in with Example Login" in page
    assert not is_in(browser)


def test_a_session_that_a_password_opened_is_over(app):
    assert not is_in(Browser(app, make_person()))


def test_pages_about_passwords_are_not_there(app, hana):
    token = messages.link_to_set_password(hana.person).rsplit("/", 1)[1]

    gets = [hana.get(path) for path in (f"/password/set/{token}", "/password/forgot")]
    posts = [
        hana.post(path, page="/account/sign-ins")
        for path in ("/password/change", f"/people/{hana.person.id}/password-link")
    ]

    for answer in (*gets, *posts, hana.post("/people/password-links", page="/account/sign-ins")):
        assert answer.status_code == 404
        assert "There are no passwords here. People sign in with Example Login." in answer.text


def test_no_page_of_hr_or_of_the_account_speaks_of_them(hana):
    someone = make_person()

    added = hana.post("/people/new", as_typed(someone, name="Nora New", email="nora@example.com"))
    pages = ["/people", f"/people/{someone.id}", "/desk", "/account/sign-ins", "/"]
    said = {page: hana.get(page).text for page in (added.headers["Location"], *pages)}

    assert {page for page, text in said.items() if "assword" in text} == set()
    assert "They sign in with Example Login." in said[added.headers["Location"]]
    assert "no+password" not in said["/people"]


def test_no_link_is_mailed_asked_for_or_printed(app, hana):
    paula = make_person()
    with transaction():
        db.session.add(ForgottenPassword(email=paula.email))
    with transaction():
        services.answer_forgotten()

    printed = app.test_cli_runner().invoke(args=["people", "password", paula.email])

    assert messages.first_password_link(paula, until=clock.now()) == ""
    assert db.session.query(OutboxMail).filter_by(to=paula.email).all() == []
    assert printed.exit_code == 1
    assert "There are no passwords here." in printed.output


class TestFirstPerson:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, first_hr="Hanna Hill <hanna@example.com>")

    def test_the_first_person_of_hr_comes_by_the_provider(self, app, provider):
        hanna = db.session.query(Person).one()
        assert db.session.query(OutboxMail).all() == []
        assert signed_in_by(app, provider, hanna).get("/desk").status_code == 200
