"""Secrets that the app has to read again, sealed for the database; and marks that only it can make.

Both stand under keys that follow from the app's own secret, one for each purpose. A copy of the
database alone gives none of them away; with another secret nothing can be opened any more.
"""

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.infra.settings import settings

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


def seal(plain: str, *, place: str) -> bytes:
    """`plain` under AES-256-GCM with a random nonce; elsewhere than in `place` it opens nothing."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, plain.encode(), place.encode())


def opened(sealed: bytes, *, place: str) -> str | None:
    """What was sealed for `place`; None where it was altered, or sealed under another secret."""
    nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_key("seal")).decrypt(nonce, box, place.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def mark(said: str) -> bytes:
    """32 bytes that only this app can make of `said`: HMAC-SHA256."""
    return hmac.digest(_key("mark"), said.encode(), "sha256")


def _key(purpose: str) -> bytes:
    info = f"full-circle/kept-secrets/{purpose}".encode()
    secret = settings().secret_key.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)
