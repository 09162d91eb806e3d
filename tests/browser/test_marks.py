"""Marks on the report, kept and saved like answers."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.infra.db import db
from app.people.passwords import hashed
from app.reports.models import ActionMarkRow
from tests.browser.navigators import PASSWORD, Somebody
from tests.features.reports.conftest import make_report

pytestmark = pytest.mark.browser


@pytest.fixture
def cycle(alice, bob):
    alice.person.password_hash = hashed(PASSWORD)
    db.session.commit()
    made = make_report(alice.person, reader=bob.person)
    made.opened_on = date(2026, 9, 1)
    db.session.commit()
    return made


@pytest.fixture
def reader(window, alice, cycle):
    """Alice in front of her report."""
    found = Somebody(window, alice.person)
    found.page.goto(f"/reports/{cycle.id}/{alice.person.id}#statements")
    for fold in ("#c1", "#c2"):
        found.page.locator(f"{fold} > summary").click()
    return found


def kept():
    db.session.rollback()
    rows = db.session.scalars(select(ActionMarkRow).order_by(ActionMarkRow.statement))
    return {
        row.statement: [name for name in ("works_on", "surprises") if getattr(row, name)]
        for row in rows
    }


def expect_status(reader, text):
    expect(reader.page.locator("#saving > p").first).to_contain_text(text, timeout=15_000)


def test_a_mark_outlives_the_page_and_a_lost_connection(window, reader):
    reader.page.locator("#surprise_2").check()
    expect_status(reader, "Saved at")
    assert kept() == {2: ["surprises"]}

    window.set_offline(True)
    reader.page.locator("#work_on_3").check()
    expect(reader.page.locator("#chosen")).to_have_text("Chosen: Good thing number 3")
    expect_status(reader, "No connection, 1 tick kept on this device.")
    window.set_offline(False)
    expect_status(reader, "Saved at")
    reader.page.reload()
    expect(reader.page.locator("#work_on_3")).to_be_checked()
    assert kept() == {2: ["surprises"], 3: ["works_on"]}


def test_a_third_to_work_on_is_refused_and_saved_once_there_is_room(reader):
    for statement in (1, 2, 3):
        reader.page.locator(f"#work_on_{statement}").check()
        reader.page.wait_for_timeout(100)
    expect_status(reader, "Not accepted: “Work on this” is for 2 statements at most")

    reader.page.locator("#work_on_1").uncheck()

    expect_status(reader, "Saved at")
    assert kept() == {2: ["works_on"], 3: ["works_on"]}


def test_the_outline_of_the_ticks_can_be_seen(reader):
    ratios = """() => {
      const menu = document.querySelector(".chip");
      const rgb = (text) => text.match(/[0-9.]+/g).slice(0, 3).map((part) => {
        const c = part / 255;
        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, x, n) => sum + x * rgb(c)[n], 0);
      const edge = light(getComputedStyle(menu).borderTopColor);
      const page = light(getComputedStyle(document.documentElement).backgroundColor);
      return (Math.max(edge, page) + 0.05) / (Math.min(edge, page) + 0.05);
    }"""
    for scheme in ("light", "dark"):
        reader.page.emulate_media(color_scheme=scheme)
        assert reader.page.evaluate(ratios) >= 3


def test_the_choice_is_two_screens_away_on_a_phone_at_most_and_always_in_reach(reader):
    reader.page.set_viewport_size({"width": 360, "height": 800})
    reader.page.goto(reader.page.url.partition("#")[0])

    below = "document.querySelector('#choose').getBoundingClientRect().top + scrollY"
    assert reader.page.evaluate(below) <= 2 * 800
    expect(reader.page.locator(".reach a.button")).to_be_in_viewport()


def test_a_link_to_a_statement_opens_its_folds_and_the_address_names_the_last_fold(reader):
    reader.page.goto(f"{reader.page.url.partition('#')[0]}#s5")
    expect(reader.page.locator("#s5")).to_be_in_viewport()

    reader.page.locator("#comments > summary").click()

    expect(reader.page).to_have_url(re.compile("#comments$"))
