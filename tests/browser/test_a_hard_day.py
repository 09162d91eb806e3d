"""A whole review typed while everything goes wrong that can."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import TEAM
from tests.browser.navigators import Typist
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATEMENTS = range(1, 15)
HALF = TEAM // 2
WORDS = "You explain well: “why” first, then how."


class Server:
    """A server that can be killed, and comes back at the same address."""

    def __init__(self, app: Flask) -> None:
        self.app, self.life = app, ExitStack()
        self.address = self.life.enter_context(serving(app))

    @contextmanager
    def down(self) -> Iterator[None]:
        """Dead inside the block."""
        self.life.close()
        yield
        self.life.enter_context(serving(self.app, int(self.address.rpartition(":")[2])))


@pytest.fixture
def server(app):
    server = Server(app)
    yield server
    server.life.close()


def option(position, statement):
    """What is typed: every option occurs on every page, "not observed" too."""
    return (position * 5 + statement * 7) % 6


def keys(statement, positions):
    """The keys pressed for these rows of a statement's page."""
    return "".join(str(option(position, statement)) for position in positions)


class Day:
    """Ways to fill in the page of a statement; every one begins and ends on that page."""

    def __init__(self, typist: Typist, server: Server) -> None:
        self.typist, self.server = typist, server

    def plainly(self, statement: int, positions: range = range(1, TEAM + 1)) -> None:
        """Row after row."""
        self.typist.focus_row(positions[0])
        self.typist.type(keys(statement, positions))

    def with_the_server_killed(self, statement: int) -> None:
        """While half of the answers are under way; the other half is typed before it is back."""
        self.plainly(statement, range(1, HALF + 1))
        with self.server.down():
            self.plainly(statement, range(HALF + 1, TEAM + 1))
            self.typist.expect_status(self._kept("No connection"))

    def offline(self, statement: int) -> None:
        """From the first answer to after a refused "save and continue"."""
        self.typist.window.set_offline(True)
        self.plainly(statement)
        self.typist.expect_status(f"No connection, {TEAM} answers kept on this device.")
        self.typist.key("Enter")
        self.typist.expect_statement(statement)
        self.typist.window.set_offline(False)

    def in_two_tabs(self, statement: int) -> None:
        """Each types half, and the first row twice; the later answer counts."""
        second = self.typist.second_tab(f"/review/statements/{statement}")
        self.typist.focus_row(1)
        self.typist.type(str((option(1, statement) + 1) % 6))
        second.focus_row(1)
        second.type(keys(statement, range(1, HALF + 1)))
        self.plainly(statement, range(HALF + 1, TEAM + 1))
        second.wait_until_nothing_is_kept()
        self.typist.wait_until_nothing_is_kept()
        second.page.close()

    def signed_out(self, statement: int) -> None:
        """In the middle; the rest is typed before signing in again."""
        self.typist.lose_the_session()
        self.plainly(statement)
        self.typist.expect_status(f"Signed out, {TEAM} answers kept on this device.")
        self.typist.page.get_by_role("link", name="Sign in again").click()
        self.typist.sign_in_here()
        self.typist.expect_statement(statement)
        self.typist.wait_until_saved()
        self.typist.go.focus()

    def reloaded(self, statement: int) -> None:
        """In the middle, before anything is saved."""
        self.plainly(statement, range(1, HALF + 1))
        self.typist.page.reload()
        self.plainly(statement, range(HALF + 1, TEAM + 1))

    def crashed(self, statement: int) -> None:
        """The window is gone, offline; a new one finds what was typed."""
        self.typist.window.set_offline(True)
        self.plainly(statement)
        self.typist.page.close(run_before_unload=False)
        self.typist.window.set_offline(False)
        self.typist = self.typist.second_tab(f"/review/statements/{statement}")
        expect(self.typist.row(TEAM).locator(":checked")).to_have_count(1)
        self.typist.go.focus()

    def _kept(self, trouble: str) -> re.Pattern[str]:
        return re.compile(rf"{trouble}, \d+ answers kept on this device\.")


def test_whatever_happens_the_ballot_is_what_was_typed(chromium, server, people, cycle_id, stored):
    window = chromium.new_context(base_url=server.address)
    window.set_default_timeout(20_000)
    day = Day(Typist(window, people[1]), server)
    day.typist.open("/review/self")
    day.typist.focus_row(1)
    day.typist.type("24" * 7)
    day.typist.leave()
    mishaps = {
        3: day.with_the_server_killed,
        5: day.offline,
        7: day.in_two_tabs,
        9: day.signed_out,
        11: day.reloaded,
        13: day.crashed,
    }
    for statement in STATEMENTS:
        day.typist.expect_statement(statement)
        mishaps.get(statement, day.plainly)(statement)
        day.typist.leave()
    day.typist.page.locator("summary").nth(4).click()
    day.typist.page.locator("#keep5").fill(WORDS)
    day.typist.leave()
    day.typist.page.locator("input[name=score][value='9']").check(force=True)
    day.typist.leave()
    day.typist.focus_and_press("main form button", "Enter")
    day.typist.expect_heading("Thank you")
    kept = day.typist.page.evaluate("Object.keys(localStorage)")
    window.close()

    ballot, order = stored()
    expected = [[option(p, s) for s in STATEMENTS] for p in range(1, TEAM + 1)]
    assert [ballot.answers[person_id] for person_id in order] == expected
    assert ballot.own == [2, 4] * 7
    assert ballot.comments == {order[4]: {"keep": WORDS}}
    assert (ballot.enps_score, ballot.sent) == (9, True)
    assert [key.partition("#")[1:] for key in kept] == [("#", "")]  # this device, and no answer
