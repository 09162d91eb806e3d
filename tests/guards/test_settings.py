"""docs/operations.md explains every setting, and none that does not exist."""

import re
from dataclasses import fields

import pytest

from config import Config
from sign_in_providers import NAMES as SSO
from sign_in_providers import PARTS
from tests.guards.places import ROOT

NAMES = re.compile(r'(?:found\.\w+\(\s*|providers_in\(found, )"([A-Z_]+)"')
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


@pytest.mark.parametrize("part", PARTS)
def test_everything_that_is_set_of_a_sign_in_provider_is_explained(part):
    assert f"| `{SSO}_NAME_{part}` |" in OPERATIONS.read_text()


def test_no_setting_is_explained_that_does_not_exist():
    named = set(re.findall(r"`(FULL_CIRCLE_[A-Z_]+)", OPERATIONS.read_text()))

    known = {*settings_read(), *(f"{SSO}_NAME_{part}" for part in PARTS)}
    assert named - {f"{name}_FILE" for name in known} <= known
