"""A department's own question: whom it may be put to, and what is released of the answers."""

import pytest

from app.domain.ballot.document import Ballot
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Shown
from app.domain.statistics.differences import Direction
from app.domain.unit_questions.asked import (
    AnswerKind,
    UnitQuestion,
    fault_of,
    questions_of_units,
)
from app.domain.unit_questions.comparing import UnitAnswerLine
from app.domain.unit_questions.release import DepartmentAnswer, answer_in, release_unit_questions
from tests.randomness import seeded, silent

POLICY = ReleasePolicy()
SCALE, TEN, WORDS = AnswerKind


def question(kind=SCALE):
    return UnitQuestion(7, "Engineering", kind, "Do our tools help?", 1, frozenset({7, 8}))


def released(kind, *answers, policy=POLICY, randomness=silent):
    (found,) = release_unit_questions([question(kind)], {7: answers}, policy, randomness=randomness)
    return found


def test_it_is_asked_of_the_department_with_all_inside_and_not_of_who_asks():
    asked = question()

    assert asked.is_asked_of(2, unit=8)
    assert not asked.is_asked_of(2, unit=9)
    assert not asked.is_asked_of(1, unit=7)


def test_a_ballot_may_answer_what_is_asked_only():
    numbers = questions_of_units([question(SCALE)])
    words = questions_of_units([question(WORDS)])

    assert numbers.numbers == {"u7": range(1, 6)}
    assert questions_of_units([question(TEN)]).numbers == {"u7": range(11)}
    assert not words.numbers
    assert words.texts == {"u7"}


@pytest.mark.parametrize(
    ("kind", "people", "policy", "said"),
    [
        (
            SCALE,
            3,
            POLICY,
            "5 people have to be there who do not read the answers, and there are 3",
        ),
        (SCALE, 5, POLICY, None),
        (SCALE, 5, ReleasePolicy(blind_raters=8), "8 people"),
        (TEN, 19, POLICY, "20 people"),
        (TEN, 20, POLICY, None),
        (WORDS, 5, POLICY, None),
        (WORDS, 50, ReleasePolicy(shows_comments=False), "asks for no comments"),
    ],
)
def test_too_small_a_department_is_refused_with_a_sentence(kind, people, policy, said):
    fault = fault_of(question(kind), people, policy)

    assert (fault is None) if said is None else (said in str(fault))


def test_what_a_ballot_says():
    ballot = Ballot(further={"u7": 4}, further_texts={"u7": "More tests."})

    assert answer_in(ballot, question(SCALE), is_blind=True) == DepartmentAnswer(4)
    assert answer_in(ballot, question(WORDS), is_blind=False) == DepartmentAnswer(
        None, "More tests.", is_blind=False
    )
    assert answer_in(Ballot(), question(SCALE), is_blind=True) is None
    assert answer_in(Ballot(further={"u7": 9}), question(SCALE), is_blind=True) is None


def test_from_five_who_do_not_read_them_answers_from_1_to_5_are_a_mean_with_noise():
    reader = DepartmentAnswer(1, is_blind=False)
    four = released(SCALE, *[DepartmentAnswer(4)] * 4, reader)
    five = released(SCALE, *[DepartmentAnswer(4)] * 5)

    assert four.score == Hidden(Reason.FEW_RATERS)
    assert isinstance(five.score, Shown)
    assert (five.score.mean, five.score.raters) == (4.0, 5)
    drawn = {
        released(SCALE, *[DepartmentAnswer(3)] * 6, randomness=seeded(n)).score for n in range(60)
    }
    assert len({one.mean for one in drawn if isinstance(one, Shown)}) > 5


def test_from_0_to_10_it_is_released_like_a_unit():
    few = released(TEN, *[DepartmentAnswer(9)] * 19, DepartmentAnswer(9, is_blind=False))
    enough = released(TEN, *[DepartmentAnswer(9)] * 15, *[DepartmentAnswer(0)] * 5)

    assert few.ten == Hidden(Reason.FEW_RESPONDENTS)
    assert isinstance(enough.ten, StanceCounts)
    assert (enough.ten.respondents, enough.ten.promoters, enough.ten.detractors) == (20, 15, 5)
    assert enough.score is None


def test_words_are_shown_from_five_who_do_not_read_them():
    wrote = [DepartmentAnswer(words=f"Words {n}.") for n in range(5)]

    assert released(
        WORDS, *wrote[:4], DepartmentAnswer(words="Own.", is_blind=False)
    ).words == Hidden(Reason.FEW_RATERS)
    assert released(WORDS, *wrote).words == tuple(one.words for one in wrote)
    silenced = released(WORDS, *wrote, policy=ReleasePolicy(shows_comments=False))
    assert isinstance(silenced.words, Hidden)


def line(now, before=None):
    return UnitAnswerLine(question(), now, before, "Q3", ())


def test_it_is_compared_only_with_what_was_asked_alike():
    rise = line(Shown(4.5, 20, 0.1), Shown(3.5, 20, 0.1))
    score = line(StanceCounts(60, 50, 2), StanceCounts(60, 5, 40))

    assert rise.change is Direction.UP
    assert score.change is Direction.UP
    assert line(Shown(4.5, 20, 0.1)).change is Direction.UNKNOWN
    assert line(Shown(4.5, 20, 0.1), Hidden("few")).change is Direction.UNKNOWN
    assert line(Hidden("few answered")).hidden == "few answered"
    assert line(None).hidden == ""
