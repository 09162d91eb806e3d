"""The focus questions of a fill-in page: whether a colleague's behaviour is seen more often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.ballots.queries import Review
from app.ballots.scale_rows import EARLIER_MARK, OPEN_MARK
from app.domain.ballot.document import EARLIER
from app.domain.ballot.focus import CELL, SEEN_WORDS, help_kind
from app.domain.ballot.versions import WrittenText, fingerprint

Place = tuple[int, int]
"""A focus question as a page knows it: a colleague's position, and a statement."""


@dataclass(frozen=True)
class FocusQuestionShown:
    """One question with its answer, and what the rater wrote would help."""

    position: int
    name: str
    statement: int
    text: str
    value: int | None
    help: str
    is_help_earlier: bool
    beside: tuple[WrittenText, ...]
    """Other versions of that text, saved by pages that did not know it."""

    @property
    def field(self) -> str:
        return answer_field(self.position, self.statement)

    @property
    def cell(self) -> str:
        return f"{self.position}.{CELL}{self.statement}"

    @property
    def help_field(self) -> str:
        return help_field(self.position, self.statement)

    @property
    def help_cell(self) -> str:
        return f"{self.position}.{help_kind(self.statement)}"

    @property
    def is_earlier(self) -> bool:
        return self.value == EARLIER


_WORDS = {int(seen): words for seen, words in SEEN_WORDS.items()}


@dataclass(frozen=True)
class FocusPart:
    """The focus questions of one page."""

    questions: tuple[FocusQuestionShown, ...]
    memory: tuple[str, ...]
    """What the page remembers of them, behind the marks of its rows."""
    asks_help: bool
    """Whether the cycle asks for comments at all."""

    @property
    def answered(self) -> int:
        return sum(one.value is not None for one in self.questions)

    @property
    def options(self) -> Mapping[int, str]:
        """The answers in their order."""
        return _WORDS


def answer_field(position: int, statement: int) -> str:
    """The name of a question's field."""
    return f"f{position}_{statement}"


def help_field(position: int, statement: int) -> str:
    """The name of the field for what would help."""
    return f"{help_kind(statement)}-{position}"


def on_statement(review: Review, number: int) -> list[Place]:
    """The questions beside statement `number`, in the order of the rows."""
    return [place for place in everywhere(review) if place[1] == number]


def about_person(review: Review, position: int) -> list[Place]:
    """The questions about the colleague at `position`."""
    return [place for place in everywhere(review) if place[0] == position]


def everywhere(review: Review) -> list[Place]:
    """Every focus question of the rater, but about those they need not rate."""
    return [
        (colleague.position, number)
        for colleague in review.colleagues
        if colleague.person_id not in review.spared
        for number in review.focus.get(colleague.person_id, ())
    ]


def all_questions(review: Review) -> FocusPart:
    """Every focus question as it stands, for who looks at what was sent."""
    return focus_part(review, everywhere(review))


def focus_part(
    review: Review, places: Sequence[Place], typed: Mapping[str, str] | None = None
) -> FocusPart:
    """The questions at `places` as they stand; what was typed on a faulty page wins."""
    stored = tuple(_stored(review, place) for place in places)
    asks_help = review.asks_for_words
    memory = tuple(mark for one in stored for mark in _marks(one, asks_help=asks_help))
    shown = stored if typed is None else tuple(_typed(one, typed) for one in stored)
    return FocusPart(shown, memory, asks_help)


def _stored(review: Review, place: Place) -> FocusQuestionShown:
    position, number = place
    colleague = review.colleagues[position - 1]
    ballot, subject, kind = review.ballot, colleague.person_id, help_kind(number)
    cell = f"c{subject}.{kind}"
    return FocusQuestionShown(
        position=position,
        name=colleague.name,
        statement=number,
        text=review.statements[number - 1].text,
        value=ballot.focus.get(subject, {}).get(number),
        help=ballot.comments.get(subject, {}).get(kind, ""),
        is_help_earlier=cell in ballot.veiled,
        beside=ballot.beside.get(cell, ()),
    )


def _marks(one: FocusQuestionShown, *, asks_help: bool) -> list[str]:
    mark = OPEN_MARK if one.value is None else EARLIER_MARK if one.is_earlier else str(one.value)
    return [mark, fingerprint(one.help)] if asks_help else [mark]


def _typed(one: FocusQuestionShown, typed: Mapping[str, str]) -> FocusQuestionShown:
    given = typed.get(one.field, "")
    return FocusQuestionShown(
        position=one.position,
        name=one.name,
        statement=one.statement,
        text=one.text,
        value=int(given) if given in map(str, _WORDS) else one.value,
        help=typed.get(one.help_field, one.help),
        is_help_earlier=one.is_help_earlier,
        beside=one.beside,
    )
