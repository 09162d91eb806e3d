"""Passkeys as a second factor: what browsers are asked for, and whether their answers are true.

Nothing is kept between question and answer: a challenge proves itself that it is ours, for whom
and for what, and how old it is. How often a passkey was used is not kept, so that a copy of one
is not noticed; a count in the database would tell on which days somebody came.
"""

import hmac
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import webauthn
from webauthn import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.domain.durations import FACTOR_STEP
from app.domain.errors import ReviewError
from app.infra import clock, kept_secrets
from app.infra.settings import settings
from app.people.models import Passkey, Person

Purpose = Literal["make", "use"]
REFUSED: Final = "That passkey was not accepted. Please try again, or use another way."
LONGEST_ANSWER: Final = 20_000
"""Characters of what a browser answers; a few hundred are usual."""
NONCE_BYTES: Final = 16
MARK_BYTES: Final = 16
TIME: Final = struct.Struct(">q")
KNOWN_BY: Final = NONCE_BYTES + TIME.size


class PasskeyRefusedError(ReviewError):
    """What a browser answered proves nothing."""


@dataclass(frozen=True)
class NewPasskey:
    """A passkey as it was made a moment ago."""

    credential_id: str
    public_key: bytes
    challenge: str


@dataclass(frozen=True)
class UsedPasskey:
    """The challenge that a passkey of somebody has just answered, once."""

    challenge: str


@dataclass(frozen=True)
class Site:
    """For which site passkeys are made, as browsers see it."""

    host: str
    origin: str


def site() -> Site | None:
    """Ours; None where browsers make none: at a bare number, and without TLS."""
    address = urlsplit(settings().base_url)
    host = address.hostname or ""
    is_safe = address.scheme == "https" or host == "localhost"
    if not is_safe or _is_number(host):
        return None
    return Site(host, f"{address.scheme}://{address.netloc}")


def to_make(person: Person, known: Sequence[Passkey]) -> str:
    """What a browser needs to make a passkey for `person`, as JSON; empty where it makes none."""
    here = site()
    if here is None:
        return ""
    options = webauthn.generate_registration_options(
        rp_id=here.host,
        rp_name=settings().product,
        user_name=person.email,
        user_display_name=person.name,
        user_id=kept_secrets.mark(f"passkey user {person.id}"),
        challenge=_challenge(person.id, "make"),
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options)


def to_use(person: Person, known: Sequence[Passkey]) -> str:
    """What a browser needs to use one of `known`, as JSON; empty where there is none."""
    here = site()
    if here is None or not known:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=here.host,
        challenge=_challenge(person.id, "use"),
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def made(person: Person, answer: str) -> NewPasskey:
    """The passkey that a browser made for `person`. Raises PasskeyRefusedError."""
    here, sent = _asked(answer)
    challenge = _own_challenge(sent, person.id, "make")
    try:
        found = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=here.host,
            expected_origin=here.origin,
        )
    except Exception as error:  # the library lets through whatever nonsense does to its readers
        raise PasskeyRefusedError(REFUSED) from error
    return NewPasskey(sent["id"], found.credential_public_key, challenge.hex())


def used(person: Person, known: Sequence[Passkey], answer: str) -> UsedPasskey:
    """Check that a browser answered with one of `known`. Raises PasskeyRefusedError."""
    here, sent = _asked(answer)
    challenge = _own_challenge(sent, person.id, "use")
    passkey = next((one for one in known if one.credential_id == sent.get("id")), None)
    if passkey is None:
        raise PasskeyRefusedError(REFUSED)
    try:
        webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=here.host,
            expected_origin=here.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
        )
    except Exception as error:  # as above
        raise PasskeyRefusedError(REFUSED) from error
    return UsedPasskey(challenge.hex())


def _asked(answer: str) -> tuple[Site, dict[str, Any]]:
    """Our site, and what a browser sent as an object."""
    here = site()
    try:
        sent = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        sent = None
    if here is None or not isinstance(sent, dict):
        raise PasskeyRefusedError(REFUSED)
    return here, sent


def _challenge(person_id: int, purpose: Purpose) -> bytes:
    """Random bytes and the time, marked for `person_id` and `purpose`."""
    begun = os.urandom(NONCE_BYTES) + TIME.pack(int(clock.now().timestamp()))
    return begun + _mark(begun, person_id, purpose)


def _own_challenge(sent: dict[str, Any], person_id: int, purpose: Purpose) -> bytes:
    """The challenge that was answered. Raises PasskeyRefusedError where it is not ours, or old."""
    try:
        said = json.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(said["challenge"])
        begun, mark = challenge[:KNOWN_BY], challenge[KNOWN_BY:]
        (made_at,) = TIME.unpack(begun[NONCE_BYTES:])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error):
        raise PasskeyRefusedError(REFUSED) from None
    age = clock.now().timestamp() - made_at
    is_ours = hmac.compare_digest(mark, _mark(begun, person_id, purpose))
    if not is_ours or not 0 <= age <= FACTOR_STEP.total_seconds():
        raise PasskeyRefusedError(REFUSED)
    return challenge


def _mark(begun: bytes, person_id: int, purpose: Purpose) -> bytes:
    said = f"passkey {purpose} {person_id} {begun.hex()}"
    return kept_secrets.mark(said)[:MARK_BYTES]


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known
    ]


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
