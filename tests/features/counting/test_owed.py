"""Forgetting is a remembered duty: until it is done nothing is published."""

from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text

from app.ballots.models import SealedBallot
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.domain.errors import NotForgottenError, WrongStateError
from app.infra import disk_erasure
from app.infra.db import db, is_sqlite
from app.infra.disk_erasure import NotSweptError
from app.infra.keys import KeyFolder, key_folder
from app.lifecycle import due
from app.lifecycle.count import counting, forgetting
from app.lifecycle.count.counting import count_and_forget
from app.results.models import CycleTotals, StatementScore
from tests.disk import on_disk
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle, publish


def all_fours(review):
    return [
        Rating(colleague.person_id, s, 4) for colleague in review.colleagues for s in range(1, 15)
    ]


@pytest.fixture
def settings(settings_of_its_own):
    """A database that is looked at byte by byte."""
    return settings_of_its_own


@pytest.fixture
def cycle_id(app):
    """A cycle that waits for its count."""
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)
    return cycle_id


def cycle_of(cycle_id):
    db.session.rollback()
    return db.session.get_one(Cycle, cycle_id)


def refuses_the_key(monkeypatch):
    def refuses(_folder, _cycle_id):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(KeyFolder, "destroy", refuses)


def refuses_the_sweep(monkeypatch):
    def refuses(_tables):
        raise NotSweptError("others are still reading the database")

    monkeypatch.setattr(forgetting, "sweep", refuses)


@contextmanager
def somebody_still_reads():
    """Another connection that holds on to what the database was before the count."""
    with db.engine.connect() as reader:
        if not is_sqlite():
            reader.execution_options(isolation_level="REPEATABLE READ")
        reader.execute(text("SELECT count(*) FROM person")).all()
        yield
        reader.rollback()


def test_after_a_count_the_day_of_forgetting_is_kept(cycle_id):
    count_and_forget(cycle_id)

    assert cycle_of(cycle_id).forgotten_on is not None
    assert cycle_of(cycle_id).progress == ""


def test_a_key_file_that_resists_does_not_spare_the_database(cycle_id, settings, monkeypatch):
    box = bytes(db.session.scalars(select(SealedBallot.sealed).limit(1)).one())
    refuses_the_key(monkeypatch)

    with pytest.raises(NotForgottenError, match="key file could not be destroyed"):
        count_and_forget(cycle_id)

    assert box[:64] not in on_disk(settings, "ballot")
    cycle = cycle_of(cycle_id)
    assert cycle.state is CycleState.CLOSED
    assert cycle.forgotten_on is None
    assert cycle.progress == (
        "Not everything is destroyed yet: the key file could not be destroyed (Permission denied)."
    )


def test_a_database_that_resists_does_not_spare_the_key_file(cycle_id, monkeypatch):
    refuses_the_sweep(monkeypatch)

    with pytest.raises(NotForgottenError, match="still on the database's disk"):
        count_and_forget(cycle_id)

    assert not key_folder().has(cycle_id)
    assert cycle_of(cycle_id).forgotten_on is None


@pytest.mark.parametrize("refuses", [refuses_the_key, refuses_the_sweep])
def test_nothing_is_published_until_everything_is_destroyed(cycle_id, monkeypatch, refuses):
    refuses(monkeypatch)
    with pytest.raises(NotForgottenError):
        count_and_forget(cycle_id)

    with pytest.raises(WrongStateError, match="cannot be published yet"):
        publish(cycle_id)
    due.do_all()
    assert cycle_of(cycle_id).state is CycleState.CLOSED
    assert cycle_of(cycle_id).forgotten_on is None

    monkeypatch.undo()
    due.do_all()
    publish(cycle_id)

    assert cycle_of(cycle_id).state is CycleState.PUBLISHED
    assert cycle_of(cycle_id).progress == ""
    assert not key_folder().has(cycle_id)


def test_old_rows_that_somebody_still_reads_are_not_called_forgotten(cycle_id, monkeypatch):
    monkeypatch.setattr(disk_erasure, "PATIENCE", 1)

    with somebody_still_reads(), pytest.raises(NotForgottenError, match="still reading"):
        count_and_forget(cycle_id)
    assert cycle_of(cycle_id).forgotten_on is None

    due.do_all()

    assert cycle_of(cycle_id).forgotten_on is not None


def test_a_kill_in_the_middle_of_the_sweep_is_made_up_for(cycle_id, settings, monkeypatch):
    box = bytes(db.session.scalars(select(SealedBallot.sealed).limit(1)).one())

    def dies(_tables):
        raise KeyboardInterrupt

    monkeypatch.setattr(forgetting, "sweep", dies)
    with pytest.raises(KeyboardInterrupt):
        count_and_forget(cycle_id)
    key_folder().destroy(cycle_id)  # the key file's absence is no proof
    monkeypatch.undo()

    due.do_all()

    assert box[:64] not in on_disk(settings, "ballot")
    assert cycle_of(cycle_id).forgotten_on is not None


class TestBeforePublishing:
    @pytest.fixture
    def interrupted(self, cycle_id, monkeypatch):
        def dies(_cycle_id):
            raise KeyboardInterrupt

        monkeypatch.setattr(counting, "finish_forgetting", dies)
        with pytest.raises(KeyboardInterrupt):
            count_and_forget(cycle_id)
        monkeypatch.undo()
        return cycle_id

    def test_the_page_finishes_what_was_interrupted(self, interrupted, hanna):
        hanna.post(f"/cycles/{interrupted}/publish")

        assert cycle_of(interrupted).state is CycleState.PUBLISHED
        assert not key_folder().has(interrupted)

    def test_the_page_says_why_it_cannot_go_on(self, interrupted, hanna, monkeypatch):
        refuses_the_key(monkeypatch)

        page = hanna.get(f"/cycles/{interrupted}/publish")

        assert page.status_code == 409
        assert "Not everything is destroyed yet" in page.text
        assert "could not be destroyed" in hanna.get(f"/cycles/{interrupted}").text
        assert "could not be destroyed" in hanna.get("/desk").text

    def test_the_command_finishes_what_was_interrupted(self, interrupted, app):
        name = cycle_of(interrupted).name
        db.session.rollback()

        result = app.test_cli_runner().invoke(args=["cycle", "publish", name])

        assert result.exit_code == 0, result.output
        assert cycle_of(interrupted).state is CycleState.PUBLISHED
        assert not key_folder().has(interrupted)


def test_the_slower_of_two_counts_changes_and_says_nothing(cycle_id, monkeypatch):
    compute = counting.released_from

    def overtaken(*args, **over):
        monkeypatch.setattr(counting, "released_from", compute)
        count_and_forget(cycle_id)
        return compute(*args, **over)

    monkeypatch.setattr(counting, "released_from", overtaken)

    count_and_forget(cycle_id)

    assert cycle_of(cycle_id).progress == ""
    assert cycle_of(cycle_id).state is CycleState.CLOSED
    assert db.session.scalar(select(func.count()).select_from(StatementScore)) == 8 * 14
    assert db.session.get_one(CycleTotals, cycle_id).counted == 8


def test_a_count_that_stops_notes_nothing_on_a_closed_cycle(cycle_id):
    count_and_forget(cycle_id)

    counting._note(cycle_id, "Opening the ballots")

    assert cycle_of(cycle_id).progress == ""
