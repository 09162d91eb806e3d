"""Everything released of a cycle as one JSON document."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, Any, Final

from app.cycles.models import Cycle
from app.domain.scale import OPTIONS
from app.enps.export import enps_of
from app.reports.results_rows import KEPT, Only
from app.results.export import (
    AdjustedRow,
    ExportedSubject,
    adjusted_record,
    head_of,
    subjects_of,
)
from app.results.exported_cells import OWN, STATEMENT, VIEW, ScoresAs
from app.service_results.export import services_of
from app.unit_answers.export import unit_answers_of

NOTHING: Final = "null"
NUMBERS: Final = {None: NOTHING} | {number: str(number) for number in range(OPTIONS + 1)}
"""An own answer as JSON."""

_encoded: Final = json.JSONEncoder(ensure_ascii=False).encode


def write_json(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """One document; persons are written as they are read, since there may be very many."""
    head = head_of(cycle) | {
        "enps": enps_of(cycle),
        "services": services_of(cycle, reader_id=reader_id),
        "unit_questions": unit_answers_of(cycle, reader_id=reader_id),
    }
    for place, (name, value) in enumerate(head.items()):
        start = "," if place else "{"
        file.write(f"{start}\n {_encoded(name)}: {_encoded(value)}".encode())
    file.write(b',\n "persons": [')
    persons = _JsonPersons(cycle)
    for place, subject in enumerate(subjects_of(cycle, only=only)):
        start = ",\n  " if place else "\n  "
        file.write(f"{start}{{{', '.join(persons.fields_of(subject))}}}".encode())
    file.write(b"\n ]\n}\n")


class _JsonPersons:
    """Writes the records of `persons_of`; what many of them hold is put into words once."""

    def __init__(self, cycle: Cycle) -> None:
        self._scores = ScoresAs(cycle, _bare)
        self._adjusted = lru_cache(KEPT)(_adjusted_text)

    def fields_of(self, subject: ExportedSubject) -> Iterator[str]:
        """Each field with its name."""
        yield f'"email": {_encoded(subject.email)}, "name": {_encoded(subject.name)}'
        yield f'"unit": {subject.unit}, "raters": {_number(subject.raters)}'
        yield f'"adjusted": {self._adjusted(subject.adjusted)}'
        lines = [
            f'{{"statement": {row[STATEMENT]}, {score}, "own": {NUMBERS[row[OWN]]}}}'
            for row, score in self._scores.of(subject.colleagues, views=subject.views)
        ]
        yield f'"statements": [{", ".join(lines)}]'
        lines = [
            f'{{"view": "{row[VIEW]}", "statement": {row[STATEMENT]}, {score}}}'
            for row, score in self._scores.of(subject.second_view)
        ]
        yield f'"second_view": [{", ".join(lines)}]'
        yield f'"keep": {_list(subject.keep)}, "try": {_list(subject.try_)}'


def _adjusted_text(row: AdjustedRow | None) -> str:
    return NOTHING if row is None else _encoded(adjusted_record(row))


def _bare(record: dict[str, Any]) -> str:
    """A record without its braces."""
    return _encoded(record)[1:-1]


def _number(value: int | None) -> str:
    return NOTHING if value is None else str(value)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_encoded, texts))}]"
