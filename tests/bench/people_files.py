"""How long a preview of a large people list takes, and how much memory.

python -m tests.bench.people_files [ROWS csv|xlsx]

Without a size it measures 20,000 and 100,000 people in both kinds, each in a process of its own,
because a process never gives memory back. Bounds: 5 s for 20,000; 30 s and 400 MB for 100,000.
"""

import io
import resource
import subprocess
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


def measure(count: int, kind: str) -> None:
    """Measure one preview against a directory that holds the same people."""
    people = rows(count)
    content = as_workbook(people) if kind == "xlsx" else as_csv(people)
    del people
    known = [
        KnownPerson(f"person{n}@bench.example", f"Vorname{n} Nachname{n}", "", ("A",), None, TODAY)
        for n in range(count)
    ]
    began, computed = time.perf_counter(), time.process_time()
    asking = Asking({})
    reading = read(content, today=TODAY, known=known, asking=asking)
    settled = scoped(reading, known, asking)
    preview = compare(known, settled.rows, leaving=settled.leaving)
    seconds, busy = time.perf_counter() - began, time.process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert not reading.faults
    print(
        f"{count:>7,} people as {kind:4}: {seconds:5.1f} s ({busy:.1f} s of work), "
        f"{peak:.0f} MB at most, {len(preview.changed):,} changed",
        flush=True,
    )


def main() -> None:
    """Measure what is asked for, or every size and kind."""
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), sys.argv[2])
        return
    for count in (20_000, 100_000):
        for kind in ("csv", "xlsx"):
            command = [sys.executable, "-m", "tests.bench.people_files", str(count), kind]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
