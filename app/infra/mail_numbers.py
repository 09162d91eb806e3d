"""Numbers of mails: random for whoever reads the database; the sender sees whom to spare in them.

Whoever asked for no more reminders gets none. A list of waiting reminders without them would tell
who that is. So theirs waits among the others, alike in everything but its number, and only with
the app's own secret can be seen that it is not to be sent.
"""

import hmac
import secrets
from typing import Final

from app.infra import kept_secrets

HALF: Final = 16
"""Hexadecimal digits: so many are random, and as many follow from them or are random as well."""


def number_to_send() -> str:
    """The number of a mail that its reader is to get."""
    nonce = secrets.token_hex(HALF // 2)
    return nonce + _mark(nonce)


def number_kept_back() -> str:
    """The number of a mail that only seems to wait."""
    return secrets.token_hex(HALF)


def is_to_be_sent(number: str) -> bool:
    """Whether `number` came from `number_to_send`; one that did not passes once in 10^19 times."""
    return hmac.compare_digest(number[HALF:], _mark(number[:HALF]))


def _mark(nonce: str) -> str:
    return kept_secrets.mark(f"mail/{nonce}").hex()[:HALF]
