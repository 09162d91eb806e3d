"""What of the board's paper is left out, and how it is said."""

import pytest

from app.domain.reports.board_room import left_out, shortened, within


def test_the_first_entries_are_printed_and_the_rest_is_counted():
    assert within("abcde", 3) == ("abc", 2)
    assert within("ab", 3) == ("ab", 0)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ""),
        (1, "One more unit stands on the board’s page."),
        (1200, "1,200 more units stand on the board’s page."),
    ],
)
def test_what_is_left_out_is_said_to_stand_on_the_page(count, said):
    assert left_out(count, "unit", "units") == said


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("as  it\nis", 10, "as it is"),
        ("Decisions reach us, late.", 21, "Decisions reach us…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
    ],
)
def test_a_long_text_is_cut_between_words_where_that_leaves_half_of_it(text, most, kept):
    assert shortened(text, most) == kept
