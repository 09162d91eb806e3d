"""The page about services takes few keys: six services of which two were used, well below a minute.

Counted are keys and decisions, not time. With the keystroke-level model (0.28 s for a key; 1.8 s to
read a line and decide, as for ratings of colleagues) 21 keys and 14 decisions take about 31 s.
"""

import pytest
from playwright.sync_api import BrowserContext, expect

from app.people.models import Person
from tests.browser.navigators import Typist
from tests.services_in_the_house import name_service
from tests.whole_cycles import open_cycle

pytestmark = pytest.mark.browser

NAMES = ("Canteen", "Facilities", "IT support", "Payroll", "Recruiting", "Travel desk")
USED = ("Facilities", "Payroll")
KEY, DECISION = 0.28, 1.8
"""Seconds of the model."""


@pytest.fixture
def cycle_id(people: list[Person]) -> int:
    """An open cycle in which six services are asked about, none run by the rater."""
    for name in NAMES:
        name_service(name, *people[20:23])
    return open_cycle(people)


@pytest.fixture
def typist(window: BrowserContext, cycle_id: int, people: list[Person]) -> Typist:
    """Somebody who used two of the six."""
    return Typist(window, people[1])


def test_six_services_of_which_two_were_used_take_less_than_a_minute(typist, stored):
    typist.open("/review/services")
    typist.page.locator(".use input:checked").first.focus()
    keys = decisions = 0

    def press(key: str) -> None:
        nonlocal keys
        typist.key(key)
        keys += 1

    for name in NAMES:
        decisions += 1
        press("1" if name in USED else "0")
        if name in USED:
            for rating in "435":
                press(rating)
            press("8")
            decisions += 4
            while not typist.page.locator(".use input:focus").count():
                press("Tab")
    press("Enter")

    expect(typist.page.get_by_role("heading", level=1)).not_to_contain_text("Services")
    assert keys <= 22
    assert decisions == 14
    assert keys * KEY + decisions * DECISION < 60
    assert sorted(filter(None, stored()[0].further.values())) == [1, 1, 3, 3, 4, 4, 5, 5, 8, 8]


def test_a_mouse_needs_one_click_for_each_answer_and_one_to_go_on(typist, stored):
    typist.open("/review/services")
    clicks = 0
    for place, name in enumerate(NAMES):
        if name not in USED:
            continue
        fold = typist.page.locator(".service").nth(place)
        fold.locator("input.used").click()
        for row, value in enumerate("435"):
            fold.locator(".asked .rate").nth(row).locator(f"input[value='{value}']").click()
        fold.locator(".ten input[value='8']").click()
        clicks += 5
    typist.go.click()
    clicks += 1

    expect(typist.page.get_by_role("heading", level=1)).not_to_contain_text("Services")
    assert clicks == 11
    assert sorted(filter(None, stored()[0].further.values())) == [1, 1, 3, 3, 4, 4, 5, 5, 8, 8]
