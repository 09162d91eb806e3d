"""What an account's owner sees of its sign-ins, and what nobody else does."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.people import passwords, sign_ins
from app.people.models import SignInSeen
from tests.browsing import Browser
from tests.factories import make_person

SECRET = "four quiet rivers"
WRONG = "seven loud mountains"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.fixture
def paula(app):
    return make_person(
        name="Paula Pine", email="paula@example.com", password_hash=passwords.hashed(SECRET)
    )


def sign_in(browser, email="paula@example.com", password=SECRET):
    data = {"email": email, "password": password}
    return browser.post("/sign-in", data, headers={"User-Agent": FIREFOX})


def leave(browser):
    with browser.session_transaction() as session:
        session.clear()


def page_of(browser):
    return " ".join(browser.get("/account/sign-ins").text.split())


def subjects():
    return db.session.scalars(select(OutboxMail.subject).order_by(OutboxMail.id)).all()


def test_the_owner_sees_failures_devices_and_days(client, paula):
    sign_in(client, password=WRONG)
    sign_in(client)
    leave(client)
    sign_in(client)

    page = page_of(client)

    for said in ("Wrong password", "Signed in from a new device", "Signed in,"):
        assert said in page
    assert page.count(", Firefox on Windows") == 3


def test_a_new_device_is_told_by_mail_once(app, client, paula):
    sign_in(client)
    leave(client)
    sign_in(client)
    elsewhere = Browser(app)
    sign_in(elsewhere)

    assert subjects() == ["Somebody signed in to Full Circle as you, from a new device"] * 2


def test_another_persons_device_is_a_new_one(app, client, paula):
    make_person(email="otto@example.com", password_hash=passwords.hashed(SECRET))
    sign_in(client)
    leave(client)

    sign_in(client, "otto@example.com")
    leave(client)
    sign_in(client)

    assert len(subjects()) == 2


def test_a_made_up_cookie_makes_no_device_known(client, paula):
    client.set_cookie("device", "WzFd.made-up")

    sign_in(client)

    assert len(subjects()) == 1


def test_hr_sees_failures_and_never_that_somebody_signed_in(client, hanna, paula):
    sign_in(client, password=WRONG)
    sign_in(client)

    page = " ".join(hanna.get(f"/people/{paula.id}").text.split())
    outbox = hanna.get("/outbox").text

    assert "a wrong password was given 1 time." in page
    assert "igned in" not in page.partition("<main")[2].replace("cannot sign in", "")
    assert "paula" not in outbox.casefold().partition("<main")[2]
    assert "device" not in outbox.partition("<main")[2]
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_the_table_alone_names_nobody(client, paula):
    sign_in(client)

    (row,) = db.session.scalars(select(SignInSeen)).all()

    assert len(row.owner) == 64
    assert {column.name for column in SignInSeen.__table__.columns} == {
        "owner",
        "day",
        "event",
        "device",
        "times",
    }


def test_sign_ins_are_forgotten_after_ninety_days(client, paula, at):
    sign_in(client)

    with at(clock.now() + timedelta(days=92)), transaction():
        sign_ins.forget_old()

    assert db.session.query(SignInSeen).count() == 0


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "A browser on a device"),
        ("<script>", "A browser on a device"),
    ],
)
def test_a_device_is_named_as_its_owner_would(agent, said):
    assert sign_ins.kind_of_device(agent) == said


def work_of(act):
    """How many statements `act` sends to the database, and how many passwords it works out."""
    counted = []

    def count(_connection, _cursor, statement, *_rest):
        counted.append(statement.split()[0])

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return counted


@pytest.mark.parametrize("address", ["/password/forgot", "/sign-in"])
def test_an_unknown_address_costs_the_same_work(app, paula, monkeypatch, address):
    hashed = []
    right = passwords.is_right

    def counted(password, kept):
        hashed.append(kept)
        return right(password, kept)

    monkeypatch.setattr(passwords, "is_right", counted)
    known, unknown = Browser(app), Browser(app)
    data = {"email": "paula@example.com", "password": WRONG}
    for browser in (known, unknown):
        browser.get(address)

    first = work_of(lambda: known.post(address, data))
    hashes = len(hashed)
    second = work_of(lambda: unknown.post(address, data | {"email": "nobody@example.com"}))

    assert first == second
    assert len(hashed) == 2 * hashes


def test_a_thousand_addresses_of_nobody_share_few_owners(app):
    owners = {sign_ins.owner_of(None, f"nobody{n}@example.com") for n in range(1000)}

    assert 100 < len(owners) <= 256
    assert sign_ins.owner_of(None, " Nobody1@Example.com") == sign_ins.owner_of(
        None, "nobody1@example.com"
    )
