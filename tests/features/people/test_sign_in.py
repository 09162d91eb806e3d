from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.infra import audit, clock
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people import messages, passwords
from tests.browsing import Browser
from tests.compiled_once import HASHER_OF_THE_APP
from tests.factories import make_person

SECRET = "four quiet rivers"
OTHER = "seven loud mountains"


@pytest.fixture
def paula(app):
    """A person with a password."""
    return make_person(
        name="Paula Pine", email="paula@example.com", password_hash=passwords.hashed(SECRET)
    )


@pytest.fixture
def settings(settings):
    """A company with a name that somebody could put into a password."""
    return replace(settings, company_name="Nordlicht Hosting")


def sign_in(browser, email="paula@example.com", password=SECRET, **more):
    return browser.post("/sign-in", {"email": email, "password": password, **more})


def is_signed_in(browser):
    return browser.get("/password/change").status_code == 200


def path_of(link):
    return link.removeprefix("http://127.0.0.1:8000")


def set_by_link(browser, link, password=OTHER, again=None):
    data = {"password": password, "again": again or password}
    return browser.post(path_of(link), data)


def link_in(mail):
    return next(word for word in mail.text.split() if "/password/set/" in word)


def acts():
    return [(entry.tag, entry.details) for entry in db.session.scalars(select(audit.AuditEntry))]


def test_the_right_password_starts_a_session(client, paula):
    response = sign_in(client, "Paula@Example.com")

    assert response.status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [("paula@example.com", OTHER), ("nobody@example.com", SECRET), ("new@example.com", SECRET)],
)
def test_every_wrong_sign_in_gets_the_same_answer(client, paula, email, password):
    make_person(email="new@example.com")

    response = sign_in(client, email, password)

    assert response.status_code == 401
    assert "That e-mail and password don’t match." in response.text
    assert SECRET not in response.text
    assert not is_signed_in(client)


def test_somebody_who_left_cannot_sign_in(client, paula):
    paula.is_active = False

    assert sign_in(client).status_code == 401


def test_an_unknown_address_takes_the_same_work(client, paula, monkeypatch):
    checked = []
    right = passwords.is_right

    def noting(password, kept):
        checked.append(kept)
        return right(password, kept)

    monkeypatch.setattr(passwords, "is_right", noting)

    sign_in(client, "nobody@example.com")

    assert checked == [None]
    assert passwords.hasher().verify(passwords._nobodys_hash(), "nobody has this password")


def test_an_empty_form_says_what_is_missing(client):
    response = client.post("/sign-in", {})

    assert "Please enter your e-mail address." in response.text
    assert "Please enter your password." in response.text


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"),
        *("evil", "//[", "http://[", "//\u2100", "/\t/evil.example"),
    ],
)
def test_signing_in_never_leads_to_another_site(client, paula, target):
    response = sign_in(client, next=target)

    assert response.location == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(client, paula):
    asked = client.get("/password/change")

    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=%2Fpassword%2Fchange"
    assert sign_in(client, next="/password/change").location == "/password/change"


def test_a_password_kept_with_older_parameters_is_hashed_anew(client, paula, monkeypatch):
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(SECRET)
    paula.password_hash = old

    sign_in(client)

    assert paula.password_hash != old
    assert not passwords.is_outdated(paula.password_hash)
    assert paula.session_epoch == 0


def test_a_password_costs_what_the_standard_recommends():
    """RFC 9106, section 4, second choice: argon2id over 64 MiB in three rounds."""
    kept = HASHER_OF_THE_APP().hash(SECRET)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_signing_out_ends_the_session_and_clears_the_browser(alice):
    response = alice.post("/sign-out", page="/password/change")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(alice)


def test_a_copied_session_is_worth_nothing_after_signing_out(app, alice):
    thief, elsewhere = Browser(app), Browser(app, alice.person)
    thief.set_cookie("session", alice.get_cookie("session").value)
    assert is_signed_in(thief)

    alice.post("/sign-out", page="/password/change")

    assert not is_signed_in(thief)
    assert not is_signed_in(elsewhere)


def test_signing_out_leaves_links_that_were_mailed(app, client, paula):
    link = messages.link_to_set_password(paula)

    Browser(app, paula).post("/sign-out", page="/password/change")

    assert client.get(path_of(link)).status_code == 200


def test_signing_out_by_a_mere_link_is_impossible(alice):
    assert alice.get("/sign-out").status_code == 405


def test_forgetting_a_password_mails_a_link_that_sets_a_new_one(client, paula, run_jobs):
    response = client.post("/password/forgot", {"email": "PAULA@example.com"})
    run_jobs()

    mail = db.session.scalars(select(OutboxMail)).one()
    assert response.status_code == 302
    assert mail.to == "paula@example.com"
    link = next(word for word in mail.text.split() if "/password/set/" in word)
    assert client.get(urlsplit(link).path).status_code == 200


def test_forgetting_answers_the_same_for_every_address(app, paula, run_jobs):
    make_person(email="left@example.com", is_active=False)
    answers = set()
    for email in ("paula@example.com", "nobody@example.com", "left@example.com"):
        browser = Browser(app)
        answer = browser.post("/password/forgot", {"email": email}, follow_redirects=True)
        answers.add(answer.text.split("<main")[1].split("<form")[0])

    run_jobs()
    assert len(answers) == 1
    assert db.session.query(OutboxMail).count() == 1


