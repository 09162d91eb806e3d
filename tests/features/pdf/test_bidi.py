"""Right-to-left names and comments: the order in which their parts are drawn."""

import re
from dataclasses import replace

import pytest

from app.domain.reports.contents import CommentText
from app.pdf.engine.bidi import in_visual_order, is_right_to_left
from app.pdf.engine.theme import BODY
from app.pdf.engine.wrapping import wrap
from app.pdf.pages.personal import render
from tests.features.pdf.test_personal import COMMENTS, content_of
from tests.samples import typical

LEFT_EDGE = 160


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Alice", [("Alice", False)]),
        ("שלום", [("שלום", True)]),
        ("abc שלום עולם def", [("abc ", False), ("שלום עולם", True), (" def", False)]),
        ("שלום abc", [("abc", False), ("שלום ", True)]),
        ("שלום 12", [("12", False), ("שלום ", True)]),
        (
            "abc שלום 12 עולם",
            [("abc ", False), (" עולם", True), ("12", False), ("שלום ", True)],
        ),
        ("(שלום)", [("(שלום)", True)]),
        ("کتاب‌ها", [("کتاب‌ها", True)]),
    ],
)
def test_parts_stand_in_the_order_of_drawing(text, parts):
    assert in_visual_order(text) == parts


def test_only_right_to_left_letters_are_noticed():
    assert is_right_to_left("Müller محمد")
    assert not is_right_to_left("Müller 王 12")


def test_a_line_that_begins_the_other_way_keeps_the_direction_of_its_paragraph():
    text = "העבודה שלך עם הצוות הייתה מצוינת " + "API version two and more words " * 3

    _, *others = wrap(text, BODY, 200)

    assert [is_right_to_left(line) or line.startswith("\u200f") for line in others] == [True] * len(
        others
    )


def test_brackets_are_mirrored():
    paper = render(replace(typical(), keep=(CommentText("x", "(אבג)"),)))

    words = re.findall(rb"\(\\([()])\) Tj", content_of(paper, COMMENTS))
    assert words == [b"(", b")"]


def test_a_comment_that_runs_right_to_left_begins_at_the_right_edge():
    paper = render(replace(typical(), keep=(CommentText("x", "שלום"), CommentText("y", "ทีม"))))

    places = re.findall(
        rb"BT 1 0 0 1 ([\d.]+) [\d.]+ Tm /NotoSans(\w+?)\d+ ", content_of(paper, COMMENTS)
    )
    starts = {script: float(place) for place, script in places}
    assert starts[b"Hebrew"] > 400
    assert starts[b"Thai"] < LEFT_EDGE
