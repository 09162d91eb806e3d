"""Whether the eNPS has moved, and which test may say so."""

import json
from pathlib import Path

import pytest

from app.domain.enps.score import Groups, ReleasedShares, rounding_variance
from app.domain.enps.shifts import (
    Certainty,
    Shift,
    difference_between,
    ewma,
    ewma_limits,
    shift_in,
    two_quarters,
)
from app.domain.statistics.differences import Change

REFERENCE = Path(__file__).parent.parent / "reference"
EVEN = ReleasedShares(200, 35, 30, 35)
UP = ReleasedShares(200, 60, 20, 20)
A_LITTLE_UP = ReleasedShares(200, 40, 28, 32)
SLIGHTLY_UP = ReleasedShares(200, 42, 28, 30)


def test_moving_average_and_limits_reproduce_the_reference():
    case = json.loads((REFERENCE / "ewma.json").read_text())["ewma"]

    averages = ewma(case["x"], start=case["center"], weight=case["lambda"])
    limits = ewma_limits(len(averages), weight=case["lambda"], width=case["L"])

    assert averages == pytest.approx(case["ewma"])
    assert [case["center"] + case["sd"] * x for x in limits] == pytest.approx(case["ucl"])
    assert [case["center"] - case["sd"] * x for x in limits] == pytest.approx(case["lcl"])


def test_an_estimated_base_widens_the_limits():
    known = ewma_limits(3, width=2.7)
    estimated = ewma_limits(3, width=2.7, base_quarters=4)

    for t, (narrow, wide) in enumerate(zip(known, estimated, strict=True), start=1):
        assert wide**2 - narrow**2 == pytest.approx(2.7**2 * (1 - 0.7**t) ** 2 / 4)


@pytest.mark.parametrize("weight", [0, 1.1])
def test_a_weight_outside_its_range_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        ewma([1.0], weight=weight)


def test_the_two_quarter_test_reproduces_the_reference():
    case = json.loads((REFERENCE / "enps.json").read_text())["two_sample"]["adjwald"]
    before, now = Groups(20, 20, 20), Groups(30, 20, 10)

    found = difference_between(before, now)

    assert found.delta == pytest.approx(100 * case["delta"])
    assert found.standard_error == pytest.approx(100 * case["se"])
    assert found.p == pytest.approx(case["p"])
    assert found.p == pytest.approx(0.0223, abs=5e-5)


def test_released_quarters_carry_their_rounding_into_the_test():
    before, now = ReleasedShares(24, 40, 40, 20), ReleasedShares(24, 60, 30, 10)

    rounded = two_quarters(before, now)
    exact = difference_between(before.groups, now.groups)

    assert rounded.delta == exact.delta
    assert rounded.standard_error**2 == pytest.approx(
        exact.standard_error**2 + 2 * rounding_variance(20)
    )


def test_a_first_quarter_has_no_shift():
    found = shift_in([EVEN])

    assert found == Shift(Certainty.FIRST)
    assert found.finding == "the first quarter with a score"
    assert found.sentence == (
        "The first quarter with a score; shifts are looked for from the next quarter on."
    )


def test_no_quarter_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one quarter"):
        shift_in([])


def test_up_to_the_fourth_quarter_two_quarters_speak():
    found = shift_in([EVEN, EVEN, EVEN, UP])

    assert found.certainty is Certainty.CLEAR
    assert found.direction is Change.UP
    assert found.sentence == (
        f"Clear shift up since last quarter; "
        f"the smallest shift we could have seen is ±{found.smallest} points."
    )


def test_a_doubtful_change_is_called_possible():
    found = shift_in([EVEN, SLIGHTLY_UP])

    assert (found.certainty, found.direction) == (Certainty.POSSIBLE, Change.UP)
    assert found.finding == "possible shift up, watch next quarter"
    assert found.sentence.startswith("Possible shift up, watch next quarter; the smallest")


def test_a_change_within_chance_is_no_shift_and_says_what_could_have_been_seen():
    found = shift_in([EVEN, A_LITTLE_UP])

    assert (found.certainty, found.direction) == (Certainty.NONE, Change.NONE)
    assert found.smallest == 17
    assert found.sentence == (
        "No detectable shift since last quarter; "
        "the smallest shift we could have seen is ±17 points."
    )


def test_what_chance_does_once_in_twenty_times_is_not_called_clear():
    now = ReleasedShares(200, 44, 29, 27)

    found = shift_in([EVEN, now])

    assert 0.003 < two_quarters(EVEN, now).p < 0.05
    assert (found.certainty, found.direction) == (Certainty.POSSIBLE, Change.UP)


def test_from_the_fifth_quarter_two_quarters_say_possible_at_most():
    now = ReleasedShares(200, 44, 29, 27)

    found = shift_in([EVEN, EVEN, EVEN, EVEN, now])

    assert two_quarters(EVEN, now).p < 0.05
    assert (found.certainty, found.direction) == (Certainty.POSSIBLE, Change.UP)


def test_from_the_fifth_quarter_the_moving_average_speaks():
    upwards = shift_in([EVEN, EVEN, EVEN, EVEN, UP, UP])
    downwards = shift_in([UP, UP, UP, UP, EVEN, EVEN])

    assert (upwards.certainty, upwards.direction) == (Certainty.CLEAR, Change.UP)
    assert (downwards.certainty, downwards.direction) == (Certainty.CLEAR, Change.DOWN)
    assert upwards.sentence.startswith("Clear shift up against the first four quarters; ")
