"""A mail in the form that mail servers take: RFC 5322 headers, two bodies as quoted-printable.

Written out by hand, because the standard library loses the quotes of a name with a comma when
it folds it, and leaves lines that begin with "From " to be changed on the way.
"""

import quopri
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.policy import default as email_policy
from email.utils import format_datetime, quote
from typing import Final

import idna

WIDEST: Final = 76
"""Characters of an encoded line (RFC 2045, 6.7); header lines may have two more."""
NEEDS_SMTPUTF8: Final = (
    "The mail server lacks SMTPUTF8, which an address with letters of other scripts before the @ "
    "needs. Give the person another address, or use a mail server that has it."
)
NO_ADDRESS: Final = "This is no address to which a mail can be sent."
NEXT_LINE: Final = "\n "
CONTROLS: Final = dict.fromkeys((*range(32), 127), " ")


class BadAddressError(Exception):
    """Nobody can be written to at this address."""


@dataclass(frozen=True)
class Letter:
    """What is sent to one reader."""

    mail_id: int
    to: str
    name: str
    subject: str
    text: str
    html: str
    message_id: str
    attempts: int = 0
    refused_since: datetime | None = None
    is_kept_back: bool = False
    """Everything is done as with the others, but its reader does not get it."""
    leased_until: datetime | None = None
    """Until then it is this sender's to send."""


@dataclass(frozen=True)
class Mailbox:
    """A name and an address in the form of the envelope."""

    name: str
    address: str

    @property
    def needs_smtputf8(self) -> bool:
        return not self.address.isascii()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mailbox(name: str, address: str) -> Mailbox:
    """The mailbox at `address`, its domain in ASCII. Raises BadAddressError."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or not address.isprintable() or " " in address:
        raise BadAddressError(NO_ADDRESS)
    try:
        plain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise BadAddressError(NO_ADDRESS) from error
    return Mailbox(" ".join(name.translate(CONTROLS).split()), f"{local}@{plain}")


def sender_mailbox(mail_from: str) -> Mailbox:
    """The mailbox of the setting FULL_CIRCLE_MAIL_FROM, such as "Full Circle <a@example.com>"."""
    found: Address = email_policy.header_factory("From", mail_from).addresses[0]
    return mailbox(found.display_name, found.addr_spec)


def as_bytes(letter: Letter, *, sender: Mailbox, to: Mailbox, product: str, at: datetime) -> bytes:
    """The mail with all its headers, lines ending in CRLF."""
    host = sender.domain
    headers = [
        ("From", _boxed("From", sender.name, sender.address)),
        ("To", _boxed("To", to.name, to.address)),
        ("Subject", _folded("Subject", letter.subject.translate(CONTROLS))),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{letter.message_id}@{host}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: holiday notices do not answer it
        ("List-Id", _boxed("List-Id", product, f"full-circle.{host}")),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\n boundary="{letter.message_id}"'),
    ]
    head = "".join(f"{name}: {value}\n" for name, value in headers).encode()
    parts = b"".join(
        f'--{letter.message_id}\nContent-Type: text/{kind}; charset="utf-8"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n".encode()
        + _encoded(body)
        + b"\n"
        for kind, body in (("plain", letter.text), ("html", letter.html))
    )
    whole = head + b"\n" + parts + f"--{letter.message_id}--\n".encode()
    return whole.replace(b"\n", b"\r\n")


def _boxed(header: str, words: str, address: str) -> str:
    """A name and an address behind it, on a line of its own where one does not hold both.

    The name is in quotes, so that a comma in it separates nothing; other scripts are encoded.
    """
    if not words:
        return address
    phrase = f'"{quote(words)}"' if words.isascii() else _folded(header, words)
    last = phrase.rpartition("\n")[2]
    fits = len(header) + len(last) + len(address) + 5 <= WIDEST
    return f"{phrase}{' ' if fits else NEXT_LINE}<{address}>"


def _folded(header: str, words: str) -> str:
    charset = "us-ascii" if words.isascii() else "utf-8"
    return Header(words, charset, header_name=header).encode()


def _encoded(body: str) -> bytes:
    """Quoted-printable, with no line that begins with "From " and would be changed on the way."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").encode()
    lines = quopri.encodestring(text).split(b"\n")
    return b"\n".join(_without_from(line) for line in lines)


def _without_from(line: bytes) -> bytes:
    if not line.startswith(b"From "):
        return line
    rest = line.removeprefix(b"From ")
    fits = len(line) + 2 <= WIDEST
    return b"=46rom " + rest if fits else b"=46rom =\n" + rest
