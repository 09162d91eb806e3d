"""A table that must fit: its columns, its lines, and every fault with line, column and value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.files.formula_guard import as_meant
from app.domain.files.table_file import (
    FileLine,
    UnreadableTableError,
    decoded,
    lines,
    plain_name,
    separator,
)

SHOWN_FAULTS: Final = 200
LONGEST_QUOTE: Final = 60


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in the file, and what would be right."""

    line: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        value = self.value
        if len(value) > LONGEST_QUOTE:
            value = value[:LONGEST_QUOTE] + "…"
        said = f" {_visible(value)!r}" if self.value or self.column else ""
        return f"line {self.line}{column}{said}: expected {self.expected}"


@dataclass(frozen=True)
class Cells:
    """One line's values by column; a column that the file lacks is not among them."""

    line: int
    values: Mapping[str, str]

    def fault(self, column: str, expected: str) -> Fault:
        """What is wrong with this line's value of `column`."""
        return Fault(self.line, column, self.values[column], expected)


@dataclass(frozen=True)
class Columns:
    """Which columns a table may have, and which it must."""

    known: tuple[str, ...]
    required: tuple[str, ...]
    hint: str = ""
    """What a reader of the fault about a missing first line should know beside the names."""


class Table:
    """A table's first line read, its faults noted; the lines below are read once by `cells`."""

    def __init__(self, content: bytes, columns: Columns) -> None:
        self.places: dict[str, int] = {}
        self.faults: list[Fault] = []
        self._lines: Iterator[FileLine] = iter(())
        self._columns = columns
        try:
            text = decoded(content)
        except UnreadableTableError as error:
            self.faults.append(Fault(1, "", "", str(error)))
            return
        self._lines = lines(text, separator(text, columns.known))
        self._read_header(next(self._lines, None))

    def cells(self) -> list[Cells]:
        """Every line below the first by column; lines of another width become faults."""
        found, header_is_fine = [], not self.faults
        width = max(self.places.values(), default=0) + 1
        for line in self._lines:
            if line.fault:
                self.faults.append(Fault(line.number, "", "", line.fault))
            elif header_is_fine and not _fits(line, width):
                expected = f"{width} values, as in the first line"
                misfit = Fault(line.number, "", f"{len(line.cells)} values", expected)
                self.faults.append(misfit)
            else:
                cells = dict(enumerate(line.cells))
                values = {
                    name: as_meant(cells.get(place, "")) for name, place in self.places.items()
                }
                found.append(Cells(line.number, values))
        return found

    def _read_header(self, header: FileLine | None) -> None:
        """Note where each column stands, and what is wrong with the names."""
        known, required = self._columns.known, self._columns.required
        if header is None or not {plain_name(cell) for cell in header.cells} & set(known):
            expected = f"a first line with the columns {', '.join(required)}{self._columns.hint}"
            found = " ".join(header.cells) if header else ""
            self.faults.append(Fault(header.number if header else 1, "", found, expected))
            self._lines = iter(())
            return
        names = [plain_name(cell) for cell in header.cells]
        while names and not names[-1]:
            names.pop()
        for place, name in enumerate(names):
            if name not in known:
                told = f"one of {', '.join(known)}"
                self.faults.append(
                    Fault(header.number, f"column {place + 1}", header.cells[place], told)
                )
            elif name in self.places:
                self.faults.append(
                    Fault(header.number, name, header.cells[place], "each column once")
                )
            else:
                self.places[name] = place
        self.faults += [
            Fault(header.number, name, "", "this column")
            for name in required
            if name not in self.places
        ]


def one_per_value(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """By line, and of several faults of one value the first that was found."""
    first: dict[tuple[int, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.line, fault.column), fault)
    return tuple(sorted(first.values()))


def shown(faults: Sequence[Fault]) -> list[str]:
    """The faults as sentences, at most the first 200, then how many more there are."""
    told = [str(fault) for fault in faults[:SHOWN_FAULTS]]
    if len(faults) > SHOWN_FAULTS:
        told.append(f"and {len(faults) - SHOWN_FAULTS:,} more")
    return told


def _fits(line: FileLine, width: int) -> bool:
    return len(line.cells) >= width and not any(line.cells[width:])


def _visible(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
