"""Signing in at a provider: who gets in, who does not, and what each of them is told."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.infra import clock
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people.models import DeviceSession, SignInIdentity, SignInWay
from tests.browsing import Browser
from tests.factories import make_person
from tests.fake_provider import (
    another_key,
    signed_with_the_secret,
    unsigned,
)
from tests.features.people.single_sign_on import (
    BEGIN,
    VERIFIED,
    came_by,
    is_in,
    refusal_in,
    signed_in_by,
    with_provider,
)


@pytest.fixture
def settings(settings, provider):
    return with_provider(settings, provider)


@pytest.fixture
def paula(app):
    return make_person(name="Paula Pine", email="paula@example.com", number="0042")


def test_the_sign_in_page_has_a_button_for_the_provider(client):
    page = client.get("/sign-in?next=/reports").text

    assert 'href="/sign-in/with/login?next=/reports"' in page
    assert "Sign in with Example Login" in page


def test_the_provider_is_asked_with_state_nonce_and_a_challenge(client):
    there = client.get(BEGIN).headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}

    assert there.startswith("https://login.example.com/tenant/authorize?")
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/login/back"
    assert asked["scope"] == "openid email profile"


def test_a_verified_address_links_an_account_and_the_subject_opens_it_from_then_on(
    app, provider, paula
):
    first = signed_in_by(app, provider, paula)
    again = Browser(app)
    came_by(again, provider, email="other@example.com", email_verified=True)

    assert is_in(first)
    assert is_in(again)
    (kept,) = db.session.query(SignInIdentity)
    assert (kept.issuer, kept.subject, kept.person_id) == (provider.issuer, "s-1", paula.id)
    assert {row.way for row in db.session.query(DeviceSession)} == {SignInWay.SSO}


def test_people_go_on_to_where_they_wanted_to_go_and_nowhere_else(app, provider, paula):
    wanted = came_by(Browser(app), provider, begin=f"{BEGIN}?next=/reports", **VERIFIED)
    elsewhere = came_by(Browser(app), provider, begin=f"{BEGIN}?next=//evil.example", **VERIFIED)

    assert wanted.headers["Location"] == "/reports"
    assert elsewhere.headers["Location"] == "/"


def test_the_owner_is_told_of_the_link_and_of_a_new_device(app, provider, paula):
    signed_in_by(app, provider, paula)
    signed_in_by(app, provider, paula)

    mails = db.session.query(OutboxMail).order_by(OutboxMail.id).all()
    assert [mail.subject for mail in mails] == [
        "Your account in Full Circle was linked to another way to sign in",
        "Somebody signed in to Full Circle as you, from a new device",
        "Somebody signed in to Full Circle as you, from a new device",
    ]
    assert all(mail.is_personal for mail in mails)
    assert "password" not in mails[1].text


def test_the_device_is_remembered_and_the_owner_sees_the_session(app, provider, paula):
    browser = signed_in_by(app, provider, paula)
    browser.post("/sign-out", page="/account/sign-ins")
    came_by(browser, provider, **VERIFIED)

    page = browser.get("/account/sign-ins").text
    assert "this device" in page
    assert "linked to your account since" in page
    assert db.session.query(OutboxMail).count() == 2


def wrong(**claims):
    return {"claims": claims}


FORGED = "What came back from Example Login does not belong to this sign-in. Please begin again."
NOT_FOR_US = {
    "another issuer": wrong(iss="https://evil.example.com"),
    "another audience": wrong(aud="somebody-else"),
    "several audiences without a party": wrong(aud=["full-circle", "somebody-else"]),
    "another party": wrong(azp="somebody-else"),
    "another nonce": wrong(nonce="guessed"),
    "no nonce": wrong(nonce=None),
    "no subject": wrong(sub=None),
    "an empty subject": wrong(sub=""),
    "a subject that is a number": wrong(sub=7),
    "a subject beyond the standard": wrong(sub="s" * 256),
    "no end": wrong(exp=None),
    "another access token": wrong(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "nobody's signature": {"sign": unsigned},
    "our own secret": {"sign": signed_with_the_secret},
    "no token at all": {"sign": lambda _claims: "what is this"},
}


def test_what_was_not_signed_for_this_sign_in_lets_nobody_in(client, provider, paula):
    for case, told in NOT_FOR_US.items():
        provider.claims, provider.sign = told.get("claims", {}), told.get("sign")

        answer = came_by(client, provider, **VERIFIED)

        assert answer.status_code == 401, case
        assert refusal_in(answer) == FORGED, case
        assert not is_in(client)


def test_a_key_that_the_provider_does_not_have_lets_nobody_in(client, provider, paula):
    thief = another_key()
    provider.sign = lambda claims: provider.signed(claims, key=thief)

    answer = came_by(client, provider, **VERIFIED)

    assert refusal_in(answer) == FORGED
    assert db.session.query(SignInIdentity).all() == []


def test_a_new_key_of_the_provider_is_found_and_asked_for_once_a_minute(app, provider, paula, at):
    signed_in_by(app, provider, paula)
    provider.key = another_key()

    with at(clock.now() + timedelta(minutes=2)):
        assert is_in(signed_in_by(app, provider, paula))
        provider.sign = lambda claims: provider.signed(claims, key=another_key())
        read = provider.asked.count("/tenant/keys")
        came_by(Browser(app), provider, **VERIFIED)
        assert provider.asked.count("/tenant/keys") == read


MINUTES_AGO = int((clock.now() - timedelta(minutes=10)).timestamp())


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": MINUTES_AGO}, "took too long"),
        ({"iat": MINUTES_AGO + 3600}, "clock of this server and that of Example Login differ"),
        ({"nbf": MINUTES_AGO + 3600}, "clock of this server and that of Example Login differ"),
    ],
)
def test_what_is_too_old_or_from_the_future_is_said_to_be_so(client, provider, paula, claims, said):
    provider.claims = claims

    answer = came_by(client, provider, **VERIFIED)

    assert answer.status_code == 401
    assert said in refusal_in(answer)


def test_a_callback_works_once_and_in_the_browser_that_began_it(app, client, provider, paula):
    there = client.get(BEGIN).headers["Location"]
    back = provider.agrees(there, **VERIFIED)

    elsewhere = Browser(app).get(back)
    first = client.get(back)
    client.post("/sign-out", page="/")
    again = client.get(back)

    assert first.status_code == 302
    for refused in (elsewhere, again):
        assert refused.status_code == 401
        assert "was used already" in refusal_in(refused)


def test_a_callback_that_comes_after_a_quarter_of_an_hour_is_too_late(client, provider, paula, at):
    back = provider.agrees(client.get(BEGIN).headers["Location"], **VERIFIED)

    with at(clock.now() + timedelta(minutes=16)):
        assert "more than 15 minutes" in refusal_in(client.get(back))


def test_a_code_that_somebody_else_got_is_worth_nothing(app, client, provider, paula):
    """Another browser's code with one's own state: the challenge does not fit."""
    stolen = provider.agrees(Browser(app).get(BEGIN).headers["Location"], **VERIFIED)
    own = parse_qs(urlsplit(client.get(BEGIN).headers["Location"]).query)["state"][0]

    answer = client.get(
        f"/sign-in/with/login/back?code={stolen.split('code=')[1].split('&')[0]}&state={own}"
    )

    assert refusal_in(answer) == "Example Login did not confirm this sign-in. Please begin again."


def test_the_answer_of_another_provider_is_not_taken(client, provider, paula):
    back = provider.agrees(client.get(BEGIN).headers["Location"], **VERIFIED)

    answer = client.get(f"{back}&iss=https://evil.example.com")

    assert refusal_in(answer) == FORGED


def test_who_stops_on_the_way_may_begin_again(client, provider, paula):
    back = provider.agrees(client.get(BEGIN).headers["Location"])
    state = back.split("state=")[1]

    answer = client.get(f"/sign-in/with/login/back?error=access_denied&state={state}")

    assert "or you stopped on the way" in refusal_in(answer)
    assert "access_denied" not in answer.text


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, "did not say what we know people by (email with email_verified)"),
        ({"email": "paula@example.com"}, "did not say what we know people by"),
        ({**VERIFIED, "email_verified": False}, "did not say what we know people by"),
        ({**VERIFIED, "email_verified": "no"}, "did not say what we know people by"),
        ({**VERIFIED, "email": ["paula@example.com"]}, "did not say what we know people by"),
        ({**VERIFIED, "email": "nobody@example.com"}, "you are nobody@example.com, and nobody"),
    ],
)
def test_an_address_that_is_not_verified_or_not_ours_links_nobody(
    client, provider, paula, claims, said
):
    answer = came_by(client, provider, **claims)

    assert answer.status_code == 401
    assert said in refusal_in(answer)
    assert db.session.query(SignInIdentity).all() == []


def test_who_has_left_is_told_so(app, provider, paula):
    browser = signed_in_by(app, provider, paula)
    paula.is_active = False
    db.session.commit()

    again = came_by(Browser(app), provider, **VERIFIED)
    other = came_by(Browser(app), provider, "s-2", **VERIFIED)

    assert not is_in(browser)
    for answer in (again, other):
        assert (
            refusal_in(answer) == "This account is deactivated. Please ask HR if that is a mistake."
        )


def test_an_address_that_is_said_elsewhere_counts_if_it_is_about_the_same_account(
    app, provider, paula
):
    provider.metadata = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.elsewhere = {"sub": "s-1", **VERIFIED}

    same = came_by(Browser(app), provider, "s-1")
    other = came_by(Browser(app), provider, "s-2")

    assert same.status_code == 302
    assert "did not say what we know people by" in refusal_in(other)


def test_a_link_that_was_written_past_the_app_lets_nobody_in(app, provider, paula):
    thief = make_person(email="thief@example.com")
    signed_in_by(app, provider, paula)
    row = db.session.query(SignInIdentity).one()
    row.subject = "s-thief"
    db.session.commit()

    browser = Browser(app)
    came_by(browser, provider, "s-thief", email="thief@example.com", email_verified=True)

    assert "Paula" not in browser.get("/").text
    assert db.session.query(SignInIdentity).one().person_id == thief.id
