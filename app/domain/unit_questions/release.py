"""What is released of a department's own question.

A question from 1 to 5 like a statement about a person, with both draws of noise; one from 0 to 10
like the answers of a unit; words mixed, where enough wrote. Whoever reads the answers, and people
with new accounts, count towards no threshold.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.ballot.document import Ballot
from app.domain.enps.score import StanceCounts
from app.domain.enps.score import release as release_counts
from app.domain.internal_services.asked import AskedService
from app.domain.internal_services.release import ServiceRating, release_services
from app.domain.release.noise import Randomness
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Score
from app.domain.unit_questions.asked import AnswerKind, UnitQuestion, fewest_people


@dataclass(frozen=True)
class DepartmentAnswer:
    """What one rater answers, inside the count: a number or words."""

    value: int | None = None
    words: str = ""
    is_blind: bool = True
    """Neither a reader of the answers nor with a new account."""


@dataclass(frozen=True)
class ReleasedUnitQuestion:
    """Everything of one question that leaves the count; what it did not ask is None."""

    unit: int
    score: Score | None = None
    ten: StanceCounts | Hidden | None = None
    words: tuple[str, ...] | Hidden | None = None


def answer_in(ballot: Ballot, question: UnitQuestion, *, is_blind: bool) -> DepartmentAnswer | None:
    """What a sent ballot answers; None where it says nothing."""
    value = ballot.further.get(question.key)
    words = ballot.further_texts.get(question.key, "") if question.is_in_words else ""
    if words or value in question.options:
        return DepartmentAnswer(None if words else value, words, is_blind)
    return None


def release_unit_questions(
    questions: Sequence[UnitQuestion],
    said: Mapping[int, Sequence[DepartmentAnswer]],
    policy: ReleasePolicy,
    *,
    randomness: Randomness = os.urandom,
) -> list[ReleasedUnitQuestion]:
    """What may be shown of each question; `said` has the answers by its unit."""
    scores = _scores(questions, said, policy, randomness)
    released = []
    for one in questions:
        answers = said.get(one.unit, ())
        blind = sum(answer.is_blind for answer in answers)
        is_shown = blind >= fewest_people(one.kind, policy)
        released.append(
            ReleasedUnitQuestion(
                one.unit,
                score=scores.get(one.unit),
                ten=_ten(answers, randomness, is_shown=is_shown)
                if one.kind is AnswerKind.TEN
                else None,
                words=_words(answers, is_shown=is_shown and policy.shows_comments)
                if one.is_in_words
                else None,
            )
        )
    return released


def _scores(
    questions: Sequence[UnitQuestion],
    said: Mapping[int, Sequence[DepartmentAnswer]],
    policy: ReleasePolicy,
    randomness: Randomness,
) -> dict[int, Score]:
    """Released as a service of one statement is: both are pools of ratings with readers apart."""
    nobody: frozenset[int] = frozenset()
    pools = [
        AskedService(one.unit, one.unit_name, "", (one.text,), one.manager_id, nobody, nobody)
        for one in questions
        if one.kind is AnswerKind.SCALE
    ]
    ratings = {
        one.id: [
            ServiceRating((answer.value or 0,), None, is_blind=answer.is_blind)
            for answer in said.get(one.id, ())
        ]
        for one in pools
    }
    released = release_services(pools, ratings, policy, randomness=randomness)
    return {one.service_id: one.means[0] for one in released}


def _ten(
    answers: Sequence[DepartmentAnswer], randomness: Randomness, *, is_shown: bool
) -> StanceCounts | Hidden:
    if not is_shown:
        return Hidden(Reason.FEW_RESPONDENTS)
    given = [one.value for one in answers if one.value is not None]
    return release_counts(StanceCounts.of(given), randomness=randomness)


def _words(answers: Sequence[DepartmentAnswer], *, is_shown: bool) -> tuple[str, ...] | Hidden:
    return tuple(one.words for one in answers) if is_shown else Hidden(Reason.FEW_RATERS)
