"""Codes for the day on which the phone is gone: each works once, and only its hash is kept."""

import hashlib
import re
import secrets
from typing import Final

MANY: Final = 10
"""So many somebody gets at once."""
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another one."""
LENGTH: Final = 24
"""118 random bits: nobody tries them out, so that a plain hash is enough (ASVS 6.5.2)."""
GROUP: Final = 4


def new_codes() -> list[str]:
    """Codes as people write them down: "abcd-efgh-jkmn-pqrs-tuvw-xyz2"."""
    return [_grouped("".join(secrets.choice(LETTERS) for _ in range(LENGTH))) for _ in range(MANY)]


def digest(person_id: int, code: str) -> str:
    """What is kept of a code; hyphens, spaces and capitals do not count."""
    plain = re.sub(r"[\W_]", "", code).lower()
    return hashlib.sha256(f"recovery {person_id} {plain}".encode()).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
