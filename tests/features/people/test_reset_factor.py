"""Resetting somebody's second factor: one person of HR cannot, and the owner hears of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.durations import OBJECTION
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.people import password_secrecy, second_factor
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.lifecycle.drafts_and_forms import make_second_hr
from tests.features.people.factors import give_codes, has_given_factor, sign_in
from tests.features.people.test_account_theft import mails_to


@pytest.fixture
def mara(app):
    """A manager with a second factor."""
    mara = make_person(name="Mara Manager", email="mara@example.com")
    make_person(manager_id=mara.id)
    give_codes(mara)
    return mara


def reset(browser, person):
    page = f"/people/{person.id}"
    return browser.post(f"{page}/reset-factor", page=page)


def tags():
    return list(db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.id)))


def test_one_person_of_hr_alone_resets_nothing_and_the_owner_is_told(app, hanna, mara):
    make_second_hr()

    first = reset(hanna, mara)
    again = reset(hanna, mara)

    assert (first.status_code, again.status_code) == (302, 403)
    assert second_factor.is_set(mara)
    (told,) = [mail for mail in mails_to("mara@example.com") if mail.kind == "factor_reset"]
    assert told.subject == "HR wants to reset the second factor of your account in Full Circle"
    assert "a second person of HR has to agree first" in told.text
    assert tags()[-1] == "person:factor_reset_asked"


def test_with_a_second_one_it_is_reset_and_the_account_is_in_new_hands(app, hanna, mara):
    henry = make_second_hr()
    before = mara.credential_epoch
    session = Browser(app, mara)
    has_given_factor(session)
    reset(hanna, mara)

    assert "Agree and reset the second factor" in Browser(app, henry).get(f"/people/{mara.id}").text
    reset(Browser(app, henry), mara)

    assert not second_factor.is_set(mara)
    assert second_factor.of(mara).recovery_codes == 0
    assert session.get("/account/second-factor").status_code == 302
    assert mara.credential_epoch not in {0, before}
    assert mara.reads_reports_from == clock.now().date() + OBJECTION
    told = mails_to("mara@example.com")[-1]
    assert told.subject == "The second factor of your account was reset in Full Circle"
    assert tags()[-1] == "person:factor_reset"


def test_whoever_then_comes_with_the_password_reads_no_report(app, hanna, mara, at):
    make_second_hr()
    with transaction():
        second_factor.reset(mara, by=None)
    with transaction():
        second_factor.reset(mara, by=hanna.person.id)

    thief, _ = sign_in(app, mara)

    answer = thief.get(f"/reports/1/{mara.id}")
    assert answer.status_code == 403
    assert "or its second factor was reset" in answer.text
    with at(clock.now() + timedelta(days=14)):
        later, _ = sign_in(app, mara)
        assert later.get(f"/reports/1/{mara.id}").status_code == 404


def test_a_single_person_of_hr_resets_alone_as_nobody_else_could_agree(hanna, mara):
    shown = hanna.get(f"/people/{mara.id}").text
    reset(hanna, mara)

    assert "a second person of HR agrees" not in shown
    assert not second_factor.is_set(mara)


def test_the_command_line_asks_and_one_of_hr_agrees(app, hanna, mara):
    make_second_hr()

    run = app.test_cli_runner().invoke
    told = run(args=["people", "reset-factor", "Mara@example.com"]).output
    db.session.rollback()
    assert (told, second_factor.is_set(mara)) == (
        "Noted. It waits until somebody of HR agrees.\n",
        True,
    )

    reset(hanna, mara)
    assert not second_factor.is_set(mara)


def test_who_has_none_has_nothing_to_reset(app, hanna, alice):
    assert reset(hanna, alice.person).status_code == 409
    assert "second factor" not in hanna.get(f"/people/{alice.person.id}").text
    failed = app.test_cli_runner().invoke(args=["people", "reset-factor", "alice@example.com"])
    assert "Alice Archer has no second factor that could be reset." in failed.output


def test_a_request_is_listed_in_words_and_can_be_refused(app, hanna, mara):
    henry = Browser(app, make_second_hr())
    reset(hanna, mara)

    listed = henry.get("/cycles/requests").text
    (request_id,) = db.session.execute(db.text("SELECT id FROM two_person_request")).scalars()
    page = f"/cycles/requests/{request_id}/refuse"
    henry.post(page, {"word": "I called her: she did not ask."})

    assert "Hanna Hill asked to reset the second factor of Mara Manager" in listed
    assert second_factor.is_set(mara)
    assert tags()[-1] == "person:factor_reset_refused"


def test_the_log_of_acts_tells_of_changes_and_of_no_sign_in(app, hanna, mara):
    phone, _ = give_codes(mara)
    browser, _ = sign_in(app, mara)
    browser.post("/sign-in/second-step", {"factor_code": phone.code()})
    browser.post("/account/second-factor/recovery-codes", page="/account/second-factor")
    browser.post("/account/second-factor/codes/remove", page="/account/second-factor")

    log = hanna.get("/audit").text
    assert tags() == [
        "person:factor_set",
        "person:factor_set",
        "person:recovery_made",
        "person:factor_removed",
    ]
    assert "set up time codes as a second factor of their own account" in log
    assert "removed time codes from the second factors of their own account" in log


def test_where_hr_must_not_know_who_has_a_password_it_learns_nothing_from_factors(
    app, hanna, mara, alice
):
    with transaction():
        password_secrecy.hide()
    before = tags()

    give_codes(mara)

    assert tags() == before
    assert [mail.is_personal for mail in mails_to("mara@example.com")][-1]
    pages = [hanna.get(f"/people/{one.id}").text for one in (mara, alice.person)]
    assert ["second factor" in page for page in pages] == [True, True]
    assert "has a second factor." not in pages[0] + pages[1]
    make_second_hr()
    assert reset(hanna, alice.person).status_code == 302
