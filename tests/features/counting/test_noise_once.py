"""Noise is drawn once for what is released: two draws of one total would be averaged."""

import inspect

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.domain.enps.units import EnpsAnswer
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.lifecycle.count import counting
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.drawing_once import noise_from
from app.lifecycle.count.frozen_terms import frozen_plan
from app.lifecycle.count.unsealing import Opened, open_ballots
from app.people.models import Person
from app.results.models import CompanyScore, StatementScore
from tests.randomness import seeded
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle


def all_threes(review):
    return [
        Rating(colleague.person_id, s, 3) for colleague in review.colleagues for s in range(1, 15)
    ]


@pytest.fixture
def cycle_id(app, settings, scenes):
    """A cycle that waits for its count."""

    def play():
        people = make_team(8)
        cycle_id = open_cycle(people)
        for person in people:
            answer(person, all_threes)
        begin_closing(cycle_id)

    scenes.begin("a team of eight gave threes", settings, play)
    return db.session.scalars(select(Cycle.id)).one()


def means():
    db.session.rollback()
    rows = select(StatementScore.mean).order_by(StatementScore.subject_id, StatementScore.statement)
    return db.session.scalars(rows).all()


def stopped(*_args, **_over):
    raise OSError("the power went off")


def drawn_by(act, monkeypatch):
    """The means that each count within `act` has worked out, whether or not it kept them."""
    found = []

    def noted(*args, compute=counting.released_from, **over):
        released = compute(*args, **over)
        found.append(released.results.counted.colleagues.tenths.tolist())
        return released

    with monkeypatch.context() as patch:
        patch.setattr(counting, "released_from", noted)
        act()
    return found


def count_and_stop(cycle_id, monkeypatch, **over):
    """Count up to the moment before the ballots are destroyed."""
    with monkeypatch.context() as patch:
        patch.setattr(counting, "forget_ballots", stopped)
        with pytest.raises(OSError, match="power"):
            count_and_forget(cycle_id, **over)


def test_a_count_that_stops_before_its_commit_has_released_nothing(cycle_id, monkeypatch):
    count_and_stop(cycle_id, monkeypatch, randomness=seeded(1))

    assert means() == []
    assert db.session.scalars(select(CompanyScore)).all() == []
    assert db.session.scalars(select(Assignment)).first() is not None
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSING

    count_and_forget(cycle_id, randomness=seeded(2))

    assert len(means()) == 8 * 14
    assert db.session.scalars(select(Assignment)).first() is None


def test_counts_that_are_stopped_again_and_again_draw_the_same_noise(cycle_id, monkeypatch):
    """PostgreSQL keeps what they wrote in its files: many draws of it would be averaged."""

    def killed_three_times():
        for _ in range(3):
            count_and_stop(cycle_id, monkeypatch)
        count_and_forget(cycle_id)

    first, *others = drawn_by(killed_three_times, monkeypatch)

    assert others == [first] * 3


def test_the_same_noise_is_drawn_by_another_size_of_parts(app, cycle_id, monkeypatch):
    def counted_in_two_ways():
        count_and_stop(cycle_id, monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(counting, "_subjects_at_once", lambda _reviews: 1)
            count_and_stop(cycle_id, monkeypatch)

    first, second = drawn_by(counted_in_two_ways, monkeypatch)

    assert second == first


def test_an_account_that_comes_into_new_hands_between_counts_changes_nothing(cycle_id, monkeypatch):
    """No fingerprint holds it: whoever can write into the database would draw anew with it."""

    def counted_with_an_account_in_new_hands():
        count_and_stop(cycle_id, monkeypatch)
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            someone = db.session.scalars(select(Person).limit(1)).one()
            someone.handed_over_on = cycle.opened_on
        count_and_stop(cycle_id, monkeypatch)

    first, second = drawn_by(counted_with_an_account_in_new_hands, monkeypatch)

    assert second == first


def test_other_answers_have_other_noise(cycle_id):
    """Under the same, two counts would differ by exactly what was changed."""
    frozen, opened = frozen_plan(db.session.get_one(Cycle, cycle_id)), Opened()
    before = noise_from(b"s" * 32, frozen, opened)(99)
    assert noise_from(b"s" * 32, frozen, opened)(99) == before

    opened.enps.append(EnpsAnswer(7, (), 1))

    assert noise_from(b"s" * 32, frozen, opened)(99) != before


def test_the_source_of_noise_goes_with_the_key(app, cycle_id, monkeypatch):
    count_and_stop(cycle_id, monkeypatch)
    assert key_folder().noise(cycle_id).stat().st_size == 32
    assert key_folder().accounts(cycle_id).exists()

    count_and_forget(cycle_id)

    assert not key_folder().noise(cycle_id).exists()
    assert not key_folder().accounts(cycle_id).exists()


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


def test_a_count_that_is_overtaken_draws_what_the_other_one_drew(cycle_id, monkeypatch):
    """Also after the source of noise was destroyed: it was read before the ballots."""

    def overtaken(*args):
        opened = open_ballots(*args)
        monkeypatch.setattr(counting, "open_ballots", open_ballots)
        count_and_forget(cycle_id)
        return opened

    monkeypatch.setattr(counting, "open_ballots", overtaken)

    first, second = drawn_by(lambda: count_and_forget(cycle_id), monkeypatch)

    assert second == first
    assert not key_folder().noise(cycle_id).exists()


def test_each_cycle_has_a_source_from_the_operating_system(cycle_id):
    assert inspect.signature(count_and_forget).parameters["randomness"].default is None
    folder = key_folder()
    assert folder.noise_source(cycle_id) == folder.noise_source(cycle_id)
    assert folder.noise_source(cycle_id) != folder.noise_source(cycle_id + 1)
