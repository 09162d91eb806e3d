"""The focus question: who is counted, from how many on, and how sure the phrase is."""

import numpy as np
import pytest

from app.domain.ballot.document import Ballot, Comment, readable, under_epoch
from app.domain.ballot.encoding import decode, encode
from app.domain.ballot.focus import FocusAnswer, Seen, help_kind, statement_of_cell
from app.domain.ballot.merging import Bounds, merge
from app.domain.count.collecting import AskedPairs, Roster
from app.domain.count.focus import count_focus
from app.domain.errors import BallotError
from app.domain.pairing.assignment import Relationship
from app.domain.release.focus import FocusDirection, direction_of
from app.domain.release.noise import blurred
from app.domain.release.policy import FOCUS_FROM, Hidden, ReleasePolicy
from app.domain.reports.focus import Impression, impression_words
from tests.randomness import seeded, silent

SUBJECT, READER, NEW = 100, 50, 51
MORE, SAME, LESS, CANNOT = map(int, (Seen.MORE, Seen.SAME, Seen.LESS, Seen.CANNOT_SAY))
BOUNDS = Bounds(frozenset({SUBJECT}), (), focus=frozenset({(SUBJECT, 7)}))


def counted(blind, *, reader=None, new=None, policy=None, randomness=silent, stranger=None):
    """What is told after `blind` colleagues answered, and a reader or somebody new besides."""
    answers = dict(enumerate(blind, 1))
    answers |= {who: what for who, what in ((READER, reader), (NEW, new)) if what is not None}
    asked = AskedPairs.of((rater, SUBJECT, Relationship.PEER) for rater in answers)
    if stranger is not None:
        answers[99] = stranger
    roster = Roster(
        people=np.array(sorted({*answers, SUBJECT})),
        unit=np.zeros(len({*answers, SUBJECT}), dtype=np.int64),
        new=np.array([NEW]),
        readers=np.array([[SUBJECT, READER]]),
    )
    flat = [number for who, what in answers.items() for number in (who, SUBJECT, 7, what)]
    table = count_focus(
        flat,
        np.array([[SUBJECT, 7]]),
        asked=asked,
        roster=roster,
        policy=policy or ReleasePolicy(),
        randomness=randomness,
    )
    return table.direction[0], int(table.raters[0])


def test_nine_answers_tell_nothing_and_ten_do():
    assert counted([MORE] * 9) == (None, -1)
    assert counted([MORE] * 10) == (FocusDirection.MORE, 10)
    assert counted([LESS] * 10) == (FocusDirection.LESS, 10)


def test_who_cannot_say_has_not_answered():
    assert counted([MORE] * 9 + [CANNOT] * 5) == (None, -1)
    assert counted([MORE] * 10 + [CANNOT] * 5) == (FocusDirection.MORE, 10)


def test_readers_and_new_accounts_count_but_make_up_no_ten():
    assert counted([MORE] * 9, reader=MORE, new=MORE) == (None, -1)
    # Two say more than less of ten: with the reader and the new one it is four.
    split = [MORE] * 6 + [LESS] * 4
    assert counted(split) == (FocusDirection.UNCLEAR, 10)
    assert counted(split, reader=MORE, new=MORE) == (FocusDirection.MORE, 10)


def test_an_answer_of_somebody_who_was_not_asked_is_left_out():
    assert counted([MORE] * 9, stranger=MORE) == (None, -1)


def test_a_stricter_policy_asks_for_more_answers():
    assert counted([MORE] * 11, policy=ReleasePolicy(blind_raters=12)) == (None, -1)


@pytest.mark.parametrize(
    ("balance", "raters", "expected"),
    [
        (3, 10, FocusDirection.MORE),
        (2, 10, FocusDirection.UNCLEAR),
        (4, 16, FocusDirection.MORE),
        (4, 17, FocusDirection.UNCLEAR),
        (-3, 12, FocusDirection.LESS),
        (0, 40, FocusDirection.UNCLEAR),
    ],
)
def test_a_direction_needs_a_balance_of_three_and_of_a_quarter(balance, raters, expected):
    assert direction_of(balance, raters) is expected


