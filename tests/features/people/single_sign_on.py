"""Signing in at a provider, as tests about it do."""

import re
from dataclasses import replace

from app.people.models import Person
from tests.browsing import Browser

BEGIN = "/sign-in/with/login"
VERIFIED = {"email": "paula@example.com", "email_verified": True}
NOTICE = re.compile(r'role="alert">([^<]*)<')


def with_provider(settings, provider, **over):
    """`settings` with this provider; `over` says more of the provider."""
    return replace(settings, providers=(provider.settings(**over),))


def came_by(browser, provider, subject="s-1", *, begin=BEGIN, **claims):
    """What `browser` is answered when it comes back from the provider."""
    there = browser.get(begin).headers["Location"]
    return browser.get(provider.agrees(there, subject, **claims))


def signed_in_by(app, provider, person: Person, subject="s-1", **claims):
    """A browser in which `person` signed in at the provider, by a verified address."""
    browser = Browser(app)
    said = {"email": person.email, "email_verified": True} | claims
    answer = came_by(browser, provider, subject, **said)
    assert answer.status_code == 302, answer.text
    return browser


def is_in(browser):
    return browser.get("/").status_code == 200


def refusal_in(answer):
    """The one sentence that says why somebody did not get in."""
    (found,) = NOTICE.findall(answer.text)
    return found
