"""Quarters kept in another tool: a line for each review, read with every fault told at once."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain import limits
from app.domain.ballot.document import MOST_REASONS
from app.domain.files.checked_table import Cells, Columns, Fault, Table, one_per_value
from app.domain.files.email_address import is_plain_email
from app.domain.scale import ENPS_OPTIONS, LABELS, NOT_OBSERVED, OPTIONS, STATEMENTS, UNANSWERED

EmailCheck = Callable[[str], bool]

RATINGS: Final = tuple(f"s{number:02d}" for number in range(1, STATEMENTS + 1))
COMMENTS: Final = ("keep", "try")
PAIR: Final = ("rater", "subject")
REVIEWS: Final = Columns(
    (*PAIR, *RATINGS, *COMMENTS), (*PAIR, *RATINGS), " (and keep and try, if you like)"
)
ENPS: Final = Columns(
    ("enps", "reasons", "comment", "rater"),
    ("enps",),
    " (and reasons, comment and rater, if you like)",
)
ANSWERS: Final = {str(value): value for value in range(NOT_OBSERVED, OPTIONS + 1)} | {
    "": UNANSWERED,
    "n": NOT_OBSERVED,
}
"""How a rating is written: 1 to 5, 0 or n for "not observed", nothing where none was given."""
EXPECTED: Final = f"1 to {OPTIONS}, {NOT_OBSERVED} for “{LABELS[NOT_OBSERVED]}”, or nothing"
LONGEST_REASON: Final = 40


@dataclass(frozen=True)
class PastRatingsRow:
    """What one rater answered about one subject, or about themselves."""

    rater: str
    subject: str
    ratings: tuple[int, ...]
    """(14,) 1-5, 0 not observed, -1 not answered."""
    comments: tuple[tuple[str, str], ...]
    """(kind, words)"""

    @property
    def is_own(self) -> bool:
        return self.rater == self.subject


@dataclass(frozen=True)
class EnpsRow:
    """One answer to the 0-10 question; `rater` is empty where the file does not tell."""

    score: int
    reasons: tuple[str, ...]
    comment: str
    rater: str


@dataclass(frozen=True)
class History:
    """What both files say, or faults and then nothing."""

    reviews: tuple[PastRatingsRow, ...] = ()
    enps: tuple[EnpsRow, ...] = ()
    review_faults: tuple[Fault, ...] = ()
    enps_faults: tuple[Fault, ...] = ()

    @property
    def raters(self) -> frozenset[str]:
        """The e-mails of everybody who answered anything."""
        named = {row.rater for row in self.enps if row.rater}
        return frozenset({row.rater for row in self.reviews} | named)

    @property
    def people(self) -> frozenset[str]:
        """The e-mails of everybody who takes part."""
        return self.raters | {row.subject for row in self.reviews}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that was ticked, in the order of the alphabet."""
        return tuple(sorted({reason for row in self.enps for reason in row.reasons}))


def parse(
    reviews: bytes,
    enps: bytes | None = None,
    *,
    known: Collection[str],
    is_email: EmailCheck = is_plain_email,
) -> History:
    """Read a quarter. `known` are the e-mails in the directory, in lower case."""
    rows, faults = _read(reviews, REVIEWS, HistoryChecks(known, is_email).review_faults)
    answers, enps_faults = _read(enps, ENPS, HistoryChecks(known, is_email).enps_faults)
    if faults or enps_faults:
        return History(review_faults=faults, enps_faults=enps_faults)
    return History(
        tuple(_review(cells) for cells in rows), tuple(_enps(cells) for cells in answers)
    )


def _read(
    content: bytes | None,
    columns: Columns,
    faults_in: Callable[[Sequence[Cells]], Iterator[Fault]],
) -> tuple[list[Cells], tuple[Fault, ...]]:
    if content is None:
        return [], ()
    table = Table(content, columns)
    rows = table.cells()
    faults = table.faults
    if not rows and not faults:
        faults.append(Fault(2, "", "", "at least one line below the first"))
    if not faults:
        faults += faults_in(rows)
    return rows, one_per_value(faults)


