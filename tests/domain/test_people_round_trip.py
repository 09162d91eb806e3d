"""Whatever the directory holds: our export, a spreadsheet, and back changes nothing."""

import csv
import io
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.files import people_export
from app.domain.files.people.questions import Asking
from app.domain.files.people.reading import read
from app.domain.files.people.scope import scoped
from app.domain.files.people_changes import KnownPerson, compare
from app.domain.files.tables.cells import cell_text

TODAY = date(2026, 12, 1)
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèñçłąśźćøåşğŁÅÉÖŠ '-.,()/=+@\"0123"


def words(most: int) -> st.SearchStrategy[str]:
    """Text as it may stand in the directory: cell_text at the door, and not blank."""
    text = st.text(LETTERS, min_size=1, max_size=most).map(cell_text)
    return text.filter(lambda one: bool(one) and one == one.strip())


NAMES = words(30)
UNITS = words(12).filter(lambda name: " / " not in f" {name} ")


@st.composite
def directories(draw: st.DrawFn) -> list[KnownPerson]:
    """A few people with managers above them, numbers with zeros, and dates of any kind."""
    count = draw(st.integers(1, 6))
    people = []
    for number in range(count):
        boss = draw(st.sampled_from([None, *range(number)])) if number else None
        people.append(
            KnownPerson(
                email=f"p{number}@x.example",
                name=draw(NAMES),
                title=draw(st.one_of(st.just(""), words(20))),
                department=tuple(draw(st.lists(UNITS, min_size=1, max_size=3))),
                manager=None if boss is None else f"p{boss}@x.example",
                joined_on=draw(st.dates(date(1970, 1, 1), TODAY)),
                roles=frozenset({"hr"}) if number == 0 else frozenset(),
                number=draw(st.sampled_from([None, f"{number:05}", f"K-{number}"])),
                second_manager=None if boss in {None, 0} else "p0@x.example",
                sits_out=draw(st.sampled_from(["", "on leave"])),
            )
        )
    return people


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def untouched(content: bytes) -> bytes:
    return content


def saved_in(date_form: str, delimiter: str, encoding: str):
    """A spreadsheet of one country: its dates, its separator, its encoding."""

    def save(content: bytes) -> bytes:
        header, *people = table(content)
        place = header.index("joined_on")
        for cells in people:
            cells[place] = date.fromisoformat(cells[place]).strftime(date_form)
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows([header, *people])
        return text.getvalue().encode(encoding)

    return save


def as_workbook(content: bytes) -> bytes:
    header, *people = table(content)
    place = header.index("joined_on")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(header)
    for line, cells in enumerate(people, start=2):
        for column, cell in enumerate(cells, start=1):
            target = sheet.cell(line, column)
            target.value = date.fromisoformat(cell) if column == place + 1 else cell or None
            if column != place + 1 and cell:
                target.data_type = "s"  # a spreadsheet keeps what is quoted as text
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


SPREADSHEETS = {
    "none": untouched,
    "german": saved_in("%d.%m.%Y", ";", "utf-8-sig"),
    "french": saved_in("%d/%m/%Y", ";", "utf-8-sig"),
    "american": saved_in("%m/%d/%Y", ",", "utf-8"),
    "unicode text": saved_in("%Y-%m-%d", "\t", "utf-16"),
    "workbook": as_workbook,
}


@settings(max_examples=60)
@given(directory=directories(), program=st.sampled_from(sorted(SPREADSHEETS)))
def test_our_export_through_a_spreadsheet_and_back_changes_nothing(directory, program):
    content = SPREADSHEETS[program](people_export.written(directory))
    answers = {"dates": "month-first" if program == "american" else "day-first"}

    asking = Asking({**answers, "departments": "apart"})
    reading = read(content, today=TODAY, known=directory, asking=asking)
    settled = scoped(reading, directory, asking)

    assert [str(fault) for fault in reading.faults] == []
    assert asking.open == ()
    assert compare(directory, settled.rows, leaving=settled.leaving).is_empty
