"""Commands start without what they do not use, and the worker with everything that it does."""

import subprocess
import sys

import click
import pytest
from flask.cli import ScriptInfo

from app.cli import GROUPS, OWN_FILES
from app.cli.jobs import WITH_JOBS
from app.infra import commands
from tests.commands import names_in
from tests.guards.places import APP, ROOT

HEAVY = frozenset(
    {
        "argon2",
        "authlib",
        "email_validator",
        "huey",
        "numpy",
        "PIL",
        "prometheus_client",
        "reportlab",
        "requests",
        "segno",
        "uharfbuzz",
        "webauthn",
        "xlsxwriter",
        "zxcvbn",
    }
)
"""Packages that take long to import; none of these commands needs one."""
QUICK = (("--help",), ("people", "list"), ("cycle", "list"))
STARTING = """
import sys
from flask.cli import main

try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}))
    print(*sorted(name for name in sys.modules if ".views" in name))
"""


@pytest.mark.parametrize("words", QUICK, ids=" ".join)
@pytest.mark.sqlite_only
def test_a_quick_command_imports_no_view_and_nothing_heavy(words, app, tmp_path):
    settings = app.config["SETTINGS"]
    environment = {
        "FULL_CIRCLE_SECRET_KEY": settings.secret_key,
        "FULL_CIRCLE_DATA": str(settings.data_folder),
        "DATABASE_URL": settings.database_url,
        "PATH": "",
    }

    told = subprocess.run(
        [sys.executable, "-c", STARTING, "--app", "app:create_app", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    packages, views = (line.split() for line in told.stdout.splitlines()[-2:])
    assert told.returncode == 0, told.stderr
    assert "sqlalchemy" in packages
    assert HEAVY & set(packages) == set()
    assert views == []


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
