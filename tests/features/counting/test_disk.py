"""What a thief of the disk finds after a count, a purge and an erasing: nothing deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment
from app.ballots.models import SealedBallot, StoredHalf
from app.cycles.models import Cycle
from app.domain.ballot.document import Comment, Rating
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.disk_erasure import sweep
from app.lifecycle import due
from app.lifecycle.count import counting, forgetting
from app.results.models import ReleasedComment
from app.results.services import erase_subject, judge_comment, report_comment
from tests.disk import heap_of, on_disk, writers_of
from tests.factories import make_cycle, make_person
from tests.whole_cycles import (
    answer,
    begin_closing,
    close,
    make_team,
    open_cycle,
    publish,
    review_for,
)

WORDS = "canary-77 words that nobody else would write"


def answers(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 4) for s in range(1, 15))
        yield Comment(colleague.person_id, "keep", WORDS)


@pytest.fixture
def settings(settings_of_its_own):
    """A database that is looked at byte by byte."""
    return settings_of_its_own


@pytest.fixture
def people(app):
    return make_team(8)


@pytest.fixture
def cycle_id(people):
    """Everybody has sent, in an order of their own."""
    cycle_id = open_cycle(people)
    for place in (3, 1, 6, 0, 5, 2, 7, 4):
        answer(people[place], answers)
    return cycle_id


def secrets():
    """The boxes' beginnings and the key half, as they lie in the database now."""
    boxes = [bytes(box)[:64] for box in db.session.scalars(select(SealedBallot.sealed))]
    return [*boxes, bytes(db.session.scalars(select(StoredHalf.half)).one())]


def dies(*_args):
    raise KeyboardInterrupt


def test_no_ballot_and_no_key_half_stays_in_heap_toast_or_log(cycle_id, settings):
    old = secrets()
    assert any(one in on_disk(settings, "ballot", "key_half") for one in old)

    close(cycle_id)

    left = on_disk(settings, "ballot", "key_half")
    assert not [one for one in old if one in left]


def without_a_sweep(cycle_id, monkeypatch):
    """Count, and die with the commit."""
    begin_closing(cycle_id)
    monkeypatch.setattr(counting, "finish_forgetting", dies)
    with pytest.raises(KeyboardInterrupt):
        counting.count_and_forget(cycle_id)
    monkeypatch.undo()


def test_neither_stays_when_the_next_cycle_is_open_already(people, cycle_id, settings, monkeypatch):
    old = secrets()
    without_a_sweep(cycle_id, monkeypatch)
    with clock.travel(clock.now() + timedelta(hours=1)):
        open_cycle(people)
        answer(people[2], answers)

    due.finish_what_was_interrupted()

    left = on_disk(settings, "ballot", "key_half")
    assert not [one for one in old if one in left]
    assert review_for(people[2]).ballot.rating(people[1].id, 3) == 4


@pytest.mark.postgresql_only
def test_postgresql_has_neither_from_the_commit_on(cycle_id, settings, monkeypatch):
    old = secrets()

    without_a_sweep(cycle_id, monkeypatch)

    left = on_disk(settings, "ballot", "key_half")
    assert not [one for one in old if one in left]


@pytest.mark.postgresql_only
def test_where_somebody_reads_ballots_the_count_does_not_wait(cycle_id, settings, monkeypatch):
    """A backup at work, say; then the sweep takes them afterwards."""
    old = secrets()
    with db.engine.connect() as backup:
        backup.execute(select(SealedBallot.locator)).all()
        without_a_sweep(cycle_id, monkeypatch)
        assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSED
        assert any(one in on_disk(settings, "ballot", "key_half") for one in old)

    due.finish_what_was_interrupted()

    left = on_disk(settings, "ballot", "key_half")
    assert not [one for one in old if one in left]


@pytest.mark.postgresql_only
def test_ballots_of_another_cycle_are_never_cut_off(people, cycle_id):
    """There is none while a cycle runs; should there be, it stays."""
    other = make_cycle(people)
    db.session.add(SealedBallot(cycle_id=other.id, locator=b"x" * 16, sealed=b"theirs"))
    db.session.commit()

    close(cycle_id)

    assert db.session.scalars(select(SealedBallot.sealed)).all() == [b"theirs"]


