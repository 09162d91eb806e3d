"""A sign-in provider inside the test: it signs what the test tells it to, right or wrong.

It answers in place of the network. What a real one does is proven with a process of its own, see
tests/features/people/test_real_provider.py.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey
from requests.adapters import HTTPAdapter

from app.infra import clock
from app.infra.openid import discovery, talking
from sign_in_providers import Provider

ISSUER = "https://login.example.com/tenant"
CLIENT = "full-circle"
SECRET = "a-secret-of-the-provider"


def _key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name})


@dataclass
class FakeProvider:
    """What it answers, and what it was asked."""

    issuer: str = ISSUER
    key: ECKey = field(default_factory=lambda: _key("first"))
    published: list[Key] = field(default_factory=list)
    """Keys that it tells of; by default the one that it signs with."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What its discovery document says differently."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What its tokens say differently; None leaves a claim out."""
    elsewhere: dict[str, Any] = field(default_factory=dict)
    """What its userinfo endpoint says."""
    sign: Callable[[dict[str, Any]], str] | None = None
    is_silent: bool = False
    status: int = 200
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def settings(self, **over: Any) -> Provider:
        """How our settings describe it."""
        values = {"name": "login", "label": "Example Login", "issuer": self.issuer}
        return Provider(**({**values, "client_id": CLIENT, "client_secret": SECRET} | over))

    def agrees(self, address: str, subject: str = "s-1", **claims: Any) -> str:
        """Where the browser is sent back to once somebody signed in at `address`."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = {"asked": asked, "claims": {"sub": subject, **claims}}
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, sent: requests.PreparedRequest) -> requests.Response:
        """What it says to one request of ours."""
        path = urlsplit(str(sent.url)).path
        self.asked.append(path)
        if self.is_silent:
            raise requests.ConnectTimeout(request=sent)
        if path.endswith("openid-configuration"):
            return _response(self.status, self._document())
        if path.endswith("/keys"):
            keys = KeySet(list(self.published or [self.key]))
            return _response(self.status, keys.as_dict(private=False))
        if path.endswith("/userinfo"):
            return _response(self.status, self.elsewhere)
        return _response(*self._token(sent))

    def _document(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        }
        return {name: value for name, value in (said | self.metadata).items() if value is not None}

    def _token(self, sent: requests.PreparedRequest) -> tuple[int, dict[str, Any]]:
        said = {name: values[0] for name, values in parse_qs(str(sent.body)).items()}
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if sent.headers.get("Authorization") != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        kept = self.codes.pop(said.get("code", ""), None)
        if kept is None or not _fits(said, kept["asked"]):
            return 400, {"error": "invalid_grant"}
        claims = self._claims(kept["asked"], kept["claims"])
        signed = self.sign(claims) if self.sign else self.signed(claims)
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": signed}

    def _claims(self, asked: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 600}
        said |= {"nonce": asked["nonce"], **told, **self.claims}
        return {name: value for name, value in said.items() if value is not None}

    def signed(self, claims: Mapping[str, Any], *, key: ECKey | None = None) -> str:
        """`claims` as a token of this provider, or of whoever has `key`."""
        key = key or self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid}, dict(claims), key)


def signed_with_the_secret(claims: Mapping[str, Any]) -> str:
    """A token under the secret that provider and client share."""
    return jwt.encode({"alg": "HS256"}, dict(claims), OctKey.import_key(SECRET))


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token that says of itself that nobody signed it."""
    parts = ({"alg": "none", "typ": "JWT"}, dict(claims))
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*texts, b""]).decode()


def another_key() -> ECKey:
    """A key that the provider does not have."""
    return _key("another")


def answer_for(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """Let `provider` stand where the network is."""
    monkeypatch.setattr(HTTPAdapter, "send", lambda _self, sent, **_rest: provider.answer(sent))
    discovery.forget()
    talking.forget_silence()
    return provider


def _fits(said: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Whether whoever has the code is who asked for it (RFC 7636)."""
    digest = sha256(said.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    is_theirs = challenge == asked.get("code_challenge")
    return is_theirs and said.get("redirect_uri") == asked["redirect_uri"]


def _response(status: int, said: Mapping[str, Any]) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.headers["Content-Type"] = "application/json"
    made._content = json.dumps(said).encode()
    return made
