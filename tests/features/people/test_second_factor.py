"""The second factor at the door: nobody is in without it, and no proof of it works twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.infra import clock
from app.infra.db import Base, db, transaction
from app.infra.mail import OutboxMail
from app.people import device_sessions, second_factor, services, sign_ins
from app.people.fresh_factor import TRIES
from app.people.models import RecoveryCode, SignInEvent, SignInWay, TimeCodes
from app.people.passwords import hashed
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.factors import (
    SECRET,
    codes_from,
    give_codes,
    has_given_factor,
    sign_in,
)
from tests.features.people.test_account_theft import mails_to

STEP = "/sign-in/second-step"
SET_UP = "/sign-in/set-up"


@pytest.fixture
def someone(app):
    return make_person(name="Mara Manager", email="mara@example.com")


def is_in(browser):
    """Whether `browser` is signed in to anything."""
    pages = ("/", "/account/second-factor", "/password/change", "/account/data")
    return {browser.get(page).status_code for page in pages} == {200}


def kinds_of_mail():
    return [mail.kind for mail in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def test_the_password_leads_to_the_second_step_and_the_code_to_where_one_wanted(app, someone):
    phone, _ = give_codes(someone)

    browser, answer = sign_in(app, someone, target="/account/sign-ins")
    was_in = is_in(browser)
    done = browser.post(STEP, {"factor_code": phone.code()})

    assert (answer.location, was_in) == (STEP, False)
    assert done.location == "/account/sign-ins"
    assert is_in(browser)


def test_a_stolen_password_opens_nothing_and_is_told_to_nobody_but_the_owner(app, someone):
    phone, _ = give_codes(someone)
    thief, _ = sign_in(app, someone)

    answer = thief.post(STEP, {"factor_code": phone.wrong()})

    assert answer.status_code == 401
    assert "That code was not accepted." in answer.text
    assert not is_in(thief)
    assert "new_device" not in kinds_of_mail()
    (seen,) = sign_ins.seen_by(someone)
    assert seen.event is SignInEvent.FACTOR_FAILED
    assert sign_ins.failures_at(someone) == sign_ins.Failures(0, 0)


def test_without_a_factor_the_same_password_opens_everything(app, someone):
    someone.password_hash = hashed(SECRET)
    db.session.commit()

    thief, _ = sign_in(app, someone)

    assert is_in(thief)


def test_a_mailbox_alone_opens_nothing(app, someone):
    give_codes(someone)
    with transaction():
        link = services.give_link(someone, by=None)
    path = link.partition("http://127.0.0.1:8000")[2]
    Browser(app).post(path, {"password": "seven loud mountains", "again": "seven loud mountains"})

    thief, answer = sign_in(app, someone, "seven loud mountains")

    assert answer.location == STEP
    assert not is_in(thief)


def test_a_code_works_once(app, someone):
    phone, _ = give_codes(someone)
    code = phone.code()
    first, _ = sign_in(app, someone)
    first.post(STEP, {"factor_code": code})

    peeped, _ = sign_in(app, someone)
    answer = peeped.post(STEP, {"factor_code": code})

    assert answer.status_code == 401
    assert is_in(first)
    assert not is_in(peeped)


def test_after_five_wrong_codes_the_right_one_waits_and_the_owner_is_told_once(app, someone, at):
    phone, _ = give_codes(someone)
    thief, _ = sign_in(app, someone)
    for _ in range(TRIES):
        thief.post(STEP, {"factor_code": phone.wrong()})

    answers = [thief.post(STEP, {"factor_code": phone.code()}) for _ in range(3)]

    assert ["Too many attempts." in answer.text for answer in answers] == [True] * 3
    told = [mail for mail in mails_to("mara@example.com") if mail.kind == "factor_guessed"]
    assert [mail.is_personal for mail in told] == [True]
    with at(clock.now() + timedelta(minutes=16)):
        owner, _ = sign_in(app, someone)
        assert owner.post(STEP, {"factor_code": phone.code()}).status_code == 302


def test_a_recovery_code_works_once_and_is_told(app, someone):
    _, codes = give_codes(someone)
    first, _ = sign_in(app, someone)
    first.post(STEP, {"factor_recovery": codes[3].upper()})
    again, _ = sign_in(app, someone)

    answer = again.post(STEP, {"factor_recovery": codes[3]})

    assert is_in(first)
    assert (answer.status_code, "Each one works once." in answer.text) == (401, True)
    assert second_factor.of(someone).recovery_codes == 9
    (told,) = [mail for mail in mails_to("mara@example.com") if mail.kind == "recovery_used"]
    assert "9 codes left" in told.text


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"factor_code": "\x00\u202e99"},
        {"factor_code": "1" * 100_000},
        {"factor_recovery": "\x00" * 50},
        {"factor_passkey": "[" * 10_000},
        {"factor_passkey": '{"id": 3, "response": {"clientDataJSON": "e30"}}'},
        {"factor_passkey": '{"id": "x", "response": {"clientDataJSON": {"a": 1}}}'},
    ],
)
def test_nonsense_is_refused_kindly(app, someone, sent):
    give_codes(someone)
    browser, _ = sign_in(app, someone)

    assert browser.post(STEP, sent).status_code == 401
    assert not is_in(browser)


def test_the_second_step_is_over_after_ten_minutes_and_with_another_password(app, someone, at):
    phone, _ = give_codes(someone)
    slow, _ = sign_in(app, someone)
    overtaken, _ = sign_in(app, someone)
    with at(clock.now() + timedelta(minutes=11)):
        answer = slow.post(STEP, {"factor_code": phone.code()}, page="/sign-in")
        assert answer.location == "/sign-in"

    someone.session_epoch += 1
    answer = overtaken.post(STEP, {"factor_code": phone.code()}, page="/sign-in")

    assert answer.location == "/sign-in"
    assert not is_in(overtaken)


def test_nobody_comes_to_the_second_step_without_the_password(client, someone):
    give_codes(someone)

    assert client.get(STEP).location == "/sign-in"
    assert client.get(SET_UP).location == "/sign-in"


def test_a_cookie_that_is_older_than_the_factor_is_no_session(app, someone):
    before = Browser(app, someone)
    assert is_in(before)

    give_codes(someone)

    assert not is_in(before)
    has_given_factor(before)
    assert is_in(before)


def test_whoever_comes_by_single_sign_on_needs_none(app, someone):
    give_codes(someone)
    browser = Browser(app, someone)
    with transaction():
        key = device_sessions.begin(someone, device="x", way=SignInWay.SSO)
    with browser.session_transaction() as session:
        session[device_sessions.KEY] = key

    assert is_in(browser)


def test_signing_in_changes_no_row_that_names_a_person(app, someone):
    phone, _ = give_codes(someone)
    before = rows_about_people()

    browser, _ = sign_in(app, someone)
    browser.post(STEP, {"factor_code": phone.code()})

    assert rows_about_people() == before


def rows_about_people():
    """Every table that names people, the log of acts too; mails that wait are for their readers."""
    db.session.rollback()
    tables = [
        table
        for table in Base.metadata.sorted_tables
        if table.name == "audit_entry" or {"person_id", "email"} & {one.name for one in table.c}
    ]
    return {table.name: db.session.execute(select(table)).all() for table in tables}


def test_what_is_kept_gives_no_secret_away(app, someone):
    phone, codes = give_codes(someone)

    kept = db.session.scalars(select(TimeCodes)).one().sealed
    digests = set(db.session.scalars(select(RecoveryCode.digest)))

    assert phone.totp.secret.encode() not in kept
    assert not digests & set(codes)
    assert len(digests) == len(codes)


def test_a_secret_opens_for_its_own_person_only(app, someone):
    phone, _ = give_codes(someone)
    other = make_person(email="other@example.com")
    give_codes(other)
    mine = db.session.get_one(TimeCodes, someone.id).sealed
    db.session.get_one(TimeCodes, other.id).sealed = mine
    db.session.commit()
    thief, _ = sign_in(app, other)

    assert thief.post(STEP, {"factor_code": phone.code()}).status_code == 401


def test_with_another_secret_of_the_app_recovery_codes_still_work(app, someone, monkeypatch):
    phone, codes = give_codes(someone)
    changed = replace(app.config["SETTINGS"], secret_key="another-0123456789-abcdefghijklmnopqr")
    monkeypatch.setitem(app.config, "SETTINGS", changed)

    with pytest.raises(second_factor.WrongFactorError):
        second_factor.prove_by_code(someone, phone.code())
    second_factor.prove_by_recovery(someone, codes[0])


class TestRequired:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, second_factor="hr,board,managers")

    @pytest.fixture
    def roles(self, app):
        manager = make_person(name="Mara Manager", email="mara@example.com")
        make_person(manager_id=manager.id)
        return {
            "hr": make_person(name="Hanna HR", email="hanna@example.com", is_hr=True),
            "board": make_person(name="Bea Board", email="bea@example.com", is_board=True),
            "manager": manager,
        }

    @pytest.mark.parametrize("role", ["hr", "board", "manager"])
    def test_the_first_sign_in_leads_through_the_set_up_before_anything_else(
        self, app, roles, role
    ):
        browser, answer = signing_in_first(app, roles[role])
        was_in = is_in(browser)

        done = browser.post(SET_UP, codes_from(browser.get(SET_UP)))

        assert (answer.location, was_in) == (SET_UP, False)
        assert done.status_code == 200
        assert done.text.count("<code>") == 10
        assert 'href="/account/sign-ins"' in done.text
        assert is_in(browser)
        assert kinds_of_mail() == ["factor_changed", "new_device"]

    def test_a_session_from_before_the_rule_is_none(self, app, roles):
        assert not any(is_in(Browser(app, person)) for person in roles.values())

    def test_a_cookie_of_before_cannot_set_up_a_factor_either(self, app, roles):
        thief = Browser(app, roles["hr"])

        assert thief.get("/account/second-factor/codes").location.startswith("/sign-in")
        assert thief.get(SET_UP).location == "/sign-in"

    def test_an_employee_is_not_asked(self, app, roles):
        assert is_in(Browser(app, make_person(email="emil@example.com")))

    def test_single_sign_on_is_enough(self, app, roles):
        browser = Browser(app, roles["hr"])
        with transaction():
            key = device_sessions.begin(roles["hr"], device="x", way=SignInWay.SSO)
        with browser.session_transaction() as session:
            session[device_sessions.KEY] = key

        assert is_in(browser)
        assert "so you may set one up and need not" in browser.get("/account/second-factor").text

    def test_whoever_has_one_sets_up_no_second_one_at_the_door(self, app, roles):
        give_codes(roles["hr"])
        thief, _ = sign_in(app, roles["hr"])

        assert thief.get(SET_UP).location == STEP
        assert thief.post(SET_UP, {"token": "", "code": ""}, page=STEP).location == STEP

    def test_a_wrong_first_code_is_refused_and_another_secret_is_offered(self, app, roles):
        browser, _ = signing_in_first(app, roles["hr"])

        answer = browser.post(SET_UP, codes_from(browser.get(SET_UP)) | {"code": "12"})

        assert answer.status_code == 401
        assert "a phone whose clock is wrong shows other codes" in answer.text
        assert not is_in(browser)

    def test_the_last_one_stays(self, app, roles):
        give_codes(roles["hr"])
        browser = Browser(app, roles["hr"])
        has_given_factor(browser)
        page = "/account/second-factor"

        answer = browser.post(f"{page}/codes/remove", page=page)

        assert answer.status_code == 409
        assert "this is the only one" in answer.text
        assert second_factor.is_set(roles["hr"])


def signing_in_first(app, person):
    person.password_hash = hashed(SECRET)
    db.session.commit()
    return sign_in(app, person, target="/account/sign-ins")
