"""What is imported is pinned, and what is pinned is needed."""

import ast
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions, version

import pytest

from tests.guards.places import ROOT, SETTINGS, nodes, python_files

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)$")
NOT_IMPORTED = {
    "manimgx-fonts",  # typefaces, found by their folder: app/pdf/engine/other_scripts.py
    "paperang-p2-fonts-cjk",  # a typeface, found the same way
    "granian",  # serves the app: Makefile
    "psycopg-binary",  # the C part of psycopg
    "rl-accel",  # makes ReportLab fast
    "tzdata",  # time zones where the system has none
    "psycopg",  # named in the database's address
}


def canonical(name: str) -> str:
    """One spelling for all: rl_accel and RL.accel are rl-accel."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    """Names and versions in a requirements file."""
    lines = (ROOT / file).read_text().splitlines()
    found = [PIN.match(line) for line in lines]
    return {canonical(pin.group(1)): pin.group(2) for pin in found if pin}


def first_block(file: str) -> set[str]:
    """The packages we chose ourselves, above the ones they need."""
    text = (ROOT / file).read_text().partition("# What these need")[0]
    return {canonical(pin.group(1)) for pin in map(PIN.match, text.splitlines()) if pin}


@cache
def owners() -> Mapping[str, list[str]]:
    """The distributions that every installed module comes from."""
    return packages_distributions()


def imported(*folders: str) -> set[str]:
    """Distributions whose modules are imported in `folders`."""
    files = [*python_files(*folders), *SETTINGS]
    modules = set()
    for node in (node for file in files for node in nodes(file)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").partition(".")[0])
    ours = {"app", "tests", *(file.stem for file in SETTINGS)}
    foreign = modules - set(sys.stdlib_module_names) - ours
    return {canonical(owners()[module][0]) for module in foreign}


def test_what_the_app_imports_is_what_it_pins():
    assert first_block("requirements.txt") - NOT_IMPORTED == (
        imported("app", "migrations") - NOT_IMPORTED
    )


def test_what_tests_import_is_pinned():
    assert (
        imported("tests") <= pins("requirements.txt").keys() | pins("tests/requirements.txt").keys()
    )


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_line_is_an_exact_pin(file):
    for line in (ROOT / file).read_text().splitlines():
        assert (
            not line or line.startswith("#") or line == "-r ../requirements.txt" or PIN.match(line)
        )


def test_what_is_installed_is_what_is_pinned():
    wanted = pins("requirements.txt") | pins("tests/requirements.txt")

    assert {name: version(name) for name in wanted} == wanted
