"""When ratings hang together, and when they cross departments often enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.domain.statistics.connectivity import crosses_departments, parts_of
from app.domain.statistics.network import Network


def among(people, *pairs):
    """A network of these (rater, subject) pairs; values do not matter here."""
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Network(people, ends[:, 0], ends[:, 1], np.zeros(len(ends)))


def test_two_who_rate_each_other_only_are_two_parts():
    # Rater 0 meets subject 1 and rater 1 meets subject 0: nothing compares the two raters.
    assert parts_of(among(2, (0, 1), (1, 0))) == 2


def test_three_who_all_rate_each_other_are_one_part():
    assert parts_of(among(3, (0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2))) == 1


def test_nobody_rated_is_no_part_at_all():
    assert parts_of(among(5)) == 0


def test_a_long_chain_is_one_part():
    n = 3000
    forward = [(i, i + 1) for i in range(n - 1)]
    sideways = [(i, i + 2) for i in range(n - 2)]

    assert parts_of(among(n, *forward, *sideways)) == 1
    assert parts_of(among(n, *forward)) == n - 1


@given(st.data(), st.integers(2, 30))
@settings(max_examples=60)
def test_parts_are_counted_as_scipy_counts_them(data, people):
    ends = st.tuples(st.integers(0, people - 1), st.integers(0, people - 1))
    drawn = data.draw(st.sets(ends.filter(lambda pair: pair[0] != pair[1]), max_size=60))
    network = among(people, *drawn)

    edges = (np.ones(len(drawn)), (network.rater, network.subject + people))
    _, label = connected_components(
        coo_array(edges, shape=(2 * people, 2 * people)), directed=False
    )
    used = np.unique(np.concatenate([network.rater, network.subject + people]))

    assert parts_of(network) == np.unique(label[used]).size


def raters_across(crossing, *, raters=10):
    """Two departments; `crossing` of the raters rate two people of the other one, the rest one."""
    pairs = []
    for i in range(raters):
        pairs += [(i, 20), (i, (i + 1) % raters)]
        pairs += [(i, 21)] if i < crossing else []
    return among(22, *pairs), np.array([0] * 20 + [1] * 2)


@pytest.mark.parametrize(("crossing", "enough"), [(10, True), (9, True), (8, False), (0, False)])
def test_nine_of_ten_raters_must_rate_two_people_elsewhere(crossing, enough):
    assert crosses_departments(*raters_across(crossing)) is enough


def test_departments_that_rate_only_themselves_cannot_be_compared():
    network = among(4, (0, 1), (1, 0), (2, 3), (3, 2))

    assert not crosses_departments(network, np.array([0, 0, 1, 1]))


def test_one_department_has_nothing_to_be_wiped_out():
    network = among(4, (0, 1), (1, 0), (1, 2))

    assert crosses_departments(network, np.array([7, 7, 7, 1]))
