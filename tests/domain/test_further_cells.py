"""Cells beside ratings: further questions, focus questions, and the wish not to be rated."""

import pytest

from app.domain.ballot.document import (
    DECLINED,
    Ballot,
    Comment,
    FurtherAnswer,
    FurtherText,
    Rating,
    with_wish,
)
from app.domain.ballot.focus import FocusAnswer, Seen
from app.domain.ballot.merging import NOT_ASKED, Bounds, FurtherQuestions, merge
from app.domain.ballot.saved_cells import UNKNOWN, BatchRefusedError, read_batch
from app.domain.count.contents import Contents, RawComment
from app.domain.errors import BallotError

BOUNDS = Bounds(
    frozenset({7, 8}),
    ("pay",),
    further=FurtherQuestions({"s1.1": range(1, 6)}, frozenset({"u3"})),
    focus=frozenset({(7, 2)}),
)


def batch(*cells):
    """What a page sends, as the changes that it asks for."""
    return read_batch(list(cells), [7, 8], BOUNDS, device="desk", clean=str.strip)


def merged(*changes, ballot=None):
    return merge(ballot or Ballot(), changes, BOUNDS)


def test_a_page_saves_further_answers_words_and_focus_questions_by_their_names():
    changes = batch(["more", "s1.1", 4], ["more", "u3", " Fewer forms. ", ""], [1, "focus2", 3])

    assert changes == [
        FurtherAnswer("s1.1", 4),
        FurtherText("u3", "Fewer forms.", "", "desk"),
        FocusAnswer(7, 2, 3),
    ]


def test_an_answer_about_oneself_needs_a_statement_and_no_yes():
    with pytest.raises(BatchRefusedError) as refusal:
        batch(["own", True, 4])

    assert refusal.value.faults == {0: UNKNOWN}


def test_words_to_a_further_question_stand_in_the_ballot_until_they_are_removed():
    written = merged(FurtherText("u3", "Fewer forms.", "", "desk"))
    (cell,) = written.cells()

    removed = merged(FurtherText("u3", "", "Fewer forms.", "desk"), ballot=written)

    assert written.text(cell) == "Fewer forms."
    assert removed.text(cell) == ""
    assert list(removed.cells()) == []


@pytest.mark.parametrize("change", [FurtherAnswer("s9.1", 4), FurtherText("u9", "Less.")])
def test_a_further_question_that_was_not_asked_is_refused(change):
    with pytest.raises(BallotError, match=NOT_ASKED):
        merged(change)


def test_the_wish_not_to_be_rated_is_a_cell_like_others():
    assert list(with_wish(Ballot(), declined=True).cells()) == [DECLINED]
    assert list(with_wish(Ballot(), declined=False).cells()) == []


def test_words_and_focus_answers_are_laid_open_of_sent_ballots_only():
    ballot = merged(
        Comment(8, "keep", "Notes."), FocusAnswer(7, 2, int(Seen.MORE)), Rating(7, 1, 4)
    )
    opened = Contents()

    opened.add(5, ballot)
    assert opened.comments == []
    assert list(opened.focus) == []

    ballot.sent = True
    opened.add(6, ballot)
    assert opened.comments == [RawComment(6, 8, "keep", "Notes.")]
    assert list(opened.focus) == [6, 7, 2, Seen.MORE]
