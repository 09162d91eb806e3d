"""What a thousand mails cost, from the outbox to a mail server on this machine that keeps nothing.

The mail server is a process of its own. Beside our seconds stand those of the same bytes sent by
the standard library alone, over one connection and without a database.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app import create_app
from app.infra import clock, mail
from app.infra.db import transaction
from app.infra.mail import Message
from app.infra.mail_letters import Letter, as_bytes, mailbox
from app.infra.mail_sending import MailSender
from app.infra.mail_server import MailServer
from app.infra.migrations import upgrade
from config import Config

MAILS = 1_000
AT_MOST = 30.0
"""Seconds that a thousand mails may take."""
WORDS = "Your colleagues would like to hear from you.\n" * 40
NEWS = Message(to="", subject="News", text=WORDS, html=f"<p>{WORDS}</p>", cycle_id=1)


@contextmanager
def sink() -> Iterator[str]:
    """The address of a mail server that takes everything and keeps nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listening = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen([sys.executable, *listening], env=os.environ)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def measure(folder: Path, url: str) -> float:
    """Seconds to send what an act has posted."""
    settings = Config(secret_key="x" * 20 + "0123456789abcdef", data_folder=folder, smtp_url=url)
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with transaction():
            mail.post(*(replace(NEWS, to=f"p{n}@example.com", name="Ann") for n in range(MAILS)))
        begin = time.perf_counter()
        sent = MailSender().send_waiting()
        seconds = time.perf_counter() - begin
    if sent != MAILS:
        raise SystemExit(f"only {sent} of {MAILS} mails were sent")
    return seconds


def floor(url: str) -> float:
    """Seconds for the same mails without outbox and notes."""
    sender, server = mailbox("Full Circle", "full-circle@localhost"), MailServer(url)
    begin = time.perf_counter()
    for number in range(MAILS):
        to = mailbox("Ann", f"p{number}@example.com")
        letter = Letter(0, to.address, to.name, NEWS.subject, NEWS.text, NEWS.html, "0" * 32)
        whole = as_bytes(letter, sender=sender, to=to, product="Full Circle", at=clock.now())
        server.send(whole, sender=sender, to=to)
    seconds = time.perf_counter() - begin
    server.close()
    return seconds


def main() -> None:
    """Measure, print, and fail where it takes too long."""
    with TemporaryDirectory() as folder, sink() as url:
        least, ours = floor(url), measure(Path(folder) / "data", url)
    print(f"{MAILS:,} mails: {ours:.1f} s; the connection alone: {least:.1f} s")
    if ours > AT_MOST:
        raise SystemExit(f"more than {AT_MOST:.0f} seconds")


if __name__ == "__main__":
    main()