@dataclass(frozen=True)
class HistoryChecks:
    """How values are checked."""

    known: Collection[str]
    is_email: EmailCheck

    def review_faults(self, rows: Sequence[Cells]) -> Iterator[Fault]:
        """What is wrong with the lines about subjects, alone and between them."""
        first: dict[tuple[str, str], Cells] = {}
        for cells in rows:
            yield from self._person_faults(cells, PAIR)
            yield from _rating_faults(cells)
            yield from _length_faults(cells, COMMENTS)
            pair = _lower(cells, "rater"), _lower(cells, "subject")
            if first.setdefault(pair, cells) is not cells:
                told = f"each pair once; line {first[pair].line} has it already"
                yield cells.fault("subject", told)
            elif pair[0] == pair[1]:
                yield from _own_faults(cells)

    def enps_faults(self, rows: Sequence[Cells]) -> Iterator[Fault]:
        """What is wrong with the answers to the 0-10 question."""
        first: dict[str, Cells] = {}
        for cells in rows:
            if cells.values["enps"] not in {str(option) for option in ENPS_OPTIONS}:
                yield cells.fault("enps", "a whole number from 0 to 10")
            yield from _length_faults(cells, ("comment",))
            yield from _reason_faults(cells)
            if rater := _lower(cells, "rater"):
                yield from self._person_faults(cells, ("rater",))
                if first.setdefault(rater, cells) is not cells:
                    told = f"each rater once; line {first[rater].line} has them already"
                    yield cells.fault("rater", told)

    def _person_faults(self, cells: Cells, columns: Iterable[str]) -> Iterator[Fault]:
        for column in columns:
            email = _lower(cells, column)
            if not self.is_email(email):
                yield cells.fault(column, "an e-mail address such as anna@example.com")
            elif email not in self.known:
                yield cells.fault(
                    column, "the e-mail of somebody in the directory, working here or deactivated"
                )


def _lower(cells: Cells, column: str) -> str:
    return cells.values.get(column, "").lower()


def _rating_faults(cells: Cells) -> Iterator[Fault]:
    for column in RATINGS:
        if cells.values[column].casefold() not in ANSWERS:
            yield cells.fault(column, EXPECTED)


def _own_faults(cells: Cells) -> Iterator[Fault]:
    """Nobody comments on themselves, nor has not observed what they do."""
    for column in RATINGS:
        if ANSWERS.get(cells.values[column].casefold()) == NOT_OBSERVED:
            yield cells.fault(column, "1 to 5 or nothing, in an answer about oneself")
    for column in COMMENTS:
        if cells.values.get(column):
            yield cells.fault(column, "nothing: nobody comments on themselves")


def _length_faults(cells: Cells, columns: Iterable[str]) -> Iterator[Fault]:
    for column in columns:
        if len(cells.values.get(column, "")) > limits.COMMENT:
            yield cells.fault(column, f"at most {limits.COMMENT:,} characters")


def _reason_faults(cells: Cells) -> Iterator[Fault]:
    reasons = _reasons(cells)
    if len(reasons) > MOST_REASONS:
        yield cells.fault("reasons", f"at most {MOST_REASONS} reasons, with | between them")
    elif any(len(reason) > LONGEST_REASON for reason in reasons):
        yield cells.fault("reasons", f"reasons of at most {LONGEST_REASON} characters")


def _reasons(cells: Cells) -> tuple[str, ...]:
    parts = re.split(r"[|;,]", cells.values.get("reasons", "").casefold())
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _review(cells: Cells) -> PastRatingsRow:
    values = cells.values
    comments = ((kind, values.get(kind, "")) for kind in COMMENTS)
    return PastRatingsRow(
        rater=_lower(cells, "rater"),
        subject=_lower(cells, "subject"),
        ratings=tuple(ANSWERS[values[column].casefold()] for column in RATINGS),
        comments=tuple((kind, words) for kind, words in comments if words),
    )


def _enps(cells: Cells) -> EnpsRow:
    return EnpsRow(
        score=int(cells.values["enps"]),
        reasons=_reasons(cells),
        comment=cells.values.get("comment", ""),
        rater=_lower(cells, "rater"),
    )
