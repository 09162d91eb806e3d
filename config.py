"""Settings: one frozen object, read from the environment once and built by hand in tests."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

SHORTEST_SECRET = 32


class ConfigError(Exception):
    """The settings are unusable; the text lists every fault, one a line."""


@dataclass(frozen=True)
class Config:
    """Everything that differs between installations. The README explains each field."""

    secret_key: str
    environment: str = "development"
    database_url: str = ""
    data_folder: Path = field(default_factory=lambda: Path("data"))
    key_folder: Path | None = None
    company_name: str = "Full Circle"
    timezone: str = "Europe/Berlin"
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "Full Circle <full-circle@localhost>"
    paper: str = "A4"
    results_years: int = 3
    trusted_proxies: int = 0

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_named(self) -> bool:
        """Whether the company's name was set; else pages and mails say the product's once."""
        return self.company_name != Config.company_name

    @property
    def product(self) -> str:
        """How a mail names what it comes from: Full Circle at Nordlicht Hosting."""
        return f"Full Circle at {self.company_name}" if self.is_named else self.company_name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def keys(self) -> Path:
        """The folder of the key halves that must never share a backup with the database."""
        return self.key_folder or self.data_folder / "keys"

    @property
    def sqlalchemy_url(self) -> str:
        """The database; without DATABASE_URL a SQLite file in the data folder."""
        if not self.database_url:
            return f"sqlite:///{(self.data_folder / 'full-circle.sqlite').resolve()}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings from `environ` (by default the process's own).

        Raises ConfigError naming every setting that is missing, weak or malformed.
        """
        found = Environment(os.environ if environ is None else environ)
        environment = found.choice(
            "FULL_CIRCLE_ENVIRONMENT", "development", {"development", "production"}
        )
        data_folder = Path(found.text("FULL_CIRCLE_DATA", "data"))
        key_folder = found.text("FULL_CIRCLE_KEYS", "")
        settings = cls(
            secret_key=found.secret("FULL_CIRCLE_SECRET_KEY", data_folder, environment),
            environment=environment,
            database_url=found.database("DATABASE_URL"),
            data_folder=data_folder,
            key_folder=Path(key_folder) if key_folder else None,
            company_name=found.text("FULL_CIRCLE_COMPANY", cls.company_name),
            timezone=found.choice(
                "FULL_CIRCLE_TIMEZONE", cls.timezone, available_timezones(), "a time zone name"
            ),
            base_url=found.text("FULL_CIRCLE_URL", cls.base_url).rstrip("/"),
            smtp_url=found.text("FULL_CIRCLE_SMTP_URL", ""),
            mail_from=found.text("FULL_CIRCLE_MAIL_FROM", cls.mail_from),
            paper=found.choice("FULL_CIRCLE_PAPER", cls.paper, {"A4", "letter"}),
            results_years=found.number("FULL_CIRCLE_RESULTS_YEARS", cls.results_years, 1),
            trusted_proxies=found.number("FULL_CIRCLE_TRUSTED_PROXIES", cls.trusted_proxies, 0),
        )
        found.refuse_faults()
        return settings


class Environment:
    """Reads typed values and remembers every fault, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def choice(
        self, name: str, default: str, allowed: set[str], expected: str | None = None
    ) -> str:
        value = self.text(name, default)
        if value not in allowed:
            wanted = expected or " or ".join(sorted(allowed))
            self.faults.append(f"{name} is {value!r}; it must be {wanted}.")
        return value

    def number(self, name: str, default: int, smallest: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < smallest:
            self.faults.append(f"{name} is {value!r}; it must be a whole number from {smallest}.")
            return default
        return int(value)

    def database(self, name: str) -> str:
        value = self.text(name, "")
        if value and not value.startswith(("sqlite:", "postgres:", "postgresql:", "postgresql+")):
            self.faults.append(f"{name} must begin with sqlite: or postgresql:.")
        return value

    def secret(self, name: str, data_folder: Path, environment: str) -> str:
        """The secret; in development one is made once and kept in the data folder."""
        value = self.text(name, "")
        if not value and environment == "development":
            return _kept_secret(data_folder / "secret")
        if not value:
            self.faults.append(f"{name} is missing; set it to {SHORTEST_SECRET} random characters.")
        elif len(value) < SHORTEST_SECRET or len(set(value)) < 10:
            self.faults.append(
                f"{name} is weak; it must be at least {SHORTEST_SECRET} random characters."
            )
        return value

    def refuse_faults(self) -> None:
        if self.faults:
            raise ConfigError("\n".join(self.faults))


def _kept_secret(file: Path) -> str:
    """A random secret that survives restarts, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as secret:
            secret.write(os.urandom(32).hex())
    return file.read_text()
