"""What HR is told about the numbers of a cycle."""

from typing import Any

import pytest

from app.domain.release.fairness import Adjustment
from app.domain.reports.about_numbers import (
    AboutNumbers,
    Typical,
    careless_sentences,
    typical_of,
)
from app.domain.reports.noteworthy import Smallest
from app.domain.statistics.spread import Spread

TYPICAL = Typical(raters=12, half_width=0.5, smallest=Smallest(1.14, 0.86, 0.8))
NAMES = [f"Competency {n // 2}" for n in range(14)]


def about(**over):
    values: dict[str, Any] = {
        "cycle_name": "2026 Q3",
        "adjustment": Adjustment.MADE,
        "split": (20, 30, 50),
        "reliability": 0.85,
        "typical": TYPICAL,
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
    told = " ".join(about().tells)

    assert "rated by 12 colleagues, is good to about ±0.5 points" in told
    assert "a change of 1.1 in one statement or 0.9 in all" in told
    assert "±" not in " ".join(about(typical=None).tells)


def test_in_the_first_quarter_no_change_is_spoken_of():
    first = Typical(raters=12, half_width=0.5, smallest=Smallest(None, None, 0.8))

    assert "change" not in " ".join(about(typical=first).tells[:2])


def test_without_correction_the_page_says_what_cannot_be_told_apart():
    assert any(
        "strict group" in one for one in about(adjustment=Adjustment.FEW_ACROSS).does_not_tell
    )
    for other in (Adjustment.MADE, Adjustment.NO_SAMPLE):
        assert not any("strict group" in one for one in about(adjustment=other).does_not_tell)


def typical(raters, *, earlier=1):
    found = typical_of(raters, Spread(0.36, 0.4), earlier=earlier, competencies=NAMES)
    assert found is not None
    return found


def test_a_typical_score_was_rated_by_the_median_number_of_colleagues():
    assert typical({5: 1, 12: 10, 30: 3}).raters == 12
    assert typical({12: 14}).half_width == pytest.approx(1.96 * (0.76 / 12 + 0.0223) ** 0.5, 1e-2)
    assert typical_of({}, Spread(0.36, 0.4), earlier=1, competencies=NAMES) is None


def test_more_raters_and_more_quarters_make_smaller_changes_visible():
    found = [typical({12: 1}), typical({24: 1}), typical({12: 1}, earlier=4)]

    one, raters, quarters = (each.smallest.change for each in found)
    assert one is not None
    assert raters is not None
    assert quarters is not None
    assert max(raters, quarters) < one
    assert typical({12: 1}, earlier=0).smallest.change is None


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


def test_between_two_middle_numbers_of_colleagues_the_lower_one_is_typical():
    assert typical({5: 2, 12: 2}).raters == 5
    assert typical({5: 1, 12: 2}).raters == 12
