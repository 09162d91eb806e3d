"""The second factor again: a stolen cookie changes no account and reads nobody's report."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from app.infra import clock
from app.infra.db import db
from app.people import second_factor
from app.people.passwords import hashed
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.factors import (
    SECRET,
    codes_from,
    give_codes,
    has_given_factor,
)
from tests.features.people.test_directory import as_typed

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NEEDED = "Your second factor, please"


def with_factor(browser, *, minutes_ago):
    """The phone of the person in `browser`, who showed their factor so long ago."""
    phone, _ = give_codes(browser.person)
    browser.gives_password = False
    has_given_factor(browser, minutes_ago=minutes_ago)
    return phone


@pytest.fixture
def phone(hanna):
    """The phone of HR, whose session showed the factor twenty minutes ago."""
    return with_factor(hanna, minutes_ago=20)


def test_an_act_on_an_account_is_done_with_the_factor_and_what_was_typed(hanna, phone, alice):
    page = f"/people/{alice.person.id}"
    typed = as_typed(alice.person, title="Head of tea & biscuits")

    asked = hanna.post(page, typed)
    before = alice.person.title
    carried = {name: value.replace("&amp;", "&") for name, value in HIDDEN.findall(asked.text)}
    done = hanna.post(page, carried | {"factor_code": phone.code()})

    assert (asked.status_code, before) == (401, "Engineer")
    assert "It then goes on with everything you filled in." in asked.text
    assert done.status_code == 302
    assert alice.person.title == "Head of tea & biscuits"


def test_a_wrong_code_or_the_password_does_nothing(hanna, phone, alice):
    page = f"/people/{alice.person.id}"
    typed = as_typed(alice.person, title="Queen")

    wrong = hanna.post(page, typed | {"factor_code": phone.wrong()})
    password = hanna.post(page, typed | {"password_again": SECRET})

    assert (wrong.status_code, password.status_code) == (401, 401)
    assert "That code was not accepted." in wrong.text
    assert ("title", "Queen") in HIDDEN.findall(wrong.text)
    assert alice.person.title == "Engineer"


def test_once_shown_it_is_not_asked_for_again(hanna, phone, alice):
    page = f"/people/{alice.person.id}"
    hanna.post(page, as_typed(alice.person) | {"factor_code": phone.code()})

    assert hanna.post(page, as_typed(alice.person, title="Lead")).status_code == 302


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/password/change", "/password/change"),
        ("/account/second-factor/codes/remove", "/account/second-factor"),
        ("/account/second-factor/passkeys/1/remove", "/account/second-factor"),
        ("/account/second-factor/recovery-codes", "/account/second-factor"),
        ("/account/second-factor/codes", "/account/second-factor"),
        ("/account/second-factor/passkey", "/account/second-factor"),
        ("/account/data/erase", "/account/data/erase"),
    ],
)
def test_a_stolen_cookie_changes_nothing_of_the_account(alice, address, page):
    with_factor(alice, minutes_ago=16)

    answer = alice.post(address, page=page)

    assert (answer.status_code, NEEDED in answer.text) == (401, True)
    assert second_factor.of(alice.person).recovery_codes == 10


@pytest.mark.parametrize(
    "path", ["desk/company", "desk/company/shorten", "cycles/requests/1/refuse"]
)
def test_a_stolen_cookie_of_hr_agrees_to_nothing(hanna, phone, path):
    answer = hanna.post(f"/{path}", page="/desk/company")

    assert (answer.status_code, NEEDED in answer.text) == (401, True)


OF_OTHERS = ("/{who}", "/{who}.pdf", "/{who}/talk", "/{who}/talk.pdf", "/team/{boss}", "/talks")


@pytest.mark.parametrize("path", OF_OTHERS)
def test_a_stolen_cookie_reads_nobodys_report(bob, alice, path):
    phone = with_factor(bob, minutes_ago=31)
    address = "/reports/1" + path.format(who=alice.person.id, boss=bob.person.id)

    asked = bob.get(address)
    carried = dict(HIDDEN.findall(asked.text))
    done = bob.post("/account/confirm", carried | {"factor_code": phone.code()}, page="/")

    assert (asked.status_code, NEEDED in asked.text) == (401, True)
    assert done.location == address
    assert bob.get(address).status_code in {403, 404}  # nothing is published here


def test_ones_own_report_asks_for_nothing(alice):
    with_factor(alice, minutes_ago=600)

    assert alice.get(f"/reports/1/{alice.person.id}").status_code == 404


def test_reading_goes_on_for_half_an_hour(bob, alice):
    with_factor(bob, minutes_ago=29)

    assert bob.get(f"/reports/1/{alice.person.id}").status_code == 404


def test_a_wrong_code_leads_on_to_nothing_and_nowhere_else(bob, alice):
    phone = with_factor(bob, minutes_ago=31)
    fields = {"next": "https://evil.example/", "factor_code": phone.wrong()}

    wrong = bob.post("/account/confirm", fields, page="/")
    right = bob.post("/account/confirm", fields | {"factor_code": phone.code()}, page="/")

    assert wrong.status_code == 401
    assert "evil.example" not in wrong.text
    assert right.location == "/"


def test_a_clock_that_was_set_back_asks(hanna, phone, alice, at):
    has_given_factor(hanna, minutes_ago=-5)

    assert hanna.post(f"/people/{alice.person.id}", as_typed(alice.person)).status_code == 401


def test_without_a_factor_setting_one_up_asks_for_the_password(app, at):
    someone = make_person(email="emil@example.com")
    browser = Browser(app, someone)
    browser._give_password()
    browser.gives_password = False
    page = "/account/second-factor/codes"
    assert browser.get(page).status_code == 200

    with at(clock.now() + timedelta(minutes=16)):
        answers = [browser.get(page), browser.post(page, {"code": "1"}, page="/password/change")]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert not second_factor.is_set(someone)


def test_whoever_gives_the_password_first_is_shown_the_picture_next(app, at):
    someone = make_person(email="emil@example.com", password_hash=hashed(SECRET))
    db.session.commit()
    browser = Browser(app, someone)
    browser.gives_password = False

    page = "/account/second-factor/codes"
    shown = browser.post(page, {"password_again": SECRET})
    done = browser.post(page, codes_from(shown))

    assert "Scan this" in shown.text
    assert done.text.count("<code>") == 10
    assert second_factor.is_set(someone)
    assert browser.get("/account/second-factor").status_code == 200


def test_changing_the_password_keeps_the_session_with_its_factor(app):
    someone = make_person(email="emil@example.com")
    browser = Browser(app, someone)
    with_factor(browser, minutes_ago=1)
    new = "seven loud mountains"

    browser.post("/password/change", {"old": SECRET, "password": new, "again": new})

    assert browser.get("/account/second-factor").status_code == 200


def test_a_file_that_cannot_go_along_is_said_to_be_left_behind(hanna, phone):
    sent = {"logo": (BytesIO(b"<svg/>"), "logo.svg"), "colour": "#14536b"}

    asked = hanna.post("/desk/company", sent)

    assert asked.status_code == 401
    assert "with everything you filled in, but without the file: please choose" in asked.text


def test_a_page_that_offers_passkeys_says_what_one_is(alice):
    page = alice.get("/account/second-factor").text

    assert "A passkey is a key that your phone, your computer or a security key keeps" in page
    assert "Whoever runs Full Circle can set that up." in page
