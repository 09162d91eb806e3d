"""Everything released of a cycle as CSV, with what a spreadsheet would run made harmless."""

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, Any, Final

from app.cycles.models import Cycle
from app.domain.files.formula_guard import harmless
from app.reports.results_rows import (
    BEFORE_OWN,
    COLUMNS,
    COMMENTS,
    KEPT,
    Only,
    Record,
    after_own,
    rows_before_persons,
)
from app.results.export import AdjustedRow, ExportedSubject, adjusted_record, subjects_of
from app.results.exported_cells import COLLEAGUES, OWN, STATEMENT, VIEW, ScoresAs

BEHIND_WHO: Final = COLUMNS[COLUMNS.index("view") :]
NO_CELLS: Final = "," * (len(BEHIND_WHO) - 1)
"""What the row of a comment leaves empty between whom it is about and its text."""


def write_csv(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """One row for each released value, with the columns that it has; the others stay empty."""
    file.write("\ufeff".encode())  # spreadsheets know the encoding by it
    file.write(row_as_csv(COLUMNS).encode())
    for row in rows_before_persons(cycle, reader_id=reader_id):
        file.write(row_as_csv(row).encode())
    persons = _CsvPersons(cycle)
    for subject in subjects_of(cycle, only=only):
        file.write("".join(persons.rows_of(subject)).encode())


class _Echo:
    """A file that gives back what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


_joined: Final = csv.writer(_Echo()).writerow
_safe: Final = lru_cache(KEPT)(harmless)  # most texts are the same few


def row_as_csv(cells: Iterable[Any]) -> str:
    """One row, with its end."""
    row: str = _joined([_safe(cell) if isinstance(cell, str) else cell for cell in cells])
    return row


def _behind(cells: Iterable[Any]) -> str:
    """The rest of a row: a comma, then these cells, then its end."""
    return row_as_csv(("", *cells))


def _between(cells: Iterable[Any]) -> str:
    """A comma, then these cells."""
    return _behind(cells).removesuffix("\r\n")


class _CsvPersons:
    """Writes the rows of `rows_of` about people; what many of them hold is put together once."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = row_as_csv([cycle.name, ""]).removesuffix(",\r\n")
        self._scores = ScoresAs(cycle, _score_parts)
        self._person = lru_cache(KEPT)(_person_rest)
        self._adjusted = lru_cache(KEPT)(_adjusted_rest)

    def rows_of(self, subject: ExportedSubject) -> Iterator[str]:
        """A person's rows."""
        cycle, who = self._cycle, _between([subject.email])
        yield f"{cycle},person{who}{self._person(subject.raters)}"
        if subject.adjusted:
            yield f"{cycle},adjusted{who}{self._adjusted(subject.adjusted)}"
        scored = f"{cycle},statement{who}"
        for row, (before, after) in self._scores.of(subject.colleagues, views=subject.views):
            own = "" if row[OWN] is None else row[OWN]
            yield f"{scored},{COLLEAGUES},{row[STATEMENT]}{before},{own}{after}"
        for row, (before, after) in self._scores.of(subject.second_view):
            yield f"{scored},{row[VIEW]},{row[STATEMENT]}{before},{after}"
        for kind, texts in zip(COMMENTS, (subject.keep, subject.try_), strict=True):
            for text in texts:
                yield f"{cycle},{kind}{who}{NO_CELLS}{_joined(('', harmless(text)))}"


def _score_parts(score: Record) -> tuple[str, str]:
    """What stands before the own answer, and what behind it."""
    return _between(BEFORE_OWN(score)), _behind(after_own(score))


def _person_rest(raters: int | None) -> str:
    return _record_rest({"raters": raters})


def _adjusted_rest(row: AdjustedRow) -> str:
    return _record_rest(adjusted_record(row))


def _record_rest(record: Record) -> str:
    """What stands in the row of a record behind whom it is about."""
    return _behind(map(record.get, BEHIND_WHO))
