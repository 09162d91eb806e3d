"""What somebody had erased stays erased, also where a backup from before is brought back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.cycles.models import Cycle
from app.domain.ballot.document import Comment, Rating
from app.infra import erased_for_good
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.lifecycle import due
from app.operations import backup, restoring
from app.results.models import CommentState, ReleasedComment, SubjectResult
from app.results.services import erase_subject, judge_comment, report_comment
from tests.features.operations.test_backup import programs  # noqa: F401 - found by its name
from tests.whole_cycles import answer, close, make_team, open_cycle, publish

WORDS = "canary-88 words that hurt"


@pytest.fixture
def team(app):
    return make_team(8)


@pytest.fixture
def cycle_id(team):
    """A published review of eight, with one comment about the second of them."""

    def everything(review):
        for colleague in review.colleagues:
            yield from (Rating(colleague.person_id, number, 4) for number in range(1, 15))

    def with_words(review):
        yield from everything(review)
        yield Comment(team[1].id, "try", WORDS)

    cycle_id = open_cycle(team)
    for person in team:
        answer(person, with_words if person is team[2] else everything)
    close(cycle_id)
    publish(cycle_id)
    return cycle_id


@pytest.fixture
def before(cycle_id, tmp_path_factory):
    """A backup from before anything was erased."""
    return backup.make(tmp_path_factory.mktemp("backups"))


def bring_back(place):
    told: list[str] = []
    restoring.bring_back(restoring.check(place), ending=False, told=told.append)
    db.session.rollback()
    return " ".join(told)


def subjects():
    return set(db.session.scalars(select(SubjectResult.subject_id)))


def comment():
    db.session.rollback()
    return db.session.scalars(select(ReleasedComment)).one()


def withhold():
    about = comment().id
    with transaction():
        report_comment(about)
        judge_comment(about, withhold=True, by=1_000)


def erase(person):
    with transaction():
        erase_subject(person.id, by=person.id)


def test_an_erased_report_does_not_come_back_with_a_backup(before, team):
    gone = team[1].id
    erase(team[1])

    said = bring_back(before)

    assert "Erased again: 1 report or comment." in said
    assert gone not in subjects()
    assert len(subjects()) == 7
    entry = db.session.query(AuditEntry).filter_by(tag="report:erased").one()
    assert (entry.actor_id, entry.details) == (None, {"reports": 1})


def test_without_the_note_the_same_backup_brings_it_back(before, team, monkeypatch):
    monkeypatch.setattr(erased_for_good, "remembered", frozenset)
    monkeypatch.setattr("app.results.erasing.remembered", frozenset)
    erase(team[1])

    bring_back(before)

    assert len(subjects()) == 8


def test_a_withheld_comment_does_not_come_back_with_a_backup(before):
    withhold()

    bring_back(before)

    assert (comment().state, comment().text) == (CommentState.WITHHELD, "")


def test_where_a_backup_came_back_in_another_way_the_worker_erases_it_again(cycle_id):
    """The comment's words are written back by hand, as a restored table would hold them."""
    withhold()
    with transaction():
        words = {"text": WORDS, "state": CommentState.SHOWN}
        db.session.execute(update(ReleasedComment).values(**words))

    due.erase_what_came_back()

    assert (comment().state, comment().text) == (CommentState.WITHHELD, "")
    assert db.session.get_one(Cycle, cycle_id).forgotten_on is None  # to be swept off the disk


def test_another_review_under_the_same_number_is_not_erased(cycle_id, team):
    """After a backup from before a review its number is given to the next one."""
    erase(team[1])
    with transaction():
        again = SubjectResult(cycle_id=cycle_id, subject_id=team[1].id, unit_number=0, raters=7)
        db.session.add(again)
        cycle = db.session.get_one(Cycle, cycle_id)
        cycle.frozen_hash, cycle.opens_at = "0" * 64, cycle.opens_at - timedelta(days=1)

    due.erase_what_came_back()

    assert team[1].id in subjects()


def test_what_cannot_be_remembered_is_not_erased(cycle_id, team, monkeypatch):
    """It would come back: better to hear that something is wrong."""

    def full(*_about):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.results.erasing.remember", full)

    with pytest.raises(OSError, match="No space"):
        erase(team[1])

    assert len(subjects()) == 8
