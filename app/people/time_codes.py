"""Codes of six digits that an app on somebody's phone shows, another one every thirty seconds.

RFC 6238 with its usual parameters, which every such app knows: SHA-1, six digits, thirty seconds.
"""

import hmac
import re
from datetime import datetime
from typing import Final

import pyotp
import segno

STEP: Final = 30
"""Seconds for which one code is shown."""
DRIFT: Final = 1
"""So many steps a phone's clock may be early or late."""
SHAPE: Final = re.compile(r"[0-9]{6}")
GROUP: Final = 4


def new_secret() -> str:
    """What app and server share: 160 random bits in base 32."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The number of the step whose code this is, at the moment `at`; None for a wrong one.

    Every step within the drift is compared, in a time that does not depend on the code.
    """
    typed = re.sub(r"\s", "", code)
    if not SHAPE.fullmatch(typed):
        return None
    now, found = int(at.timestamp()) // STEP, None
    codes = pyotp.HOTP(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(codes.at(step), typed):
            found = step
    return found


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the app takes over: by itself on the same phone, or from a picture."""
    label = issuer.replace(":", " ")  # there the name of the account begins
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=label)


def picture(address: str) -> str:
    """A QR code of `address` as the source of a picture, dark on white also in the dark."""
    return segno.make(address, error="m").svg_data_uri(
        border=4, light="white", dark="#111", omitsize=True, svgclass=None, lineclass=None
    )


def spelled(secret: str) -> str:
    """`secret` for typing: in groups of four."""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
