"""Settings: every fault is named at once, and nothing weak goes into production."""

import stat
from pathlib import Path

import pytest

from app import create_app
from config import Config, ConfigError

GOOD = {
    "FULL_CIRCLE_ENVIRONMENT": "production",
    "FULL_CIRCLE_SECRET_KEY": "k3y-0123456789-abcdefghijklmnopqrstuv",
}


def test_development_needs_no_setting_at_all(tmp_path):
    settings = Config.from_environment({"FULL_CIRCLE_DATA": str(tmp_path)})

    assert settings.timezone == "Europe/Berlin"
    assert not settings.is_production


def test_the_development_secret_survives_a_restart_and_is_for_its_owner(tmp_path):
    environ = {"FULL_CIRCLE_DATA": str(tmp_path)}

    first, second = Config.from_environment(environ), Config.from_environment(environ)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_production_without_a_secret_is_refused(tmp_path):
    environ = {"FULL_CIRCLE_ENVIRONMENT": "production", "FULL_CIRCLE_DATA": str(tmp_path)}

    with pytest.raises(ConfigError, match="FULL_CIRCLE_SECRET_KEY is missing"):
        Config.from_environment(environ)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", ["short", "a" * 64, "change-me"])
def test_production_with_a_weak_secret_is_refused(weak):
    with pytest.raises(ConfigError, match="FULL_CIRCLE_SECRET_KEY is weak") as refusal:
        Config.from_environment(GOOD | {"FULL_CIRCLE_SECRET_KEY": weak})

    assert weak not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FULL_CIRCLE_ENVIRONMENT", "staging"),
        ("FULL_CIRCLE_TIMEZONE", "Mars/Olympus"),
        ("FULL_CIRCLE_PAPER", "A3"),
        ("FULL_CIRCLE_RESULTS_YEARS", "0"),
        ("FULL_CIRCLE_RESULTS_YEARS", "many"),
        ("FULL_CIRCLE_TRUSTED_PROXIES", "-1"),
        ("DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_malformed_setting_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        Config.from_environment(GOOD | {name: value})


def test_all_faults_are_told_at_once():
    environ = GOOD | {
        "FULL_CIRCLE_SECRET_KEY": "short",
        "FULL_CIRCLE_TIMEZONE": "Mars/Olympus",
        "FULL_CIRCLE_PAPER": "A3",
        "DATABASE_URL": "mysql://localhost/x",
    }

    with pytest.raises(ConfigError) as refusal:
        Config.from_environment(environ)

    assert len(str(refusal.value).splitlines()) == 4


def test_a_database_address_of_any_spelling_uses_the_driver_we_have():
    for address in ("postgres://u@h/d", "postgresql://u@h/d"):
        settings = Config.from_environment(GOOD | {"DATABASE_URL": address})
        assert settings.sqlalchemy_url == "postgresql+psycopg://u@h/d"


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path):
    settings = Config(secret_key="x", data_folder=tmp_path)

    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path / 'full-circle.sqlite'}"


def test_keys_lie_in_a_folder_of_their_own_when_one_is_named(tmp_path):
    assert Config(secret_key="x", data_folder=tmp_path).keys == tmp_path / "keys"
    assert Config(secret_key="x", key_folder=Path("/elsewhere")).keys == Path("/elsewhere")


def test_an_address_keeps_no_closing_slash():
    settings = Config.from_environment(GOOD | {"FULL_CIRCLE_URL": "https://review.example.com/"})

    assert settings.base_url == "https://review.example.com"


def test_a_setting_of_spaces_is_no_setting():
    settings = Config.from_environment(GOOD | {"FULL_CIRCLE_COMPANY": "  "})

    assert settings.company_name == "Full Circle"


def test_the_app_does_not_start_without_a_secret_and_says_which(monkeypatch, tmp_path):
    monkeypatch.setenv("FULL_CIRCLE_ENVIRONMENT", "production")
    monkeypatch.setenv("FULL_CIRCLE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("FULL_CIRCLE_SECRET_KEY", raising=False)

    with pytest.raises(SystemExit, match="FULL_CIRCLE_SECRET_KEY is missing"):
        create_app()

    assert not (tmp_path / "data").exists()
