"""What people do in a browser, in their own words: one navigator per role."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.people.models import Person

PASSWORD = "correct horse battery staple"


class Somebody:
    """Anybody with an account, in a window of their own."""

    def __init__(self, window: BrowserContext, person: Person) -> None:
        self.person, self.window = person, window
        self.page: Page = window.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._note)
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Hello")

    def _note(self, message: object) -> None:
        if getattr(message, "type", "") in {"error", "warning"}:
            self.faults.append(str(message))

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_label("Password")).to_be_visible()


class Hr(Somebody):
    """Runs the cycle."""

    def plan(self, name: str) -> None:
        self.page.goto("/cycles/new")
        self.page.get_by_label("Name").fill(name)
        self.press("Save the plan")
        expect(self.page.get_by_text("This plan is ready.")).to_be_visible()

    def open_now(self) -> None:
        self._step("Open now …")

    def close_now(self, name: str) -> None:
        self.page.goto("/cycles")
        self.follow(name)
        self._step("Close now …")

    def publish(self, name: str) -> None:
        self.page.goto("/cycles")
        self.follow(name)
        self._step("Publish …")

    def _step(self, link: str) -> None:
        """Follow the link to the page that asks, and say yes."""
        self.follow(link)
        expect(self.page.get_by_text("What will happen")).to_be_visible()
        self.page.locator("main form button[type=submit]").first.click()
        expect(self.page.get_by_role("status").first).to_be_visible()


class Rater(Somebody):
    """Fills in a review, page by page."""

    def begin(self) -> None:
        self.page.goto("/review/colleagues")

    def did_not_work_with(self, name: str) -> None:
        self.page.get_by_label(name).check()

    def next(self) -> None:
        """Leave the page, also when it kindly asks whether one is sure."""
        with self.page.expect_event("load"):
            self.press("Save and continue")
        if self.page.get_by_text("simply continue").count():
            with self.page.expect_event("load"):
                self.press("Save and continue")

    def rate_everybody(self, option: int, *, besides: dict[str, int] | None = None) -> None:
        """Answer every row of the page with `option`; `besides` names the exceptions."""
        self.page.locator("fieldset.rate").evaluate_all(
            """(rows, [option, besides]) => rows.forEach((row) => {
                const name = Object.keys(besides).find((one) => row.innerText.includes(one));
                row.querySelector(`input[value="${name ? besides[name] : option}"]`).click();
            })""",
            [option, besides or {}],
        )

    def answer_the_last_question(self, score: int, reason: str) -> None:
        self.page.locator(f"input[name=score][value='{score}']").check(force=True)
        self.page.get_by_label(reason, exact=True).check()

    def say(self, name: str, *, keep: str) -> None:
        self.page.locator("summary", has_text=name).click()
        self.page.get_by_label(f"Keep doing, {name}").fill(keep)

    def send(self) -> None:
        self.page.locator("main form button[type=submit]").last.click()


class Typist(Somebody):
    """Rates by keyboard."""

    @property
    def go(self) -> Locator:
        return self.page.locator(".go button").first

    def open(self, path: str) -> None:
        self.page.goto(path)

    def second_tab(self, path: str) -> "Typist":
        """The same person in another tab of the same window."""
        tab = object.__new__(Typist)
        tab.person, tab.window, tab.faults = self.person, self.window, self.faults
        tab.page = self.window.new_page()
        tab.page.goto(path)
        return tab

    def count_loads(self) -> list[str]:
        """Every page loaded from now on."""
        loads: list[str] = []
        self.page.on("load", lambda page: loads.append(page.url))
        return loads

    def expect_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def expect_statement(self, number: int) -> None:
        expect(self.page.get_by_text(f"Statement {number} of 14")).to_be_visible()

    def expect_status(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#saving > p").first).to_have_text(words, timeout=15_000)

    def wait_until_saved(self) -> None:
        expect(self.page.locator("#saving[data-kind=saved]")).to_be_visible(timeout=15_000)

    def lose_the_session(self) -> None:
        """Once nothing is under way that would bring the cookie back."""
        self.page.wait_for_load_state("networkidle")
        self.window.clear_cookies()

    def wait_until_nothing_is_kept(self) -> None:
        """Also when another tab did the saving."""
        here = "#saving:is([data-kind=saved], [data-kind=ready])"
        expect(self.page.locator(here)).to_be_visible(timeout=15_000)

    def row(self, position: int) -> Locator:
        return self.page.locator(f"#row-{position}")

    def focus_row(self, position: int) -> None:
        self.row(position).locator("input").first.focus()

    def is_in_row(self, position: int) -> bool:
        return self.row(position).locator("input:focus").count() == 1

    def open_row_is_focused(self, position: int) -> None:
        expect(self.row(position).locator("input").first).to_be_focused()

    def leave(self) -> int:
        """Press Enter on "Save and continue"; return how often a kind question came first."""
        asked = -1
        while asked < 0 or self.page.get_by_text("simply continue").count():
            asked += 1
            self.go.focus()
            with self.page.expect_event("load"):
                self.key("Enter")
        return asked

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, keys: str) -> None:
        self.page.keyboard.type(keys)

    def focus_and_press(self, selector: str, key: str) -> None:
        self.page.locator(selector).first.focus()
        self.key(key)

    def switch_moving(self, *, on: bool) -> None:
        self.page.locator("#moving").set_checked(on)

    def sign_in_here(self) -> None:
        """Sign in where the page asks for it."""
        self.page.get_by_label("E-mail").fill(self.person.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()


class Reader(Somebody):
    """Opens and downloads reports."""

    def download(self, subject: str, cycle: str, folder: Path) -> Path:
        self.page.goto("/reports")
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=f"PDF of {subject}, {cycle}").click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file
