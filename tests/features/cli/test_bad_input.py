"""Every command with bad input: one clear sentence, a non-zero exit, and nothing changed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app import create_app
from app.cycles.models import Pairing
from app.domain.cycle import CycleState
from app.infra.db import Base, db
from tests.commands import commands_of
from tests.factories import LONG_AGO, make_company, make_cycle

DRAFT, PAST = "2026 Q4", "2025 Q4"
NOWHERE = "2031 Q1"
NO_CYCLE = "There is no cycle called 2031 Q1."
NO_PERSON = "Nobody here has the e-mail x@example.com."
PAPER = ("-o", "paper.pdf")
REFUSED: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "backup done": [(("--next-within", "0"), "0 is not in the range")],
    "people import": [
        (("nowhere.csv",), "'nowhere.csv' does not exist"),
        (("workbook.csv",), "workbook.csv was refused because of 1 fault; nothing was changed."),
    ],
    "people sync": [
        (("nowhere.csv",), "'nowhere.csv' does not exist"),
        (("workbook.csv", "--map", "name=nonsense"), "there is no field nonsense."),
    ],
    "people reset-factor": [(("nobody@example.com",), "Nobody here has the e-mail")],
    "people undo-import": [((), "There is no import that could be taken back.")],
    "people export": [
        (("-o", "nowhere/people.csv"), "nowhere/people.csv cannot be used: No such file"),
    ],
    "people password": [(("x@example.com",), NO_PERSON)],
    "people make-hr": [(("x@example.com",), NO_PERSON)],
    "cycle plan": [
        (("--opens", "2020-01-01 09:00", "--closes", "2020-01-20 09:00"), "is in the past."),
        (("--opens", "soon", "--closes", "later"), "'soon' does not match the formats"),
        (("--opens", "2030-01-07 09:00"), "Missing option '--closes'"),
        (
            ("--opens", "2030-01-07 09:00", "--closes", "2030-01-21 09:00", "--pairing", "x"),
            "'x' is not one of 'everyone', 'sample'",
        ),
        (
            ("--opens", "2030-01-07 09:00", "--closes", "2030-01-21 09:00", "--sample", "7"),
            "it must be between 8 and 30.",
        ),
        (
            ("--opens", "2030-01-07 09:00", "--closes", "2030-01-21 09:00", "--name", DRAFT),
            "2026 Q4",
        ),
    ],
    "cycle open": [((NOWHERE,), NO_CYCLE), ((PAST,), "published cannot become open")],
    "cycle extend": [
        ((NOWHERE, "--until", "2030-01-01 09:00"), NO_CYCLE),
        ((DRAFT, "--until", "2030-01-01 09:00"), "cannot be extended"),
        ((DRAFT, "--until", "soon"), "does not match the formats"),
    ],
    "cycle close": [
        ((NOWHERE,), NO_CYCLE),
        ((DRAFT,), "A cycle that is draft cannot become closing."),
    ],
    "cycle publish": [
        ((NOWHERE,), NO_CYCLE),
        ((DRAFT,), "A cycle that is draft cannot become published."),
    ],
    "cycle abandon": [
        ((NOWHERE, "--yes"), NO_CYCLE),
        ((DRAFT, "--yes"), "is draft; only a running cycle is abandoned."),
    ],
    "cycle restored": [
        ((NOWHERE, "--yes"), NO_CYCLE),
        ((DRAFT, "--yes"), "is draft; there are no ballots of it."),
    ],
    "report personal": [
        (("x@example.com", "--cycle", PAST, *PAPER), NO_PERSON),
        (("clara@example.com", "--cycle", NOWHERE, *PAPER), NO_CYCLE),
        (("clara@example.com", "--cycle", DRAFT, *PAPER), "reports come with publishing."),
        (("clara@example.com", "--cycle", PAST, *PAPER), "Clara Chief has no report of 2025 Q4."),
    ],
    "report bundle": [
        (("--cycle", NOWHERE, "-o", "out"), NO_CYCLE),
        (("--cycle", PAST, "--for", "x@example.com", "-o", "out"), NO_PERSON),
        (("--cycle", PAST, "-o", "workbook.csv"), "is a file"),
    ],
    "report team": [
        (("x@example.com", "--cycle", PAST, *PAPER), NO_PERSON),
        (("clara@example.com", "--cycle", DRAFT, *PAPER), "reports come with publishing."),
    ],
    "report board": [(("--cycle", DRAFT, *PAPER), "reports come with publishing.")],
    "report cycle": [
        (("--cycle", NOWHERE, *PAPER), NO_CYCLE),
        (("--cycle", DRAFT, *PAPER), "its report comes with the count."),
    ],
    "report erase": [(("x@example.com", "--yes"), NO_PERSON)],
    "results export": [
        (("--cycle", NOWHERE), NO_CYCLE),
        (("--cycle", DRAFT), "results leave with publishing."),
        (("--cycle", PAST, "--format", "xml"), "'xml' is not one of 'json', 'csv'"),
        (("--cycle", PAST, "-o", "nowhere/all.json"), "nowhere/all.json cannot be used"),
    ],
    "history import": [
        (("nowhere.csv", "--cycle", "2025 Q1"), "'nowhere.csv' does not exist"),
        (("workbook.csv", "--cycle", "spring"), "spring names no quarter"),
        (("workbook.csv", "--cycle", "2025 Q1"), "was refused because of 1 fault"),
    ],
    "db upgrade": [(("9999",), "Can't locate revision identified by '9999'")],
    "db migrate": [((), "Missing option '-m' / '--message'")],
    "ops backup": [(("workbook.csv",), "is a file")],
    "ops check": [(("workbook.csv",), "is a file"), ((".",), ". is no backup")],
    "ops restore": [(("nowhere",), "does not exist"), ((".", "--yes"), ". is no backup")],
    "demo company": [
        (("--people", "1"), "is not in the range"),
        (("--people", "many"), "is not a valid integer range"),
    ],
    "demo quarter": [
        (("--people", "6"), "6 is not in the range 7<=x<=3600."),
        (("--people", "many"), "'many' is not a valid integer range."),
        (("--folder", "workbook.csv"), "is a file"),
    ],
}
TAKE_NOTHING = {
    "people list",
    "cycle list",
    "audit verify",
    "db current",
    "demo fill",
    "jobs run",
    "ops doctor",
}
BRING_IT_UP_TO_DATE = {"demo fill", "demo company", "demo quarter"}
WAITS = {"jobs run"}
OF_TABLES = {"db current", "db migrate", "db upgrade"}
NEED_NO_TABLES = OF_TABLES | {"ops doctor", "ops check", "ops restore"}
"""They look after the database from outside; tests/features/operations shows them."""
WELL_PUT: dict[str, tuple[str, ...]] = {
    "backup done": (),
    "people import": ("people.csv", "--yes"),
    "people sync": ("people.csv",),
    "people export": (),
    "ops backup": ("../backups",),
    "cycle plan": ("--opens", "2030-01-07 09:00", "--closes", "2030-01-21 09:00"),
    "history import": ("past.csv", "--cycle", "2025 Q1"),
}
PEOPLE = "name,email,title,department,manager,joined_on,roles\n"
CLARA = "Clara Chief,clara@example.com,Chief,Company,,2020-01-01,hr\n"


def everything_kept():
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.execute(select(table)).all() for table in tables}


@pytest.fixture
def company(app, tmp_path, monkeypatch):
    """Nine people, a draft, a published quarter without results, and a folder with one file."""
    people = make_company(9)
    people[0].email = "clara@example.com"
    make_cycle(people, name=DRAFT, pairing=Pairing.EVERYONE)
    make_cycle(people, name=PAST, state=CycleState.PUBLISHED, published_on=LONG_AGO)
    db.session.commit()
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "workbook.csv").write_bytes(b"PK\x03\x04")
    monkeypatch.chdir(folder)
    return folder


def test_every_command_is_tried_with_bad_input(app):
    assert commands_of(app) == REFUSED.keys() | TAKE_NOTHING


def test_a_command_that_is_refused_says_why_and_changes_nothing(app, company):
    before = everything_kept()

    for command, tries in REFUSED.items():
        for words, sentence in tries:
            told = app.test_cli_runner().invoke(args=[*command.split(), *words])
            assert told.exit_code in (1, 2), (command, words, told.output)
            assert isinstance(told.exception, SystemExit), (command, words, told.exception)
            assert sentence in " ".join(told.stderr.split()), (command, words)

    assert everything_kept() == before
    assert [file.name for file in company.iterdir()] == ["workbook.csv"]


@pytest.mark.sqlite_only
def test_a_database_without_tables_is_told_in_one_sentence(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE + CLARA)
    statements = ",".join(f"s{number:02d}" for number in range(1, 15))
    (tmp_path / "past.csv").write_text(
        f"rater,subject,{statements}\n" + "a@b.com,c@b.com" + ",3" * 14
    )
    empty = replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    made = create_app(empty, testing=True)
    runner = made.test_cli_runner()

    tries = {command: WELL_PUT.get(command, found[0][0]) for command, found in REFUSED.items()}
    tries |= dict.fromkeys(TAKE_NOTHING, ())
    for command in tries.keys() - BRING_IT_UP_TO_DATE - WAITS - NEED_NO_TABLES:
        told = runner.invoke(args=[*command.split(), *tries[command]])
        assert told.exit_code == 1, (command, told.output)
        assert "no such table" in told.stderr, command
        assert told.stderr.strip().endswith("Is it up to date? flask db upgrade"), command

    with made.app_context():
        db.engine.dispose()


def test_a_demo_company_with_known_passwords_never_moves_into_production(settings):
    app = create_app(replace(settings, environment="production"), testing=True)

    with app.app_context():
        told = app.test_cli_runner().invoke(args=["demo", "fill"])

        assert (told.exit_code, told.stderr) == (
            1,
            "Error: Demo people have a known password: not in production.\n",
        )
        assert everything_kept()["person"] == []
        db.session.remove()
        db.engine.dispose()
