"""What a sign-in provider says about itself: its addresses and its keys, kept for an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.infra import clock
from app.infra.openid.refusals import MisfitError, SilentProviderError
from app.infra.openid.talking import session_with, talk
from sign_in_providers import Provider

KEPT: Final = timedelta(hours=1)
USABLE: Final = timedelta(days=1)
"""So long what is known goes on to be used while the provider is silent."""
KEYS_APART: Final = timedelta(minutes=1)
"""So long after keys were read an unknown key is a forged one."""
WELL_KNOWN: Final = "/.well-known/openid-configuration"
SIGNATURES: Final = ("RS256", "PS256", "ES256", "RS512", "PS512", "ES512", "RS384", "ES384")
"""Signatures with a provider's own key; "none", and the secret that we know too, are none."""


@dataclass(frozen=True)
class Discovery:
    """Where a provider is asked what, and the keys that it signs with."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    algorithms: tuple[str, ...]
    takes_secret_in_header: bool
    keys: KeySet
    read_at: datetime
    keys_read_at: datetime


_known: dict[str, Discovery] = {}


def about(provider: Provider) -> Discovery:
    """What `provider` says about itself. Raises ProviderError where it says nothing usable."""
    known, now = _known.get(provider.issuer), clock.now()
    if known and timedelta(0) <= now - known.read_at < KEPT:
        return known
    try:
        fresh = talk(provider, lambda: _read(provider, now))
    except SilentProviderError:
        if known and timedelta(0) <= now - known.read_at < USABLE:
            return known
        raise
    _known[provider.issuer] = fresh
    return fresh


def with_newer_keys(provider: Provider, known: Discovery) -> Discovery | None:
    """The same with the keys of this minute: it may have begun to sign with another one.

    None where they were read just now, so that forged key ids cost the provider nothing.
    """
    now = clock.now()
    if timedelta(0) <= now - known.keys_read_at < KEYS_APART:
        return None
    keys = talk(provider, lambda: _keys(provider, known.jwks_uri))
    newer = replace(known, keys=keys, keys_read_at=now)
    _known[provider.issuer] = newer
    return newer


def forget() -> None:
    """Ask every provider anew."""
    _known.clear()


def _read(provider: Provider, now: datetime) -> Discovery:
    said = _json(provider, f"{provider.issuer.rstrip('/')}{WELL_KNOWN}")
    if said.get("issuer") != provider.issuer:
        raise MisfitError(
            provider.label, f"it says that its issuer is {str(said.get('issuer'))[:200]!r}"
        )
    signed = said.get("id_token_signing_alg_values_supported")
    signatures = tuple(one for one in SIGNATURES if one in (signed or ("RS256",)))
    if not signatures:
        raise MisfitError(provider.label, "it signs in none of the ways that we trust")
    methods = said.get("token_endpoint_auth_methods_supported") or ("client_secret_basic",)
    jwks_uri = _address(provider, said, "jwks_uri")
    return Discovery(
        authorization_endpoint=_address(provider, said, "authorization_endpoint"),
        token_endpoint=_address(provider, said, "token_endpoint"),
        jwks_uri=jwks_uri,
        userinfo_endpoint=_address(provider, said, "userinfo_endpoint", may_lack=True),
        end_session_endpoint=_address(provider, said, "end_session_endpoint", may_lack=True),
        algorithms=signatures,
        takes_secret_in_header="client_secret_basic" in methods,
        keys=_keys(provider, jwks_uri),
        read_at=now,
        keys_read_at=now,
    )


def _keys(provider: Provider, jwks_uri: str) -> KeySet:
    try:
        return KeySet.import_key_set(_json(provider, jwks_uri))  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise MisfitError(provider.label, "its keys cannot be read") from error


def _json(provider: Provider, address: str) -> Mapping[str, Any]:
    with session_with(provider) as session:
        answer = session.get(address, withhold_token=True)
    if answer.status_code >= 500:
        raise SilentProviderError(provider.label)
    if answer.status_code != 200:
        raise MisfitError(provider.label, f"{address} answers {answer.status_code}")
    said = answer.json()
    if not isinstance(said, dict):
        raise MisfitError(provider.label, f"{address} holds no JSON object")
    return said


def _address(
    provider: Provider, said: Mapping[str, Any], name: str, *, may_lack: bool = False
) -> str:
    """The address that is called `name`, over TLS unless the issuer itself is on this machine."""
    value = said.get(name)
    if value is None and may_lack:
        return ""
    schemes = {"https", urlsplit(provider.issuer).scheme}
    if not isinstance(value, str) or not _is_plain(value) or urlsplit(value).scheme not in schemes:
        raise MisfitError(provider.label, f"its {name} is no address over TLS")
    return value


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()
