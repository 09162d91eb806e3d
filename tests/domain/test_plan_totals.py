"""What HR is told of people's plans, in sentences."""

import pytest

from app.domain.reports.plan_totals import FEW, plan_sentences
from app.domain.statistics.differences import Difference


def test_counts_are_told_as_about():
    assert plan_sentences(25, 14, 9, None) == (
        "Of 25 people with a report of the quarter before, about 14 chose something to work on, "
        "and about 9 looked back on it.",
        FEW,
    )


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (
            Difference(0.32, 0.1),
            "What people chose rose by 0.3 points more than equally low scores that nobody chose "
            "(likely +0.1 to +0.5).",
        ),
        (
            Difference(-0.3, 0.1),
            "What people chose rose by 0.3 points less than equally low scores that nobody chose "
            "(likely −0.5 to −0.1).",
        ),
        (
            Difference(0.1, 0.12),
            "What people chose did not clearly move more than equally low scores that nobody "
            "chose: the difference is +0.1 points, likely −0.1 to +0.3.",
        ),
        (
            Difference(0.0, 0.1),
            "What people chose did not clearly move more than equally low scores that nobody "
            "chose: the difference is 0.0 points, likely −0.2 to +0.2.",
        ),
    ],
)
def test_what_choosing_did_is_told_with_its_range(moved, said):
    assert plan_sentences(60, 40, 30, moved)[1] == said
