"""Passkeys: what a browser answers is believed once, for its person, its site and its purpose."""

import json
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.infra import clock
from app.infra.db import db, transaction
from app.people import passkeys, second_factor
from app.people.models import Passkey
from app.people.passwords import hashed
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.factors import SECRET, has_given_factor, sign_in
from tests.features.people.soft_authenticator import ORIGIN, SoftPasskey


@pytest.fixture
def settings(settings):
    return replace(settings, base_url=ORIGIN)


@pytest.fixture
def someone(app):
    return make_person(name="Mara Manager", email="mara@example.com")


def known_to(person):
    return list(second_factor.of(person).passkeys)


def made_by(person, device, **bent):
    return device.make(passkeys.to_make(person, known_to(person)), **bent)


def keep(person, answer, name="Phone"):
    with transaction():
        return second_factor.set_passkey(person, answer=answer, name=name)


@pytest.fixture
def device(someone):
    """A device with a passkey of `someone`."""
    device = SoftPasskey()
    keep(someone, made_by(someone, device))
    return device


def use(person, answer):
    with transaction():
        second_factor.prove_by_passkey(person, answer)


def refused():
    return pytest.raises((passkeys.PasskeyRefusedError, second_factor.WrongFactorError))


def test_a_passkey_that_was_made_can_be_used(someone, device):
    for _ in range(2):
        options = passkeys.to_use(someone, known_to(someone))
        assert passkeys.used(someone, known_to(someone), device.use(options)).challenge


def test_the_first_one_comes_with_recovery_codes_and_the_next_one_with_none(someone):
    first, second = SoftPasskey(), SoftPasskey()

    assert len(keep(someone, made_by(someone, first))) == 10
    assert keep(someone, made_by(someone, second)) == []
    assert [one.name for one in known_to(someone)] == ["Phone", "Phone"]


def test_an_answer_works_once(someone, device):
    answer = device.use(passkeys.to_use(someone, known_to(someone)))
    use(someone, answer)

    with refused():
        use(someone, answer)


def test_an_answer_given_to_another_site_is_refused(someone, device):
    options = passkeys.to_use(someone, known_to(someone))

    with refused():
        use(someone, device.use(options, origin="https://review.example.com.evil.example"))
    with refused():
        keep(someone, made_by(someone, SoftPasskey(), origin="https://evil.example"))


def test_an_answer_to_an_old_or_invented_question_is_refused(someone, device, at):
    options = passkeys.to_use(someone, known_to(someone))
    with at(clock.now() + timedelta(minutes=11)), refused():
        use(someone, device.use(options))

    invented = json.loads(options) | {"challenge": "AAAA" * 10}
    with refused():
        use(someone, device.use(json.dumps(invented)))


def test_a_question_to_make_one_cannot_be_answered_by_using_one(someone, device):
    making = json.loads(passkeys.to_make(someone, []))

    with refused():
        use(someone, device.use(json.dumps({"rpId": "x", "challenge": making["challenge"]})))


def test_another_key_under_the_same_name_is_refused(someone, device):
    thief = SoftPasskey()
    thief.credential_id = device.credential_id

    with refused():
        use(someone, thief.use(passkeys.to_use(someone, known_to(someone))))


def test_a_passkey_is_good_for_its_own_person_only(app, someone, device):
    other = make_person(name="Otto Other", email="otto@example.com")
    mine = passkeys.to_use(someone, known_to(someone))

    with refused():
        use(other, device.use(mine))
    with refused():
        keep(other, device.make(passkeys.to_make(other, [])))
    assert [one.person_id for one in db.session.scalars(select(Passkey))] == [someone.id]


@pytest.mark.parametrize(
    "answer",
    ["", "[]", "null", "3", "{}", '{"id": [], "response": null}', "[" * 9999, "x" * 20_001],
)
def test_nonsense_is_refused_in_words(someone, device, answer):
    for act in (use, keep):
        with refused():
            act(someone, answer)


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
@pytest.mark.parametrize("junk", ["", "AA", "o2NmbXRkbm9uZQ", 3, None, {"a": []}, "é", "pGFhYWE"])
def test_a_broken_part_is_refused_in_words(someone, part, junk):
    answer = json.loads(made_by(someone, SoftPasskey()))
    answer["response"][part] = junk

    with refused():
        keep(someone, json.dumps(answer))


def test_there_is_an_end_to_how_many_one_has(someone):
    for _ in range(second_factor.MOST_PASSKEYS):
        keep(someone, made_by(someone, SoftPasskey()))

    with pytest.raises(second_factor.WrongFactorError, match="at most 10"):
        keep(someone, made_by(someone, SoftPasskey()))


@pytest.mark.parametrize(
    ("address", "can"),
    [
        ("https://review.example.com", True),
        ("https://review.example.com:8443/circle", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::7]", False),
        ("http://review.example.com", False),
    ],
)
def test_browsers_make_passkeys_for_named_sites_over_tls_only(app, monkeypatch, address, can):
    here = replace(app.config["SETTINGS"], base_url=address)
    monkeypatch.setitem(app.config, "SETTINGS", here)

    site = passkeys.site()

    assert (site is not None) is can
    assert site is None or "/circle" not in site.origin


def test_a_passkey_signs_in_and_shows_itself_again(app, someone, device):
    someone.password_hash = hashed(SECRET)
    db.session.commit()
    browser, answer = sign_in(app, someone)
    step = browser.get(answer.location)

    options = unescape(step.text.partition('data-options="')[2].partition('"')[0])
    done = browser.post(answer.location, {"factor_passkey": device.use(options)})

    assert (done.status_code, done.location) == (302, "/")
    assert browser.get("/account/second-factor").status_code == 200


def test_the_own_page_lists_adds_and_removes_passkeys(app, someone, device):
    browser = Browser(app, someone)
    has_given_factor(browser)
    page = "/account/second-factor/passkey"
    shown = browser.get(page).text
    options = unescape(shown.partition('data-options="')[2].partition('"')[0])
    added = browser.post(page, {"made": SoftPasskey().make(options), "name": "Key <ring>"})

    listed = browser.get("/account/second-factor").text
    first = known_to(someone)[0]
    removed = browser.post(f"{page}s/{first.id}/remove", page="/account/second-factor")

    assert (added.status_code, removed.status_code) == (302, 302)
    assert "Key &lt;ring&gt;" in listed
    assert [one.name for one in known_to(someone)] == ["Key <ring>"]


def test_nobody_removes_somebody_elses_passkey(app, alice, someone, device):
    (passkey,) = known_to(someone)
    path = f"/account/second-factor/passkeys/{passkey.id}/remove"

    assert alice.post(path, page="/account/second-factor").status_code == 404
    assert known_to(someone) == [passkey]


def test_a_name_that_is_too_long_is_refused_in_words(app, someone, device):
    browser = Browser(app, someone)
    has_given_factor(browser)

    answer = browser.post("/account/second-factor/passkey", {"made": "{}", "name": "x" * 61})

    assert answer.status_code == 422
    assert "please use at most 60 characters" in answer.text