@pytest.mark.postgresql_only
def test_participation_is_one_transactions_work_without_holes(cycle_id):
    before = writers_of_participation_raw()
    assert before > 8  # each sending left an old row behind

    close(cycle_id)

    db.session.rollback()
    on_disk_now()
    writers = writers_of(heap_of("participation"))
    assert len(writers) == 8
    assert len(set(writers)) == 1


def on_disk_now():
    """Have the server write everything to its files."""
    db.session.connection().exec_driver_sql("CHECKPOINT")


def writers_of_participation_raw():
    """Line pointers in the heap, dead ones included."""
    on_disk_now()
    heap = heap_of("participation")
    db.session.rollback()
    return (int.from_bytes(heap[12:14], "little") - 24) // 4


@pytest.mark.postgresql_only
def test_of_a_count_no_pair_stays(cycle_id):
    close(cycle_id)

    db.session.rollback()
    on_disk_now()
    for table in ("assignment", "manual_change"):
        assert heap_of(table) == b"", table


@pytest.mark.postgresql_only
def test_of_a_purge_nobody_who_took_part_stays(cycle_id, at):
    close(cycle_id)
    publish(cycle_id)

    with at(clock.now() + timedelta(days=31)):
        due.do_all()

    db.session.rollback()
    on_disk_now()
    for table in ("participation", "roster_entry"):
        assert heap_of(table) == b"", table
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_of_an_erasing_no_comment_stays(cycle_id, settings, at):
    close(cycle_id)
    publish(cycle_id)
    assert WORDS.encode() in on_disk(settings, "released_comment")

    with at(clock.now() + timedelta(days=3 * 366 + 31)):
        due.do_all()

    assert db.session.scalars(select(Assignment)).first() is None
    assert WORDS.encode() not in on_disk(settings, "released_comment")


def test_of_a_withheld_comment_no_word_stays(cycle_id, settings):
    close(cycle_id)
    publish(cycle_id)
    hr = make_person(is_hr=True).id
    for comment in db.session.scalars(select(ReleasedComment.id)).all():
        with transaction():
            report_comment(comment)
            judge_comment(comment, withhold=True, by=hr)
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is None

    due.do_all()

    assert WORDS.encode() not in on_disk(settings, "released_comment")
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_of_a_report_erased_on_request_nothing_stays(cycle_id, people, settings):
    close(cycle_id)
    publish(cycle_id)
    for person in people:
        with transaction():
            erase_subject(person.id, by=None)

    due.do_all()

    assert WORDS.encode() not in on_disk(settings, "released_comment")
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_of_a_report_erased_before_it_is_published_nothing_stays(cycle_id, people, settings):
    """Whoever has their reports erased means the counted one as well."""
    close(cycle_id)
    for person in people:
        with transaction():
            erase_subject(person.id, by=None)

    due.do_all()

    assert WORDS.encode() not in on_disk(settings, "released_comment")
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_what_is_erased_during_a_sweep_is_swept_by_the_next(
    cycle_id, people, settings, monkeypatch
):
    close(cycle_id)
    publish(cycle_id)
    first, *others = [person.id for person in people]

    def too_early(tables):
        sweep(tables)
        for person_id in others:
            with transaction():
                erase_subject(person_id, by=None)
        monkeypatch.setattr(forgetting, "sweep", sweep)

    with transaction():
        erase_subject(first, by=None)
    monkeypatch.setattr(forgetting, "sweep", too_early)

    forgetting.finish_forgetting(cycle_id)

    assert db.session.get_one(Cycle, cycle_id).forgotten_on is None
    due.do_all()
    assert WORDS.encode() not in on_disk(settings, "released_comment")
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_a_purge_that_was_cut_short_is_swept_later(cycle_id, settings, at, monkeypatch):
    close(cycle_id)
    publish(cycle_id)
    monkeypatch.setattr(due, "finish_forgetting", dies)
    with at(clock.now() + timedelta(days=31)), pytest.raises(KeyboardInterrupt):
        due.do_all()
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is None

    monkeypatch.undo()
    due.finish_what_was_interrupted()

    db.session.rollback()
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None
