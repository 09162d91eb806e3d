"""Which of many tests stand when some matter more than others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.domain.statistics.multiplicity import weighted_step_up

P_VALUES = np.array([0.30, 0.001, 0.049, 0.041, 0.5])


def test_with_equal_weights_it_is_the_ordinary_step_up_rule():
    found = weighted_step_up(P_VALUES, np.ones(5), level=0.1)

    assert found.tolist() == [False, True, True, True, False]
    assert weighted_step_up(P_VALUES, np.ones(5), level=0.05).tolist() == [
        False,
        True,
        False,
        False,
        False,
    ]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=14))
def test_with_equal_weights_it_agrees_with_adjusted_p_values(p_values):
    adjusted = stats.false_discovery_control(p_values)

    found = weighted_step_up(np.array(p_values), np.full(len(p_values), 3.0), level=0.1)

    for mark, p in zip(found, adjusted, strict=True):
        assert mark == (p <= 0.1) or p == pytest.approx(0.1)


def test_what_matters_more_stands_with_a_larger_p_value():
    p = np.array([0.03, 0.03, 0.03, 0.9])

    found = weighted_step_up(p, np.array([8.0, 0.5, 0.5, 0.5]), level=0.08)

    assert found.tolist() == [True, False, False, False]


def test_what_was_not_tested_takes_no_weight_from_the_rest():
    p, weights = np.array([0.04, 0.9, np.nan]), np.array([1.0, 1.0, 50.0])

    found = weighted_step_up(p, weights, level=0.1)

    assert found.tolist() == [True, False, False]


def test_many_reports_at_once_are_judged_one_by_one():
    p = np.array([[0.001, 0.5], [0.2, 0.5]])

    assert weighted_step_up(p, np.ones(2), level=0.1).tolist() == [[True, False], [False, False]]


def test_no_tests_make_no_marks_and_impossible_p_values_are_refused():
    nothing = np.full(3, np.nan)

    assert weighted_step_up(nothing, np.ones(3), level=0.1).tolist() == [False] * 3
    assert weighted_step_up(np.array([]), np.array([]), level=0.1).tolist() == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        weighted_step_up(np.array([1.5]), np.ones(1), level=0.1)


def test_without_any_difference_a_mark_is_as_rare_as_the_level_says():
    random = np.random.default_rng(5)
    p, weights = random.random((20_000, 40)), np.where(np.arange(40) == 0, 8.0, 1.0)

    marked = weighted_step_up(p, weights, level=0.08).any(axis=-1)

    assert marked.mean() == pytest.approx(0.08, abs=0.008)
