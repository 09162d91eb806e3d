"""The second factor in a real browser: a passkey of a virtual authenticator, codes of an app."""

import re
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import expect

from app.infra import clock
from app.people.passwords import hashed
from tests.browser.navigators import PASSWORD
from tests.factories import make_person

pytestmark = [pytest.mark.browser]

INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""An authenticator inside the device, whose owner always shows the right finger."""


@pytest.fixture
def settings(settings):
    return replace(settings, second_factor="managers")


@pytest.fixture
def mara(app):
    """A manager, who needs a second factor."""
    mara = make_person(
        name="Mara Manager", email="mara@example.com", password_hash=hashed(PASSWORD)
    )
    make_person(manager_id=mara.id)
    return mara


@pytest.fixture
def page(app, address, window, monkeypatch):
    """A window at an address with a name, as browsers want it for passkeys."""
    named = address.replace("127.0.0.1", "localhost")
    here = replace(app.config["SETTINGS"], base_url=named)
    monkeypatch.setitem(app.config, "SETTINGS", here)
    monkeypatch.setitem(app.extensions, "environment_settings", here)
    page = window.new_page()
    page.goto(f"{named}/sign-in")
    return page


def sign_in(page, person):
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def authenticator(window, page):
    """A virtual authenticator for `page`; its line to the browser."""
    line = window.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
    return line


def test_a_passkey_is_set_up_at_the_first_sign_in_and_opens_the_next_one(window, page, mara):
    authenticator(window, page)
    sign_in(page, mara)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.get_by_label("What you call it").fill("Laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    page.goto(page.url.rstrip("/") + "/account/second-factor")
    expect(page.locator("strong")).to_have_text("Laptop")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, mara)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor, please")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_device_that_does_not_know_the_passkey_is_told_in_words(window, page, mara):
    line = authenticator(window, page)
    sign_in(page, mara)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.get_by_role("button", name="Sign out").click()
    line.send("WebAuthn.disable")
    authenticator(window, page)

    sign_in(page, mara)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("Your device did not go on"))
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_codes_of_an_app_are_set_up_and_sign_in(window, page, mara):
    sign_in(page, mara)
    expect(page.get_by_alt_text("The secret below as a QR code")).to_be_visible()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    phone = pyotp.TOTP(secret)
    page.get_by_label("Code that your app shows now").fill(phone.at(clock.now(), counter_offset=-1))
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, mara)
    page.get_by_label("Code of your app").fill(phone.at(clock.now()))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
