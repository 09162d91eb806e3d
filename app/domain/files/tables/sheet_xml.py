"""What stands around the values of an .xlsx sheet, in one pass over its XML."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from app.domain.files.tables.cells import MOST_COLUMNS, UnreadableTableError

CHUNK: Final = 1024 * 1024
MOST_NOTED: Final = 400_000
"""Links, and cells with zeros in front, that are kept in mind."""
DAMAGED: Final = "an undamaged workbook; please open and save it once, or save it as CSV (UTF-8)"


@dataclass
class Styles:
    """By the number of a cell's style: how many digits it shows, or its order of dates."""

    zeros: dict[str, int] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)


@dataclass
class Surroundings:
    """What is known about cells beside their values; places are (line, column) from 1."""

    links: dict[tuple[int, int], str] = field(default_factory=dict)
    zeros: dict[tuple[int, int], int] = field(default_factory=dict)
    not_stored: dict[int, list[int]] = field(default_factory=dict)
    """The columns of formulas without a stored result, by line."""
    orders: dict[int, set[str]] = field(default_factory=dict)
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    def order_in(self, column: int) -> str:
        """The one order in which a column shows its dates; nothing where there are several."""
        found = self.orders.get(column, set())
        return next(iter(found)) if len(found) == 1 else ""


def surroundings(archive: zipfile.ZipFile, path: str, styles: Styles) -> Surroundings:
    """Read the sheet at `path`. Raises UnreadableTableError for damaged XML."""
    scan = _Scan(styles, _targets(archive, path))
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with archive.open(path) as file:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place
            parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError:
        raise UnreadableTableError(DAMAGED) from None
    return scan.found


def _refuse(*_declared: Any) -> None:
    raise UnreadableTableError(DAMAGED)  # no spreadsheet declares entities


class _Scan:
    """Expat's handlers for one sheet."""

    def __init__(self, styles: Styles, targets: Mapping[str, str]) -> None:
        self.found = Surroundings()
        self._styles = styles
        self._targets = targets
        self._place = ""
        self._is_formula = False
        self._is_value = False
        self._has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note what an element says; by far the most are cells and their texts."""
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag in {"v", "t"}:
            self._is_value = True
        elif tag == "f":
            self._is_formula = True
        elif tag in {"row", "col"} and attributes.get("hidden") in {"1", "true"}:
            self._hidden(tag, attributes)
        elif tag == "hyperlink":
            self._link(attributes)

    def _hidden(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.found.hidden_lines.append(int(attributes.get("r", "0")))
        else:
            self.found.hidden_columns.append(letters_of(int(attributes.get("min", "1"))))

    def end(self, tag: str) -> None:
        """Note a formula whose cell ended without a value."""
        tag = tag.rpartition(":")[2]
        if tag in {"v", "t"}:
            self._is_value = False
        elif tag == "c" and self._is_formula:
            line, column = place_of(self._place)
            if not self._has_value and column <= MOST_COLUMNS:
                self.found.not_stored.setdefault(line, []).append(column)
            self._is_formula = False

    def text(self, _text: str) -> None:
        """There is a value."""
        if self._is_value:
            self._has_value = True

    def _cell(self, attributes: dict[str, str]) -> None:
        self._place = attributes.get("r", "")
        self._has_value = False
        style = attributes.get("s", "")
        if style in self._styles.zeros and len(self.found.zeros) < MOST_NOTED:
            self.found.zeros[place_of(self._place)] = self._styles.zeros[style]
        elif style in self._styles.orders:
            column = place_of(self._place)[1]
            self.found.orders.setdefault(column, set()).add(self._styles.orders[style])

    def _link(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        target = self._targets.get(key, "")
        if target.casefold().startswith("mailto:") and len(self.found.links) < MOST_NOTED:
            place = place_of(attributes.get("ref", "A1").partition(":")[0])
            self.found.links[place] = target


def place_of(reference: str) -> tuple[int, int]:
    """The line and column of "C7": (7, 3). Raises ValueError for anything else."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), column


def letters_of(column: int) -> str:
    """The letters of a column: 3 is C, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _targets(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    """The addresses that a sheet's links point to, by their key."""
    folder, _slash, name = path.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    root = fromstring(archive.read(relations), forbid_dtd=True)
    return {relation.get("Id", ""): relation.get("Target", "") for relation in root}