def test_a_link_sets_a_password_once(client, paula):
    link = messages.link_to_set_password(paula)

    first = set_by_link(client, link)
    kept = paula.password_hash
    second = set_by_link(client, link, "another long password")

    assert first.location == "/sign-in"
    assert passwords.is_right(OTHER, kept)
    assert second.status_code == 410
    assert "This link has been used already" in second.text
    assert paula.password_hash == kept


@pytest.mark.parametrize(
    ("has_password", "life"), [(False, timedelta(days=14)), (True, timedelta(minutes=60))]
)
def test_a_link_ends_in_time(client, paula, at, has_password, life):
    paula.password_hash = paula.password_hash if has_password else None
    link = messages.link_to_set_password(paula)

    with at(clock.now() + life - timedelta(seconds=30)):
        assert client.get(path_of(link)).status_code == 200
    with at(clock.now() + life + timedelta(seconds=2)):
        assert client.get(path_of(link)).status_code == 410


def test_only_the_newest_link_works(app, hanna, client, paula, run_jobs):
    page = f"/people/{paula.id}"
    hanna.post(f"{page}/password-link", page=page)
    client.post("/password/forgot", {"email": "paula@example.com"})
    run_jobs()
    mails = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()

    older, newer = (link_in(mail) for mail in mails)

    assert client.get(path_of(older)).status_code == 410
    assert client.get(path_of(newer)).status_code == 200
    assert "for 60 minutes" in mails[0].text


def test_an_altered_link_sets_nothing(client, paula):
    link = messages.link_to_set_password(paula)

    assert client.get(path_of(link)[:-2] + "xx").status_code == 410
    assert client.get("/password/set/nonsense").status_code == 410


def test_a_link_of_somebody_who_left_sets_nothing(client, paula):
    link = messages.link_to_set_password(paula)
    paula.is_active = False

    assert set_by_link(client, link).status_code == 410


def test_a_reset_by_link_closes_old_answers_and_sessions(app, client, paula):
    elsewhere = Browser(app, paula)

    set_by_link(client, messages.link_to_set_password(paula))

    assert paula.credential_epoch > 1
    assert paula.session_epoch == 1
    assert not is_signed_in(elsewhere)
    assert ("person:password_set", {"by": "link"}) in acts()


def test_setting_a_password_by_link_is_told_by_mail(client, paula):
    set_by_link(client, messages.link_to_set_password(paula))

    mail = db.session.scalars(select(OutboxMail)).one()
    assert (mail.to, mail.subject) == (
        "paula@example.com",
        "Your password for Full Circle at Nordlicht Hosting was set by a link",
    )


def test_no_two_first_passwords_begin_the_same_epoch(client, app):
    newcomers = [make_person(), make_person()]

    for newcomer in newcomers:
        set_by_link(client, messages.link_to_set_password(newcomer))

    assert newcomers[0].credential_epoch != newcomers[1].credential_epoch
    assert all(one.credential_epoch > 1 and one.session_epoch == 1 for one in newcomers)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elevenchars", "at least 12 characters"),
        ("x" * 300, "at most 256 characters"),
        ("paula pine is here", "leave your name, your e-mail address"),
        ("my paula@example.com", "leave your name, your e-mail address"),
        ("Password2026!", "among the first that somebody would try"),
        ("P4ssw0rd!2026", "among the first that somebody would try"),
        ("qwertyuiop123", "among the first that somebody would try"),
        ("123456789012", "among the first that somebody would try"),
        ("monkeymonkey", "among the first that somebody would try"),
        ("abcabcabcabcabc", "among the first that somebody would try"),
        ("liverpool1234", "among the first that somebody would try"),
        ("nordlicht2026!!", "among the first that somebody would try"),
        ("nordlichthosting", "the company’s name out"),
        ("Nordlicht-Hosting1", "the company’s name out"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(client, paula, password, sentence):
    link = messages.link_to_set_password(paula)
    kept = paula.password_hash

    response = set_by_link(client, link, password)

    assert sentence in response.text
    assert paula.password_hash == kept
    assert set_by_link(client, link).location == "/sign-in"


def test_two_different_passwords_are_refused(client, paula):
    response = set_by_link(client, messages.link_to_set_password(paula), again=SECRET)

    assert "The two passwords differ." in response.text
    assert paula.session_epoch == 0


def test_a_composed_letter_is_the_same_in_both_spellings(app):
    assert passwords.is_right("caf\u00e9 am rhein", passwords.hashed("cafe\u0301 am rhein"))


def change(browser, old=SECRET, new=OTHER):
    return browser.post("/password/change", {"old": old, "password": new, "again": new})


def test_changing_the_own_password_ends_other_sessions_only(app, paula):
    here, elsewhere = Browser(app, paula), Browser(app, paula)

    change(here)

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert (paula.credential_epoch, paula.session_epoch) == (0, 1)
    assert passwords.is_right(OTHER, paula.password_hash)
    assert ("person:password_set", {"by": "owner"}) in acts()


def test_changing_the_password_is_told_by_mail(app, paula):
    change(Browser(app, paula))

    assert db.session.scalars(select(OutboxMail.to)).all() == ["paula@example.com"]


def test_the_own_password_stays_when_the_present_one_is_wrong(app, paula):
    here = Browser(app, paula)

    response = change(here, old=OTHER)

    assert "The present password is not right." in response.text
    assert passwords.is_right(SECRET, paula.password_hash)
    assert is_signed_in(here)


def test_changing_the_password_spends_links_that_were_given_out(app, client, paula):
    link = messages.link_to_set_password(paula)

    change(Browser(app, paula))

    assert client.get(path_of(link)).status_code == 410
