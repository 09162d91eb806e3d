"""What an e-mail address looks like when nothing about it is unusual."""

import re
from typing import Final

LONGEST_EMAIL: Final = 254
LONGEST_LOCAL_PART: Final = 64

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN: Final = re.compile(
    rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+(?=[a-z])(?:{_LABEL})", re.IGNORECASE
)


def is_plain_email(text: str) -> bool:
    """Whether `text` is an ordinary ASCII address with a dot in its domain (RFC 5321, 4.1.2).

    A company's inner domain ("anna@office.local") is fine: people sign in with it.
    Unusual addresses (other scripts) are for a stricter reader to judge.
    """
    found = _PLAIN.fullmatch(text)
    return (
        found is not None
        and len(found["local"]) <= LONGEST_LOCAL_PART
        and len(text) <= LONGEST_EMAIL
    )
