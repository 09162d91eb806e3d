"""Single differences, agreement, and the error of a mean."""

from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.release.policy import Shares
from app.domain.reports.words import agreement_word
from app.domain.statistics.differences import Difference, Direction
from app.domain.statistics.spread import Spread, standard_error_of_mean

REFERENCE = Path(__file__).parent.parent / "reference"


def test_a_difference_knows_its_p_value_and_direction():
    found = Difference(0.5, 0.25)

    assert found.z == 2
    assert found.p == pytest.approx(0.0455, abs=1e-4)
    assert found.direction is Direction.UP
    assert Difference(-0.5, 0.25).direction is Direction.DOWN
    assert Difference(0.48, 0.25).direction is Direction.NONE


def test_a_difference_without_error_is_certain_unless_it_is_none():
    assert (Difference(0.1, 0.0).z, Difference(-0.1, 0.0).z) == (inf, -inf)
    assert Difference(0.0, 0.0).is_noise


def test_agreement_is_a_word_from_the_released_bins():
    assert agreement_word(Shares(4, 8, 88)) == "colleagues agree"
    assert agreement_word(Shares(30, 50, 20)) == "opinions differ"
    assert agreement_word(Shares(10, 10, 80)) == ""
    assert agreement_word(Shares(40, 50, 10)) == ""


@given(st.lists(st.integers(1, 400), min_size=2, max_size=5, unique=True).map(sorted))
def test_more_ratings_never_widen_an_interval(sizes):
    errors = [standard_error_of_mean(size, Spread(0.4, 0.4)) for size in sizes]

    assert all(wider > narrower for wider, narrower in pairwise(errors))
