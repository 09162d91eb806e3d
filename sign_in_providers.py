"""Sign-in providers: which ones the environment names, and what it says of each."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from environment import Environment, is_loopback

NAMES: Final = "FULL_CIRCLE_SSO"
PARTS: Final = (
    *("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL"),
    *("VERIFIED_CLAIM", "NUMBER_CLAIM", "REQUIRED_CLAIM"),
)
"""What may be said of each provider: FULL_CIRCLE_SSO_<NAME>_<PART>."""
MOST: Final = 8
VERIFIED: Final = "email_verified"
"""The claim by which OpenID Connect says that an address was verified."""


@dataclass(frozen=True)
class Provider:
    """Somebody else who says who is signing in, by OpenID Connect."""

    name: str
    """Part of our addresses, such as entra."""
    label: str
    """What buttons and sentences call it, such as Microsoft."""
    issuer: str
    client_id: str
    client_secret: str
    verified_claim: str = VERIFIED
    """Which claim says that the address in `email` was verified."""
    number_claim: str = ""
    """Which claim holds the personnel number; empty where none does."""
    required_claim: str = ""
    """A claim and the value that it must have, as name=value; empty for none."""

    @property
    def required(self) -> tuple[str, str]:
        """The name and the value of the claim that must be there."""
        name, _, value = self.required_claim.partition("=")
        return name, value


def providers_in(found: Environment, setting: str) -> tuple[Provider, ...]:
    """Every provider that `setting` names, as the environment describes it; notes each fault."""
    names = found.text(setting, "").replace(",", " ").split()
    if any(not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name) for name in names):
        found.fault(setting, "must be short names such as entra or google, with spaces between.")
        return ()
    if len(names) > MOST or len(set(names)) < len(names):
        found.fault(setting, f"must name each provider once, and {MOST} at most.")
        return ()
    return tuple(_provider(found, setting, name) for name in names)


def _provider(found: Environment, setting: str, name: str) -> Provider:
    begin = f"{setting}_{name.upper()}_"
    provider = Provider(
        name=name,
        label=found.line(f"{begin}LABEL", name.capitalize()),
        issuer=found.text(f"{begin}ISSUER", ""),
        client_id=found.line(f"{begin}CLIENT_ID", ""),
        client_secret=found.kept(f"{begin}CLIENT_SECRET"),
        verified_claim=found.line(f"{begin}VERIFIED_CLAIM", VERIFIED),
        number_claim=found.line(f"{begin}NUMBER_CLAIM", ""),
        required_claim=found.line(f"{begin}REQUIRED_CLAIM", ""),
    )
    for part in ("client_id", "client_secret"):
        if not getattr(provider, part):
            found.fault(f"{begin}{part.upper()}", "is missing; the provider gives it to you.")
    if not _is_issuer(provider.issuer):
        found.fault(
            f"{begin}ISSUER", "must be the provider's issuer, such as https://login.example.com."
        )
    if provider.required_claim and not all(provider.required):
        found.fault(f"{begin}REQUIRED_CLAIM", "must be a claim and its value: hd=example.com.")
    return provider


def _is_issuer(value: str) -> bool:
    """Whether it may be asked who somebody is: over TLS, or on this machine."""
    try:
        address = urlsplit(value)
        is_whole = address.port != 0 and bool(address.hostname) and value.isprintable()
    except ValueError:
        return False
    if not is_whole or " " in value or address.query or address.fragment or address.username:
        return False
    is_near = address.scheme == "http" and is_loopback(address.hostname or "")
    return address.scheme == "https" or is_near
