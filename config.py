"""Settings: one frozen object, read from the environment once and built by hand in tests."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from environment import ConfigError, Environment
from sign_in_providers import Provider, providers_in

__all__ = ["Config", "ConfigError"]


OF_COMPANY: Final = {
    "company_name": "FULL_CIRCLE_COMPANY",
    "timezone": "FULL_CIRCLE_TIMEZONE",
    "paper": "FULL_CIRCLE_PAPER",
    "mail_from": "FULL_CIRCLE_MAIL_FROM",
    "results_years": "FULL_CIRCLE_RESULTS_YEARS",
    "second_factor": "FULL_CIRCLE_SECOND_FACTOR",
}
"""Settings that HR may set on a page where the environment does not, by their field."""
ENVIRONMENTS: Final = {"development", "production"}
FACTOR_ROLES: Final = ("hr", "board", "managers")
"""Whom a second factor may be required of: they read what is said about others, or act for all."""
KEYS_SHARED: Final = (
    "FULL_CIRCLE_KEYS must be a folder apart from data and database: whoever copies both can read "
    "every ballot."
)


NO_WAY_IN: Final = (
    "FULL_CIRCLE_PASSWORDS is off and FULL_CIRCLE_SSO names no provider: nobody could sign in."
)


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
    mails_per_minute: int = 3000
    paper: str = "A4"
    results_years: int = 3
    second_factor: str = ""
    """The roles that need one, with commas between; empty where it is offered only."""
    trusted_proxies: int = 0
    first_hr: str = ""
    metrics_token: str = ""
    log_format: str = "plain"
    slow_statement_ms: int = 1000
    count_memory_mb: int = 2048
    """About how much memory a count may take before it tallies its subjects in parts."""
    count_processes: int = 0
    """How many processes open the ballots of a count; 0 for one on each processor."""
    providers: tuple[Provider, ...] = ()
    """Who else may say who is signing in, in the order of their buttons."""
    has_passwords: bool = True
    given: frozenset[str] = frozenset()
    """Fields that the environment set, so that HR cannot set them on a page."""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_named(self) -> bool:
        """Whether the company's name was set; else pages and mails say the product's once."""
        return self.company_name != Config.company_name

    @property
    def factor_roles(self) -> frozenset[str]:
        """The roles whose people need a second factor: hr, board, managers."""
        return frozenset(filter(None, self.second_factor.split(",")))

    @property
    def product(self) -> str:
        """How a mail names what it comes from: Full Circle at Nordlicht Hosting."""
        return f"Full Circle at {self.company_name}" if self.is_named else self.company_name

    @property
    def provider_labels(self) -> str:
        """The sign-in providers as a sentence names them: "Microsoft or Google"; empty for none."""
        return " or ".join(provider.label for provider in self.providers)

    def provider(self, name: str) -> Provider | None:
        """The sign-in provider that addresses call `name`; None for one that is not set."""
        return next((one for one in self.providers if one.name == name), None)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def keys(self) -> Path:
        """The folder of the key halves that must never share a backup with the database."""
        data = self.data_folder.resolve()
        return self.key_folder or data.with_name(f"{data.name}-keys")

    @property
    def database_file(self) -> Path | None:
        """Where SQLite keeps the database; None for PostgreSQL."""
        kind, _, place = self.sqlalchemy_url.partition(":///")
        return Path(place.partition("?")[0]).resolve() if kind == "sqlite" else None

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
        environment = found.choice("FULL_CIRCLE_ENVIRONMENT", "development", ENVIRONMENTS)
        is_production = environment == "production"
        data_folder = found.folder("FULL_CIRCLE_DATA", "data")
        settings = cls(
            secret_key=found.secret(
                "FULL_CIRCLE_SECRET_KEY", data_folder, is_production=is_production
            ),
            environment=environment,
            database_url=found.database("DATABASE_URL"),
            data_folder=data_folder,
            key_folder=found.other_folder("FULL_CIRCLE_KEYS"),
            company_name=found.line("FULL_CIRCLE_COMPANY", cls.company_name),
            timezone=found.choice(
                "FULL_CIRCLE_TIMEZONE", cls.timezone, available_timezones(), "a time zone name"
            ),
            base_url=found.address("FULL_CIRCLE_URL", cls.base_url, is_production=is_production),
            smtp_url=found.mail_server("FULL_CIRCLE_SMTP_URL"),
            mail_from=found.mailbox("FULL_CIRCLE_MAIL_FROM", cls.mail_from),
            mails_per_minute=found.number(
                "FULL_CIRCLE_MAILS_PER_MINUTE", cls.mails_per_minute, 1, 100_000
            ),
            paper=found.choice("FULL_CIRCLE_PAPER", cls.paper, {"A4", "letter"}),
            results_years=found.number("FULL_CIRCLE_RESULTS_YEARS", cls.results_years, 1, 100),
            second_factor=found.roles("FULL_CIRCLE_SECOND_FACTOR", FACTOR_ROLES),
            trusted_proxies=found.number("FULL_CIRCLE_TRUSTED_PROXIES", cls.trusted_proxies, 0, 10),
            first_hr=found.person("FULL_CIRCLE_FIRST_HR"),
            **_how_it_counts(found),
            **_how_it_is_watched(found),
            **_how_people_sign_in(found),
            given=frozenset(field for field, name in OF_COMPANY.items() if found.text(name, "")),
        )
        found.faults += [] if found.faults else settings.contradictions()
        found.refuse_faults()
        return settings

    def contradictions(self) -> list[str]:
        """What does not go together, a sentence for each."""
        found = [KEYS_SHARED] if self.keys_share_a_folder() else []
        return found if self.has_passwords or self.providers else [*found, NO_WAY_IN]

    def keys_share_a_folder(self) -> bool:
        """Whether somebody who copies the folder of the data or the database has the keys too."""
        keys, others = self.keys.resolve(), [self.data_folder.resolve()]
        if self.is_production and self.database_file:
            others.append(self.database_file.parent)
        return any(keys.is_relative_to(one) or one.is_relative_to(keys) for one in others)


def _how_it_counts(found: Environment) -> dict[str, Any]:
    """Settings of the count of very many ballots."""
    memory = Config.count_memory_mb
    return {
        "count_memory_mb": found.number("FULL_CIRCLE_COUNT_MEMORY_MB", memory, 1, 1_000_000),
        "count_processes": found.number("FULL_CIRCLE_COUNT_PROCESSES", 0, 0, 64),
    }


def _how_it_is_watched(found: Environment) -> dict[str, Any]:
    """Settings of figures and of the log."""
    slow = Config.slow_statement_ms
    return {
        "metrics_token": found.token("FULL_CIRCLE_METRICS_TOKEN"),
        "log_format": found.choice("FULL_CIRCLE_LOG", Config.log_format, {"plain", "json"}),
        "slow_statement_ms": found.number("FULL_CIRCLE_SLOW_STATEMENT_MS", slow, 0, 600_000),
    }


def _how_people_sign_in(found: Environment) -> dict[str, Any]:
    """Settings of sign-in providers and of passwords."""
    return {
        "providers": providers_in(found, "FULL_CIRCLE_SSO"),
        "has_passwords": found.choice("FULL_CIRCLE_PASSWORDS", "on", {"on", "off"}) == "on",
    }
