"""A sign-in provider that is silent, wrong or attacked, and junk in what it says."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.infra import clock
from app.infra.db import db
from app.people import throttle
from app.people.models import SignInAttempts
from tests.factories import make_person
from tests.fake_provider import unsigned
from tests.features.people.single_sign_on import (
    BEGIN,
    VERIFIED,
    came_by,
    refusal_in,
    with_provider,
)


@pytest.fixture
def settings(settings, provider):
    return with_provider(settings, provider)


@pytest.fixture
def paula(app):
    return make_person(name="Paula Pine", email="paula@example.com")


class TestProviderInTrouble:
    def test_one_that_is_silent_is_asked_once_and_named(self, client, provider):
        provider.is_silent = True

        answers = [client.get(BEGIN) for _ in range(3)]

        assert {refusal_in(one) for one in answers} == {
            "Example Login does not answer. Please try again in a minute."
        }
        assert len(provider.asked) == 1

    def test_one_that_is_silent_for_a_while_is_known_from_before(self, client, provider, paula, at):
        client.get(BEGIN)
        provider.is_silent = True

        with at(clock.now() + timedelta(hours=5)):
            answer = client.get(BEGIN)
        with at(clock.now() + timedelta(days=2)):
            later = client.get(BEGIN)

        assert answer.status_code == 302
        assert "does not answer" in refusal_in(later)

    def test_what_it_says_of_itself_is_read_once_an_hour(self, client, provider, at):
        for _ in range(3):
            client.get(BEGIN)
        with at(clock.now() + timedelta(hours=2)):
            client.get(BEGIN)

        assert len([path for path in provider.asked if path.endswith("configuration")]) == 2

    def test_one_that_is_not_what_the_settings_say_is_not_used(self, client, provider):
        for metadata in (
            {"issuer": "https://evil.example.com"},
            {"issuer": None},
            {"authorization_endpoint": None},
            {"token_endpoint": "http://login.example.com/token"},
            {"jwks_uri": 7},
            {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        ):
            provider.metadata = metadata

            answer = client.get(BEGIN)

            assert refusal_in(answer) == (
                "Signing in with Example Login is not set up rightly. Please tell whoever runs "
                "Full Circle."
            ), metadata

    def test_one_that_does_not_know_us_is_said_to_be_set_up_wrongly(
        self, app, client, provider, paula, monkeypatch
    ):
        monkeypatch.setattr("tests.fake_provider.SECRET", "another")

        answer = came_by(client, provider, **VERIFIED)

        assert "is not set up rightly" in refusal_in(answer)

    def test_its_trouble_counts_as_nobodys_failure(self, client, provider, paula, at):
        back = provider.agrees(client.get(BEGIN).headers["Location"], **VERIFIED)
        provider.is_silent = True

        answer = client.get(back)

        assert "does not answer" in refusal_in(answer)
        assert [row.failures for row in db.session.query(SignInAttempts)] == [0]

    def test_forged_answers_are_slowed_down(self, client, provider, paula, monkeypatch):
        monkeypatch.setattr(throttle, "PER_ADDRESS", 2)
        provider.sign = unsigned

        answers = [came_by(client, provider, **VERIFIED) for _ in range(3)]

        assert "Too many attempts" in refusal_in(answers[-1])


class TestJunk:
    def test_junk_in_a_callback_is_refused(self, client):
        for query in (
            "",
            "?state=&code=",
            "?state=%F0%9F%92%A9&code=x",
            "?code=" + "x" * 5000,
            "?error=%3Cscript%3E",
            "?state=a&state=b&iss=%FF",
        ):
            answer = client.get(f"/sign-in/with/login/back{query}")

            assert answer.status_code == 401, query
            assert "<script>" not in answer.text

    def test_a_provider_that_is_not_set_is_no_page(self, client):
        for name in ("other", "LOGIN", "%00", "x" * 300):
            for path in (f"/sign-in/with/{name}", f"/sign-in/with/{name}/back"):
                assert client.get(path).status_code == 404, path

    def test_junk_as_a_code_is_refused(self, client):
        for code in ("x" * 5000, "\u2603", "a b"):
            state = parse_qs(urlsplit(client.get(BEGIN).headers["Location"]).query)["state"][0]
            said = {"state": state, "code": code}

            answer = client.get("/sign-in/with/login/back", query_string=said)

            assert answer.status_code == 401, code

    def test_junk_in_a_claim_is_refused(self, client, provider):
        for claims in (
            {"auth_time": 10**30},
            {"auth_time": "yesterday"},
            {"email": "a\x00b@example.com"},
            {"email": "x" * 5000},
            {"sub": "\u0000"},
            {"aud": [["full-circle"]]},
            {"amr": 5},
        ):
            answer = came_by(client, provider, **({"email_verified": True} | claims))

            assert answer.status_code == 401, claims
