"""Ballots that look careless: who is counted, and which counts are told."""

import numpy as np

from app.domain.statistics.careless import (
    Careless,
    careless_of,
    inconsistent,
    nearly_uniform,
)
from app.domain.statistics.network import Network

VARIED = [2, 3, 4, 5, 4, 3, 2, 4, 5, 3, 4, 2, 5, 4]


def uniform(*rows, people=1):
    """Which raters are nearly uniform, from rows of (rater, 14 answers)."""
    rater = np.array([row[0] for row in rows])
    ratings = np.array([row[1] for row in rows], dtype=np.int8)
    return nearly_uniform(rater, ratings, people=people).tolist()


def test_one_answer_to_everything_about_four_of_five_is_nearly_uniform():
    fours, twos = (0, [4] * 14), (0, [2] * 14)

    assert uniform(fours, twos, twos, fours, (0, VARIED)) == [True]
    assert uniform(fours, twos, twos, (0, VARIED), (0, VARIED)) == [False]


def test_one_answer_counts_from_ten_observed_statements_on():
    ten, nine = [4] * 10 + [0] * 4, [4] * 9 + [-1] * 5

    assert uniform((0, ten), (0, [2] * 14)) == [True]
    assert uniform((0, nine), (0, [2] * 9 + [0] * 5)) == [False]


def test_hardly_any_spread_over_all_answers_is_nearly_uniform():
    nearly = [4] * 13 + [5]  # variance 1/14 · 13/14 = .066, a spread of .26
    flatter = [4] * 27 + [5]  # .034: a spread of .19

    assert uniform((0, nearly)) == [False]
    assert uniform((0, flatter[:14]), (0, flatter[14:]), (0, nearly[::-1])) == [True]


def test_every_rater_is_judged_alone_and_silence_is_not_careless():
    rows = [(0, [3] * 14), (1, VARIED), (2, [0] * 14), (3, [-1] * 14)]

    assert uniform(*rows, people=5) == [True, False, False, False, False]


def round_robin(people=6):
    rater, subject = np.nonzero(~np.eye(people, dtype=bool))
    return Network(people, rater, subject, np.zeros(rater.size))


def test_residuals_far_above_the_companys_are_inconsistent():
    network = round_robin()
    residuals = np.where(network.rater == 2, 1.0, 0.5)

    # 1 against 1.7 times (1·5 + .25·25)/30 = .64
    assert inconsistent(network, residuals).tolist() == [False, False, True, False, False, False]
    assert not inconsistent(network, np.where(network.rater == 2, 0.6, 0.5)).any()


def test_fewer_than_five_reviews_are_never_inconsistent():
    network = round_robin(5)

    assert not inconsistent(network, np.where(network.rater == 2, 9.0, 0.5)).any()


def test_both_counts_come_together():
    network = round_robin(10)
    residuals = np.where(network.rater == 2, 9.0, 0.5)
    rater = np.repeat(np.arange(4), 2)
    ratings = np.array([[3] * 14] * 4 + [VARIED] * 4, dtype=np.int8)

    found = careless_of(rater, ratings, network=network, residuals=residuals)

    assert found == Careless(uniform=2, inconsistent=1)
