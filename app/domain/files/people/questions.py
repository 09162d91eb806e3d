"""What a file leaves open, as data: a page shows it as a form, a command as options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.files.people.words import squeezed

SHOWN_CONCERNED: Final = 12


class Entry(StrEnum):
    """How an answer is given."""

    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class AnswerChoice:
    """One answer that can be chosen."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One thing that only people can know.

    An offer has an answer that does no harm and is taken when nobody says otherwise.
    """

    key: str
    text: str
    choices: tuple[AnswerChoice, ...] = ()
    preset: str = ""
    concerned: tuple[str, ...] = ()
    """The people, lines or values it is about, as words."""
    entry: Entry = Entry.CHOICE
    is_offer: bool = False

    def accepts(self, answer: str) -> bool:
        """Whether `answer` answers this question."""
        if self.entry is not Entry.CHOICE:
            return bool(answer.strip())
        return answer in {choice.value for choice in self.choices}

    @property
    def spoken_choices(self) -> str:
        """What may be answered, for a command's message."""
        if self.entry is not Entry.CHOICE:
            return "a day such as 2026-12-01" if self.entry is Entry.DATE else "text"
        return ", ".join(choice.value for choice in self.choices)


class Asking:
    """The questions of one reading, and the answers that were given so far."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.questions: dict[str, Question] = {}

    def ask(self, question: Question) -> str:
        """The answer to `question`; its preset, or nothing, while nobody has given one."""
        self.questions.setdefault(question.key, question)
        given = self.answers.get(question.key, "")
        return given if question.accepts(given) else question.preset

    def is_answered(self, key: str) -> bool:
        """Whether somebody has answered the question `key`."""
        question = self.questions.get(key)
        return question is not None and question.accepts(self.answers.get(key, ""))

    @property
    def open(self) -> tuple[Question, ...]:
        """What still has to be answered before anything may be changed."""
        return tuple(
            question
            for question in self.questions.values()
            if not question.is_offer and not self.is_answered(question.key)
        )


def key_of(kind: str, *parts: str) -> str:
    """The key of a question about something named: "manager.janbecker"."""
    return ".".join([kind, *(squeezed(part) for part in parts)])


def some(things: Iterable[str]) -> tuple[str, ...]:
    """The first of `things`, and how many more there are."""
    whole = list(dict.fromkeys(things))
    more = len(whole) - SHOWN_CONCERNED
    told = whole[:SHOWN_CONCERNED]
    return tuple([*told, f"and {more:,} more"] if more > 0 else told)
