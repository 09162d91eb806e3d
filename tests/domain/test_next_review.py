"""When colleagues are asked again: said as far as it is known, and never wrong."""

from datetime import date

import pytest

from app.domain.reports.next_review import NextReview

MARCH, APRIL = date(2027, 3, 2), date(2027, 4, 2)


@pytest.mark.parametrize(
    ("review", "today", "words"),
    [
        (
            NextReview(MARCH),
            date(2027, 1, 4),
            "The next review has no date yet. At a quarter’s pace it would open about 2 March "
            "2027.",
        ),
        (NextReview(MARCH), MARCH, ""),
        (
            NextReview(MARCH, APRIL),
            date(2027, 1, 4),
            "The next review opens on 2 March 2027, if nothing changes.",
        ),
        (NextReview(MARCH, APRIL), date(2027, 3, 3), ""),
        (
            NextReview(MARCH, APRIL, is_open=True),
            date(2027, 3, 3),
            "The next review is open, until 2 April 2027.",
        ),
    ],
)
def test_a_plan_is_told_when_the_next_review_is(review, today, words):
    assert review.words(today) == words
