"""Confirming once more at a provider before an act, and signing out there as well."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.infra import clock
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.single_sign_on import came_by, is_in, signed_in_by, with_provider
from tests.features.people.test_directory import as_typed

CONFIRM = "/account/confirm-with/login"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def settings(settings, provider):
    return with_provider(settings, provider)


@pytest.fixture
def hr(app):
    return make_person(name="Hana Holt", email="hana@example.com", is_hr=True)


@pytest.fixture
def hana(app, provider, hr):
    """HR who came by the provider, which does not say when it last asked her."""
    browser = signed_in_by(app, provider, hr)
    browser.gives_password = False
    return browser


def moment(**ago):
    return int((clock.now() - timedelta(**ago)).timestamp())


class TestConfirming:
    def test_an_act_waits_for_the_provider_and_keeps_what_was_typed(self, hana, provider, alice):
        page = f"/people/{alice.person.id}"
        typed = as_typed(alice.person, title="Head of tea")

        asked = hana.post(page, typed)
        carried = dict(HIDDEN.findall(asked.text))
        too_early = hana.post(page, carried)
        confirmed = came_by(hana, provider, begin=CONFIRM)
        done = hana.post(page, carried)

        assert asked.status_code == 401
        assert "password_again" not in asked.text
        assert "Confirm with Example Login in a new window" in asked.text
        assert "Nobody has confirmed it yet" in too_early.text
        assert "Close this window" in confirmed.text
        assert done.status_code == 302
        assert alice.person.title == "Head of tea"

    def test_the_provider_is_asked_to_let_nobody_through_unasked(self, hana):
        asked = parse_qs(urlsplit(hana.get(CONFIRM).headers["Location"]).query)

        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])

    @pytest.mark.parametrize(
        ("claims", "said"),
        [
            ({"subject": "s-other"}, "confirmed somebody else"),
            ({"auth_time": moment(hours=2)}, "did not ask who you are this time"),
        ],
    )
    def test_somebody_else_and_an_old_sign_in_confirm_nothing(
        self, hana, provider, alice, claims, said
    ):
        refused = came_by(hana, provider, begin=CONFIRM, **claims)
        asked = hana.post(f"/people/{alice.person.id}", as_typed(alice.person, title="Queen"))

        assert refused.status_code == 409
        assert said in refused.text
        assert asked.status_code == 401

    def test_a_password_confirms_nothing_for_who_came_by_the_provider(self, hana, alice):
        typed = as_typed(alice.person, title="Queen") | {"password_again": "four quiet rivers"}

        assert hana.post(f"/people/{alice.person.id}", typed).status_code == 401

    def test_who_was_asked_by_the_provider_just_now_is_not_asked_again(
        self, app, provider, hr, alice
    ):
        browser = signed_in_by(app, provider, hr, auth_time=moment(minutes=3))
        browser.gives_password = False

        typed = as_typed(alice.person, title="Head of tea")
        assert browser.post(f"/people/{alice.person.id}", typed).status_code == 302

    def test_nobody_confirms_who_is_signed_in_no_longer(self, app, provider, hana):
        there = hana.get(CONFIRM).headers["Location"]
        hana.post("/sign-out", page="/account/sign-ins")

        assert "confirmed somebody else" not in hana.get(provider.agrees(there)).text
        assert not is_in(hana)


class TestSigningOut:
    def test_who_came_by_the_provider_is_signed_out_there_too(self, hana, provider):
        answer = hana.post("/sign-out", page="/account/sign-ins")

        address = answer.headers["Refresh"].removeprefix("0; url=")
        said = parse_qs(urlsplit(address).query)
        assert address.startswith("https://login.example.com/tenant/logout?")
        assert said["client_id"] == ["full-circle"]
        assert said["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/sign-in"]
        assert said["id_token_hint"][0].count(".") == 2
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert not is_in(hana)

    @pytest.mark.parametrize("trouble", ["none of its own", "silent", "a long token"])
    def test_where_the_provider_cannot_be_left_people_are_signed_out_here(
        self, app, provider, hr, at, trouble
    ):
        if trouble == "none of its own":
            provider.metadata = {"end_session_endpoint": None}
        more = {"groups": ["x" * 100] * 50} if trouble == "a long token" else {}
        browser = signed_in_by(app, provider, hr, **more)
        provider.is_silent = trouble == "silent"

        with at(clock.now() + timedelta(minutes=20)):
            answer = browser.post("/sign-out", page="/account/sign-ins")

        assert not is_in(browser)
        assert answer.status_code in {200, 302}
        assert "id_token_hint" not in answer.headers.get("Refresh", "") or trouble == "silent"

    def test_who_gave_a_password_is_led_to_no_provider(self, app, hr):
        answer = Browser(app, hr).post("/sign-out", page="/")

        assert answer.headers["Location"] == "/sign-in"
