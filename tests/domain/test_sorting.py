"""Ballots in any order become reviews: every pair that was asked, and nobody else."""

import tracemalloc

import numpy as np
import pytest

from app.domain.ballot.document import Ballot
from app.domain.count.collecting import AskedPairs, BallotAnswers, Pile, Roster, rated_pairs_of
from app.domain.pairing.assignment import Relationship

FOURS: list[int | None] = [4] * 14
TWOS: list[int | None] = [2] * 14
ANNE, BEN, CLEO, DAN = 10, 20, 30, 40
PEER, REPORT = Relationship.PEER, Relationship.REPORT


def roster(*, new=(), readers=()):
    return Roster(
        people=np.array([ANNE, BEN, CLEO, DAN]),
        unit=np.array([1, 1, 2, 2]),
        new=np.array(new, dtype=np.int64),
        readers=np.array(readers, dtype=np.int64).reshape(-1, 2),
    )


def sorted_reviews(ballots, pairs, **rest):
    """Reviews of {rater: ballot} as {(rater, subject): first rating}, and all arrays."""
    pile = Pile()
    for rater, ballot in ballots.items():
        pile.add(rater, ballot)
    people = roster(**rest)
    found = rated_pairs_of(pile.answers, AskedPairs.of(pairs), people)
    places = zip(people.people[found.rater], people.people[found.subject], strict=True)
    return dict(zip(places, found.ratings[:, 0].tolist(), strict=True)), found


def test_every_pair_finds_what_its_rater_said_in_whatever_order_they_come():
    ballots = {
        CLEO: Ballot(answers={BEN: TWOS, ANNE: FOURS}),
        ANNE: Ballot(answers={CLEO: FOURS}),
    }

    first, _ = sorted_reviews(ballots, [(ANNE, CLEO, PEER), (CLEO, ANNE, PEER), (CLEO, BEN, PEER)])

    assert first == {(ANNE, CLEO): 4, (CLEO, ANNE): 4, (CLEO, BEN): 2}


def test_an_answer_about_somebody_who_was_not_asked_about_counts_for_nobody():
    ballots = {ANNE: Ballot(answers={BEN: FOURS, DAN: TWOS, 99: TWOS}, away={CLEO})}

    first, _ = sorted_reviews(ballots, [(ANNE, BEN, PEER)])

    assert first == {(ANNE, BEN): 4}


def test_who_sent_nothing_reviews_nobody_and_who_left_somebody_out_did_not_answer():
    pairs = [(ANNE, BEN, PEER), (BEN, ANNE, PEER), (ANNE, CLEO, PEER)]

    first, _ = sorted_reviews({ANNE: Ballot(answers={CLEO: TWOS})}, pairs)

    assert first == {(ANNE, BEN): -1, (ANNE, CLEO): 2}


def test_readers_of_a_report_and_new_accounts_are_not_blind():
    ballots = {ANNE: Ballot(), BEN: Ballot(), CLEO: Ballot()}
    pairs = [(ANNE, DAN, PEER), (BEN, DAN, PEER), (CLEO, DAN, REPORT)]

    _, found = sorted_reviews(ballots, pairs, new=[BEN, 77], readers=[(DAN, ANNE), (DAN, 99)])

    assert found.is_blind.tolist() == [False, False, True]
    assert found.is_report.tolist() == [False, False, True]


def test_somebody_asked_who_is_not_in_the_roster_stops_the_count():
    with pytest.raises(ValueError, match="not in the roster"):
        sorted_reviews({ANNE: Ballot()}, [(ANNE, 25, PEER)])


@pytest.mark.parametrize("answer", [6, 127, 200])
def test_an_answer_that_is_not_on_the_scale_stops_the_count(answer):
    ballots = {ANNE: Ballot(answers={BEN: [answer] * 14})}

    with pytest.raises(ValueError, match="not on the scale"):
        sorted_reviews(ballots, [(ANNE, BEN, PEER)])


def test_own_answers_are_those_given():
    pile = Pile()
    pile.add(BEN, Ballot(own=[None, 5, *[None] * 12]))
    pile.add(ANNE, Ballot())

    assert pile.own_answers.tolist() == [[BEN, 2, 5]]


def test_a_count_of_no_ballots_has_no_reviews():
    first, found = sorted_reviews({}, [(ANNE, BEN, PEER)])

    assert first == {}
    assert found.ratings.shape == (0, 14)


def test_comments_are_looked_up_by_pair():
    asked = AskedPairs.of([(DAN, ANNE, PEER), (ANNE, BEN, PEER)])

    held = asked.holds(np.array([ANNE, ANNE, DAN]), np.array([BEN, DAN, ANNE]))

    assert held.tolist() == [True, False, True]


def test_sorting_very_many_answers_takes_little_beside_them():
    """A part of them at a time is looked up; whole arrays of places would take as much again."""
    people, raters = 12_000, 12
    ids = np.arange(1, people + 1, dtype=np.int32)
    rater = np.repeat(ids, raters)
    subject = ((rater - 1 + np.tile(np.arange(1, raters + 1), people)) % people + 1).astype(
        np.int32
    )
    order = np.argsort((rater.astype(np.int64) << 32) | subject)
    asked = AskedPairs(rater[order], subject[order], np.zeros(rater.size, np.bool_))
    ratings = np.full((rater.size, 14), 3, np.int8)
    said = BallotAnswers(ids, rater, subject, ratings, np.zeros((0, 2), np.int32))
    nobody = np.zeros((0, 2), np.int64)
    everybody = Roster(ids.astype(np.int64), ids.astype(np.int64), nobody[:, 0], nobody)
    tracemalloc.start()
    try:
        found = rated_pairs_of(said, asked, everybody)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    kept = found.ratings.nbytes + found.rater.nbytes + found.subject.nbytes + found.is_blind.nbytes
    assert (found.ratings == 3).all()
    assert peak < kept + 36 * rater.size
