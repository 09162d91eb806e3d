"""The by-person view: one colleague with all statements, over the same cells and the same rows."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from app.ballots.colleagues import Colleague
from app.ballots.pages import ScalePage, Typed, memory_of, shown
from app.ballots.queries import Review
from app.ballots.scale_rows import ScaleRow
from app.domain.ballot.document import EARLIER
from app.domain.scale import NOT_OBSERVED, STATEMENTS


@dataclass(frozen=True)
class OpenPerson:
    """A colleague with the statements on which they are not yet rated."""

    colleague: Colleague
    statements: tuple[int, ...]

    @property
    def is_untouched(self) -> bool:
        """No answer was given here yet, so that one link serves all."""
        return len(self.statements) == STATEMENTS


def person_page(review: Review, position: int, typed: Typed | None = None) -> ScalePage:
    """All statements about the colleague at `position`; `typed` wins over what is stored."""
    memory = _rows(review, position, None)
    rows = _rows(review, position, typed) if typed else memory
    return ScalePage(position, rows, memory_of(memory, typed))


def _rows(review: Review, position: int, typed: Typed | None) -> tuple[ScaleRow, ...]:
    person_id = review.colleagues[position - 1].person_id
    given = review.ballot.answers.get(person_id, [None] * STATEMENTS)

    def row(number: int, text: str, team: str) -> ScaleRow:
        value, field = review.ballot.rating(person_id, number), f"s{number}"
        return ScaleRow(
            number,
            f"{position}.{number}",
            field,
            text,
            "",
            shown(typed, field, value),
            is_earlier=value == EARLIER,
            is_away=value == NOT_OBSERVED and given[number - 1] is None,
            team=team,
            labels=review.labels,
        )

    return tuple(row(line.number, line.text, line.competency) for line in review.statements)


def open_people(review: Review) -> tuple[OpenPerson, ...]:
    """Every gap once, colleague by colleague."""
    by_person = groupby(
        sorted(review.gaps, key=attrgetter("position", "statement")), key=attrgetter("position")
    )
    return tuple(
        OpenPerson(review.colleagues[position - 1], tuple(gap.statement for gap in gaps))
        for position, gaps in by_person
    )