@pytest.mark.parametrize("raters", [10, 12, 16, 24, 40])
def test_where_six_in_ten_say_more_and_one_says_less_it_is_mostly_told(raters):
    random = np.random.default_rng(raters)
    answers = random.choice([MORE, SAME, LESS], p=[0.6, 0.3, 0.1], size=(4_000, raters))
    balance = (answers - SAME).sum(axis=1)
    noised = blurred(balance, randomness=random.bytes)

    told = [direction_of(int(total), raters) is FocusDirection.MORE for total in noised]

    assert np.mean(told) >= 0.83


def test_the_noise_is_drawn_anew_for_each_question():
    found = {counted([MORE] * 7 + [LESS] * 4, randomness=seeded(seed))[0] for seed in range(30)}

    assert found == {FocusDirection.MORE, FocusDirection.UNCLEAR}


def test_many_questions_keep_their_answers_apart():
    questions = np.array([[5, 2], [5, 9], [7, 2]])
    asked = AskedPairs.of((r, s, Relationship.PEER) for r in range(10, 20) for s in (5, 7))
    roster = Roster(
        np.array([5, 7, *range(10, 20)]),
        np.zeros(12, dtype=np.int64),
        np.array([], dtype=np.int64),
        np.zeros((0, 2), dtype=np.int64),
    )
    answers = [n for r in range(10, 20) for n in (r, 5, 9, LESS, r, 7, 2, MORE, r, 7, 3, MORE)]

    table = count_focus(
        answers, questions, asked=asked, roster=roster, policy=ReleasePolicy(), randomness=silent
    )

    assert table.direction == [None, FocusDirection.LESS, FocusDirection.MORE]
    assert table.raters.tolist() == [-1, 10, 10]


def test_an_answer_is_kept_changed_and_taken_away():
    ballot = merge(Ballot(), [FocusAnswer(SUBJECT, 7, MORE)], BOUNDS)
    assert decode(encode(ballot)) == ballot
    assert ballot.focus == {SUBJECT: {7: MORE}}
    assert list(ballot.cells()) == [f"v{SUBJECT}.7"]

    assert merge(ballot, [FocusAnswer(SUBJECT, 7, None)], BOUNDS).focus == {SUBJECT: {}}


@pytest.mark.parametrize(
    "change",
    [
        FocusAnswer(SUBJECT, 8, MORE),
        FocusAnswer(1, 7, MORE),
        FocusAnswer(SUBJECT, 7, 4),
        FocusAnswer(SUBJECT, 7, True),  # noqa: FBT003 - as JSON may hold it
        Comment(SUBJECT, help_kind(8), "More time."),
        Comment(SUBJECT, "help", "More time."),
    ],
)
def test_what_was_not_asked_is_refused(change):
    with pytest.raises(BallotError):
        merge(Ballot(), [change], BOUNDS)


def test_what_would_help_is_a_comment_of_the_asked_statement():
    ballot = merge(Ballot(), [Comment(SUBJECT, help_kind(7), "More time.")], BOUNDS)

    assert ballot.text(f"c{SUBJECT}.help7") == "More time."


def test_an_answer_from_before_a_reset_counts_and_is_not_shown():
    ballot = merge(Ballot(), [FocusAnswer(SUBJECT, 7, MORE)], BOUNDS)

    veiled = under_epoch(ballot, 1)

    assert veiled.focus == {SUBJECT: {7: MORE}}
    assert readable(veiled, 1).focus == {SUBJECT: {7: -2}}
    again = merge(veiled, [FocusAnswer(SUBJECT, 7, LESS)], BOUNDS)
    assert readable(again, 1).focus == {SUBJECT: {7: LESS}}


@pytest.mark.parametrize("what", ["focus", "focus0", "focus15", "focus07", "focus7x", "help7"])
def test_a_cell_that_names_no_statement_is_no_focus_question(what):
    assert statement_of_cell(what) == 0
    assert statement_of_cell("focus14") == 14
    assert FOCUS_FROM == 10


def test_what_colleagues_see_is_one_sentence_or_why_it_is_not_told():
    seen = impression_words(Impression(FocusDirection.MORE, 9))

    assert seen.endswith("9 colleagues answered: most say more.")
    assert impression_words(Hidden("few")) == "What colleagues see is not told: few."
