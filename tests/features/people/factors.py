"""Somebody with a second factor, as tests need them: who can show codes, and browsers that did."""

import re

import pyotp

from app.infra import clock
from app.infra.db import db, transaction
from app.people import fresh_factor, passwords, second_factor
from tests.browsing import Browser

SECRET = "four quiet rivers"


def give_codes(person):
    """Set up time codes for `person`; return what their app shows now, and the recovery codes."""
    person.password_hash = passwords.hashed(SECRET)
    db.session.commit()
    with transaction():
        offer = second_factor.offer_time_codes(person)
        app = pyotp.TOTP(offer.spelled.replace(" ", ""))
        # A code of the step before, so that the one that is shown now is still unused.
        code = app.at(clock.now(), counter_offset=-1)
        recovery = second_factor.set_time_codes(person, token=offer.token, code=code)
    return App(app), recovery


class App:
    """An app for time codes on somebody's phone."""

    def __init__(self, totp):
        self.totp = totp

    def code(self, steps=0):
        """What it shows now, or so many steps of thirty seconds later."""
        return self.totp.at(clock.now(), counter_offset=steps)

    def wrong(self):
        """A code that none of the steps around has."""
        near = {self.code(step) for step in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222") if code not in near)


def has_given_factor(browser, *, minutes_ago=0):
    """Let the session of `browser` be one in which the second factor was given."""
    with browser.session_transaction() as session:
        session[fresh_factor.GIVEN_AT] = int(clock.now().timestamp()) - 60 * minutes_ago


def sign_in(app, person, password=SECRET, *, target="/"):
    """A browser in which the password of `person` was given, and what the page answered."""
    browser = Browser(app)
    browser.gives_password = False
    fields = {"email": person.email, "password": password, "next": target}
    return browser, browser.post("/sign-in", fields)


def codes_from(page):
    """What somebody sends whose app has taken over what `page` shows."""
    token = re.search(r'name="token"\s+value="([^"]+)"', page.text)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert token
    assert secret
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now())
    return {"token": token[1], "code": code}
