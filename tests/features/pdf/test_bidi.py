"""Right-to-left names and comments: their order and joined forms."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.pdf.engine.bidi import in_visual_order, is_right_to_left
from app.pdf.pages.personal import render
from tests.samples import typical


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Alice", "Alice"),
        ("שלום", "םולש"),
        ("abc שלום עולם def", "abc םלוע םולש def"),
        ("שלום abc", "abc םולש"),
        ("שלום 12", "12 םולש"),
        ("(שלום)", "(םולש)"),
    ],
)
def test_a_line_is_turned_where_it_runs_from_right_to_left(text, order):
    assert in_visual_order(text) == order


def test_arabic_letters_are_joined():
    assert [hex(ord(letter)) for letter in in_visual_order("محمد")] == [
        "0xfeaa",
        "0xfee4",
        "0xfea4",
        "0xfee3",
    ]


def test_a_letter_that_joins_nothing_after_it_stands_alone():
    assert in_visual_order("دد") == "ﺩﺩ"


def test_only_right_to_left_letters_are_noticed():
    assert is_right_to_left("Müller محمد")
    assert not is_right_to_left("Müller 王 12")


def test_the_text_layer_keeps_the_name_as_it_is_written():
    name = "محمد علي"

    paper = render(replace(typical(), name=name))

    content = PdfReader(BytesIO(paper)).pages[0].get_contents()
    assert content is not None
    spoken = name.encode("utf-16-be").hex().upper().encode()
    assert b"ActualText <FEFF" + spoken in content.get_data()
