"""A kill at any step of the import of a large people list loses nothing and does nothing twice."""

from datetime import timedelta
from signal import SIGKILL
from time import monotonic

import pytest
from sqlalchemy import func, select

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import due
from app.lifecycle.plan import obstacles
from app.people import services
from app.people.imports import acts, background, working
from app.people.large_import import ImportStage, LargeImportPart
from tests.features.people.large_lists import (
    LIST,
    KilledError,
    directory,
    files,
    imports_in_the_log,
    killed_in,
    say_yes,
    under_way,
)
from tests.features.people.test_import import upload
from tests.processes import fork, kill_myself, stand_still

PATIENCE = 20.0
EMAILS = [f"{name}@example.com" for name in ("anna", "bert", "carl", "charlie", "hanna")]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("large_lists")]


def stop_in(act, how, monkeypatch):
    """Let the process do `how` between its acts, before that of this number."""
    real, left = acts.act, [act]

    def stopping(maker, **options):
        left[0] -= 1
        if left[0] < 0:
            how()
        return real(maker, **options)

    monkeypatch.setattr(acts, "act", stopping)
    return lambda: monkeypatch.setattr(acts, "act", real)


@pytest.mark.parametrize("act", range(16))
def test_a_kill_in_any_act_loses_nothing_and_does_nothing_twice(hanna, shown, monkeypatch, act):
    say_yes(hanna, shown)
    mails = db.session.scalar(select(func.count()).select_from(OutboxMail))
    survive = killed_in(act, monkeypatch)
    with pytest.raises(KilledError):
        working.go_on()
    db.session.rollback()
    survive()

    assert under_way() is not None
    due.go_on_importing()

    assert directory() == [
        ("anna@example.com", "Company / Operations", "bert@example.com", True, False),
        ("bert@example.com", "Company / Operations", None, True, False),
        ("carl@example.com", "Company / Works", "anna@example.com", True, False),
        ("charlie@example.com", "Sales", None, False, False),
        ("hanna@example.com", "People", None, True, True),
    ]
    assert imports_in_the_log() == [{"added": 3, "changed": 0, "deactivated": 1}]
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == mails
    assert db.session.query(LargeImportPart).all() == []
    assert (files(), under_way()) == ([], None)


def test_no_act_is_left_out_of_the_kills(hanna, shown, monkeypatch):
    say_yes(hanna, shown)
    killed_in(16, monkeypatch)

    working.go_on()

    assert under_way() is None


def test_a_kill_while_a_list_is_read_lets_it_be_read_again(hanna, monkeypatch):
    upload(hanna, *LIST)
    survive = killed_in(0, monkeypatch)
    with pytest.raises(KilledError):
        working.go_on()
    db.session.rollback()
    survive()

    due.go_on_importing()

    assert "Bert Birke" in hanna.get("/people/import").text


def test_a_list_whose_process_is_killed_is_written_on_at_once(hanna, shown, monkeypatch):
    say_yes(hanna, shown)
    stop_in(11, kill_myself, monkeypatch)
    assert fork(working.go_on).wait() == -SIGKILL
    assert under_way().stage is ImportStage.WRITING

    end = monotonic() + PATIENCE
    while under_way() is not None:  # PostgreSQL hears of it a moment later
        assert monotonic() < end
        working.go_on()

    assert imports_in_the_log() == [{"added": 3, "changed": 0, "deactivated": 1}]


def test_a_process_that_stands_still_is_followed_and_finds_that_out(hanna, shown, monkeypatch):
    say_yes(hanna, shown)
    survive = stop_in(11, stand_still, monkeypatch)
    still = fork(working.go_on)
    still.wait_until_still()
    survive()
    working.go_on()
    assert under_way().stage is ImportStage.WRITING, "it may be slow"

    with clock.travel(clock.now() + background.LEASE + timedelta(seconds=1)):
        working.go_on()
    assert under_way() is None

    assert still.wake_up() == 0, "it left the rest to the others"
    assert imports_in_the_log() == [{"added": 3, "changed": 0, "deactivated": 1}]
    assert [email for email, *_ in directory()] == EMAILS


def test_a_list_on_which_the_work_stops_again_and_again_is_given_back(hanna, monkeypatch):
    upload(hanna, *LIST)
    killed_in(0, monkeypatch)
    now = clock.now()
    for attempt in range(background.LAST_ATTEMPT):
        with clock.travel(now + attempt * 2 * background.LEASE), pytest.raises(KilledError):
            working.go_on()
    with clock.travel(now + 10 * background.LEASE):
        working.go_on()

        page = hanna.get("/people/import").text
    assert "stopped three times" in page
    assert "Cancel and forget the file" in page


def test_while_it_is_written_nobody_else_changes_the_directory(hanna, shown, monkeypatch):
    say_yes(hanna, shown)
    survive = killed_in(11, monkeypatch)
    with pytest.raises(KilledError):
        working.go_on()
    db.session.rollback()
    survive()
    page = hanna.get("/people/import").text

    assert under_way().stage is ImportStage.WRITING
    assert " of 4 people" in page
    assert "Cancel" not in page
    with pytest.raises(ReviewError, match="being written"), transaction():
        services.lock_directory()
    assert [one.ways[0].endpoint for one in obstacles.of_directory()] == ["people.upload"]
    with pytest.raises(ReviewError, match="being written already"), transaction():
        background.cancel(under_way().file_name)
    assert files() == []  # what is to be written is kept by itself
