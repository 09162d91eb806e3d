"""Lists in the shape of fourteen real systems, read person by person as EXPECTED.md says."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from app.domain.files.people.names import name_key
from app.domain.files.people.questions import Asking, Question
from app.domain.files.people.reading import Reading, read
from app.people.services import is_email

FILES = Path(__file__).parent / "files"
SYSTEMS, CASES = FILES / "systems", FILES / "cases"
TODAY = date(2026, 12, 1)


@dataclass(frozen=True)
class Told:
    """What a test answers beside the presets, and what has to be asked."""

    asked: set[str]
    answers: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Values of columns that are ignored: they must be nowhere in what was read."""


JOINED = {"joined": "2026-12-01"}
NO_MANAGER = {"managers.unknown": "none"}
NAMELESS = {
    "map.#2": "first",
    "map.#3": "last",
    "map.#4": "title",
    "map.#6": "department",
    "map.#7": "team",
}
SYSTEM_FILES = {
    "01-personio-de.csv": Told({"manager.becker.jan"}, ignored=("148.000", "kv@privat", "Kiel")),
    "02-bamboohr-us.csv": Told({"manager.daniel.lee"}, ignored=("000-00-0017", "home.example")),
    "03-workday-report.xlsx": Told(
        {"twice.carlanunesbrightwaterexample"},
        {"twice.carlanunesbrightwaterexample": "11"},
        ("First Aider", "prompt@"),
    ),
    "04-successfactors.csv": Told(
        {"managers.unknown"}, NO_MANAGER, ("Europe/London", "Leeds", "s1007")
    ),
    "05-google-workspace.csv": Told(
        {"accounts", "joined", "department"},
        {**JOINED, "department": "Papertrail"},
        ("****", "7946", "old.example"),
    ),
    "07-odoo-fr.xlsx": Told(set(), ignored=("Astreinte", "Cadre")),
    "08-lucca-fr.csv": Told({"no-address"}, {"no-address": "leave-out"}, ("180 000", "62 000")),
    "09-afas-nl.xlsx": Told(set(), ignored=("9000", "joost")),
    "10-kadry-pl.csv": Told({"column.email"}, ignored=("00000000001", "dom.example")),
    "11-factorial-es.xlsx": Told(
        {"turned.joined", "addresses.11", "address.4"},
        {
            "address.4": "lucia.marin@costaverde.example",
            "addresses.11": "ana.perez@costaverde.example",
        },
    ),
    "12-personale-it.ods": Told({"manager.maria.rossi"}, ignored=("Prato",)),
    "13-erpnext.csv": Told(
        {"managers.unknown", "ended"},
        {**NO_MANAGER, "ended": "active"},
        ("College", "home.example"),
    ),
    "14-officevibe-noheader.csv": Told({"joined"}, {**JOINED, **NAMELESS}, ("img.example",)),
}


@dataclass(frozen=True)
class Expected:
    """One line of a table in EXPECTED.md."""

    who: str
    email: str
    number: str
    title: str
    department: str
    manager: str
    joined: str
    active: str

    @property
    def works_here(self) -> bool:
        return not self.active.startswith("no") and "left out" not in self.active


