"""Spread, intervals, and which differences are worth a word."""

import json
from itertools import pairwise
from math import inf, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.domain.release.policy import Hidden, Reason, Score, Shares, Shown
from app.domain.reports.marks import (
    change_between,
    changes_between,
    marks_of_report,
    overall_own_view,
    own_view,
    self_other_difference,
    stands_out,
)
from app.domain.reports.words import agreement_word
from app.domain.statistics.agreement import intraclass_correlations, within_group_agreement
from app.domain.statistics.differences import Change, Difference, benjamini_hochberg
from app.domain.statistics.spread import Spread, standard_error_of_mean

REFERENCE = Path(__file__).parent.parent / "reference"
FEW = Hidden(Reason.FEW_RATERS)


def shown(mean: float, *, half: float = 0.3) -> Shown:
    return Shown(mean, raters=20, standard_error=half / 1.96)


def test_false_marks_are_kept_to_the_rate_by_the_step_up_rule():
    p_values = [0.30, 0.001, 0.049, 0.041, 0.5]

    assert benjamini_hochberg(p_values).tolist() == [False, True, True, True, False]
    assert benjamini_hochberg(p_values, rate=0.05).tolist() == [False, True, False, False, False]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=14))
def test_the_step_up_rule_agrees_with_adjusted_p_values(p_values):
    adjusted = stats.false_discovery_control(p_values)

    found = benjamini_hochberg(p_values)

    for mark, p in zip(found, adjusted, strict=True):
        assert mark == (p <= 0.1) or p == pytest.approx(0.1)


def test_no_p_values_give_no_marks_and_impossible_ones_are_refused():
    assert benjamini_hochberg([]).tolist() == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([0.5, nan])


def test_a_difference_knows_its_p_value_and_direction():
    found = Difference(0.5, 0.25)

    assert found.z == 2
    assert found.p == pytest.approx(0.0455, abs=1e-4)
    assert found.direction is Change.UP
    assert Difference(-0.5, 0.25).direction is Change.DOWN
    assert Difference(0.48, 0.25).direction is Change.NONE


def test_a_difference_without_error_is_certain_unless_it_is_none():
    assert (Difference(0.1, 0.0).z, Difference(-0.1, 0.0).z) == (inf, -inf)
    assert Difference(0.0, 0.0).is_noise


def test_a_change_carries_the_errors_of_both_quarters():
    found = change_between(shown(3.2, half=0.3), shown(3.8, half=0.4))

    assert found.delta == pytest.approx(0.6)
    assert found.standard_error == pytest.approx(0.5 / 1.96)
    assert found.direction is Change.UP


def test_changes_of_a_report_are_marked_beyond_noise_only():
    previous: list[Score | None] = [shown(3.0), shown(3.0), shown(4.0), FEW, None]
    current = [shown(4.0), shown(3.1), shown(3.0), shown(3.0), shown(3.0)]

    found = changes_between(previous, current)

    assert found == (Change.UP, Change.NONE, Change.DOWN, Change.UNKNOWN, Change.UNKNOWN)


def test_one_small_change_among_many_statements_is_not_marked():
    previous = [shown(3.0)] * 14
    current = [shown(3.46), *[shown(3.0)] * 13]

    assert change_between(previous[0], current[0]).direction is Change.UP
    assert changes_between(previous, current) == (Change.NONE,) * 14


def test_statements_stand_out_from_the_persons_own_average():
    scores: list[Score] = [
        shown(3.0),
        shown(3.1),
        shown(4.2),
        shown(2.9),
        shown(1.8),
        shown(3.0),
        FEW,
    ]

    found = stands_out(scores)

    assert found[2] is Change.UP
    assert found[4] is Change.DOWN
    assert found[6] is Change.UNKNOWN
    assert {found[place] for place in (0, 1, 3, 5)} == {Change.NONE}


def test_equal_statements_do_not_stand_out_even_without_any_spread():
    assert stands_out([shown(3.7, half=0.0)] * 14) == (Change.NONE,) * 14
    assert stands_out([shown(4.1)]) == (Change.NONE,)
    assert stands_out([FEW, FEW]) == (Change.UNKNOWN, Change.UNKNOWN)


def test_marks_without_true_differences_stay_near_the_promised_rate():
    random = np.random.default_rng(7)
    marked = 0
    for _ in range(400):
        means = random.normal(3.5, 0.3 / 1.96, size=14)
        marked += any(mark is not Change.NONE for mark in stands_out([shown(x) for x in means]))

    assert marked / 400 < 0.13


def test_own_and_colleagues_view_differ_from_about_1_3_points_on():
    others = shown(3.0, half=0.2)

    found = self_other_difference(5, others, company_gap=0.3)

    assert found.delta == pytest.approx(1.7)
    assert found.standard_error == pytest.approx(sqrt((0.2 / 1.96) ** 2 + 0.36 + 1 / 12))
    assert 1.25 < 1.96 * found.standard_error < 1.4


