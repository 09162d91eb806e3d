"""Passwords: how they are kept, which are refused, and the links that let people set one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from app.infra import clock

SHORTEST: Final = 12
LONGEST: Final = 256
"""Hashing takes time that grows with the length; nobody needs more."""
FEWEST_LETTERS: Final = 5
LINK_LIVES: Final = timedelta(days=7)

_WORDS: Final = """
    password passwort passw passphrase passcode motdepasse contrasena letmein welcome willkommen
    bienvenue changeme change secret geheim hello hallo iloveyou ichliebedich monkey dragon master
    shadow sunshine princess football fussball baseball basketball superman batman starwars
    trustno qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop qwertyuiopasdfghjkl asdfgh
    asdfghjkl yxcvbnm zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc abcdef abcdefg abcdefgh
    abcdefghijkl abcdefghijklm abcdefghijklmnop abc aaa administrator administrators admin root
    user username guest default test testing tester demo example login signin access company
    firma employee mitarbeiter manager fullcircle feedback review summer winter spring autumn
    sommer herbst fruehling january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday
"""
OBVIOUS: Final = frozenset(_WORDS.split())
"""The bare words of the most obvious passwords; what digits and signs dress them up is ignored."""
LOOKS_LIKE: Final = str.maketrans("0134578@$!", "oleastbasi")


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


def fault_of(password: str, *, name: str, email: str) -> str:
    """Why this person may not take `password`, as a sentence; empty when they may."""
    if len(password) < SHORTEST:
        return f"Please use at least {SHORTEST} characters; a few words in a row work well."
    if len(password) > LONGEST:
        return f"Please use at most {LONGEST} characters."
    bare = _bare(password)
    if any(part in bare for part in _own_words(name, email)):
        return "Please leave your name and e-mail address out of the password."
    if len(set(password)) < FEWEST_LETTERS or _is_obvious(password):
        return "This password is among the first that somebody would try. Please choose another."
    return ""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _own_words(name: str, email: str) -> set[str]:
    names = [_bare(part) for part in name.split()]
    words = {*names, _bare(name), _bare(email), _bare(email.partition("@")[0])}
    return {word for word in words if len(word) >= 4}


def _is_obvious(password: str) -> bool:
    """Whether little is left once digits, signs and look-alikes ("p4ssw0rd") are seen through."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    inner = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", folded)
    words = {re.sub(r"[\d\W_]+", "", text) for text in (folded, inner.translate(LOOKS_LIKE))}
    if any(word in OBVIOUS or _repeated(word) in OBVIOUS for word in words) or "" in words:
        return True
    return _repeated(_bare(password)) != _bare(password)


def _repeated(text: str) -> str:
    """The shortest piece that, said again and again, makes `text`."""
    for length in range(1, len(text) // 2 + 1):
        if len(text) % length == 0 and text[:length] * (len(text) // length) == text:
            return text[:length]
    return text


@dataclass(frozen=True)
class Link:
    """Whose password a link sets; it works once, because setting one raises the epoch."""

    person_id: int
    session_epoch: int


class _Signer(TimestampSigner):
    """Reads the time where everybody else does."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="set-password", signer=_Signer)


def link_token(link: Link, *, secret: str) -> str:
    """`link` as text for an address, signed with the app's `secret`."""
    return str(_serializer(secret).dumps([link.person_id, link.session_epoch]))


def link_of(token: str, *, secret: str) -> Link | None:
    """The link that was signed, or None when it is not ours or older than seven days."""
    try:
        content = _serializer(secret).loads(token, max_age=int(LINK_LIVES.total_seconds()))
    except BadSignature:
        return None
    person_id, session_epoch = content
    return Link(person_id, session_epoch)
