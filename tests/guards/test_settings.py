"""The README keeps what it says: settings, targets, pictures, floors."""

import os
import re
import subprocess
from dataclasses import fields

import pytest

from config import Config
from tests.guards.places import ROOT

NAMES = re.compile(r'found\.\w+\(\s*"([A-Z_]+)"')
README = ROOT / "README.md"


def settings_read() -> list[str]:
    """Names of the environment that config.py asks for."""
    return NAMES.findall((ROOT / "config.py").read_text())


def test_every_field_is_read_from_the_environment():
    assert len(settings_read()) == len(fields(Config))
    assert len(set(settings_read())) == len(settings_read())


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_stands_in_the_readme(name):
    assert f"`{name}`" in README.read_text()


def test_the_readme_names_no_setting_that_does_not_exist():
    named = set(re.findall(r"`(FULL_CIRCLE_[A-Z_]+)`", README.read_text()))

    assert named <= set(settings_read())


def test_the_readme_names_only_targets_that_exist():
    named = set(re.findall(r"`make ([a-z-]+)", README.read_text()))
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert named <= made
    assert {"run", "test"} <= named


def test_what_the_readme_shows_and_links_is_there():
    linked = re.findall(r"\]\(([^)#:]+)\)", README.read_text())

    assert [name for name in linked if not (ROOT / name).is_file()] == []
    assert sum(name.endswith(".png") for name in linked) >= 2


def test_the_floor_plan_in_the_readme_names_every_package():
    plan = README.read_text().partition("## Floor plan")[2].partition("\n## ")[0]
    drawn = {name for line in plan.splitlines() if line[:4] == "    " for name in line.split()}

    packages = {file.parent.name for file in (ROOT / "app").glob("*/__init__.py")}
    assert packages - drawn == set()


def make(*words, **environ):
    told = subprocess.run(
        ["make", "--silent", "--no-print-directory", *words],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


def test_help_says_what_every_named_target_does():
    named = set(re.findall(r"`make ([a-z-]+)", README.read_text())) - {"help"}

    explained = dict(re.findall(r"^ +make ([a-z-]+) +(\S.+)$", make("help"), re.MULTILINE))

    assert named <= explained.keys()
    assert make() == make("help")


def test_what_python_has_compiled_is_kept_whatever_the_machine_says():
    seen = make("--eval=ask: ; @env", "ask", PYTHONDONTWRITEBYTECODE="1")

    assert "PATH=" in seen
    assert "PYTHONDONTWRITEBYTECODE" not in seen
