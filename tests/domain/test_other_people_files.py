"""People lists of kinds that nobody has sent yet: each does the right thing, or says why not."""

import datetime
import io
from datetime import date

import openpyxl
import pytest

from app.domain.files.people.questions import Asking
from app.domain.files.people.reading import read

TODAY = date(2026, 12, 1)


def seen(content, answers=None):
    """What is read, with presets where nothing else is answered, and what was asked."""
    given = dict(answers or {})
    raw = content if isinstance(content, bytes) else content.encode()
    while True:
        asking = Asking(given)
        reading = read(raw, today=TODAY, asking=asking)
        presets = {one.key: one.preset for one in asking.open if one.preset}
        if not presets:
            return reading, [one.key for one in asking.open]
        given |= presets


def managers(reading):
    return {row.email.partition("@")[0]: row.manager for row in reading.rows}


def gone(reading):
    return [leaver.email.partition("@")[0] for leaver in reading.leavers]


def test_an_account_directory_names_managers_by_their_place_in_it():
    reading, asked = seen(
        '"DisplayName";"UserPrincipalName";"Department";"Manager";"AccountEnabled"\n'
        '"Vogel, Katrin";"katrin@n.example";"Leitung";"";"WAHR"\n'
        '"Becker, Jan";"jan@n.example";"Vertrieb";"CN=Vogel\\, Katrin,OU=Users,DC=n";"WAHR"\n'
        '"Roth, Ute";"ute@n.example";"Vertrieb";"CN=Becker\\, Jan,OU=Users,DC=n";"FALSCH"\n',
        {"joined": "2026-01-01"},
    )

    assert managers(reading) == {"katrin": None, "jan": "katrin@n.example"}
    assert gone(reading) == ["ute"]
    assert asked == []


@pytest.mark.parametrize("header", ["Block credential", "Sign-in blocked", "Account disabled"])
def test_blocked_accounts_are_those_that_are_blocked(header):
    reading, _asked = seen(
        f"{header},Department,Display name,User principal name\n"
        "False,HR,Ada Berg,ada@m.example\nTrue,HR,Cy Dahl,cy@m.example\n",
        {"joined": "2026-01-01"},
    )

    assert list(managers(reading)) == ["ada"]
    assert gone(reading) == ["cy"]


@pytest.mark.parametrize("header", ["Lifecycle", "Étape", "Column 9"])
def test_a_column_of_an_unknown_name_tells_who_left_by_its_words(header):
    reading, asked = seen(
        f"First name,Last name,Email,Department,Start date,{header}\n"
        "Gal,Bar,gal@h.example,Exec,2018-03-15,Employed\n"
        "Noa,Ziv,noa@h.example,R&D,2021-04-17,Garden leave\n"
        "Tal,Ron,tal@h.example,R&D,2021-04-18,Terminated\n"
    )

    assert [(row.name, row.absence) for row in reading.rows] == [
        ("Gal Bar", ""),
        ("Noa Ziv", "on leave"),
    ]
    assert gone(reading) == ["tal"]
    assert asked == []


@pytest.mark.parametrize("words", ["left,right", "yes,no", "0,1", "left,left"])
def test_words_that_may_answer_any_question_remove_nobody(words):
    first, second = words.split(",")
    reading, _asked = seen(
        "Name,Email,Department,Start date,Hand\n"
        f"Ada,ada@h.example,Exec,2018-03-15,{first}\nBo,bo@h.example,Exec,2018-03-15,{second}\n"
    )

    assert (len(reading.rows), reading.leavers) == (2, ())


@pytest.mark.parametrize(
    "header",
    [
        "Feedbackgeber;Feedbacknehmer;Beziehung",
        "Rater;Feedback Receiver;Weight",
        "Beoordelaar;Beoordeelde;Relatie",
        "Évaluateur;Évalué;Relation",
    ],
)
def test_pairs_are_refused_for_what_they_are_in_any_words(header):
    reading, _asked = seen(f"{header}\nada@x.example;bo@x.example;peer\n")

    (fault,) = reading.faults
    assert "a line for each pair of people" in str(fault)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<html><table><tr><td>Name</td></tr></table></html>", "a web page"),
        ('[{"name":"Ada","email":"ada@x.example"}]', "JSON"),
        ("%PDF-1.7", "a PDF"),
        ("BEGIN:VCARD\nFN:Ada\nEMAIL:ada@x.example\n", "address cards"),
    ],
)
def test_files_that_only_look_like_tables_are_named(content, kind):
    reading, _asked = seen(content)

    (fault,) = reading.faults
    assert kind in str(fault)


def test_short_names_of_columns_are_known():
    reading, asked = seen(
        "First,Last,Business Email,Email,Dept,Mgr,Hire\n"
        "Ada,Bee,ada@c.example,ada@mail.example,Ops,,2020-01-20\n"
        "Bo,Cee,bo@c.example,bo@mail.example,Ops,Ada Bee,2020-01-21\n"
    )

    assert managers(reading) == {"ada": None, "bo": "ada@c.example"}
    assert asked == []


def test_a_table_far_from_the_corner_with_blank_lines_is_found():
    book = openpyxl.Workbook()
    sheet = book.active
    people = [
        (
            "Full Name",
            "Email Address",
            "Position",
            "Supervisor",
            "Date of Hire",
            "Termination Date",
        ),
        ("Ann Smith", "ann@v.example", "MD", None, datetime.date(2011, 3, 14), None),
        ("Bo Lee", "bo@v.example", "Dev", "Ann Smith", datetime.date(2012, 3, 15), None),
        ("Di Fox", "di@v.example", "Dev", "Bo Lee", datetime.date(2012, 3, 1), date(2025, 12, 31)),
    ]
    for line, cells in enumerate(people):
        for place, cell in enumerate(cells):
            sheet.cell(9 + 2 * line, 4 + place).value = cell
    content = io.BytesIO()
    book.save(content)

    reading, asked = seen(content.getvalue(), {"department": "Works"})

    assert managers(reading) == {"ann": None, "bo": "ann@v.example"}
    assert gone(reading) == ["di"]
    assert asked == []


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("gb18030", "王小明"),
        ("cp932", "さくら 山田"),
        ("big5", "謝小華"),
        ("cp949", "김민준 박서연"),
    ],
)
def test_code_pages_of_east_asia_are_read_or_asked_about(encoding, name):
    content = f"Name,Email,Department,Start date\n{name},a@z.example,Sales,2020-01-20\n"

    reading, asked = seen(content.encode(encoding))
    chosen, _asked = seen(content.encode(encoding), {"encoding": encoding})

    assert asked == ["encoding"] or reading.rows[0].name == name
    assert chosen.rows[0].name == name


def test_a_name_in_western_letters_is_not_taken_for_an_east_asian_one():
    content = "Name,Email,Department,Start date\nÉric Jérôme,e@z.example,Sales,2020-01-20\n"

    reading, asked = seen(content.encode("cp1252"), {"encoding": "cp1252"})

    assert reading.rows[0].name == "Éric Jérôme"
    assert asked == []
