"""What a people list leaves open: which questions are asked, and what follows from the answers."""

import io
from datetime import date

import openpyxl
import pytest

from app.domain.files.people import reading
from app.domain.files.people.questions import AnswerChoice, Asking, Entry, Question
from app.domain.files.people_changes import KnownPerson

TODAY = date(2026, 11, 28)
HEADER = "Name,E-mail,Department"


def read(content, answers=None, **more):
    """What is read out of `content` with `answers`, and the keys of what is still asked."""
    asking = Asking({"joined": "2020-01-01"} | (answers or {}))
    raw = content if isinstance(content, bytes) else content.encode()
    found = reading.read(raw, today=TODAY, asking=asking, **more)
    return found, [question.key for question in asking.open]


def names(found):
    return [row.name for row in found.rows]


def test_two_readings_of_the_names_are_shown_and_the_chosen_one_is_taken():
    content = f"{HEADER}\nÅse Åkesson,a@x.example,Works\n".encode("cp1252")

    _, asked = read(content)
    found, still_asked = read(content, {"encoding": "cp1252"})

    assert asked[0] == "encoding"
    assert still_asked == []
    assert names(found) == ["Åse Åkesson"]


def workbook_of(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_of_several_sheets_with_people_one_is_chosen_and_the_others_are_named():
    titles = HEADER.split(",")
    content = workbook_of(
        Now=[titles, ["Ada", "a@x.example", "Works"]],
        Before=[titles, ["Bo", "b@x.example", "Works"]],
    )

    _, asked = read(content)
    found, _ = read(content, {"sheet": "Before"})

    assert asked == ["sheet"]
    assert names(found) == ["Bo"]
    assert "Sheet “Before” is read; “Now” not." in found.told


def test_a_workbook_without_any_line_is_refused_as_empty():
    found, _ = read(workbook_of(Empty=[]))

    assert "this file is empty" in str(found.faults[0])


def test_hidden_lines_and_columns_are_read_and_named():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    for number in range(12):
        sheet.append([f"P{number}", f"p{number}@x.example", "Works"])
        sheet.row_dimensions[number + 2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    content = io.BytesIO()
    book.save(content)

    found, _ = read(content.getvalue())

    assert len(found.rows) == 12
    assert any("2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more" in line for line in found.told)
    assert "Hidden columns are read as well: C." in found.told


def test_an_unknown_word_of_a_status_is_asked_and_the_answer_counts():
    content = (
        f"{HEADER},Status\nAda,a@x.example,Works,zzz\nBo,b@x.example,Works,active\n"
        "Cy,c@x.example,Works,active\n"
    )

    _, asked = read(content)
    found, _ = read(content, {asked[0]: "gone"})

    assert len(asked) == 1
    assert names(found) == ["Bo", "Cy"]


def test_days_with_months_in_words_are_read_in_several_languages():
    content = (
        f"{HEADER},Hire date\nAda,a@x.example,Works,3. März 2020\n"
        "Bo,b@x.example,Works,March 4 2019\nCy,c@x.example,Works,5 mars 98\n"
    )

    found, asked = read(content)

    assert asked == []
    assert [row.joined_on for row in found.rows] == [
        date(2020, 3, 3),
        date(2019, 3, 4),
        date(1998, 3, 5),
    ]


def test_a_day_that_no_calendar_has_is_a_fault():
    content = f"{HEADER},Hire date\nAda,a@x.example,Works,31 February 2020\n"

    found, _ = read(content)

    assert "31 February 2020" in str(found.faults[0])


def test_numbers_that_a_spreadsheet_rounded_are_not_used():
    content = f"{HEADER},Personnel number\nAda,a@x.example,Works,1.2E+10\n"

    found, _ = read(content)

    assert any("a spreadsheet turned one into 1.2E+10" in line for line in found.told)
    assert found.rows[0].number is None


def test_two_managers_of_one_person_are_asked_and_the_chosen_one_is_kept():
    content = (
        f"{HEADER},Manager\nAda,a@x.example,Works,b@x.example; c@x.example\n"
        "Bo,b@x.example,Works,\nCy,c@x.example,Works,\n"
    )

    _, asked = read(content)
    found, _ = read(content, {"managers.two": "last"})

    assert "managers.two" in asked
    assert found.rows[0].manager == "c@x.example"


def test_who_is_called_active_after_their_end_is_asked_about():
    content = f"{HEADER},Status,End date\nAda,a@x.example,Works,Active,2026-01-31\n"
    content += "Bo,b@x.example,Works,Active,\n"

    _, asked = read(content)
    found, _ = read(content, {asked[0]: "left"})

    assert names(found) == ["Bo"]


def test_spellings_of_one_department_may_stay_apart():
    content = f"{HEADER}\nAda,a@x.example,IT Support\nBo,b@x.example,It support\n"

    together, asked = read(content)
    apart, _ = read(content, {"departments": "apart"})

    assert asked == []

    assert len({row.department for row in together.rows}) == 1
    assert len({row.department for row in apart.rows}) == 2


def test_somebody_who_left_is_found_by_number_in_the_directory():
    known = [
        KnownPerson("old@x.example", "Ada", "", ("Works",), None, date(2020, 1, 1), number="0007")
    ]
    content = f"{HEADER},Personnel number,Status\nAda,a@x.example,Works,7,inactive\n"
    content += "Bo,b@x.example,Works,8,active\n"

    found, _ = read(content, known=known)

    assert [leaver.number for leaver in found.leavers] in (["7"], ["0007"])


@pytest.mark.parametrize(
    ("question", "told", "fits", "does_not"),
    [
        (Question("a", "Which?", (AnswerChoice("x", "X"),)), "x", "x", "y"),
        (Question("a", "When?", entry=Entry.DATE), "a day such as 2026-12-01", "2026-12-01", " "),
        (Question("a", "What?", entry=Entry.TEXT), "text", "anything", ""),
    ],
)
def test_a_question_says_what_may_be_answered(question, told, fits, does_not):
    assert question.spoken_choices == told
    assert question.accepts(fits)
    assert not question.accepts(does_not)
