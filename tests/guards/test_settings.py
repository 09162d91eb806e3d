"""docs/operations.md explains every setting, and none that does not exist."""

import re
from dataclasses import fields

import pytest

from config import Config
from tests.guards.places import ROOT

NAMES = re.compile(r'found\.\w+\(\s*"([A-Z_]+)"')
OPERATIONS = ROOT / "docs" / "operations.md"


def settings_read() -> list[str]:
    """Names of the environment that config.py asks for."""
    return NAMES.findall((ROOT / "config.py").read_text())


def test_every_field_is_read_from_the_environment():
    described = {"given"}  # which of the others were set; no setting itself
    assert len(settings_read()) == len({field.name for field in fields(Config)} - described)
    assert len(set(settings_read())) == len(settings_read())


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_is_explained(name):
    assert f"| `{name}` |" in OPERATIONS.read_text()


def test_no_setting_is_explained_that_does_not_exist():
    named = set(re.findall(r"`(FULL_CIRCLE_[A-Z_]+)", OPERATIONS.read_text()))

    assert named - {f"{name}_FILE" for name in settings_read()} <= set(settings_read())
