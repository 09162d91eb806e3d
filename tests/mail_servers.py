"""Mail servers on this machine, well-behaved and not, that keep what they are given."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as email_policy
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

TAKEN = "250 OK"


@dataclass
class Sink:
    """A mail server that takes everything, until told to say something else."""

    taken: list[Envelope] = field(default_factory=list)
    connections: int = 0
    answers: Callable[[str], str] = lambda _address: TAKEN
    """What it says to a reader, by address."""
    after_data: Callable[[], str] = lambda: TAKEN
    """What it says once it has the whole mail."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [envelope.rcpt_tos[0] for envelope in self.taken]

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as a mail program reads it."""
        return [message_from_bytes(one, policy=email_policy) for one in self._contents]

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of whatever was taken, without brackets and host."""
        heads = [BytesHeaderParser().parsebytes(one) for one in self._contents]
        return [str(head["Message-ID"]).strip("<>").partition("@")[0] for head in heads]

    @property
    def _contents(self) -> list[bytes]:
        return [one.content for one in self.taken if isinstance(one.content, bytes)]


class _Hooks:
    """What the mail server calls.

    Nothing else may stand here: with every new connection aiosmtpd looks at everything that its
    hooks hold, so that reading all mails anew kept it from answering for longer and longer.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self._sink.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self._sink.answers(address)
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        said = self._sink.after_data()
        if said == TAKEN:
            self._sink.taken.append(envelope)
        return said


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(sink: Sink, *, knows_utf8: bool = True) -> Iterator[Sink]:
    """Let `sink` answer on a free port."""
    sink.port = _free_port()
    controller = _Controller(
        _Hooks(sink), hostname="127.0.0.1", port=sink.port, enable_SMTPUTF8=knows_utf8
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def scripted(talk: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """A server that talks to whoever connects as `talk` says; gives its address."""
    over = Event()

    def serve(door: socket.socket) -> None:
        while not over.is_set():
            try:
                guest, _ = door.accept()
            except OSError:
                return
            with closing(guest):
                try:
                    talk(guest, over)
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=serve, args=(door,), daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{door.getsockname()[1]}"
        over.set()
        door.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def silence(guest: socket.socket, over: Event) -> None:
    """Take the connection and say nothing."""
    over.wait(30)
    guest.close()


def drip(guest: socket.socket, over: Event) -> None:
    """Say something all the time, and never finish a line."""
    while not over.wait(0.02):
        guest.sendall(b"2")