def test_own_view_says_who_sees_it_more_positively():
    others = shown(3.0, half=0.2)

    assert own_view(5, others, 0.3) is Change.DOWN
    assert own_view(1, others, 0.3) is Change.UP
    assert own_view(4, others, 0.3) is Change.NONE


def test_the_overall_view_needs_half_a_point_and_its_error():
    margin = 0.5 + sqrt(0.1**2 + 0.25**2)

    def view(difference: float) -> Change:
        return overall_own_view(difference, standard_error=0.1, company_gap=0.2)

    assert view(0.2 + margin + 0.01) is Change.DOWN
    assert view(0.2 + margin - 0.01) is Change.NONE
    assert view(0.2 - margin - 0.01) is Change.UP


def test_agreement_is_a_word_from_the_released_bins():
    assert agreement_word(Shares(4, 8, 88)) == "colleagues agree"
    assert agreement_word(Shares(30, 50, 20)) == "opinions differ"
    assert agreement_word(Shares(10, 10, 80)) == ""
    assert agreement_word(Shares(40, 50, 10)) == ""


def test_within_group_agreement_reproduces_the_textbook():
    assert within_group_agreement([3, 4, 4, 5, 4]) == pytest.approx(0.75)
    assert within_group_agreement([4, 4, 4]) == 1.0
    assert within_group_agreement([1, 5, 1, 5]) == 0.0
    with pytest.raises(ValueError, match="two ratings"):
        within_group_agreement([3])


def test_intraclass_correlations_reproduce_shrout_and_fleiss():
    reference = json.loads((REFERENCE / "icc.json").read_text())

    found = intraclass_correlations(reference["ratings"])

    exact = reference["exact"]
    assert found.one_way == pytest.approx(exact["ICC1"])
    assert found.two_way_random == pytest.approx(exact["ICC2"])
    assert found.two_way_fixed == pytest.approx(exact["ICC3"])
    assert found.one_way_mean == pytest.approx(exact["ICC1k"])
    assert found.two_way_random_mean == pytest.approx(exact["ICC2k"])
    assert found.two_way_fixed_mean == pytest.approx(exact["ICC3k"])


@pytest.mark.parametrize("ratings", [[1, 2, 3], [[1, 2]], [[3, 3], [3, 3]]])
def test_intraclass_correlations_need_subjects_and_raters_who_differ(ratings):
    with pytest.raises(ValueError, match="two subjects"):
        intraclass_correlations(ratings)


@given(st.lists(st.integers(1, 400), min_size=2, max_size=5, unique=True).map(sorted))
def test_more_ratings_never_widen_an_interval(sizes):
    errors = [standard_error_of_mean(size, Spread(0.4, 0.4)) for size in sizes]

    assert all(wider > narrower for wider, narrower in pairwise(errors))


def own_answers(*answers: int | None) -> list[Difference | None]:
    return [None if own is None else self_other_difference(own, shown(3.0), 0.0) for own in answers]


def test_a_report_is_marked_where_differences_are_plain():
    current = [*[shown(3.0)] * 12, shown(4.6), shown(1.4)]
    previous: list[Score | None] = [shown(4.4), None, *[shown(3.0)] * 12]

    marks = marks_of_report(previous=previous, current=current, own=own_answers(5, 1, *[None] * 12))

    assert marks.changes[:3] == (Change.DOWN, Change.UNKNOWN, Change.NONE)
    assert marks.stands_out[11:] == (Change.NONE, Change.UP, Change.DOWN)
    assert marks.own_views[:3] == (Change.DOWN, Change.UP, Change.UNKNOWN)


def test_all_marks_of_a_report_are_judged_together():
    current = [*[shown(3.0)] * 13, shown(3.43)]
    before: list[Score | None] = [shown(3.0)] * 14
    first_quarter: list[Score | None] = [None] * 14

    alone = changes_between(before, [*[shown(3.0)] * 13, shown(3.65)])
    together = marks_of_report(
        previous=before, current=[*[shown(3.0)] * 13, shown(3.65)], own=own_answers(*[3] * 14)
    )

    assert alone[-1] is Change.UP  # p = .0027, good enough among 14
    assert together.changes[-1] is Change.NONE or together.stands_out[-1] is Change.UP
    assert marks_of_report(
        previous=first_quarter, current=current, own=own_answers(*[None] * 14)
    ).stands_out == stands_out(current)


def test_marks_need_an_own_answer_or_none_for_every_statement():
    with pytest.raises(ValueError, match="own answer"):
        marks_of_report(previous=[None] * 14, current=[shown(3.0)] * 14, own=[])
