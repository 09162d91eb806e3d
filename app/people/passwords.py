"""Passwords: how they are kept, which are refused, and the links that let people set one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from zxcvbn import zxcvbn

from app.domain import limits
from app.domain.durations import FORGOTTEN, INVITED, lasting
from app.domain.errors import NotFoundError
from app.infra import clock
from app.infra.settings import settings

SHORTEST: Final = limits.PASSWORD
LONGEST: Final = 256
"""Hashing takes time that grows with the length; nobody needs more."""
ESTIMATED: Final = 72
"""The estimator takes no more; what begins well is not weaker for going on."""
STRONGEST: Final = 4
"""The estimator's best mark: at least 10 ** 10 guesses."""
STRONG: Final = 3
"""At least 10 ** 8 guesses, asked of the letters and digits alone: a hyphen is no secret."""

NONE: Final = "There are no passwords here. People sign in with {labels}."


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's recommended parameters (RFC 9106, low memory)."""
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return hasher().hash("nobody has this password")


def hashed(password: str) -> str:
    """What is kept instead of `password`."""
    return hasher().hash(_plain(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether `password` is the one behind `kept`; as slow for people without one."""
    try:
        hasher().verify(kept or _nobodys_hash(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether `kept` was made with older parameters than today's."""
    return hasher().check_needs_rehash(kept)


def _plain(password: str) -> str:
    # A keyboard may compose "é" in two ways; both are the same password.
    return unicodedata.normalize("NFKC", password)


def refuse_where_there_are_none() -> None:
    """Raises NotFoundError where people sign in with a provider alone."""
    if not settings().has_passwords:
        raise NotFoundError(NONE.format(labels=settings().provider_labels))


def fault_of(password: str, *, name: str, email: str, company: str) -> str:
    """Why this person may not take `password`, as a sentence; empty when they may."""
    if len(password) < SHORTEST:
        return f"Please use at least {SHORTEST} characters; a few words in a row work well."
    if len(password) > LONGEST:
        return f"Please use at most {LONGEST} characters."
    bare = _bare(password)
    names = {*_own_words(name, email), *_long_words(_bare(company))}
    if any(part in bare for part in names):
        return (
            "Please leave your name, your e-mail address and the company’s name out of the "
            "password."
        )
    # The single words of a company's name are allowed among others; alone they are guessed first.
    hints = [*names, *map(_bare, company.split())]
    if _mark(password, hints) < STRONGEST or _mark(bare, hints) < STRONG:
        return "This password is among the first that somebody would try. Please choose another."
    return ""


def _mark(password: str, hints: list[str]) -> int:
    """How hard `password` is to guess for somebody who knows `hints`: from 0 to 4."""
    if not password:
        return 0
    return int(zxcvbn(_plain(password)[:ESTIMATED], user_inputs=hints)["score"])


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _own_words(name: str, email: str) -> set[str]:
    names = [_bare(part) for part in name.split()]
    return _long_words(*names, _bare(name), _bare(email), _bare(email.partition("@")[0]))


def _long_words(*words: str) -> set[str]:
    return {word for word in words if len(word) >= 4}


@dataclass(frozen=True)
class Link:
    """Whose password a link sets: once, and only as the newest one of that account."""

    person_id: int
    session_epoch: int
    """Setting a password raises it, so that the link is spent."""
    number: int
    """Each new link that somebody asked for has the next one; an invitation's has the newest."""
    works_until: int = 0
    """Until when an invitation's link sets a first password, in seconds since 1970; else 0."""


class _Signer(TimestampSigner):
    """Reads the time where everybody else does."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="set-password", signer=_Signer)


def link_token(link: Link, *, secret: str) -> str:
    """`link` as text for an address, signed with the app's `secret`."""
    content = [link.person_id, link.session_epoch, link.number, link.works_until]
    return str(_serializer(secret).dumps(content))


def link_of(token: str, *, secret: str) -> tuple[Link, datetime] | None:
    """The link that was signed, and when; None when it is not ours."""
    try:
        content, made_at = _serializer(secret).loads(token, return_timestamp=True)
    except BadSignature:
        return None
    return Link(*content), made_at


def still_works(link: Link, made_at: datetime, *, has_password: bool) -> bool:
    """Whether the time of a link is not over; an invitation's never replaces a password."""
    if link.works_until:
        return not has_password and clock.now().timestamp() <= link.works_until
    return clock.now() - made_at <= life_of_link(has_password=has_password)


def life_of_link(*, has_password: bool) -> timedelta:
    """How long a link works: an invitation waits, and what replaces a password is used at once."""
    return FORGOTTEN if has_password else INVITED


def life_in_words(*, has_password: bool) -> str:
    """How long a link works, as people say it: "60 minutes" or "14 days"."""
    return lasting(life_of_link(has_password=has_password))
