"""What the count keeps of adjusted scores and of the cycle as a whole, and who reads it."""

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle, Pairing
from app.domain.access import Actor
from app.domain.ballot.document import Rating
from app.domain.release.fairness import Adjustment
from app.domain.release.policy import Hidden
from app.domain.reports.contents import AdjustedOverall
from app.infra.db import db
from app.people.models import Person
from app.results.models import AboutCycle, AdjustedScore
from app.results.queries import personal_report
from app.results.services import erase_cycle, erase_subject
from tests.randomness import silent
from tests.whole_cycles import answer, close, make_team, open_cycle, publish

PEOPLE = 40
CARELESS = {2, 5, 8, 11, 14, 17}


def play():
    """Every third rater answers one lower to everything, six of them all alike."""
    team = make_team(PEOPLE)
    place = {person.id: number for number, person in enumerate(team)}
    cycle_id = open_cycle(team, pairing=Pairing.SAMPLE)
    for number, person in enumerate(team):

        def answers(review, number=number):
            for colleague in review.colleagues:
                level = 3 + place[colleague.person_id] % 3 - (number % 3 == 0)
                for s in range(1, 15):
                    given = 4 if number in CARELESS else level - (number + s) % 2 or 1
                    yield Rating(colleague.person_id, s, given)

        answer(person, answers)
    close(cycle_id, randomness=silent)
    publish(cycle_id)


@pytest.fixture
def counted(app, settings, scenes):
    """The published quarter, and everybody in it."""
    scenes.begin("strict and lenient raters", settings, play)
    ids = db.session.scalars(select(Person.id).order_by(Person.id))
    return db.session.scalars(select(Cycle.id)).one(), ids.all()


def report_of(cycle_id, person_id):
    return personal_report(cycle_id, person_id, reader=Actor(person_id), company="Acme")


def test_adjusted_scores_are_kept_for_those_with_enough_raters(counted):
    cycle_id, ids = counted

    rows = db.session.scalars(select(AdjustedScore).filter_by(cycle_id=cycle_id)).all()

    assert {row.subject_id for row in rows} == set(ids)
    for row in rows:
        assert round(row.mean * 10) == pytest.approx(row.mean * 10)
        assert row.raters >= 10
        assert row.standard_error > 0


def test_what_is_told_of_the_cycle_is_coarse_and_points_at_nobody(counted):
    about = db.session.get_one(AboutCycle, counted[0])

    assert about.adjustment is Adjustment.MADE
    shares = [about.share_rater, about.share_person, about.share_rest]
    assert sum(share or 0 for share in shares) == 100
    assert [share for share in shares if share is None or share % 10] == []
    assert about.reliability is not None
    assert about.uniform == 6


def test_the_report_tells_the_adjusted_score_once(counted):
    cycle_id, ids = counted

    report = report_of(cycle_id, ids[4])

    assert isinstance(report.adjusted, AdjustedOverall)
    assert report.adjusted.sentences("your") in report.notes


def test_a_report_says_why_there_is_no_adjusted_score(counted):
    cycle_id, ids = counted
    db.session.delete(db.session.get_one(AdjustedScore, (cycle_id, ids[4])))
    db.session.get_one(AboutCycle, cycle_id).adjustment = Adjustment.FEW_ACROSS
    db.session.commit()

    assert report_of(cycle_id, ids[4]).adjusted == Hidden(
        "too few colleagues rated people of other departments"
    )


def test_erasing_leaves_nothing_of_it(counted):
    cycle_id, ids = counted

    erase_subject(ids[4], by=None)

    assert db.session.get(AdjustedScore, (cycle_id, ids[4])) is None
    assert db.session.get(AdjustedScore, (cycle_id, ids[5])) is not None
    erase_cycle(cycle_id)
    assert not db.session.scalars(select(AdjustedScore)).all()
    assert db.session.get(AboutCycle, cycle_id) is None
