"""A kill at any step of taking a large import back loses nothing and does nothing twice."""

from datetime import timedelta
from signal import SIGKILL
from time import monotonic

import pytest

from app.infra import clock
from app.infra.db import db
from app.lifecycle import due
from app.people.imports import background, taking_back, working
from app.people.large_import import ImportStage
from tests.browsing import Browser
from tests.features.people.large_lists import KilledError, killed_in, under_way
from tests.features.people.test_killed_import import PATIENCE, stop_in
from tests.features.people.undone_lists import (
    everything,
    import_the_list,
    is_over,
    kill_in,
    mails,
    person,
    press,
    undone_at_once,
    undos_in_the_log,
)
from tests.processes import fork, kill_myself, stand_still

pytestmark = pytest.mark.slow

ACTS = 23
"""Of the undo by the page; the last one notes it."""
WRITING = 14
COUNTS = {"added": 6, "changed": 7, "deactivated": 1}


@pytest.fixture
def hr(app, large_lists):
    """HR after a large import, who has asked for taking it back."""
    import_the_list()
    return Browser(app, person("hanna"))


@pytest.fixture
def whole(hr):
    """How everybody is, and which mails there are, after an undo that nothing interrupts."""
    return undone_at_once()


@pytest.fixture
def command(app):
    """Run `flask people undo-import`."""

    def run():
        result = app.test_cli_runner().invoke(args=["people", "undo-import"])
        db.session.rollback()
        return result

    return run


@pytest.mark.parametrize("act", range(ACTS))
def test_a_kill_in_any_act_loses_nothing_and_does_nothing_twice(hr, whole, monkeypatch, act):
    press(hr)
    kill_in(act, monkeypatch, working.go_on)
    assert under_way() is not None

    due.go_on_importing()

    assert [everything(), mails()] == whole
    assert undos_in_the_log() == [COUNTS]
    assert is_over()


def test_no_act_is_left_out_of_the_kills(hr, monkeypatch):
    press(hr)
    killed_in(ACTS, monkeypatch)

    working.go_on()

    assert is_over()


def test_an_undo_whose_process_is_killed_goes_on_at_once(hr, whole, monkeypatch):
    press(hr)
    stop_in(WRITING, kill_myself, monkeypatch)
    assert fork(working.go_on).wait() == -SIGKILL
    assert under_way().stage is ImportStage.UNDO_WRITING

    end = monotonic() + PATIENCE
    while under_way() is not None:  # PostgreSQL hears of it a moment later
        assert monotonic() < end
        working.go_on()

    assert [everything(), mails()] == whole
    assert undos_in_the_log() == [COUNTS]


def test_a_process_that_stands_still_is_followed_and_finds_that_out(hr, whole, monkeypatch):
    press(hr)
    survive = stop_in(WRITING, stand_still, monkeypatch)
    still = fork(working.go_on)
    still.wait_until_still()
    survive()
    working.go_on()
    assert under_way().stage is ImportStage.UNDO_WRITING, "it may be slow"

    with clock.travel(clock.now() + background.LEASE + timedelta(seconds=1)):
        working.go_on()
    assert is_over()

    assert still.wake_up() == 0, "it left the rest to the others"
    assert [everything(), mails()] == whole
    assert undos_in_the_log() == [COUNTS]


@pytest.mark.parametrize("act", range(0, ACTS, 3))
def test_the_same_command_goes_on_after_a_kill(hr, whole, command, monkeypatch, act):
    survive = killed_in(act, monkeypatch)
    assert isinstance(command().exception, KilledError)
    survive()

    result = command()

    told = "The import is taken back: 6 removed, 7 as they were before, 1 active again."
    assert (result.exit_code, result.stdout.strip()) == (0, told)
    assert [everything(), mails()] == whole
    assert undos_in_the_log() == [COUNTS]
    assert is_over()


@pytest.mark.parametrize("act", range(1, ACTS, 3))
def test_the_worker_goes_on_with_what_a_command_left(hr, whole, command, monkeypatch, act):
    survive = killed_in(act, monkeypatch)
    command()
    survive()
    assert "A command on the server takes this import back." in hr.get("/people/import").text

    working.go_on()

    assert [everything(), mails()] == whole
    assert undos_in_the_log() == [COUNTS]
    assert is_over()


def test_a_command_is_told_why_and_leaves_nothing_behind(hr, command):
    person("kim").password_hash = "x"
    db.session.commit()
    rows = everything()

    result = command()

    assert result.exit_code == 1
    assert "Kim Ash, who came with it, can sign in" in result.output
    assert everything() == rows
    assert under_way() is None


def test_a_command_leaves_the_work_to_a_worker_that_is_at_it(hr, command, monkeypatch):
    press(hr)
    stop_in(WRITING, stand_still, monkeypatch)
    still = fork(working.go_on)
    still.wait_until_still()

    result = command()

    assert result.exit_code == 1
    assert "The last import is being taken back. Please wait for its end." in result.output
    assert still.kill() == -SIGKILL


def test_a_command_that_was_followed_says_so(hr, command, monkeypatch):
    real = taking_back.ACTS[ImportStage.UNDO_HELD]

    def followed(maker):
        under_way().maker = "another"
        db.session.commit()
        real(maker)

    monkeypatch.setitem(taking_back.ACTS, ImportStage.UNDO_HELD, followed)

    result = command()

    assert result.exit_code == 1
    assert "the worker took over and goes on with taking the import back" in result.output
