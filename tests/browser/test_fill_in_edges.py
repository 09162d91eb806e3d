"""Rarer ends of the fill-in: a close while typing, a browser that keeps nothing, hidden answers."""

import pytest
from playwright.sync_api import expect

from app.ballots.queries import keys_of, stored_ballot
from app.infra.db import db
from tests.whole_cycles import begin_closing

pytestmark = pytest.mark.browser

NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("not here", "SecurityError"); }
});"""
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('review ') && !key.endsWith('#'))"


def test_a_page_open_at_the_close_says_what_counted_and_keeps_nothing(typist, cycle_id, people):
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("3")
    typist.wait_until_saved()
    begin_closing(cycle_id)
    typist.type("45")
    typist.expect_status(
        "The review is closed; this came too late. "
        "Your ballot was not sent before the close, so nothing of it was counted."
    )

    assert typist.page.evaluate(KEPT) == []
    expect(typist.row(1).locator("input").first).to_be_disabled()
    typist.press("Save and continue")
    typist.expect_heading("is closed")
    expect(typist.page.get_by_text("nothing of it was counted")).to_be_visible()
    db.session.rollback()
    ballot = stored_ballot(keys_of(cycle_id), people[1].id)
    assert [values[0] for values in ballot.answers.values()] == [3]


def test_where_the_browser_keeps_nothing_answers_are_saved_all_the_same(
    window, typist, ratings, stored
):
    window.add_init_script(NO_STORAGE)
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("3")
    typist.wait_until_saved()
    window.set_offline(True)
    typist.type("45")
    typist.expect_status("No connection, 2 answers kept in this page.")
    window.set_offline(False)
    typist.wait_until_saved()
    typist.go.focus()
    typist.leave()
    typist.expect_statement(2)
    typist.focus_row(1)
    typist.type("1")
    typist.wait_until_saved()

    assert (ratings(1)[:4], ratings(2)[:2]) == ([3, 4, 5, None], [1, None])
    ballot, _ = stored()
    assert len(ballot.seen) == 2  # each page is a device of its own


def test_an_answer_from_before_a_reset_is_overwritten_and_cleared_by_pointer(
    typist, people, ratings
):
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("222")
    typist.wait_until_saved()
    db.session.rollback()
    db.session.merge(people[1]).credential_epoch += 1
    db.session.commit()

    typist.page.reload()
    earlier = typist.page.locator(".rate .before")
    expect(earlier).to_have_count(3)
    typist.row(1).locator("label", has_text="often").click()
    expect(earlier.nth(0)).to_be_hidden()
    typist.row(1).get_by_role("button", name="clear").click()
    typist.row(2).get_by_role("button", name="clear").click()
    typist.wait_until_saved()

    typist.page.reload()
    expect(earlier).to_have_count(1)
    assert ratings(1)[:3] == [None, None, 2]


def test_another_tab_says_what_is_kept_and_when_nothing_is_any_more(window, typist):
    typist.open("/review/statements/1")
    second = typist.second_tab("/review/statements/1")
    second.page.clock.install()
    second.page.reload()
    window.set_offline(True)
    typist.focus_row(1)
    typist.type("34")
    expect(second.row(2).locator("input[value='4']")).to_be_checked()
    second.page.clock.run_for(7_000)  # it tries for itself: the other tab may be closed
    second.expect_status("No connection, 2 answers kept on this device.")
    window.set_offline(False)

    typist.wait_until_nothing_is_kept()
    second.wait_until_nothing_is_kept()
