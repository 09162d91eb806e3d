"""Overall values, counts and returned ratings of a network."""

import numpy as np
import pytest

from app.domain.statistics.network import Network, network_of


def one(*answers):
    """Ratings of one pair: the answers given, the rest unanswered."""
    return [*answers, *[-1] * (14 - len(answers))]


def test_a_value_is_the_mean_distance_from_what_the_company_answers():
    ratings = np.array([one(5, 2), one(3, 4)], dtype=np.int8)

    network = network_of(np.array([0, 1]), np.array([1, 0]), ratings, people=2)

    assert network.value.tolist() == [0.0, 0.0]  # statements at 4 and 3: (+1 - 1)/2, (-1 + 1)/2


def test_not_observed_shifts_nobodys_score():
    hard, easy = [2] * 7, [5] * 7
    rows = [[*hard, *easy], [*hard, *[0] * 7], [*[0] * 7, *easy]]

    network = network_of(
        np.array([0, 1, 2]), np.array([1, 2, 0]), np.array(rows, dtype=np.int8), people=3
    )

    assert network.value == pytest.approx([0, 0, 0])


def test_a_pair_without_any_rating_is_no_rating():
    rows = np.array([one(4), one(0, 0), one()], dtype=np.int8)

    network = network_of(np.array([0, 1, 2]), np.array([1, 2, 0]), rows, people=3)

    assert (network.rater.tolist(), network.subject.tolist()) == ([0], [1])


def test_a_company_without_ratings_is_empty():
    nothing = np.zeros(0, dtype=np.int64)

    network = network_of(nothing, nothing, np.zeros((0, 14), dtype=np.int8), people=3)

    assert network.value.size == 0
    assert network.returned.size == 0


def test_what_was_given_and_received_and_returned_is_known():
    network = Network(4, np.array([0, 0, 1, 2]), np.array([1, 2, 0, 1]), np.arange(4.0))

    assert network.given.tolist() == [2, 1, 1, 0]
    assert network.received.tolist() == [1, 2, 1, 0]
    assert network.returned.tolist() == [2, -1, 0, -1]
    assert network.by_rater(network.value).tolist() == [1, 2, 3, 0]
    assert network.by_subject(network.value).tolist() == [2, 3, 1, 0]
