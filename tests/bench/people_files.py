"""How long a preview of a large people list takes, and how much memory: run by hand.

python -m tests.bench.people_files [ROWS] [csv|xlsx]
"""

import io
import resource
import sys
import time
from datetime import date

import openpyxl

from app.domain.files.people.questions import Asking
from app.domain.files.people.reading import read
from app.domain.files.people.scope import scoped
from app.domain.files.people_changes import KnownPerson, compare

TODAY = date(2026, 12, 1)
HEADER = [
    "Personalnummer",
    "Vorname",
    "Nachname",
    "E-Mail",
    "Position",
    "Abteilung",
    "Team",
    "Vorgesetzter",
    "Einstellungsdatum",
    "Status",
    "Jahresgehalt",
]


def rows(count: int) -> list[list[str]]:
    """A company in which everybody but the first has a manager, given by name."""
    made = []
    for number in range(count):
        manager = f"Vorname{number // 10} Nachname{number // 10}" if number else ""
        made.append(
            [
                f"{number:06}",
                f"Vorname{number}",
                f"Nachname{number}",
                f"person{number}@bench.example",
                "Sachbearbeiterin",
                f"Abteilung {number // 500}",
                f"Team {number // 50}",
                manager,
                f"{number % 28 + 1:02}.{number % 12 + 1:02}.20{number % 20:02}",
                "aktiv",
                "50.000,00",
            ]
        )
    return made


def as_csv(people: list[list[str]]) -> bytes:
    """The list as a semicolon file."""
    return "\n".join(";".join(cells) for cells in [HEADER, *people]).encode("utf-8-sig")


def as_workbook(people: list[list[str]]) -> bytes:
    """The list as a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Personal")
    for cells in [HEADER, *people]:
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def main() -> None:
    """Measure one preview against a directory that holds the same people."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "csv"
    people = rows(count)
    content = as_workbook(people) if kind == "xlsx" else as_csv(people)
    del people
    known = [
        KnownPerson(f"person{n}@bench.example", f"Vorname{n} Nachname{n}", "", ("A",), None, TODAY)
        for n in range(count)
    ]
    began = time.perf_counter()
    asking = Asking({})
    reading = read(content, today=TODAY, known=known, asking=asking)
    seconds_read = time.perf_counter() - began
    settled = scoped(reading, known, asking)
    preview = compare(known, settled.rows, leaving=settled.leaving)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:,} rows as {kind}: {seconds:.1f} s ({seconds_read:.1f} s reading), "
        f"{peak:.0f} MB at most, {len(preview.changed):,} changed, "
        f"{len(reading.faults)} faults, {len(asking.questions)} questions"
    )


if __name__ == "__main__":
    main()
