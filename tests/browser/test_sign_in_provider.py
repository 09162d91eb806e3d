"""A real sign-in provider in front of a real Chromium, also without a script."""

import socket
from dataclasses import replace

import pytest
from flask import session
from playwright.sync_api import expect

from app.infra.openid import discovery, talking
from app.people import fresh_password
from tests.factories import make_person
from tests.provider_process import provider_with
from tests.serving import serving

pytestmark = pytest.mark.browser

HANA = {"sub": "account-7", "email": "hana@example.com", "email_verified": True}


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def provider():
    discovery.forget()
    talking.forget_silence()
    with provider_with(HANA) as found:
        yield found


@pytest.fixture
def settings(settings, provider, port):
    return replace(settings, providers=(provider,), base_url=f"http://127.0.0.1:{port}")


@pytest.fixture
def address(app, port):
    with serving(app, port) as address:
        yield address


@pytest.fixture
def page(chromium, address):
    """A window without scripts: every way has to be gone without them."""
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page):
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Example Login").click()
    page.get_by_role("button", name="account-7").click()
    expect(page.get_by_text("Hana Holt").first).to_be_visible()


def test_somebody_signs_in_confirms_an_act_and_signs_out_at_the_provider(
    page, provider, monkeypatch
):
    # As if twenty minutes had gone by since the provider asked.
    monkeypatch.setattr(fresh_password, "note_shown", lambda _at: session.pop("password_at"))
    make_person(name="Hana Holt", email="hana@example.com", is_hr=True)
    other = make_person(name="Otto Other", title="Engineer")

    sign_in(page)
    page.goto(f"/people/{other.id}")
    page.get_by_label("Title").fill("Head of tea")
    page.get_by_role("button", name="Save").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Confirm with Example Login in a new window").click()
    opened.value.get_by_role("button", name="account-7").click()
    expect(opened.value.get_by_role("heading", name="Confirmed")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Title")).to_have_value("Head of tea")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{provider.issuer}/oauth2/end_session?*")
    page.goto("/reports")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
