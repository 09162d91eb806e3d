"""Reads typed settings from the environment and remembers every fault, to tell all at once."""

import os
import re
from collections.abc import Mapping
from email.errors import MessageError
from email.policy import default as email_policy
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

SHORTEST_SECRET: Final = 32
LONGEST_TEXT: Final = 100
DATABASES: Final = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")


class ConfigError(Exception):
    """The settings are unusable; the text lists every fault, one a line."""


class Environment:
    """What the environment says, and what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        """The setting as it stands there."""
        return self.environ.get(name, "").strip() or default

    def kept(self, name: str) -> str:
        """A setting that holds a secret: as it stands there, or in the file that NAME_FILE names.

        A container's secrets are files; in the environment every child process would see them.
        """
        value, place = self.text(name, ""), self.text(f"{name}_FILE", "")
        if not place:
            return value
        if value:
            self.fault(name, f"is set twice; keep either it or {name}_FILE.")
            return value
        try:
            return Path(place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "no text")
            self.fault(
                f"{name}_FILE", f"names {place[:LONGEST_TEXT]}, which cannot be used: {why}."
            )
            return ""

    def line(self, name: str, default: str) -> str:
        """A short text that pages and mails can print."""
        value = self.text(name, default)
        if len(value) > LONGEST_TEXT or not value.isprintable():
            self.fault(name, f"must be one line of at most {LONGEST_TEXT} characters.")
        return value

    def choice(
        self, name: str, default: str, allowed: set[str], expected: str | None = None
    ) -> str:
        """One of the values that are allowed."""
        value = self.text(name, default)
        if value not in allowed:
            wanted = expected or " or ".join(sorted(allowed))
            self.fault(name, f"is {value[:LONGEST_TEXT]!r}; it must be {wanted}.")
        return value

    def roles(self, name: str, known: tuple[str, ...]) -> str:
        """Some of `known`, with commas between: none where it says offered, all for required."""
        value = self.text(name, "offered")
        if value in {"offered", "required"}:
            return ",".join(known) if value == "required" else ""
        wanted = {part.strip() for part in value.split(",")}  # "hr," names an empty one
        if wanted - set(known):
            self.fault(
                name,
                f"is {value[:LONGEST_TEXT]!r}; it must be offered, required, or some of "
                f"{', '.join(known)} with commas between.",
            )
        return ",".join(role for role in known if role in wanted)

    def number(self, name: str, default: int, smallest: int, largest: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        is_number = re.fullmatch(r"[0-9]{1,9}", value)
        if not is_number or not smallest <= int(value) <= largest:
            self.fault(
                name,
                f"is {value[:LONGEST_TEXT]!r}; "
                f"it must be a whole number from {smallest} to {largest}.",
            )
            return default
        return int(value)

    def folder(self, name: str, default: str) -> Path:
        """A folder of our own: it is closed to other accounts, so it may not be everybody's."""
        folder = Path(self.text(name, default))
        if "?" in str(folder):  # there an address of SQLite begins to say something else
            self.fault(name, "must be a folder without a question mark in its name.")
        elif folder.resolve() in {Path("/"), Path.cwd(), Path("~").expanduser().resolve()}:
            self.fault(name, "must be a folder that holds nothing else.")
        elif folder.exists() and not folder.is_dir():
            self.fault(name, "is no folder.")
        return folder

    def other_folder(self, name: str) -> Path | None:
        """A folder that has a default of its own; None when it is not named."""
        return self.folder(name, "") if self.text(name, "") else None

    def database(self, name: str) -> str:
        """An address that our driver understands; empty for a SQLite file in the data folder."""
        value = self.kept(name)
        address = _split(value)
        if not value:
            return ""
        if address is None or address.scheme not in DATABASES:
            self.fault(name, "must begin with sqlite: or postgresql:, and its port be a number.")
        elif not address.path.strip("/"):
            self.fault(
                name, "names no database: sqlite:////folder/file or postgresql://user@host/name."
            )
        return value

    def address(self, name: str, default: str, *, is_production: bool) -> str:
        """Where people reach us: in production over TLS, unless it is this machine only."""
        value = self.text(name, "" if is_production else default).rstrip("/")
        address = _split(value)
        if not value:
            self.fault(name, "is missing; links in e-mails begin with it.")
        elif address is None or address.scheme not in {"http", "https"} or not address.hostname:
            self.fault(name, "must be an address such as https://review.example.com.")
        elif address.username or address.query or address.fragment or not _is_plain(value):
            self.fault(name, "must hold nothing but scheme, host, port and path.")
        elif is_production and address.scheme == "http" and not is_loopback(address.hostname):
            self.fault(
                name,
                "must begin with https: in production, or everybody on the way reads along.",
            )
        return value

    def mail_server(self, name: str) -> str:
        """The address of a mail server; empty for none."""
        value = self.kept(name)
        address = _split(value)
        is_right = address and address.scheme in {"smtp", "smtps"} and address.hostname
        if value and not (is_right and _is_plain(value)):
            self.fault(name, "must be smtp://user:password@host:587 or smtps://…, with a number.")
        return value

    def mailbox(self, name: str, default: str) -> str:
        """Whom e-mails come from."""
        value = self.text(name, default)
        if not _is_mailbox(value):
            self.fault(name, "must be one mailbox such as Full Circle <review@example.com>.")
        return value

    def person(self, name: str) -> str:
        """Somebody and their address, such as Hanna Hill <hanna@example.com>; empty for nobody."""
        value = self.text(name, "")
        if value and not (_is_mailbox(value) and "<" in value):
            self.fault(name, "must be a name and an address: Hanna Hill <hanna@example.com>.")
        return value

    def secret(self, name: str, data_folder: Path, *, is_production: bool) -> str:
        """The secret; in development one is made once and kept in the data folder."""
        value = self.kept(name)
        if not value and not is_production:
            return self._kept_secret(data_folder / "secret")
        if not value:
            self.fault(name, f"is missing; set it to {SHORTEST_SECRET} random characters.")
        elif is_weak(value):
            self.fault(name, f"is weak; it must be at least {SHORTEST_SECRET} random characters.")
        return value

    def token(self, name: str) -> str:
        """What another program shows to be let in; empty lets none in."""
        value = self.kept(name)
        if value and (is_weak(value) or not _is_plain(value) or not value.isascii()):
            self.fault(
                name,
                f"is weak; it must be at least {SHORTEST_SECRET} random letters and digits.",
            )
        return value

    def _kept_secret(self, file: Path) -> str:
        """A random secret that survives restarts, readable by its owner only."""
        try:
            if not file.exists():
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with os.fdopen(handle, "w") as secret:
                    secret.write(os.urandom(32).hex())
            value = file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{file} cannot be used: {getattr(error, 'strerror', 'no text')}.")
            return ""
        if is_weak(value):
            self.faults.append(f"{file} is damaged; delete it, and everybody signs in again.")
        return value

    def fault(self, name: str, what: str) -> None:
        """Remember what is wrong with a setting."""
        self.faults.append(f"{name} {what}")

    def refuse_faults(self) -> None:
        """Raises ConfigError when anything was wrong."""
        if self.faults:
            raise ConfigError("\n".join(self.faults))


def is_weak(secret: str) -> bool:
    """Whether a secret could be guessed."""
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < 10


def _split(value: str) -> SplitResult | None:
    """An address in its parts; None for one that has a port that is no port."""
    try:
        address = urlsplit(value)
        return address if address.port != 0 else None
    except ValueError:
        return None


def _is_plain(value: str) -> bool:
    return value.isprintable() and " " not in value


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_mailbox(value: str) -> bool:
    """Whether a mail may come from it: one name and one address, without any fault."""
    if not value.isprintable():
        return False
    try:
        header = email_policy.header_factory("From", value)
        (mailbox,) = header.addresses
    except (ValueError, IndexError, MessageError):
        return False
    return not header.defects and bool(mailbox.username and mailbox.domain)