def expected_people(file: str) -> list[Expected]:
    """The table that belongs to `file`."""
    text = (SYSTEMS / "EXPECTED.md").read_text(encoding="utf-8")
    part = text.partition(f"## {file}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [Expected(*(cell.strip() for cell in row)) for row in rows[2:]]


def one_of(cell: str) -> list[str]:
    """The right values of a cell: "0013 or 13" are two; remarks in brackets at the end go."""
    bare = re.sub(r"\s*\((?:after the question|turned back)\)", "", cell.partition(";")[0])
    return [part.strip() for part in re.split(r",? or ", bare)]


def read_with_presets(content: bytes, answers: dict[str, str]) -> tuple[Reading, set[str]]:
    """What is read once every question has its preset or the given answer; and what was asked."""
    reading, questions = questioned(content, answers)
    return reading, {question.key for question in questions if not question.is_offer}


def questioned(content: bytes, answers: dict[str, str]) -> tuple[Reading, list[Question]]:
    """The same with every question and offer that came up."""
    given = dict(answers)
    asked: dict[str, Question] = {}
    while True:
        asking = Asking(given)
        reading = read(content, today=TODAY, asking=asking, is_email=is_email)
        asked |= asking.questions
        presets = {question.key: question.preset for question in asking.open if question.preset}
        if not presets:
            assert asking.open == (), [question.key for question in asking.open]
            return reading, list(asked.values())
        given |= presets


@pytest.fixture(params=SYSTEM_FILES, scope="module")
def system_file(request):
    told = SYSTEM_FILES[request.param]
    content = (SYSTEMS / request.param).read_bytes()
    return request.param, told, *questioned(content, told.answers)


def test_every_person_is_read_as_expected(system_file):
    file, _told, reading, _asked = system_file
    people = expected_people(file)

    assert [str(fault) for fault in reading.faults] == []
    working = [person for person in people if person.works_here]
    rows = {row.email: row for row in reading.rows}
    assert set(rows) == {one_of(person.email)[0] for person in working}
    for person in working:
        row = rows[one_of(person.email)[0]]
        assert name_key(row.name) == name_key(person.who)
        assert_number(row.number, person.number)
        assert_place(row, person)
        assert_joined(row.joined_on, person.joined)


def assert_number(number, expected):
    wanted = one_of(expected)
    assert number in wanted or (number is None and ("none" in wanted or wanted == [""])), expected


def assert_place(row, person):
    if "question" in person.title:  # Carla: the answer was line 11
        assert (row.title, row.manager) == ("Planner", "mei.tanaka@brightwater.example")
        return
    assert row.title == person.title
    if "answer" not in person.department:
        assert " / ".join(row.department) == person.department
    manager = one_of(person.manager)[0]
    assert row.manager == (None if manager in {"–", "-"} else manager)
    second = re.search(r"second: (\S+@\S+)", person.manager)
    assert row.second_manager == (second.group(1) if second else None)


def assert_joined(joined_on, expected):
    if "answer" in expected or "above" in expected:
        assert joined_on == TODAY
    else:
        assert joined_on.isoformat() in one_of(expected)


def test_who_has_left_is_counted_and_not_added(system_file):
    file, _told, reading, _asked = system_file

    gone = {p.email for p in expected_people(file) if p.active.startswith("no")}
    assert {leaver.email for leaver in reading.leavers} == gone


def test_only_what_is_open_is_asked(system_file):
    _file, told, _reading, questions = system_file

    asked = {question.key for question in questions if not question.is_offer}
    assert asked - {"managers.unknown"} == told.asked - {"managers.unknown"}
    assert told.asked <= asked


OFFERED = {
    "01-personio-de.csv": {"departments": "“VERTRIEB”", "absence": "Hilde Freiin von Stein"},
    "02-bamboohr-us.csv": {"absence": "Alex Quinn"},
    "03-workday-report.xlsx": {"absence": "Luis Ortega"},
    "05-google-workspace.csv": {"absence": "Cas Okoye"},
    "08-lucca-fr.csv": {"departments": "“production”"},
    "10-kadry-pl.csv": {"absence": "Kazimierz Pień"},
    "11-factorial-es.xlsx": {"absence": "IKER LÓPEZ DE LA FUENTE"},
    "12-personale-it.ods": {"absence": "Teresa GALLO"},
}


def test_what_is_offered_needs_no_answer_and_names_whom_it_is_about(system_file):
    file, _told, _reading, asked = system_file

    offers = {question.key: question.concerned[0] for question in asked if question.is_offer}
    assert offers.keys() == OFFERED.get(file, {}).keys()
    for key, about in OFFERED.get(file, {}).items():
        assert offers[key].startswith(about)


def test_ignored_columns_leave_no_trace(system_file):
    _file, told, reading, _asked = system_file

    for value in told.ignored:
        assert value not in repr((reading.rows, reading.leavers, reading.told))
        if "#" not in "".join(told.answers):
            assert value not in repr(reading.columns)


def test_on_leave_and_contractors_are_told(system_file):
    file, _told, reading, _asked = system_file
    away = [p for p in expected_people(file) if p.works_here and ", on leave" in p.active]
    away += [p for p in expected_people(file) if re.search("contractor|contingent", p.active)]

    rows = {row.email: row for row in reading.rows}
    assert {row.email for row in rows.values() if row.absence} == {one_of(p.email)[0] for p in away}


def test_a_list_of_pairs_is_refused_for_what_it_is():
    reading = read((SYSTEMS / "06-pairs-360.csv").read_bytes(), today=TODAY)

    (fault,) = reading.faults
    assert "a line for each pair of people" in str(fault)
    assert reading.rows == ()


def test_a_payroll_list_without_addresses_is_refused_for_what_it_is():
    content = b"Pers-Nr.;Name;Vorname;Eintritt;Brutto\n1;Roth;Sabine;01.01.2010;4900,00\n"

    (fault,) = read(content, today=TODAY).faults
    assert "lists for payroll often do" in str(fault)


@pytest.mark.parametrize("file", ["bamboohr.csv", "personio.csv", "workday.csv"])
def test_exports_of_common_systems_need_no_question(file):
    reading, asked = read_with_presets((CASES / "11-hr-exports" / file).read_bytes(), {})

    assert (len(reading.rows), reading.faults, asked) == (60, (), set())
    first = reading.rows[0]
    assert (first.name, first.department) == ("Anna Müller", ("Geschäftsführung",))
    assert sum(row.manager is None for row in reading.rows) == 1


@pytest.mark.parametrize(
    ("file", "days"),
    [
        ("people-de-short.csv", [date(2020, 2, 1)]),
        ("people-fr.csv", [date(2020, 2, 1), date(2021, 12, 25)]),
        ("people-us.csv", [date(2020, 2, 1), date(2021, 12, 25)]),
        ("people-iso-time.csv", [date(2020, 2, 1)]),
        ("people-serial.csv", [date(2020, 2, 1)]),
    ],
)
def test_dates_of_spreadsheets_of_other_countries_have_one_meaning(file, days):
    reading, asked = read_with_presets((CASES / "04-excel-locale-dates" / file).read_bytes(), {})

    assert [row.joined_on for row in reading.rows] == days
    assert asked == set()


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("01-cp1250/people.csv", ["Mara Quell", "Łucja Dąbrowska", "Žofie Čapková"]),
        ("02-macroman/people.csv", ["Mara Quell", "Jürgen Größe"]),
        ("10-managers/manager-by-name.csv", ["Mara Quell", "Bo Lind"]),
        ("09-headers/e-mail-only.csv", ["Mara Quell"]),
        ("09-headers/extra-column.csv", ["Mara Quell"]),
        ("09-headers/umlaut-header.csv", ["Mara Quell"]),
    ],
)
def test_small_files_are_read_as_written(file, names):
    reading, asked = read_with_presets((CASES / file).read_bytes(), {})

    assert [row.name for row in reading.rows] == names
    assert {row.manager for row in reading.rows[1:]} <= {"mara.quell@case.example"}
    assert asked == set()


def test_odd_names_are_kept_letter_by_letter():
    content = (CASES / "05-odd-names" / "people.csv").read_bytes()

    reading, asked = read_with_presets(content, {})

    assert (len(reading.rows), asked) == (34, set())
    names = {row.name for row in reading.rows}
    assert {"Null", "None", "nan", "TRUE", "Đặng Hữu Phước", "@handle"} <= names
    assert "Zoë 🦊 Fox" in names


def test_two_managers_in_one_cell_are_asked_about():
    content = (CASES / "10-managers" / "two-managers.csv").read_bytes()

    reading, asked = read_with_presets(content, {"managers.two": "last"})

    assert asked == {"managers.two"}
    assert reading.rows[2].manager == "kim@case.example"


def test_people_of_one_name_are_listed():
    reading, _asked = read_with_presets((CASES / "12-same-name" / "people.csv").read_bytes(), {})

    assert any("3 people are called Anna Berg" in sentence for sentence in reading.told)
