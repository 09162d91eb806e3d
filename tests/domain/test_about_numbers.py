"""What HR is told about the numbers of a cycle."""

from typing import Any

import pytest

from app.domain.count.adjusted import Adjustment
from app.domain.reports.about_numbers import AboutNumbers, careless_sentences, typical_half_width


def about(**over):
    values: dict[str, Any] = {
        "cycle_name": "2026 Q3",
        "adjustment": Adjustment.MADE,
        "split": (20, 30, 50),
        "reliability": 0.85,
        "half_width": 0.5,
        "careless": (),
    }
    return AboutNumbers(**(values | over))


@pytest.mark.parametrize(
    ("reliability", "told"),
    [
        (0.8, "solid"),
        (0.75, "indicative"),
        (0.55, "too weak to compare people"),
        (None, "Too few people took part"),
    ],
)
def test_the_page_begins_with_how_far_a_typical_score_reaches(reliability, told):
    assert told in about(reliability=reliability).finding


def test_the_split_is_told_part_by_part_with_what_it_means():
    parts = about().parts

    assert [(name, percent) for name, percent, _ in parts] == [
        ("who rates", 20),
        ("who is rated", 30),
        ("everything else", 50),
    ]
    assert all(meaning.endswith(".") for *_, meaning in parts)
    assert about(split=None).parts == ()


def test_intervals_and_changes_are_told_in_points():
    told = " ".join(about(half_width=0.5).tells)

    assert "±0.5 points" in told
    assert "a change from about 0.7 points on" in told
    assert "±" not in " ".join(about(half_width=None).tells)


def test_without_correction_the_page_says_what_cannot_be_told_apart():
    assert any(
        "strict group" in one for one in about(adjustment=Adjustment.FEW_ACROSS).does_not_tell
    )
    for other in (Adjustment.MADE, Adjustment.NO_SAMPLE):
        assert not any("strict group" in one for one in about(adjustment=other).does_not_tell)


def test_the_typical_interval_is_the_median_of_the_released_ones():
    assert typical_half_width({2.0: 1, 0.4: 1, 0.8: 1}) == pytest.approx(0.4)
    assert typical_half_width({0.4: 3, 0.8: 1, 2.0: 1}) == pytest.approx(0.2)
    assert typical_half_width({}) is None


def test_careless_ballots_are_told_with_noise_in_their_number():
    assert careless_sentences(uniform=6, inconsistent=None) == (
        "About 6 ballots were nearly uniform. They were counted like all others.",
    )
    (none,) = careless_sentences(uniform=None, inconsistent=None)
    assert none.startswith("No more than a few ballots")


def test_the_report_of_the_cycle_says_the_same_in_short():
    summary = about(careless=("4 ballots were nearly uniform.",)).summary

    assert any("20 % is who rates, 30 % is who is rated" in one for one in summary)
    assert about().finding in summary
    assert summary[-1] == "4 ballots were nearly uniform."
    assert len(about(split=None, reliability=None).summary) == 1
