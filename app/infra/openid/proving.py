"""A sign-in at a provider: the way there, and what may be believed of what comes back.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; PKCE after RFC 7636.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.claims import ClaimsOption
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jws import JWSRegistry
from joserfc.jwt import Token

from app.infra import clock
from app.infra.openid import discovery
from app.infra.openid.discovery import Discovery
from app.infra.openid.refusals import ClockError, ForgedError, MisfitError, StaleError
from app.infra.openid.talking import session_with, talk
from sign_in_providers import Provider

SCOPE: Final = "openid email profile"
LEEWAY: Final = 120
"""Seconds by which two clocks may differ."""
LONGEST: Final = 255
"""Characters of a subject, as the standard has it."""
YES: Final = (True, 1, "true", "1")
"""How providers say that an address was verified."""
IN_FUTURE: Final = frozenset({"iat", "nbf"})


@dataclass(frozen=True)
class Ticket:
    """What only the browser that begins a sign-in and the provider know of it."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Proof:
    """Who somebody is, as a provider signed it for us just now."""

    issuer: str
    subject: str
    address: str
    """Only one that the provider verified; empty otherwise."""
    number: str
    """The personnel number, where the settings name a claim for it."""
    has_required: bool
    """Whether the claim is there that the settings require, if they do."""
    given_at: datetime | None
    """When the person last showed the provider who they are, if it says so."""
    token: str
    """The signed words themselves, for signing out at the provider."""


def begin(provider: Provider, *, back: str, is_again: bool) -> tuple[str, Ticket]:
    """The provider's address for somebody who then comes `back`, and what to remember of it.

    With `is_again` the provider is asked to let nobody through who only was there before.
    """
    known = discovery.about(provider)
    ticket = Ticket(generate_token(32), generate_token(32), generate_token(48))
    more = {"prompt": "login", "max_age": 0} if is_again else {}
    with _session(provider, known, back) as session:
        address, _ = session.create_authorization_url(
            known.authorization_endpoint,
            state=ticket.state,
            nonce=ticket.nonce,
            code_verifier=ticket.verifier,
            **more,
        )
    return address, ticket


def finish(provider: Provider, ticket: Ticket, *, code: str, back: str) -> Proof:
    """Exchange `code` for what the provider signed. Raises a ProviderError with a sentence."""
    known = discovery.about(provider)

    def work() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        with _session(provider, known, back) as session:
            token = session.fetch_token(
                known.token_endpoint, code=code, code_verifier=ticket.verifier
            )
            return token, _said_elsewhere(session, known)

    token, more = talk(provider, work)
    signed = token.get("id_token")
    if not isinstance(signed, str):
        raise MisfitError(provider.label, "it signs no ID token: is the scope openid allowed?")
    claims = _believed(provider, known, signed, ticket, str(token.get("access_token") or ""))
    if more.get("sub") == claims["sub"]:  # otherwise they are about somebody else
        claims = {**more, **claims}
    return _proof(provider, claims, signed)


def way_out(provider: Provider, *, back: str, token: str) -> str:
    """The provider's address for signing out there as well; empty where it has none."""
    known = discovery.about(provider)
    if not known.end_session_endpoint:
        return ""
    hint = [("id_token_hint", token)] if token else []
    said = [("client_id", provider.client_id), ("post_logout_redirect_uri", back), *hint]
    return str(add_params_to_uri(known.end_session_endpoint, said))


def _session(provider: Provider, known: Discovery, back: str) -> OAuth2Session:
    method = "client_secret_basic" if known.takes_secret_in_header else "client_secret_post"
    return session_with(
        provider,
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )


def _said_elsewhere(session: OAuth2Session, known: Discovery) -> Mapping[str, Any]:
    """What the provider says beside the ID token: some put addresses and numbers only there."""
    if not known.userinfo_endpoint:
        return {}
    answer = session.get(known.userinfo_endpoint)
    said = answer.json() if answer.status_code == HTTPStatus.OK else {}
    return said if isinstance(said, dict) else {}


def _believed(
    provider: Provider, known: Discovery, signed: str, ticket: Ticket, access_token: str
) -> dict[str, Any]:
    """What `signed` says, once everything about it is as it has to be."""
    said = _decoded(provider, known, signed)
    expected: dict[str, ClaimsOption] = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True, "allow_blank": False},
    }
    told = {"nonce": ticket.nonce, "client_id": provider.client_id, "access_token": access_token}
    claims = CodeIDToken(said.claims, said.header, expected, told)
    try:
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    except ExpiredTokenError:
        raise StaleError(provider.label) from None
    except InvalidClaimError as error:
        wrong = ClockError if error.claim in IN_FUTURE else ForgedError
        raise wrong(provider.label) from None
    except JoseError:
        raise ForgedError(provider.label) from None
    if _text(claims["sub"]) != claims["sub"]:  # no database takes every character
        raise ForgedError(provider.label)
    return dict(claims)


def _decoded(provider: Provider, known: Discovery, signed: str) -> Token:
    registry = JWSRegistry(algorithms=list(known.algorithms), strict_check_header=False)
    try:
        try:
            return jwt.decode(signed, known.keys, registry=registry)
        except InvalidKeyIdError:
            newer = discovery.with_newer_keys(provider, known)
            if newer is None:
                raise
            return jwt.decode(signed, newer.keys, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        raise ForgedError(provider.label) from None


def _proof(provider: Provider, claims: Mapping[str, Any], signed: str) -> Proof:
    is_verified = claims.get(provider.verified_claim) in YES
    name, value = provider.required
    return Proof(
        issuer=provider.issuer,
        subject=claims["sub"],
        address=_text(claims.get("email")).lower() if is_verified else "",
        number=_text(claims.get(provider.number_claim)) if provider.number_claim else "",
        has_required=not name or _text(claims.get(name)) == value,
        given_at=_moment(claims.get("auth_time")),
        token=signed,
    )


def _text(value: object) -> str:
    """A claim as text; empty for one that is none, or holds what no field of ours takes."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    said = str(value).strip() if isinstance(value, str) or is_number else ""
    return said if said.isprintable() and len(said) <= LONGEST else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
