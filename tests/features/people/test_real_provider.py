"""Signing in at a provider that is a real process on this machine, and at one that says nothing."""

import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests

from app.infra.openid import discovery, talking
from sign_in_providers import Provider
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.single_sign_on import is_in, refusal_in
from tests.provider_process import provider_with

PAULA = {"sub": "account-7", "email": "paula@example.com", "email_verified": True}


@pytest.fixture(autouse=True)
def nothing_is_known_of_providers():
    discovery.forget()
    talking.forget_silence()


def back_from(address):
    """Our own address to which the provider leads once its user has agreed there."""
    answer = requests.post(address, data={"sub": "account-7"}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


@pytest.mark.slow
class TestProcess:
    @pytest.fixture
    def provider(self):
        with provider_with(PAULA) as found:
            yield found

    @pytest.fixture
    def settings(self, settings, provider):
        return replace(settings, providers=(provider,))

    def test_somebody_signs_in_and_out(self, app, provider):
        make_person(name="Paula Pine", email="paula@example.com")
        browser = Browser(app)

        answer = browser.get(back_from(browser.get("/sign-in/with/login").headers["Location"]))
        page = browser.get("/").text
        left = browser.post("/sign-out", page="/account/sign-ins")

        assert answer.status_code == 302
        assert "Paula Pine" in page
        assert left.headers["Refresh"].startswith(f"0; url={provider.issuer}/oauth2/end_session?")
        assert not is_in(browser)


class TestSilence:
    @pytest.fixture
    def provider(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
            yield Provider("login", "Example Login", issuer, "id", "secret")

    @pytest.fixture
    def settings(self, settings, provider):
        return replace(settings, providers=(provider,))

    def test_one_that_takes_a_connection_and_says_nothing_is_left_in_time(self, app, monkeypatch):
        monkeypatch.setattr(talking, "PATIENCE", 0.2)

        answer = Browser(app).get("/sign-in/with/login")

        assert refusal_in(answer) == "Example Login does not answer. Please try again in a minute."
