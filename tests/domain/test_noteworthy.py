"""What reports find, what they mark falsely, and how: made-up companies with fixed randomness.

A small, fast version of `make bench-numbers`, which measures the same with many more reports.
"""

from functools import cache

import numpy as np
import pytest

from app.domain.release.policy import Hidden, Shown
from app.domain.reports.noteworthy import (
    LEVEL,
    WEIGHTS,
    Comparison,
    apart,
    changes,
    judged,
    moved,
    smallest_in_typical,
)
from app.domain.statistics.contrasts import Average, Printed
from app.domain.statistics.differences import Direction
from app.domain.statistics.spread import Spread
from tests.bench import numbers_companies
from tests.bench.numbers_companies import companies
from tests.bench.numbers_marks import COMPETENCIES, Outcome, Tally, Truth, tried
from tests.bench.numbers_use import Use

SPREAD = Spread(between=0.36, within=0.4)
SAMPLED = numbers_companies.Kind("200, 12 raters", 200, 12)
EVERYONE = numbers_companies.Kind("25, everyone", 25, 24, lasting=True)


@cache
def measured(kind, truth, earlier):
    """Percent of reports, from about 800 of them."""
    outcome = Outcome(Tally(), Tally())
    for company in companies(kind, 800, np.random.default_rng(17)):
        tried(company, truth, earlier=earlier, outcome=outcome)
    return outcome.printed.shares


@pytest.mark.slow
@pytest.mark.parametrize("earlier", [1, 4])
@pytest.mark.parametrize("kind", [SAMPLED, EVERYONE])
def test_4_to_13_percent_of_reports_without_any_difference_carry_a_mark(kind, earlier):
    assert 4 <= measured(kind, Truth(), earlier)["any_mark"] <= 13


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "truth", "least"),
    [
        (SAMPLED, Truth(one=0.5), (7, 14)),
        (SAMPLED, Truth(one=0.8), (28, 48)),
        (SAMPLED, Truth(all=0.5), (22, 42)),
        (EVERYONE, Truth(one=0.5), (26, 50)),
        (EVERYONE, Truth(one=0.8), (70, 88)),
        (EVERYONE, Truth(all=0.5), (72, 93)),
    ],
)
def test_a_true_change_is_found_as_often_as_promised(kind, truth, least):
    found = [measured(kind, truth, earlier)["found"] for earlier in (1, 4)]

    assert found[0] >= least[0]
    assert found[1] >= least[1]


@pytest.mark.slow
def test_what_truly_stands_out_is_found_and_hardly_ever_the_wrong_way_round():
    found = measured(SAMPLED, Truth(range=1.4), 1)

    assert found["found"] >= 70
    assert found["wrong_way"] <= 1.5  # 1 in the large run; 800 reports are good to .4 points


@pytest.mark.slow
@pytest.mark.parametrize("kind", [SAMPLED, EVERYONE])
def test_intervals_hold_the_truth_in_95_percent(kind):
    use = Use()
    for company in companies(kind, 400, np.random.default_rng(18)):
        use.add(company)

    assert use.figures["held"] == pytest.approx(0.95, abs=0.015)


def flat(mean=3.7, raters=12):
    return Printed(np.full(14, mean), np.full(14, raters), SPREAD)


def test_the_last_quarter_weighs_less_where_several_are_there():
    now = Printed(np.array([4.9, *[3.7] * 13]), np.full(14, 12), SPREAD)

    alone = judged(changes(now, flat(), None, competencies=COMPETENCIES))
    beside = changes(now, flat(), Average([flat()] * 4), competencies=COMPETENCIES)

    assert alone[Comparison.STATEMENT][0] == 1
    assert judged(beside)[Comparison.STATEMENT_LONGER][0] == 1


def test_no_mark_rests_on_a_p_value_above_2_percent():
    high = Printed(np.array([*[4.9] * 7, *[2.5] * 6, 3.25]), np.full(14, 12), SPREAD)

    tests = apart(high, np.full(14, 3.7), competencies=COMPETENCIES)

    assert (judged(tests)[Comparison.APART][tests[Comparison.APART].p > 0.02] == 0).all()


def test_the_overall_score_is_tested_first():
    assert WEIGHTS[Comparison.OVERALL] == max(WEIGHTS.values())
    assert LEVEL <= 0.1


def test_fewer_raters_could_have_shown_larger_changes_only():
    few, many = (
        smallest_in_typical(k, SPREAD, earlier=1, competencies=COMPETENCIES) for k in (6, 24)
    )

    assert few.change is not None
    assert few.overall is not None
    assert many.change is not None
    assert many.overall is not None
    assert few.change > many.change
    assert few.overall > many.overall


def test_scores_of_a_company_are_judged_by_their_own_errors():
    def shown(mean):
        return Shown(mean, raters=300, standard_error=0.06)

    before = [shown(3.7), shown(3.7), None, Hidden("few")]
    now = [shown(4.1), shown(3.75), shown(4.5), shown(4.5)]

    unknown = Direction.UNKNOWN
    assert moved(before, now) == (Direction.UP, Direction.NONE, unknown, unknown)
    with pytest.raises(ValueError, match="zip"):
        moved(before[:1], now)
