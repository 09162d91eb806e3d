"""A question that a manager puts to the people of a department, as it was frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.ballot.merging import FurtherQuestions
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import ENPS_OPTIONS, OPTIONS


class AnswerKind(StrEnum):
    """How a department's question is answered."""

    SCALE = "1-5"
    TEN = "0-10"
    WORDS = "words"


IN_WORDS: Final = {
    AnswerKind.SCALE: "from 1 to 5",
    AnswerKind.TEN: "from 0 to 10",
    AnswerKind.WORDS: "in words",
}
NUMBERS: Final = {AnswerKind.SCALE: range(1, OPTIONS + 1), AnswerKind.TEN: ENPS_OPTIONS}
LONGEST_QUESTION: Final = 160


@dataclass(frozen=True)
class UnitQuestion:
    """What the people of one department are asked, and who reads what they answer."""

    unit: int
    unit_name: str
    kind: AnswerKind
    text: str
    manager_id: int
    """Who asks, and reads the answers beside HR; nobody asks themselves."""
    units: frozenset[int]
    """The department with everything inside it."""

    @property
    def key(self) -> str:
        """The cell of a ballot that answers it."""
        return f"u{self.unit}"

    @property
    def answered(self) -> str:
        """How it is answered, after "answered": for example "from 1 to 5"."""
        return IN_WORDS[self.kind]

    @property
    def is_in_words(self) -> bool:
        """Whether it is answered in words."""
        return self.kind is AnswerKind.WORDS

    @property
    def options(self) -> range:
        """The numbers to choose from; none for a question that is answered in words."""
        return NUMBERS.get(self.kind, range(0))

    def is_asked_of(self, person_id: int, unit: int) -> bool:
        """Whether somebody of that unit is asked."""
        return person_id != self.manager_id and unit in self.units


def questions_of_units(questions: Sequence[UnitQuestion]) -> FurtherQuestions:
    """The cells of a ballot that answer `questions`."""
    return FurtherQuestions(
        {one.key: one.options for one in questions if not one.is_in_words},
        frozenset(one.key for one in questions if one.is_in_words),
    )


def fewest_people(kind: AnswerKind, policy: ReleasePolicy) -> int:
    """So many people have to answer who do not read the answers, or nothing is shown."""
    return policy.unit_respondents if kind is AnswerKind.TEN else policy.blind_raters


def fault_of(question: UnitQuestion, people: int, policy: ReleasePolicy) -> str | None:
    """Why a question cannot be asked of `people` who count, as a sentence; None where it can."""
    if question.is_in_words and not policy.shows_comments:
        return f"{question.unit_name}: this review asks for no comments, so no question in words."
    least = fewest_people(question.kind, policy)
    if people >= least:
        return None
    return (
        f"{question.unit_name} is too small for a question answered {IN_WORDS[question.kind]}: "
        f"{least} people have to be there who do not read the answers, and there are {people}."
    )
