"""Talking to a mail server: one connection for many mails, and no answer waited for too long."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Timer
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from app.infra.mail_letters import NEEDS_SMTPUTF8, Mailbox

Result = TypeVar("Result")

PATIENCE: Final = 20.0
"""Seconds until a command, or the next part of a connection, counts as not answered."""
GOODBYE: Final = 421
"""The server is about to hang up (RFC 5321, 4.2.3)."""


class Trouble(StrEnum):
    """What keeps all mails from being sent, whoever they are for."""

    SILENT = "silent"
    """It cannot be reached, or does not answer."""
    UNSAFE = "unsafe"
    """It cannot be talked to in secret: its certificate is not right."""
    LOGIN = "login"
    """It does not take our user name and password."""
    REFUSES = "refuses"
    """It takes nothing from us."""
    BUSY = "busy"
    """It takes no more at the moment."""


class ServerTroubleError(Exception):
    """No mail can be sent for now; the text is in the server's words."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble = trouble


@dataclass(frozen=True)
class Answer:
    """What the server said about one mail: taken, not now, or never."""

    code: int
    words: str

    @property
    def is_taken(self) -> bool:
        return 200 <= self.code < 400

    @property
    def is_final(self) -> bool:
        return self.is_taken or self.code >= 500


class _Timed(smtplib.SMTP):
    """Hangs up when an answer takes longer than it may, also when it drips in byte by byte."""

    def getreply(self) -> tuple[int, bytes]:
        is_late = Event()
        clock = Timer(self.timeout, self._hang_up, (is_late,))
        clock.daemon = True
        clock.start()
        try:
            reply = super().getreply()
        except smtplib.SMTPServerDisconnected as error:
            if not is_late.is_set() and "timed out" not in str(error):
                raise
            is_late.set()
        finally:
            clock.cancel()
        if is_late.is_set():  # what came in until then may look like an answer
            self.close()
            raise TimeoutError(f"no answer within {self.timeout:g} seconds")
        return reply

    def _hang_up(self, is_late: Event) -> None:
        is_late.set()
        open_one = self.sock
        if open_one is not None:
            with suppress(OSError):  # it may be closed by now
                open_one.shutdown(socket.SHUT_RDWR)


class _TimedSsl(_Timed, smtplib.SMTP_SSL):
    """The same, in secret from the first byte on."""


class MailServer:
    """One open connection to a mail server."""

    def __init__(self, smtp_url: str, *, patience: float = PATIENCE) -> None:
        """Connect and sign in. Raises ServerTroubleError."""
        self.taken = 0
        self._smtp = _in_words(lambda: connect(smtp_url, patience=patience))

    def send(self, whole: bytes, *, sender: Mailbox, to: Mailbox) -> Answer:
        """Send one mail. Raises ServerTroubleError where the server has trouble with all."""
        return self._concluded(_in_words(lambda: self._transaction(whole, sender, to)))

    def ask(self, *, sender: Mailbox, to: Mailbox) -> Answer:
        """Whether it would take a mail to `to`, which is not sent. Raises ServerTroubleError."""
        answer = self._concluded(_in_words(lambda: self._begun(sender, to)))
        if answer.is_taken:
            _in_words(self._smtp.rset)
        return answer

    def _concluded(self, answer: Answer) -> Answer:
        if answer.code == GOODBYE:
            raise ServerTroubleError(Trouble.BUSY, answer.words)
        if answer.is_taken:
            self.taken += 1
        else:
            _in_words(self._smtp.rset)
        return answer

    def _transaction(self, whole: bytes, sender: Mailbox, to: Mailbox) -> Answer:
        said = self._begun(sender, to)
        return _answer(*self._data(whole)) if said.is_taken else said

    def _begun(self, sender: Mailbox, to: Mailbox) -> Answer:
        """Say from whom and to whom, up to the mail itself."""
        needs_utf8 = sender.needs_smtputf8 or to.needs_smtputf8
        if needs_utf8 and not self._smtp.has_extn("smtputf8"):
            return Answer(550, NEEDS_SMTPUTF8)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else []
        self._smtp.command_encoding = "utf-8" if needs_utf8 else "ascii"
        said = _answer(*self._smtp.mail(sender.address, options))
        if said.code >= 500:
            raise ServerTroubleError(Trouble.REFUSES, said.words)
        if said.is_taken:
            said = _answer(*self._smtp.rcpt(to.address))
        return said

    def _data(self, whole: bytes) -> tuple[int, bytes]:
        try:
            return self._smtp.data(whole)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, _bytes(error.smtp_error)

    def close(self) -> None:
        """Take leave, without waiting for what the server says to that."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.putcmd("quit")
        self._smtp.close()


def connect(smtp_url: str, *, patience: float = PATIENCE) -> smtplib.SMTP:
    """Open smtp://user:password@host:port (STARTTLS where offered) or smtps://."""
    url = urlsplit(smtp_url)
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = _TimedSsl(host, url.port or 465, timeout=patience, context=context)
    else:
        server = _Timed(host, url.port or 25, timeout=patience)
    try:
        server.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _in_words(act: Callable[[], Result]) -> Result:
    """Do `act`; what goes wrong with the whole server is told as its trouble."""
    try:
        return act()
    except ssl.SSLError as error:
        raise ServerTroubleError(Trouble.UNSAFE, str(error)) from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise ServerTroubleError(Trouble.LOGIN, _words_of(error)) from error
    except smtplib.SMTPResponseException as error:
        kind = Trouble.REFUSES if error.smtp_code >= 500 else Trouble.BUSY
        raise ServerTroubleError(kind, _words_of(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerTroubleError(Trouble.SILENT, str(error)) from error


def _answer(code: int, said: bytes) -> Answer:
    return Answer(code, _spoken(code, said))


def _words_of(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _spoken(error.smtp_code, _bytes(error.smtp_error))
    return str(error)


def _spoken(code: int, said: bytes) -> str:
    words = said.decode("utf-8", "replace")
    return f"{code} {' '.join(words.split())}".strip()


def _bytes(said: Any) -> bytes:
    return said if isinstance(said, bytes) else str(said).encode()
