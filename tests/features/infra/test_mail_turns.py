"""One sender of all workers sends at a time; one that is gone or stands still is followed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import select

from app.infra import clock, mail, mail_health, mail_queue
from app.infra.db import db, transaction
from app.infra.mail import MailState, Message, OutboxMail
from app.infra.mail_queue import LEASE
from app.infra.mail_sending import MailSender
from app.infra.mail_server import MailServer
from tests import mail_servers
from tests.mail_servers import Sink, running

NOON = datetime(2027, 10, 2, 12, tzinfo=UTC)
NEWS = Message(to="", subject="News", text="Words", html="<p>Words</p>", cycle_id=1)
A_SECOND = timedelta(seconds=1)
TOO_LONG = mail_health.TURN + A_SECOND


@pytest.fixture
def server() -> Iterator[Sink]:
    with running(Sink()) as sink:
        yield sink


@pytest.fixture
def settings(settings, server):
    return replace(settings, smtp_url=server.url)


@pytest.fixture
def time(app):
    """Sets the clock until the test ends: `time.enter_context(clock.travel(moment))`."""
    with ExitStack() as stack:
        stack.enter_context(clock.travel(NOON))
        yield stack


def pass_by(time, period):
    time.enter_context(clock.travel(clock.now() + period))


def post(count):
    with transaction():
        mail.post(*(replace(NEWS, to=f"p{number}@example.com") for number in range(count)))


def begun():
    """A sender that has its turn and finds nothing to send."""
    sender = MailSender()
    assert sender.send_waiting() == 0
    return sender


def states():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail.state)))


def test_one_worker_sends_at_a_time(app, server):
    first, second = begun(), MailSender()
    post(2)

    assert second.send_waiting() == 0

    first.leave()
    assert second.send_waiting() == 2


def test_a_sender_whose_process_is_gone_is_followed_at_once(app, server):
    gone = begun()
    post(2)
    del gone  # it says nothing any more, and its turn ends with it

    assert MailSender().send_waiting() == 2


def test_a_sender_that_stands_still_is_followed_after_two_minutes(app, server, time):
    still, following = begun(), MailSender()
    post(2)
    pass_by(time, mail_health.TURN - A_SECOND)
    assert following.send_waiting() == 0

    pass_by(time, TOO_LONG)

    assert following.send_waiting() == 2
    assert still.send_waiting() == 0


def test_a_mail_that_another_worker_is_sending_is_left_alone(app, server, time):
    post(2)
    with transaction():
        assert mail_queue.lease() is not None  # the other worker, before it has sent
    following = MailSender()

    assert following.send_waiting() == 1

    pass_by(time, LEASE + A_SECOND)
    assert following.send_waiting() == 1


def test_a_sender_that_stands_still_before_a_mail_does_not_send_it_a_second_time(app, server, time):
    following = MailSender()

    def standing_still(url):
        pass_by(time, LEASE + TOO_LONG)
        assert following.send_waiting() == 2
        return MailServer(url)

    post(2)

    assert MailSender(connect=standing_still).send_waiting() == 0

    assert sorted(server.addresses) == ["p0@example.com", "p1@example.com"]
    assert states() == [MailState.SENT] * 2


def test_a_sender_that_stood_still_sends_no_other_mail_after_its_turn(app, server, time):
    """Its last mail, of which nobody else knows that it was taken, is the one that comes twice."""
    following = MailSender()

    def standing_still():
        pass_by(time, LEASE + TOO_LONG)
        assert following.send_waiting(lambda: True) == 1
        return False

    post(4)

    assert MailSender().send_waiting(standing_still) == 1

    assert server.addresses == ["p0@example.com"] * 2
    assert sorted(states()) == [MailState.SENT, *[MailState.WAITING] * 3]


def test_what_a_sender_has_sent_is_noted_though_another_one_has_the_turn(
    app, server, time, monkeypatch
):
    sender, real = MailSender(), mail_queue.note_sent
    post(1)

    def fail(ids):
        if ids:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(mail_queue, "note_sent", fail)
    with pytest.raises(OSError, match="No space"):
        sender.send_waiting()
    monkeypatch.setattr(mail_queue, "note_sent", real)
    pass_by(time, TOO_LONG)
    following = begun_after(sender)

    assert sender.send_waiting() == 0
    pass_by(time, LEASE)
    assert following.send_waiting() == 0
    assert server.addresses == ["p0@example.com"]


def begun_after(sender):
    """Another sender that has taken the turn from `sender`."""
    following = MailSender()
    assert mail_health.take_turn(following.id)
    assert following.id != sender.id
    return following


def test_after_a_slow_sign_in_nobody_else_takes_up_the_mail_that_waited_for_it(app, server, time):
    left = []

    class SlowServer(MailServer):
        def __init__(self, url):
            pass_by(time, LEASE - A_SECOND)
            super().__init__(url)

        def send(self, *args, **more):
            until = db.session.scalars(select(OutboxMail.leased_until)).one()
            left.append(until - clock.now() if until else None)
            db.session.rollback()
            return super().send(*args, **more)

    post(1)

    assert MailSender(connect=SlowServer).send_waiting() == 1
    assert left == [LEASE]


def test_a_sender_that_goes_on_keeps_its_leases(app, server):
    sender = begun()
    post(1)
    with transaction():
        mail_queue.lease()

    assert sender.send_waiting() == 0

    assert not mail_queue.is_any_due()


def test_the_mail_server_of_these_tests_answers_at_once_however_many_mails_it_has(
    server, monkeypatch
):
    read = []
    monkeypatch.setattr(mail_servers, "message_from_bytes", lambda *_, **_more: read.append(1))
    server.taken.append(Envelope())
    server.taken[0].content = b"Subject: News\r\n\r\nWords\r\n"

    MailServer(server.url).close()

    assert server.connections == 1
    assert read == []
