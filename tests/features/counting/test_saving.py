"""Saving a ballot: nothing lost, nothing doubled, nothing readable by others."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.assignments.models import Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of, stored_ballot
from app.ballots.services import save, send
from app.domain.ballot.document import EARLIER, Away, Comment, EnpsScoreChange, Rating
from app.domain.errors import BallotError, SealBrokenError
from app.infra.db import db, transaction
from app.people.models import Person
from app.results.models import ReleasedComment
from tests.whole_cycles import answer, close, make_team, open_cycle, review_for


@pytest.fixture
def people(app):
    return make_team(8)


@pytest.fixture
def cycle_id(people):
    return open_cycle(people)


def saved(person, *changes):
    with transaction():
        return save(review_for(person), changes)


def test_nobody_is_asked_about_themselves_and_everybody_about_the_others(people, cycle_id):
    review = review_for(people[0])

    assert {colleague.person_id for colleague in review.colleagues} == {
        person.id for person in people[1:]
    }
    assert [colleague.position for colleague in review.colleagues] == list(range(1, 8))
    assert (review.answered, review.total) == (0, 7 * 14)


def test_the_order_of_colleagues_is_the_same_each_time_and_differs_between_raters(people, cycle_id):
    def order(person):
        return [colleague.person_id for colleague in review_for(person).colleagues]

    assert order(people[0]) == order(people[0])
    common = {person.id for person in people[2:]}
    orders = {tuple(one for one in order(person) if one in common) for person in people[:2]}
    assert len(orders) == 2


def test_two_tabs_never_overwrite_each_other(people, cycle_id):
    first_tab = review_for(people[0])
    second_tab = review_for(people[0])
    subject = people[1].id

    with transaction():
        save(first_tab, [Rating(subject, 1, 5)])
    with transaction():
        save(second_tab, [Rating(subject, 2, 3)])

    ballot = review_for(people[0]).ballot
    assert (ballot.rating(subject, 1), ballot.rating(subject, 2)) == (5, 3)


def test_many_savers_at_once_lose_nothing(app, people, cycle_id):
    """Eight tabs of one rater and all other raters save at the same time."""
    ids = [person.id for person in people]

    def save_one(work):
        person_id, subject_id, statement, value = work
        with app.app_context():
            with transaction():
                review = review_for(db.session.get_one(Person, person_id))
                save(review, [Rating(subject_id, statement, value)])
            db.session.remove()

    work = [
        (rater, subject, statement, 1 + (rater + subject + statement) % 5)
        for rater in ids[:3]
        for subject in ids
        for statement in (1, 7, 14)
        if rater != subject
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save_one, work))

    db.session.rollback()
    keys = keys_of(cycle_id)
    for rater, subject, statement, value in work:
        assert stored_ballot(keys, rater).rating(subject, statement) == value


def test_a_page_that_began_to_look_before_another_device_saved_is_shown(app, people, cycle_id):
    person, subject = people[0], people[1]

    def save_elsewhere():
        with app.app_context():
            saved(db.session.get_one(Person, person_id), Rating(subject_id, 1, 4))
            db.session.remove()

    person_id, subject_id = person.id, subject.id
    saved(person, Rating(subject_id, 1, 3))
    looking = db.session.get_one(Person, person_id)  # from here on SQLite shows this moment
    assert looking.is_active
    with ThreadPoolExecutor(1) as pool:
        pool.submit(save_elsewhere).result()

    assert review_for(looking).ballot.rating(subject_id, 1) == 4


def test_a_refused_batch_changes_nothing(people, cycle_id):
    saved(people[0], Rating(people[1].id, 1, 4))

    with pytest.raises(BallotError, match="not asked to rate"):
        saved(people[0], Rating(people[1].id, 1, 5), Rating(people[0].id, 1, 5))

    assert review_for(people[0]).ballot.rating(people[1].id, 1) == 4


def test_hr_sees_who_has_sent_and_nobody_who_has_begun(people, cycle_id):
    def participation(person):
        db.session.rollback()
        row = db.session.get_one(Participation, (cycle_id, person.id))
        return {column.name: getattr(row, column.name) for column in row.__table__.columns}

    who = {"cycle_id": cycle_id, "person_id": people[0].id}
    saved(people[0], EnpsScoreChange(9))
    assert participation(people[0]) == who | {"sent": False}
    with transaction():
        send(review_for(people[0]))
    assert participation(people[0]) == who | {"sent": True}


def test_away_is_one_flag_that_fills_every_open_statement(people, cycle_id):
    subject = people[1].id

    saved(people[0], Away(subject, away=True), Rating(subject, 3, 5))

    review = review_for(people[0])
    assert [review.ballot.rating(subject, s) for s in (1, 2, 3)] == [0, 0, 5]
    assert (review.answered, review.skipped) == (1, 13)


def test_the_row_shows_neither_words_nor_person(people, cycle_id):
    words = "words that must never be readable"
    saved(people[0], Comment(people[1].id, "keep", words))

    box = db.session.scalars(select(SealedBallot)).one()

    assert words.encode() not in box.sealed
    assert len(box.sealed) == 8 * 1024 + 12 + 16
    columns = {column.name for column in SealedBallot.__table__.columns}
    assert columns == {"cycle_id", "locator", "sealed"}


def test_a_box_in_anothers_place_is_refused(people, cycle_id):
    saved(people[0], Rating(people[2].id, 1, 5))
    saved(people[1], Rating(people[2].id, 1, 1))
    keys = keys_of(cycle_id)
    with transaction():
        mine, theirs = (
            db.session.get_one(SealedBallot, (cycle_id, keys.locator(person.id)))
            for person in people[:2]
        )
        mine.sealed, theirs.sealed = theirs.sealed, mine.sealed

    with pytest.raises(SealBrokenError, match="altered or exchanged"):
        review_for(people[0])


class TestAfterAPasswordResetFromOutside:
    @pytest.fixture
    def alice(self, people, cycle_id):
        saved(people[0], Rating(people[1].id, 1, 2), Comment(people[1].id, "try", "Less noise."))
        with transaction():
            db.session.get_one(Person, people[0].id).credential_epoch += 1
        return db.session.get_one(Person, people[0].id)

    def test_earlier_answers_are_not_shown(self, alice, people):
        ballot = review_for(alice).ballot

        assert ballot.rating(people[1].id, 1) == EARLIER
        assert "Less noise." not in repr(ballot)
        assert ballot.earlier_comments == {(people[1].id, "try")}

    def test_they_still_count(self, alice, people, cycle_id):
        for person in people[1:]:
            answer(person, lambda review: [Rating(c.person_id, 1, 4) for c in review.colleagues])
        answer(db.session.get_one(Person, alice.id), lambda _review: [])

        close(cycle_id)

        assert [one.text for one in db.session.scalars(select(ReleasedComment))] == ["Less noise."]
