"""Lines that fit: every character is kept, every line is narrow enough."""

import pytest

from app.pdf.engine.theme import BODY, DISPLAY, TITLE
from app.pdf.engine.wrapping import balanced, shortened, width_of, wrap, wrapped

TEXTS = (
    "The quick brown fox jumps over the lazy dog. " * 20,
    "W" * 1000,
    "short",
    "",
    "one\n\nthree",
    "王小明" * 50,
    "a " * 300,
    "  indented and  double spaced",
)


@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_wider_than_the_column_and_nothing_is_lost(text):
    lines = wrap(text, BODY, 200)

    assert all(width_of(line.rstrip(), BODY) <= 200.01 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_line_that_ends_between_words_keeps_the_space():
    text = "The quick brown fox jumps over the lazy dog. " * 3 + "W" * 60

    lines = wrap(text, BODY, 200)

    assert "".join(lines) == text
    assert lines[0].endswith(" ")
    assert not lines[-2].endswith(" ")


def test_text_of_several_faces_is_cut_like_text_of_one():
    plain = wrap("The quick brown fox jumps over the lazy dog and runs", BODY, 120)
    mixed = wrap("The quick brown fox jumps over the lazy dog and runs 王", BODY, 120)

    assert mixed[: len(plain) - 1] == plain[:-1]


@pytest.mark.parametrize(
    "kept", ["25 %", "12 points", "1 point", "+4 to +41", "−4 to −1", "2.8 to 3.4"]
)
def test_a_number_keeps_its_unit_and_a_range_both_its_ends(kept):
    words = f"The score of this quarter is {kept}, and that is that."

    for width in range(60, 200, 3):
        assert any(kept in line for line in wrap(words, BODY, width)), width


def test_what_is_wider_than_a_line_is_cut_all_the_same():
    assert "".join(wrap("99 %" * 30, BODY, 30)) == "99 %" * 30


def test_line_breaks_of_the_writer_stay():
    assert wrap("one\n\nthree", BODY, 200) == ["one", "", "three"]


def test_a_heading_leaves_no_single_word_over():
    text = "Colleagues value how you help unasked; speaking openly is where they see most room."

    plain, even = wrap(text, TITLE, 471), balanced(text, TITLE, 471)

    assert len(even) == len(plain)
    widths = [width_of(line, TITLE) for line in even]
    assert min(widths) > max(widths) / 2


def test_a_text_too_long_for_its_line_ends_in_dots():
    text = shortened("Wolfeschlegelsteinhausenbergerdorff", DISPLAY, 200)

    assert text.endswith("…")
    assert width_of(text, DISPLAY) <= 200


def test_a_shared_text_is_measured_once():
    assert wrapped("Acts on feedback", BODY, 90) is wrapped("Acts on feedback", BODY, 90)
