"""Settings: every fault is named at once, and nothing weak goes into production."""

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from app import create_app
from config import Config, ConfigError

GOOD = {
    "FULL_CIRCLE_ENVIRONMENT": "production",
    "FULL_CIRCLE_SECRET_KEY": "k3y-0123456789-abcdefghijklmnopqrstuv",
    "FULL_CIRCLE_URL": "https://review.example.com",
}

WORST = {
    "secret_key": ("FULL_CIRCLE_SECRET_KEY", ["", "short", "a" * 64, "change-me " * 8]),
    "environment": ("FULL_CIRCLE_ENVIRONMENT", ["staging", "Production", "x" * 100_000]),
    "database_url": (
        "DATABASE_URL",
        [
            "mysql://localhost/x",
            "postgresql+asyncpg://u@h/d",
            "postgresql://u@host:port/name",
            "postgresql://u@host:99999/name",
            "postgresql://u@host",
            "postgresql:",
            "sqlite://",  # a database in memory: each process would have its own
            "sqlite:///",
            "sqlite://[/x",
        ],
    ),
    "data_folder": ("FULL_CIRCLE_DATA", ["/", ".", "/etc/hostname", "/tmp/what?"]),
    "key_folder": ("FULL_CIRCLE_KEYS", ["/", "data", "data/keys", ".", "/etc/hostname"]),
    "company_name": ("FULL_CIRCLE_COMPANY", ["x" * 101, "Two\nLines", "A\u202eB"]),
    "timezone": ("FULL_CIRCLE_TIMEZONE", ["Mars/Olympus", "../../etc/passwd", "europe/berlin"]),
    "base_url": (
        "FULL_CIRCLE_URL",
        [
            "",
            "review.example.com",
            "//review.example.com",
            "ftp://review.example.com",
            "javascript:alert(1)",
            "https://",
            "https://review.example.com:port",
            "https://review.example.com:0",
            "https://me:secret@review.example.com",
            "https://review.example.com/?a=1",
            "https://review.example.com/#a",
            "https://review example.com",
            "http://review.example.com",
            "http://10.0.0.5:8000",
            "http://127.0.0.1.example.com",
        ],
    ),
    "smtp_url": (
        "FULL_CIRCLE_SMTP_URL",
        [
            "mail.example.com",
            "mail.example.com:587",
            "http://mail.example.com",
            "smtp://",
            "smtp://mail.example.com:mail",
            "smtp://mail.example.com:0",
            "smtp://mail.example.com:70000",
            "smtp://mail example.com",
        ],
    ),
    "mail_from": (
        "FULL_CIRCLE_MAIL_FROM",
        [
            "Full Circle",
            "review@",
            "@example.com",
            "Full Circle <>",
            "a@example.com, b@example.com",
            "Review <a@example.com>\nBcc: c@example.com",
            "Review <a b@example.com>",
        ],
    ),
    "paper": ("FULL_CIRCLE_PAPER", ["A3", "a4"]),
    "results_years": (
        "FULL_CIRCLE_RESULTS_YEARS",
        ["0", "many", "-1", "101", "9" * 5000, "²", "٣"],
    ),
    "first_hr": ("FULL_CIRCLE_FIRST_HR", ["Hanna", "hanna@example.com", "x" * 400, "A\nB <a@b.c>"]),
    "mails_per_minute": ("FULL_CIRCLE_MAILS_PER_MINUTE", ["-1", "0", "1.5", "many"]),
    "metrics_token": ("FULL_CIRCLE_METRICS_TOKEN", ["short", "a" * 64, "two words " * 8]),
    "log_format": ("FULL_CIRCLE_LOG", ["JSON", "pretty", "x" * 400]),
    "slow_statement_ms": ("FULL_CIRCLE_SLOW_STATEMENT_MS", ["-1", "1.5", "600001", "never"]),
    "count_memory_mb": ("FULL_CIRCLE_COUNT_MEMORY_MB", ["-1", "0", "1.5", "2 GB", "1000001"]),
    "count_processes": ("FULL_CIRCLE_COUNT_PROCESSES", ["-1", "65", "1.5", "all"]),
    "second_factor": ("FULL_CIRCLE_SECOND_FACTOR", ["yes", "hr,", "hr;board", "HR", "everybody"]),
    "providers": (
        "FULL_CIRCLE_SSO",
        ["ENTRA", "a/b", "entra entra", "x" * 21, "a b c d e f g h i"],
    ),
    "has_passwords": ("FULL_CIRCLE_PASSWORDS", ["no", "OFF", "0"]),
    "trusted_proxies": ("FULL_CIRCLE_TRUSTED_PROXIES", ["-1", "11", "1.5", "yes"]),
}
"""For each field of the settings its name in the environment, and what production refuses."""


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


