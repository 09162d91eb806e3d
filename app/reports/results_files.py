"""Everything released of a cycle as a file for other programs: JSON, CSV or a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, count, islice
from operator import itemgetter
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.files.formula_guard import harmless
from app.enps.export import enps_of
from app.infra import audit
from app.results.export import head_of, persons_of
from app.results.exported_cells import ScoreLine
from app.service_results.export import rows_of as service_rows
from app.service_results.export import services_of
from app.unit_answers.export import rows_of as unit_answer_rows
from app.unit_answers.export import unit_answers_of

COLUMNS: Final = (
    "cycle",
    "kind",
    "who",
    "view",
    "statement",
    "mean",
    "low",
    "high",
    "standard_error",
    "share_low",
    "share_middle",
    "share_high",
    "own",
    "raters",
    "reliability",
    "more",
    "same",
    "less",
    "promoters",
    "passives",
    "detractors",
    "score",
    "mentions",
    "hidden",
    "text",
)
SCORE: Final = itemgetter(*COLUMNS[COLUMNS.index("mean") : COLUMNS.index("own")])
NO_FIGURES: Final = (None,) * (COLUMNS.index("hidden") - COLUMNS.index("reliability"))
"""What a score leaves empty between its raters and its reason."""
Record = dict[str, Any]
Row = list[Any]
"""A cell for each column."""
LINES: Final = ("statements", "second_view")
"""Fields of a person that hold lines of scores."""
KEPT: Final = 1000
MOST_ROWS: Final = 1_048_576
"""Of one sheet, its heads among them; what is written below is lost without a word."""
Only = Collection[int] | None
"""The subjects that are written; None for all of them, which is for operators.

The services, and the questions of departments, are those that `reader_id` may read, by default all.
"""
WIDTHS: Final = {"who": 28, "text": 60, "kind": 14}
"""Characters of columns that need more room than a number."""


def refuse_unpublished(cycle: Cycle) -> None:
    """Raises WrongStateError: nothing is taken out before people may read their own report."""
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; results leave with publishing.")


def note_taken(cycle: Cycle, kind: str, *, by: int | None) -> None:
    """Log that the results were taken out, within the current transaction."""
    audit.record("results:exported", actor_id=by, cycle_id=cycle.id, kind=kind)


def write_json(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """One document; persons are written as they are read, since there may be very many."""
    encoded = json.JSONEncoder(ensure_ascii=False).encode
    head = head_of(cycle) | {
        "enps": enps_of(cycle),
        "services": services_of(cycle, reader_id=reader_id),
        "unit_questions": unit_answers_of(cycle, reader_id=reader_id),
    }
    for place, (name, value) in enumerate(head.items()):
        start = "," if place else "{"
        file.write(f"{start}\n {encoded(name)}: {encoded(value)}".encode())
    file.write(b',\n "persons": [')
    for place, person in enumerate(persons_of(cycle, only=only)):
        file.write(b",\n  " if place else b"\n  ")
        file.write(_person_as_json(person, encoded).encode())
    file.write(b"\n ]\n}\n")


def _person_as_json(person: Record, encoded: Callable[[Record], str]) -> str:
    """A person's record; lines that others have as well are written out once for all of them."""
    parts = []
    for name, value in person.items():
        if name in LINES:
            for line in value:
                line.written = line.written or encoded(line)
            parts.append(f'"{name}": [{", ".join([line.written for line in value])}]')
        else:
            parts.append(encoded({name: value})[1:-1])
    return f"{{{', '.join(parts)}}}"


