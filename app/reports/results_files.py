"""Everything released of a cycle as a file for other programs: JSON, CSV or a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.files.formula_guard import harmless
from app.enps.export import enps_of
from app.infra import audit
from app.results.export import head_of, persons_of
from app.service_results.export import rows_of as service_rows
from app.service_results.export import services_of

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
Row = dict[str, Any]
Only = Collection[int] | None
"""The subjects that are written; None for all of them, which is for operators.

The services are those that `reader_id` may read, by default all.
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
    head = json.dumps(
        head_of(cycle)
        | {"enps": enps_of(cycle), "services": services_of(cycle, reader_id=reader_id)},
        ensure_ascii=False,
        indent=1,
    )
    file.write(head[:-2].encode() + b',\n "persons": [')
    for place, person in enumerate(persons_of(cycle, only=only)):
        file.write(b",\n  " if place else b"\n  ")
        file.write(json.dumps(person, ensure_ascii=False).encode())
    file.write(b"\n ]\n}\n")


def write_csv(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """One row for each released value, with the columns that it has; the others stay empty."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row in rows_of(cycle, only=only, reader_id=reader_id):
        cells = {key: value for key, value in row.items() if value is not None}
        table.writerow(
            {
                key: harmless(value) if isinstance(value, str) else value
                for key, value in (cells | {"cycle": cycle.name}).items()
            }
        )
    text.detach()


def write_xlsx(
    cycle: Cycle, file: IO[bytes], *, only: Only = None, reader_id: int | None = None
) -> None:
    """The same rows as a spreadsheet; every text stays a text, whatever it begins with."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Results")
    bold = book.add_format({"bold": True})
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, WIDTHS.get(name, 10))
        sheet.write_string(0, place, name, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows_of(cycle, only=only, reader_id=reader_id), 1):
        for place, name in enumerate(COLUMNS):
            value = cycle.name if name == "cycle" else row.get(name)
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write_number(number, place, value)
    book.close()


WRITERS: Final[Mapping[str, Callable[..., None]]] = {
    "json": write_json,
    "csv": write_csv,
    "xlsx": write_xlsx,
}
"""By the end of the file's name."""


def rows_of(cycle: Cycle, *, only: Only = None, reader_id: int | None = None) -> Iterator[Row]:
    """Every released value of the company, of its units and of each person."""
    head = head_of(cycle)
    names = {unit["unit"]: unit["name"] for unit in head["units"]}
    for line in head["company"]:
        yield {"kind": "company", **_named(line), "own": line["own_mean"]}
    yield from _enps_rows(enps_of(cycle), names)
    for row in service_rows(services_of(cycle, reader_id=reader_id)):
        yield _named(row)
    for person in persons_of(cycle, only=only):
        yield from _person_rows(person)


def _enps_rows(enps: Row, names: dict[int, str]) -> Iterator[Row]:
    for unit in enps["units"]:
        name = names.get(unit["unit"], "")
        yield {"kind": "enps", "who": name, "raters": unit["respondents"], **_named(unit)}
    for line in enps["reasons"]:
        yield {
            "kind": "enps_reason",
            "who": line["side"],
            "text": line["reason"],
            "mentions": line["mentions"],
        }
    if direct := enps["direct"]:
        yield {"kind": "enps_direct", "raters": direct["respondents"], **_named(direct)}
    for text in enps["comments"]:
        yield {"kind": "enps_comment", "text": text}


def _named(record: Row) -> Row:
    """The fields of a record that are columns."""
    return {key: value for key, value in record.items() if key in COLUMNS}


def _person_rows(person: Row) -> Iterator[Row]:
    who = person["email"]
    yield {"kind": "person", "who": who, "raters": person["raters"]}
    if person["adjusted"]:
        yield {"kind": "adjusted", "who": who, **_named(person["adjusted"])}
    for line in person["statements"]:
        yield {"kind": "statement", "who": who, "view": "colleagues", **_named(line)}
    for line in person["second_view"]:
        yield {"kind": "statement", "who": who, **_named(line)}
    for kind in ("keep", "try"):
        for text in person[kind]:
            yield {"kind": kind, "who": who, "text": text}
