"""Commands start without what they do not use, and the worker with everything that it does."""

import subprocess
import sys

import click
import pytest
from flask.cli import ScriptInfo

from app.cli import GROUPS, OWN_FILES
from app.cli.jobs import WITH_JOBS
from app.infra import commands
from app.infra.db import db
from app.people import name_order
from tests.commands import names_in
from tests.factories import make_person
from tests.guards.places import APP, ROOT

HEAVY = frozenset(
    {
        "alembic",
        "argon2",
        "authlib",
        "email_validator",
        "huey",
        "numpy",
        "PIL",
        "prometheus_client",
        "psycopg",
        "reportlab",
        "requests",
        "segno",
        "uharfbuzz",
        "webauthn",
        "wtforms",
        "xlsxwriter",
        "zxcvbn",
    }
)
"""Packages that take long to import; none of these commands needs one."""
TABLES = {f"app.{file.parent.name}.models" for file in APP.glob("*/models.py")}
QUICK: dict[str, set[str]] = {
    "--help": set(),
    "people list": {"app.people.models"},
    "cycle list": {"app.cycles.models", "app.questionnaires.models"},
}
"""The features of whose tables these commands know."""
STARTING = """
import sys
from flask.cli import main

try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}))
    print(*sorted(name for name in sys.modules if name.startswith("app.")))
"""


def modules_after(command, app):
    """The packages and the modules of ours that a command has imported, in its own process."""
    settings = app.config["SETTINGS"]
    environment = {
        "FULL_CIRCLE_SECRET_KEY": settings.secret_key,
        "FULL_CIRCLE_DATA": str(settings.data_folder),
        "DATABASE_URL": settings.database_url,
        "PATH": "",
    }
    told = subprocess.run(
        [sys.executable, "-c", STARTING, "--app", "app:create_app", *command.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    packages, ours = (set(line.split()) for line in told.stdout.splitlines()[-2:])
    return packages, ours


@pytest.mark.parametrize("command", QUICK)
@pytest.mark.sqlite_only
def test_a_quick_command_imports_nothing_heavy_and_no_other_tables(command, app):
    packages, ours = modules_after(command, app)

    assert "sqlalchemy" in packages
    assert HEAVY & packages == set()
    assert not any(".views" in name for name in ours)
    assert ours & TABLES == QUICK[command]


def test_people_are_listed_by_the_order_that_is_kept_with_their_names(app, monkeypatch):
    for name in ("Zoe Zander", "Özlem Öz", "Ágnes Ács"):
        make_person(name=name)
    db.session.commit()
    monkeypatch.delattr(name_order, "_collator")  # its table takes half a second to read

    told = app.test_cli_runner().invoke(args=["people", "list"])

    assert [line.partition("\t")[0] for line in told.output.splitlines()] == [
        "Ágnes Ács",
        "Özlem Öz",
        "Zoe Zander",
    ]


@pytest.mark.sqlite_only
def test_any_other_command_knows_every_table(app):
    _, ours = modules_after("audit verify", app)

    assert ours >= TABLES


def test_every_file_of_commands_belongs_to_a_group():
    own = {file for files in OWN_FILES.values() for file in files.values()}
    texts = {file.stem: file.read_text() for file in (APP / "cli").glob("*.py")}
    files = {name for name, text in texts.items() if "\ncommands = AppGroup(" in text}

    assert files == GROUPS.keys() | own


def test_a_command_in_a_file_of_its_own_is_found_by_its_name(app):
    for group, files in OWN_FILES.items():
        found = app.cli.commands[group]

        assert files.keys() < set(names_in(found))
        for name in names_in(found):
            assert found.get_command(click.Context(found), name).name == name


def test_the_worker_knows_the_jobs_of_every_feature():
    features = {file.parent.name for file in APP.glob("*/jobs.py")} - {"infra", "cli"}

    assert features == set(WITH_JOBS)


@pytest.mark.parametrize(
    ("command", "needs_pages"),
    [("flask", False), ("upgrade", False), ("run", True), ("routes", True)],
)
def test_only_a_command_that_serves_pages_gets_them(command, needs_pages):
    with click.Context(click.Command(command), info_name=command, obj=ScriptInfo()):
        assert commands.needs_pages() is needs_pages
        assert commands.is_command()


def test_whatever_is_no_command_gets_every_page():
    assert commands.needs_pages()
    assert not commands.is_command()
