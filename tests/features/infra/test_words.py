"""How times and texts are written: with their zone, and with pictures whole."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.infra.forms import clean_text
from app.infra.pages import moment, zone_in_words


def test_a_deadline_names_where_its_clock_hangs(app):
    assert moment(datetime(2026, 10, 2, 16, tzinfo=UTC)) == (
        "Friday 2 October 2026, 18:00 Berlin time"
    )


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_city(zone, words):
    assert zone_in_words(ZoneInfo(zone)) == words


@pytest.mark.parametrize("picture", ["👩‍💻", "🏳️‍🌈", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "❤️‍🔥", "🧔‍♂️"])
def test_a_picture_of_several_stays_whole(picture):
    assert clean_text(f" You rock {picture}! ") == f"You rock {picture}!"


def test_joiners_elsewhere_and_other_hidden_signs_go():
    assert clean_text("a\u200db \u200d👩 👩\u200d c\u200bd\u202e 👩\u200d\u200d💻") == (
        "ab 👩 👩 cd 👩💻"
    )


def test_blanks_and_hyphens_that_hold_words_together_become_plain_ones():
    assert clean_text("Anna\u00a0Schmidt\u202f\nLena\u2011Marie") == "Anna Schmidt \nLena-Marie"


def test_joiners_stay_where_a_script_needs_them():
    assert clean_text("می\u200cرود ක්\u200dෂ") == "می\u200cرود ක්\u200dෂ"
