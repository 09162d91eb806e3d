from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pairing.offsets import RULERS, repeated_differences, spread_offsets
from app.domain.pairing.sidon import SIDON_SETS


@given(wanted=st.integers(1, 16), around=st.integers(17, 240), seed=st.integers())
@settings(max_examples=80)
def test_steps_are_distinct_and_lead_to_somebody_else(wanted, around, seed):
    steps = spread_offsets(wanted, around, Random(seed))

    assert len(set(steps)) == wanted
    assert all(0 < step < around for step in steps)


@pytest.mark.parametrize(("marks", "ruler"), RULERS.items())
def test_a_ruler_repeats_no_difference_on_a_circle_of_twice_its_length(marks, ruler):
    assert len(ruler) == marks
    assert repeated_differences(list(ruler), 2 * ruler[-1] + 1) == 0


@pytest.mark.parametrize(("around", "wanted"), SIDON_SETS)
def test_where_a_smaller_sidon_set_is_known_no_difference_repeats(around, wanted):
    assert around >= wanted * (wanted - 1) + 1
    assert repeated_differences(spread_offsets(wanted, around, Random(5)), around) == 0


@pytest.mark.parametrize(("around", "wanted"), [(57, 8), (73, 9), (91, 10), (133, 12)])
def test_the_smallest_circles_meet_every_difference_exactly_once(around, wanted):
    steps = spread_offsets(wanted, around, Random(5))

    assert around == wanted * (wanted - 1) + 1
    differences = {(one - other) % around for one in steps for other in steps if one != other}
    assert differences == set(range(1, around))


def test_where_no_sidon_set_is_known_few_differences_repeat():
    for around in (134, 140, 150):
        assert repeated_differences(spread_offsets(12, around, Random(2)), around) <= 12


@pytest.mark.parametrize("around", [171, 172, 500, 100_000])
def test_from_171_people_on_twelve_steps_repeat_no_difference(around):
    assert repeated_differences(spread_offsets(12, around, Random(1)), around) == 0


def test_a_small_circle_repeats_far_fewer_differences_than_steps_in_a_row():
    found = repeated_differences(spread_offsets(12, 100, Random(1)), 100)

    assert found < repeated_differences(list(range(1, 13)), 100) / 2


def test_all_steps_of_a_full_circle_are_taken():
    assert spread_offsets(6, 7, Random(1)) == [1, 2, 3, 4, 5, 6]


def test_more_steps_than_there_are_people_are_refused():
    with pytest.raises(ValueError, match="only 6 steps"):
        spread_offsets(7, 7, Random(1))
