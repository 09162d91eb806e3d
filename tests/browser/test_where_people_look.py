"""Messages stand where people look, and a page is left only with their consent."""

import pytest
from playwright.sync_api import expect

from app.infra.db import db
from tests.browser.navigators import Hr

pytestmark = pytest.mark.browser

IN_VIEW = """(node) => {
  const box = node.getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight / 2;
}"""


def test_on_a_phone_the_kind_question_is_seen_before_the_next_row(typist):
    typist.page.set_viewport_size({"width": 360, "height": 640})
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("3" * 24)
    typist.wait_until_saved()
    typist.go.click()

    notice = typist.page.locator(".notices")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("simply continue")
    assert notice.evaluate(IN_VIEW)


def test_faults_of_a_form_take_the_focus_also_far_down(typist):
    typist.page.set_viewport_size({"width": 360, "height": 640})
    typist.open("/password/change")
    for field in typist.page.locator("main input[type=password]").all():
        field.fill("wrong")
    typist.page.locator("main button[type=submit]").click()

    field = typist.page.locator("[aria-invalid=true]").first
    expect(field).to_be_focused()
    assert field.evaluate(IN_VIEW)


def test_signing_out_while_nothing_can_be_saved_says_what_would_be_lost(window, typist):
    typist.open("/review/statements/1")
    typist.page.route("**/review/save", lambda route: route.abort())
    typist.focus_row(1)
    typist.type("34")
    typist.page.get_by_role("button", name="Sign out").click()

    notice = typist.page.locator("#losing")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("You are still signed in. 2 unsaved answers would be lost")
    typist.page.get_by_role("button", name="Sign out all the same").click()
    expect(typist.page.get_by_label("Password")).to_be_visible()


def test_few_keys_lead_from_the_top_of_the_list_to_the_button(typist):
    typist.open("/review/colleagues")
    typist.page.locator("main").focus()
    keys = 0
    while not typist.go.evaluate("(button) => button === document.activeElement"):
        typist.key("Tab")
        keys += 1
        link = typist.page.get_by_role("link", name="Skip to “Save and continue”")
        if link.evaluate("(one) => one === document.activeElement"):
            typist.key("Enter")
            keys += 1
        assert keys <= 6


@pytest.mark.parametrize("width", [1130, 1200, 1280, 1440])
def test_the_menu_stays_on_one_line(window, people, cycle_id, width):
    person = db.session.merge(people[1])
    person.is_hr = person.is_board = True
    person.name = "Annemarie Christina von Hohenfels-Grünwald"
    db.session.commit()
    hr = Hr(window, person)
    hr.page.set_viewport_size({"width": width, "height": 800})

    tops = hr.page.locator(".masthead nav li").evaluate_all(
        "(items) => new Set(items.map((item) => item.offsetTop)).size"
    )

    assert tops == 1
    assert hr.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
