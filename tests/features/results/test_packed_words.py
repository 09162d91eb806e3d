"""Comments on their way through the count lie packed, and come out as they went in."""

import numpy as np
import pytest

from app.results import packed_words
from app.results.models import CommentKind
from app.results.packed_words import PackedWords, Words

WORDS = [
    Words(7, CommentKind.KEEP, "You listen.\nAlways."),
    Words(2**31 - 1, CommentKind.TRY, "Größe – 漢字 🙂"),
    Words(7, CommentKind.TRY, "a lone \udc80 half"),
    Words(8, CommentKind.KEEP, "\0"),
    Words(9, CommentKind.KEEP, "x" * 1000),
]


def packed(words):
    found = PackedWords()
    for one in words:
        found.append(one)
    return found


@pytest.mark.parametrize("together", [1, 2, 3, 5, 500])
def test_words_come_out_as_they_went_in_and_in_their_order(together, monkeypatch):
    monkeypatch.setattr(packed_words, "TOGETHER", together)

    found = packed(WORDS)

    assert list(found) == WORDS
    assert list(found) == WORDS, "they are read again"
    assert len(found) == len(WORDS)
    assert found.subject_ids.tolist() == [one.subject_id for one in WORDS]


def test_some_of_them_are_taken_on(monkeypatch):
    monkeypatch.setattr(packed_words, "TOGETHER", 2)

    found = packed(WORDS).only(np.array([True, False, True, False, True]))

    assert list(found) == WORDS[::2]
    assert not PackedWords().only(np.zeros(0, np.bool_))


def test_words_take_clearly_less_than_as_objects():
    chance = np.random.default_rng(1)
    letters = np.array(list("etaoinshrdlu "))
    words = [
        Words(place, CommentKind.TRY, "".join(chance.choice(letters, 90))) for place in range(1000)
    ]

    found = packed(words)

    as_objects = sum(len(one.text.encode()) + 130 for one in words)
    assert sum(map(len, found._packed)) + 6 * len(words) < 0.4 * as_objects
