"""What is left behind the door, and what a crash at each step leaves."""

import pytest
from sqlalchemy import func, select, text

from app.assignments.models import Participation
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.queries import keys_of
from app.ballots.services import save, send
from app.cycles.models import Cycle
from app.domain.ballot.document import Comment, Rating
from app.domain.cycle import CycleState
from app.domain.errors import CycleClosedError, SealBrokenError, WrongStateError
from app.enps import services as enps
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.lifecycle import due
from app.lifecycle.count import counting, forgetting
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.forgetting import finish_forgetting
from app.results import services as results
from app.results.models import CycleTotals, ReleasedComment, StatementScore
from tests.whole_cycles import (
    AFTER_THE_CLOSE,
    answer,
    begin_closing,
    close,
    make_team,
    open_cycle,
    review_for,
)

CANARY = "canary-4f1c words that nobody else would write"


def all_fours(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 4) for s in range(1, 15))
        yield Comment(colleague.person_id, "keep", CANARY)


@pytest.fixture
def people(app):
    return make_team(8)


@pytest.fixture
def cycle_id(people):
    return open_cycle(people)


def rows(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_after_the_count_no_ballot_and_no_key_is_left(people, cycle_id):
    for person in people:
        answer(person, all_fours)
    assert rows(SealedBallot) == 8
    assert key_folder().has(cycle_id)

    close(cycle_id)

    assert rows(SealedBallot) == 0
    assert rows(StoredHalf) == 0
    assert not key_folder().has(cycle_id)
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSED
    with pytest.raises(SealBrokenError, match="destroyed"):
        keys_of(cycle_id)


def on_disk(settings):
    """The bytes of the database that hold ballots and key halves, as a thief would copy them."""
    db.session.rollback()
    if settings.sqlalchemy_url.startswith("sqlite"):
        file = settings.data_folder / settings.sqlalchemy_url.rsplit("/", 1)[-1]
        wal = file.with_name(file.name + "-wal")
        return file.read_bytes() + (wal.read_bytes() if wal.exists() else b"")
    db.session.execute(text("CHECKPOINT"))
    contents = b"".join(
        db.session.scalar(
            text("SELECT pg_read_binary_file(pg_relation_filepath(:table))"), {"table": table}
        )
        for table in ("ballot", "key_half")
    )
    db.session.rollback()
    return contents


def test_no_byte_of_a_ballot_or_key_stays_on_disk(people, cycle_id, settings):
    answer(people[0], all_fours)
    box = db.session.scalars(select(SealedBallot.sealed)).one()
    half = db.session.scalars(select(StoredHalf.half)).one()
    before = on_disk(settings)
    assert half in before

    close(cycle_id)

    left = on_disk(settings)
    assert box[:64] not in left
    assert half not in left


def test_only_sent_ballots_are_counted(people, cycle_id):
    for person in people[:6]:
        answer(person, all_fours)
    answer(people[6], all_fours, sends=False)

    close(cycle_id)

    totals = db.session.get_one(CycleTotals, cycle_id)
    assert (totals.invited, totals.sent, totals.counted) == (8, 6, 6)
    assert rows(ReleasedComment) > 0


def test_a_second_count_changes_nothing(people, cycle_id):
    for person in people:
        answer(person, all_fours)
    close(cycle_id)
    before = rows(StatementScore)

    count_and_forget(cycle_id)

    assert rows(StatementScore) == before


def test_an_open_cycle_is_not_counted(cycle_id):
    with pytest.raises(WrongStateError, match="open cannot be counted"):
        count_and_forget(cycle_id)


def test_a_crash_before_the_commit_leaves_everything_and_releases_nothing(
    people, cycle_id, monkeypatch
):
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)
    keep_enps = enps.keep

    def dies(*args, **kwargs):
        keep_enps(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(enps, "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        count_and_forget(cycle_id)

    assert rows(StatementScore) == rows(ReleasedComment) == 0
    assert rows(SealedBallot) == 8
    assert key_folder().has(cycle_id)

    monkeypatch.undo()
    due.do_all()

    assert rows(SealedBallot) == 0
    assert rows(StatementScore) == 8 * 14


def test_a_crash_after_the_commit_is_finished_by_the_next_look(people, cycle_id, monkeypatch):
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)

    def dies(_cycle_id):
        raise KeyboardInterrupt

    monkeypatch.setattr(counting, "finish_forgetting", dies)
    with pytest.raises(KeyboardInterrupt):
        count_and_forget(cycle_id)
    assert key_folder().has(cycle_id)
    assert rows(StoredHalf) == 0

    monkeypatch.undo()
    due.do_all()

    assert not key_folder().has(cycle_id)


def test_a_lost_key_file_stops_the_count_and_changes_nothing(people, cycle_id):
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)
    key_folder().destroy(cycle_id)

    with pytest.raises(SealBrokenError, match="key file"):
        count_and_forget(cycle_id)

    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSING
    assert rows(SealedBallot) == 8


def test_a_lost_ballot_stops_the_count(people, cycle_id):
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)
    with transaction():
        db.session.delete(db.session.scalars(select(SealedBallot)).first())

    with pytest.raises(SealBrokenError, match="do not fit together"):
        count_and_forget(cycle_id)

    assert rows(StatementScore) == 0


def test_participation_says_the_same_after_the_count(people, cycle_id):
    for person in people[:5]:
        answer(person, all_fours)
    answer(people[5], all_fours, sends=False)

    def told():
        found = db.session.execute(select(Participation.person_id, Participation.sent))
        return {tuple(row) for row in found}

    before = told()
    close(cycle_id)

    assert told() == before


class TestAnswersThatComeTooLate:
    def test_are_refused_once_the_closing_time_has_passed(self, people, cycle_id, at):
        answer(people[0], all_fours)
        review = review_for(people[0])

        with (
            at(clock.now() + AFTER_THE_CLOSE),
            pytest.raises(CycleClosedError, match="counts with what was saved before"),
            transaction(),
        ):
            save(review, [Rating(people[1].id, 1, 1)])

    def test_are_told_that_an_unsent_ballot_does_not_count(self, people, cycle_id):
        answer(people[0], all_fours, sends=False)
        review = review_for(people[0])
        begin_closing(cycle_id)

        with pytest.raises(CycleClosedError, match="not counted"), transaction():
            send(review)


def test_a_sent_ballot_can_be_changed_until_the_close(people, cycle_id):
    for person in people:
        answer(person, all_fours)
    with transaction():
        review = review_for(people[0])
        save(review, [Rating(people[1].id, 1, 1)])

    assert review_for(people[0]).ballot.sent
    assert review_for(people[0]).ballot.rating(people[1].id, 1) == 1
    assert db.session.get_one(Participation, (cycle_id, people[0].id)).sent


def test_nothing_is_destroyed_of_a_cycle_that_is_open(cycle_id):
    with pytest.raises(WrongStateError, match="before it is closed"):
        finish_forgetting(cycle_id)

    assert keys_of(cycle_id)


def test_whatever_is_erased_is_swept_off_the_disk():
    swept = set(forgetting.RESULTS)

    assert swept >= {*enps.OF_CYCLE, *results.OF_CYCLE}
