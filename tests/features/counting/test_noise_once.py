"""Noise is drawn once for what is released: two draws of one total would be averaged."""

import inspect
import os

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.infra.db import db
from app.lifecycle.count import counting
from app.lifecycle.count.counting import count_and_forget
from app.results.models import CompanyScore, StatementScore
from tests.randomness import seeded
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle


@pytest.fixture
def cycle_id(app):
    """A cycle that waits for its count."""
    people = make_team(8)
    cycle_id = open_cycle(people)
    for person in people:
        answer(
            person,
            lambda review: [
                Rating(colleague.person_id, s, 3)
                for colleague in review.colleagues
                for s in range(1, 15)
            ],
        )
    begin_closing(cycle_id)
    return cycle_id


def means():
    db.session.rollback()
    rows = select(StatementScore.mean).order_by(StatementScore.subject_id, StatementScore.statement)
    return db.session.scalars(rows).all()


def test_a_count_that_stops_before_its_commit_has_released_nothing(cycle_id, monkeypatch):
    """Its noise lay in memory only, so that the next count may draw anew."""

    def stopped(*_args, **_over):
        raise OSError("the power went off")

    with monkeypatch.context() as patch:
        patch.setattr(counting, "forget_ballots", stopped)
        with pytest.raises(OSError, match="power"):
            count_and_forget(cycle_id, randomness=seeded(1))

    assert means() == []
    assert db.session.scalars(select(CompanyScore)).all() == []
    assert db.session.scalars(select(Assignment)).first() is not None
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSING

    count_and_forget(cycle_id, randomness=seeded(2))

    assert len(means()) == 8 * 14
    assert db.session.scalars(select(Assignment)).first() is None


def test_a_cycle_that_is_counted_draws_no_noise_again(cycle_id):
    count_and_forget(cycle_id)
    before = means()

    def never(_size):
        raise AssertionError("noise was drawn for a cycle that is counted")

    count_and_forget(cycle_id, randomness=never)

    assert means() == before


def test_the_slower_of_two_counts_releases_none_of_its_noise(cycle_id, monkeypatch):
    compute = counting.released_from
    of_the_first = []

    def overtaken(*args, **over):
        monkeypatch.setattr(counting, "released_from", compute)
        count_and_forget(cycle_id, randomness=seeded(1))
        of_the_first.extend(means())
        return compute(*args, **over)

    monkeypatch.setattr(counting, "released_from", overtaken)

    count_and_forget(cycle_id, randomness=seeded(2))

    assert means() == of_the_first


def test_every_count_draws_from_the_operating_system(cycle_id, monkeypatch):
    asked = []

    def noted(size):
        asked.append(size)
        return os.urandom(size)

    count_and_forget(cycle_id, randomness=noted)

    assert sum(asked) > 2 * 8 * 14 * 2
    usual = inspect.signature(count_and_forget).parameters["randomness"].default
    assert usual is os.urandom