def test_every_setting_has_its_worst_input_tried():
    typed = {field.name for field in fields(Config)} - {"given"}  # which of them were set
    assert WORST.keys() == typed


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WORST.values() for value in values]
)
def test_production_refuses_it_in_one_sentence(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError) as refusal:
        Config.from_environment(GOOD | {name: value})

    (sentence,) = str(refusal.value).splitlines()
    assert sentence.startswith(name)
    assert len(sentence) < 300
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FULL_CIRCLE_URL", "http://127.0.0.1:8000"),
        ("FULL_CIRCLE_URL", "http://localhost"),
        ("FULL_CIRCLE_URL", "http://[::1]:8000"),
        ("FULL_CIRCLE_URL", "https://example.com:8443/review"),
        ("FULL_CIRCLE_SMTP_URL", "smtp://me:p%40ss@mail.example.com:587"),
        ("FULL_CIRCLE_SMTP_URL", "smtps://mail.example.com"),
        ("FULL_CIRCLE_MAIL_FROM", "review@example.com"),
        ("FULL_CIRCLE_MAIL_FROM", '"Müller, Review" <review@example.com>'),
        ("DATABASE_URL", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql:///name?host=/run/postgresql"),
        ("DATABASE_URL", "sqlite:////srv/data/full-circle.sqlite"),
        ("FULL_CIRCLE_KEYS", "/srv/keys"),
        ("FULL_CIRCLE_COMPANY", "Nordlicht Hosting GmbH & Co. KG"),
    ],
)
def test_production_takes_what_is_right(name, value):
    assert Config.from_environment(GOOD | {name: value}).is_production


def test_keys_beside_the_database_are_refused_in_production(tmp_path):
    environ = GOOD | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/full-circle.sqlite",
        "FULL_CIRCLE_DATA": f"{tmp_path}/data",
        "FULL_CIRCLE_KEYS": f"{tmp_path}/keys",
    }

    with pytest.raises(ConfigError, match="FULL_CIRCLE_KEYS must be a folder apart"):
        Config.from_environment(environ)


def test_development_may_say_no_address_or_one_without_tls():
    assert Config.from_environment(
        {"FULL_CIRCLE_SECRET_KEY": GOOD["FULL_CIRCLE_SECRET_KEY"], "FULL_CIRCLE_URL": "http://dev"}
    )


def test_a_damaged_secret_is_not_used(tmp_path):
    (tmp_path / "secret").write_text("")

    with pytest.raises(ConfigError, match="secret is damaged"):
        Config.from_environment({"FULL_CIRCLE_DATA": str(tmp_path)})


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


def test_keys_lie_in_a_folder_of_their_own(tmp_path):
    assert Config(secret_key="x", data_folder=tmp_path / "data").keys == tmp_path / "data-keys"
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


def test_secrets_may_lie_in_files_of_their_own(tmp_path):
    values = {
        "FULL_CIRCLE_SECRET_KEY": GOOD["FULL_CIRCLE_SECRET_KEY"],
        "DATABASE_URL": "postgresql://u:p@host/name",
        "FULL_CIRCLE_SMTP_URL": "smtp://u:p@host:587",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in values}

    found = Config.from_environment({**without_secret(GOOD), **files})

    assert (found.secret_key, found.database_url, found.smtp_url) == tuple(values.values())


def without_secret(environ):
    return {name: value for name, value in environ.items() if "SECRET" not in name}


