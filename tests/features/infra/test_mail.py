"""The outbox: what waits there goes out once, and what fails is tried again."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import select

from app.infra import mail
from app.infra.db import db, transaction
from app.infra.mail import LAST_ATTEMPT, LEASE, Message, OutboxMail

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
HELLO = Message(
    to="alice@example.com", subject="Grüße", text="Hello Älice", html="<p>Hello Älice</p>"
)


class Server:
    """A mail server on this machine that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refuses = False
        self.port = 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 Not now"
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Server]:
    keeper = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        keeper.port = free.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=keeper.port)
    controller.start()
    yield keeper
    controller.stop()


@pytest.fixture
def settings(settings, server):
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")


def post(message=HELLO):
    with transaction():
        mail.post(message)


def waiting():
    db.session.rollback()
    return db.session.scalars(select(OutboxMail)).all()


def test_a_mail_goes_out_as_text_and_html_and_leaves_the_outbox(app, server):
    post()

    assert mail.deliver() == 1

    (envelope,) = server.taken
    assert envelope.rcpt_tos == ["alice@example.com"]
    assert b"multipart/alternative" in envelope.content
    assert b"=?utf-8?" in envelope.content
    assert waiting() == []


def test_a_mail_goes_out_once_only(app, server):
    post()

    assert [mail.deliver(), mail.deliver()] == [1, 0]
    assert len(server.taken) == 1


def test_all_that_waits_goes_out_in_its_order(app, server):
    for number in range(3):
        post(replace(HELLO, to=f"p{number}@example.com"))

    assert mail.deliver() == 3
    assert [e.rcpt_tos[0] for e in server.taken] == [f"p{n}@example.com" for n in range(3)]


def test_a_mail_of_an_act_that_failed_is_not_sent(app, server):
    def failing_act():
        with transaction():
            mail.post(HELLO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()

    assert mail.deliver() == 0


def test_a_refused_mail_stays_and_says_why(app, server):
    server.refuses = True
    post()

    assert mail.deliver() == 0

    (kept,) = waiting()
    assert "451" in kept.fault
    assert "Not now" in kept.fault
    assert not kept.is_sent


def test_a_refused_mail_is_tried_again_after_the_lease(app, server, at):
    server.refuses = True
    post()
    with at(NOON):
        mail.deliver()
    server.refuses = False

    with at(NOON + LEASE - timedelta(seconds=1)):
        assert mail.deliver() == 0
    with at(NOON + LEASE + timedelta(seconds=1)):
        assert mail.deliver() == 1


def test_a_mail_is_not_tried_for_ever(app, server, at):
    server.refuses = True
    post()

    for hour in range(LAST_ATTEMPT + 3):
        with at(NOON + timedelta(hours=hour)):
            mail.deliver()

    assert waiting()[0].attempts == LAST_ATTEMPT


def test_one_bad_address_does_not_hold_up_the_others(app, server):
    post(replace(HELLO, to="bad\naddress@example.com"))
    post()

    assert mail.deliver() == 1
    assert [envelope.rcpt_tos for envelope in server.taken] == [["alice@example.com"]]
    assert waiting()[0].fault


def test_a_mail_that_another_worker_holds_is_left_alone(app, server, at):
    post()
    with at(NOON):
        assert mail._claim() is not None  # the other worker, before it has sent

        assert mail.deliver() == 0

    assert server.taken == []


def test_a_mail_whose_worker_died_is_taken_up_again(app, server, at):
    post()
    with at(NOON):
        mail._claim()

    with at(NOON + LEASE + timedelta(seconds=1)):
        assert mail.deliver() == 1


def test_an_unreachable_server_is_a_fault_and_no_crash(app, server, monkeypatch):
    def refuse(*_args):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(mail, "connect", refuse)
    post()

    assert mail.deliver() == 0
    assert "Connection refused" in waiting()[0].fault


class TestWithoutServer:
    """A laptop has no mail server."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="")

    def test_mail_stays_in_the_outbox_to_be_read(self, app):
        post()

        assert mail.deliver() == 0
        assert [kept.subject for kept in waiting()] == ["Grüße"]


def test_a_test_that_reaches_for_a_foreign_mail_server_fails():
    with pytest.raises(pytest.fail.Exception):
        mail.connect("smtp://mail.example.com:25")
