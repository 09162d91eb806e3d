"""Everything released of a cycle as a file for other programs: JSON, CSV or a spreadsheet."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count, islice
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.infra import audit
from app.reports.results_csv import write_csv
from app.reports.results_json import write_json
from app.reports.results_rows import COLUMNS, Only, Row, rows_of

MOST_ROWS: Final = 1_048_576
"""Of one sheet, its heads among them; what is written below is lost without a word."""
WIDTHS: Final = {"who": 28, "text": 60, "kind": 14}
"""Characters of columns that need more room than a number."""


def refuse_unpublished(cycle: Cycle) -> None:
    """Raises WrongStateError: nothing is taken out before people may read their own report."""
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; results leave with publishing.")


def note_taken(cycle: Cycle, kind: str, *, by: int | None) -> None:
    """Log that the results were taken out, within the current transaction."""
    audit.record("results:exported", actor_id=by, cycle_id=cycle.id, kind=kind)


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
