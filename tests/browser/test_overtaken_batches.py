"""Batches that the line holds up, and what overtakes them meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LONGEST_WAIT = 20.0


class Line:
    """The way between browser and app: it holds up a save, or the answer to it, when told to."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app, self.holds = app, ""
        self.arrived, self.free, self.through = Event(), Event(), Event()
        self.status = ""

    def __call__(self, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        held, self.holds = self.holds, self.holds if environ["PATH_INFO"] != "/review/save" else ""
        if not held or environ["PATH_INFO"] != "/review/save":
            return self.app(environ, answer)
        return self._late(held, environ, answer)

    def _late(
        self, held: str, environ: dict[str, Any], answer: Callable[..., Any]
    ) -> Iterator[bytes]:
        if held == "save":
            self._wait()
        body = list(self.app(environ, self._noting(answer)))
        if held == "answer":
            self._wait()
        yield from body
        self.through.set()

    def _wait(self) -> None:
        self.arrived.set()
        assert self.free.wait(LONGEST_WAIT), "nobody let this save go on"

    def _noting(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        def noted(status: str, *rest: Any) -> Any:
            self.status = status
            return answer(status, *rest)

        return noted

    def hold_next(self, what: str) -> None:
        """Hold up the next "save" before, or its "answer" after the app has seen it."""
        self.holds = what

    def wait_until_held(self) -> None:
        """Until a save has arrived here."""
        assert self.arrived.wait(LONGEST_WAIT), "no save came"

    def let_go(self) -> None:
        """Let what is held go on."""
        self.free.set()
        assert self.through.wait(LONGEST_WAIT), "the save did not get through"


@pytest.fixture
def line(app):
    """The line to the app, still without a fault."""
    app.wsgi_app = line = Line(app.wsgi_app)
    yield line
    line.free.set()


def test_what_a_page_sent_as_it_was_left_does_not_undo_what_the_next_page_saved(
    line, typist, ratings
):
    typist.open("/review/statements/1")
    line.hold_next("save")
    typist.focus_row(1)
    typist.type("34")
    typist.open("/review/statements/1")
    line.wait_until_held()
    typist.wait_until_saved()
    typist.focus_row(1)
    typist.type("5")
    typist.wait_until_saved()
    assert ratings(1)[:3] == [5, 4, None]

    line.let_go()

    assert line.status.startswith("412")
    assert ratings(1)[:3] == [5, 4, None]


def test_a_page_whose_batch_was_overtaken_sends_what_is_left_under_a_new_number(
    line, typist, ratings
):
    typist.open("/review/statements/1")
    line.hold_next("save")
    typist.focus_row(1)
    typist.type("3")
    line.wait_until_held()
    second = typist.second_tab("/review/statements/1")  # finds the answer and saves it
    second.focus_row(1)
    second.type("5")
    second.wait_until_saved()
    typist.focus_row(2)
    typist.type("4")

    line.let_go()

    assert line.status.startswith("412")
    for tab in (typist, second):
        tab.wait_until_nothing_is_kept()
    assert ratings(1)[:3] == [5, 4, None]


def test_a_late_answer_confirms_nothing_that_another_tab_has_changed_and_changed_back(
    line, typist, ratings
):
    typist.open("/review/statements/1")
    second = typist.second_tab("/review/statements/1")
    line.hold_next("answer")
    typist.focus_row(1)
    typist.type("3")
    line.wait_until_held()
    second.focus_row(1)
    second.type("5")
    second.wait_until_saved()
    second.focus_row(1)
    second.type("3")  # as in the batch whose answer is still on its way

    line.let_go()

    for tab in (typist, second):
        tab.wait_until_nothing_is_kept()
    assert ratings(1)[:2] == [3, None]