def write_csv(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """One row for each released value, with the columns that it has; the others stay empty."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")  # spreadsheets know the encoding by it
    table = _CsvRows()
    text.write(table.row(COLUMNS))
    for record in _few(cycle, reader_id=reader_id):
        text.write(table.row(_row(cycle.name, record)))
    for person in persons_of(cycle, only=only):
        text.write("".join(_person_as_csv(cycle.name, person, table)))
    text.detach()


class _CsvRows:
    """Rows as CSV, with what a spreadsheet would run made harmless."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self._write = csv.writer(self._text).writerow
        self._safe = lru_cache(KEPT)(harmless)  # most texts are the same few

    def row(self, cells: Iterable[Any]) -> str:
        """One row, with its end."""
        self._text.seek(0)
        self._text.truncate()
        self._write([self._safe(cell) if isinstance(cell, str) else cell for cell in cells])
        return self._text.getvalue()


def _person_as_csv(cycle_name: str, person: Record, table: _CsvRows) -> Iterator[str]:
    """A person's rows; what others have in theirs as well is written out once for all of them."""
    yield from map(table.row, _rows_before_scores(cycle_name, person))
    begun: dict[str, str] = {}
    for view, line in _scores(person):
        if view not in begun:
            who = person["email"]
            begun[view] = table.row([cycle_name, "statement", who, view]).rstrip("\r\n")
        line.written = line.written or table.row(_score_cells(line))
        yield f"{begun[view]},{line.written}"
    yield from map(table.row, _rows_after_scores(cycle_name, person))


def write_xlsx(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """The same rows as a spreadsheet; every text stays a text, whatever it begins with.

    What does not fit onto one sheet stands on further ones.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    rows = rows_of(cycle, only=only, reader_id=reader_id)
    for number in count(1):
        first = next(rows, None)
        if first is None and number > 1:
            break
        sheet = book.add_worksheet(f"Results {number}" if number > 1 else "Results")
        _write_head(sheet, bold)
        some = islice(rows, MOST_ROWS - 2)  # with heads and the first
        _write_rows(sheet, some if first is None else chain([first], some))
    book.close()


def _write_head(sheet: Any, bold: Any) -> None:
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, WIDTHS.get(name, 10))
        sheet.write_string(0, place, name, bold)
    sheet.freeze_panes(1, 0)


def _write_rows(sheet: Any, rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write_number(number, place, value)


WRITERS: Final[Mapping[str, Callable[..., None]]] = {
    "json": write_json,
    "csv": write_csv,
    "xlsx": write_xlsx,
}
"""By the end of the file's name."""


def rows_of(cycle: Cycle, *, only: Only = None, reader_id: int | None = None) -> Iterator[Row]:
    """Every released value of the company, of its units and of each person, as a row."""
    for record in _few(cycle, reader_id=reader_id):
        yield _row(cycle.name, record)
    for person in persons_of(cycle, only=only):
        yield from _person_rows(cycle.name, person)


def _row(cycle_name: str, record: Record) -> Row:
    """The fields of a record that are columns."""
    return [cycle_name, *map(record.get, COLUMNS[1:])]


def _few(cycle: Cycle, *, reader_id: int | None) -> Iterator[Record]:
    """What was released of the company, of units and of services."""
    head = head_of(cycle)
    names = {unit["unit"]: unit["name"] for unit in head["units"]}
    for line in head["company"]:
        yield line | {"kind": "company", "own": line["own_mean"]}
    yield from _enps(enps_of(cycle), names)
    yield from service_rows(services_of(cycle, reader_id=reader_id))
    yield from unit_answer_rows(unit_answers_of(cycle, reader_id=reader_id))


def _enps(enps: Record, names: dict[int, str]) -> Iterator[Record]:
    for unit in enps["units"]:
        name = names.get(unit["unit"], "")
        yield unit | {"kind": "enps", "who": name, "raters": unit["respondents"]}
    for line in enps["reasons"]:
        yield {
            "kind": "enps_reason",
            "who": line["side"],
            "text": line["reason"],
            "mentions": line["mentions"],
        }
    if direct := enps["direct"]:
        yield direct | {"kind": "enps_direct", "raters": direct["respondents"]}
    for text in enps["comments"]:
        yield {"kind": "enps_comment", "text": text}


def _person_rows(cycle_name: str, person: Record) -> Iterator[Row]:
    yield from _rows_before_scores(cycle_name, person)
    for view, line in _scores(person):
        yield [cycle_name, "statement", person["email"], view, *_score_cells(line)]
    yield from _rows_after_scores(cycle_name, person)


def _rows_before_scores(cycle_name: str, person: Record) -> Iterator[Row]:
    who = person["email"]
    yield _row(cycle_name, {"kind": "person", "who": who, "raters": person["raters"]})
    if person["adjusted"]:
        yield _row(cycle_name, person["adjusted"] | {"kind": "adjusted", "who": who})


def _scores(person: Record) -> Iterator[tuple[str, ScoreLine]]:
    """Each line of a person's statements, with the view that it belongs to."""
    for line in person["statements"]:
        yield "colleagues", line
    for line in person["second_view"]:
        yield line["view"], line


def _rows_after_scores(cycle_name: str, person: Record) -> Iterator[Row]:
    who = person["email"]
    for kind in ("keep", "try"):
        for text in person[kind]:
            yield _row(cycle_name, {"kind": kind, "who": who, "text": text})


def _score_cells(line: Record) -> Row:
    """What a score's line holds from its statement on, as in COLUMNS."""
    return [
        line["statement"],
        *SCORE(line),
        line.get("own"),
        line["raters"],
        *NO_FIGURES,
        line["hidden"],
        None,
    ]