def test_a_secret_that_is_set_twice_or_in_no_file_is_a_fault():
    with pytest.raises(ConfigError) as told:
        Config.from_environment(
            {**GOOD, "FULL_CIRCLE_SECRET_KEY_FILE": "/x", "DATABASE_URL_FILE": "/nowhere/at/all"}
        )

    assert "FULL_CIRCLE_SECRET_KEY is set twice" in str(told.value)
    assert "DATABASE_URL_FILE names /nowhere/at/all" in str(told.value)


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("offered", set()),
        ("", set()),
        ("required", {"hr", "board", "managers"}),
        ("managers, hr", {"hr", "managers"}),
    ],
)
def test_roles_that_need_a_second_factor_are_named_or_all(tmp_path, said, roles):
    settings = Config.from_environment(
        {"FULL_CIRCLE_DATA": str(tmp_path), "FULL_CIRCLE_SECOND_FACTOR": said}
    )

    assert settings.factor_roles == roles
    assert ("second_factor" in settings.given) is bool(said)


PROVIDER = {
    "FULL_CIRCLE_SSO": "entra, google",
    "FULL_CIRCLE_SSO_ENTRA_ISSUER": "https://login.example.com/tenant/v2.0",
    "FULL_CIRCLE_SSO_ENTRA_CLIENT_ID": "id",
    "FULL_CIRCLE_SSO_ENTRA_CLIENT_SECRET": "secret",
    "FULL_CIRCLE_SSO_GOOGLE_ISSUER": "https://accounts.example.com/",
    "FULL_CIRCLE_SSO_GOOGLE_CLIENT_ID": "other",
    "FULL_CIRCLE_SSO_GOOGLE_CLIENT_SECRET": "other-secret",
    "FULL_CIRCLE_SSO_GOOGLE_LABEL": "Google Workspace",
    "FULL_CIRCLE_SSO_GOOGLE_REQUIRED_CLAIM": "hd=example.com",
}


def test_several_sign_in_providers_are_read_with_what_is_said_of_each(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")
    environ = GOOD | PROVIDER | {"FULL_CIRCLE_SSO_ENTRA_CLIENT_SECRET_FILE": str(secret)}
    del environ["FULL_CIRCLE_SSO_ENTRA_CLIENT_SECRET"]

    settings = Config.from_environment(environ)

    entra, google = settings.providers
    assert (entra.label, entra.client_secret) == ("Entra", "from-a-file")
    assert google.issuer == "https://accounts.example.com/"
    assert google.required == ("hd", "example.com")
    assert settings.provider_labels == "Entra or Google Workspace"
    assert settings.provider("google") is google
    assert settings.provider("other") is None


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("ISSUER", ""),
        ("ISSUER", "login.example.com"),
        ("ISSUER", "http://login.example.com"),
        ("ISSUER", "https://login.example.com?a=b"),
        ("ISSUER", "https://me@login.example.com"),
        ("ISSUER", "https://login.example.com:0"),
        ("ISSUER", "https://login example.com"),
        ("ISSUER", "https://[x"),
        ("CLIENT_ID", ""),
        ("CLIENT_SECRET", ""),
        ("LABEL", "x" * 101),
        ("REQUIRED_CLAIM", "hd"),
        ("REQUIRED_CLAIM", "=example.com"),
    ],
)
def test_a_provider_that_is_described_wrongly_is_refused_in_one_sentence(part, value):
    with pytest.raises(ConfigError) as refusal:
        Config.from_environment(GOOD | PROVIDER | {f"FULL_CIRCLE_SSO_ENTRA_{part}": value})

    assert str(refusal.value).startswith(f"FULL_CIRCLE_SSO_ENTRA_{part} ")
    assert len(str(refusal.value).splitlines()) == 1


def test_without_passwords_and_without_a_provider_nobody_could_sign_in():
    with pytest.raises(ConfigError, match="nobody could sign in"):
        Config.from_environment(GOOD | {"FULL_CIRCLE_PASSWORDS": "off"})

    assert not Config.from_environment(
        GOOD | PROVIDER | {"FULL_CIRCLE_PASSWORDS": "off"}
    ).has_passwords
