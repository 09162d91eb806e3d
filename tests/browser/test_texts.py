"""Words typed in two places, and more of them than fit."""

import pytest
from playwright.sync_api import expect

from app.domain import limits
from app.domain.ballot.versions import fingerprint
from tests.browser.navigators import Typist

pytestmark = pytest.mark.browser

PHONE = "You explain things so that even I understand them. " * 7


def write(typist, text):
    """Fill in what the first colleague should keep doing."""
    fold = typist.page.locator(".folds details").first
    if not fold.evaluate("(one) => one.open"):
        fold.locator("summary").click()
    typist.page.locator("#keep1").fill(text)


def kept(stored):
    ballot, order = stored()
    cell = f"c{order[0]}.keep"
    return ballot.text(cell), [one.text for one in ballot.beside.get(cell, ())]


def test_a_stale_page_on_a_second_device_overwrites_nothing_and_both_are_told(
    chromium, address, typist, people, stored
):
    typist.open("/review/comments")
    window = chromium.new_context(base_url=address)
    desk = Typist(window, people[1])
    desk.open("/review/comments")
    write(typist, PHONE)
    typist.wait_until_saved()

    write(desk, "ok")

    expect(desk.page.locator(".contradiction")).to_contain_text(PHONE.strip())
    desk.expect_status("One text has two versions.")
    assert kept(stored) == (PHONE.strip(), ["ok"])
    write(typist, PHONE + "Really.")
    typist.expect_status("One text has two versions.")
    assert kept(stored) == (PHONE + "Really.", ["ok"])

    desk.page.get_by_role("link", name="Reload to choose one").click()
    desk.press("Let this one count instead")
    expect(desk.page.locator("#keep1")).to_have_value("ok")
    assert kept(stored) == ("ok", [])
    window.close()


def test_two_tabs_of_one_device_do_not_contradict_each_other(typist, stored):
    typist.open("/review/comments")
    second = typist.second_tab("/review/comments")
    write(typist, "You listen")
    typist.wait_until_saved()
    expect(second.page.locator("#keep1")).to_have_value("You listen")

    write(second, "You listen well")
    second.wait_until_nothing_is_kept()

    assert kept(stored) == ("You listen well", [])


def test_what_does_not_fit_stays_in_the_field_and_is_refused_in_words(typist, stored):
    typist.open("/review/comments")
    write(typist, "x" * 5 * limits.COMMENT)

    expect(typist.page.locator("#keep1-counter")).to_contain_text("4,000 too many")
    typist.expect_status("Not accepted: A comment has 5,000 characters; 1,000 fit.")
    typist.go.click()
    typist.page.wait_for_load_state()
    expect(typist.page.get_by_role("alert")).to_contain_text("5,000 characters; 1,000 fit")
    assert len(typist.page.locator("#keep1").input_value()) == 5 * limits.COMMENT
    assert kept(stored) == ("", [])
    write(typist, "x" * (limits.COMMENT - 50))
    expect(typist.page.locator("#keep1 ~ .counter")).to_have_text("50 of 1,000 characters left.")
    typist.wait_until_saved()
    assert fingerprint(kept(stored)[0]) == fingerprint("x" * (limits.COMMENT - 50))
