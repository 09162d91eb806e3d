"""The outbox: what waits there goes out once, and what fails is tried again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from app.domain.durations import MAILS_TRIED
from app.infra import mail, mail_health, mail_server
from app.infra.db import db, transaction
from app.infra.mail import MailState, Message, OutboxMail
from app.infra.mail_queue import RETRIES
from app.infra.mail_sending import MailSender
from tests.mail_servers import Sink, running

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
HELLO = Message(
    to="alice@example.com", subject="Grüße", text="Hello Älice", html="<p>Hello Älice</p>"
)
ROUND = replace(HELLO, cycle_id=1)


@pytest.fixture
def server():
    with running(Sink()) as sink:
        yield sink


@pytest.fixture
def settings(settings, server):
    return replace(settings, smtp_url=server.url)


def post(*messages, count=1):
    with transaction():
        mail.post(*(messages or (HELLO,)) * count)


def waiting():
    db.session.rollback()
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()


def deliver():
    sender = MailSender()
    try:
        return sender.send_waiting()
    finally:
        sender.leave()


def many(count, message=HELLO):
    return [replace(message, to=f"p{number}@example.com") for number in range(count)]


def test_a_mail_goes_out_as_text_and_html_and_leaves_the_outbox(app, server):
    post()

    assert deliver() == 1

    (received,) = server.mails
    assert received["To"] == "alice@example.com"
    assert received["Subject"] == "Grüße"
    assert [part.get_content_type() for part in received.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert waiting() == []


def test_of_a_round_about_a_cycle_it_stays_that_it_was_sent_without_its_words(app, server, at):
    with at(NOON):
        post(ROUND)
        deliver()

    (kept,) = waiting()
    assert (kept.state, kept.text, kept.html) == (MailState.SENT, "", "")
    assert kept.sent_on == NOON.date()


def test_a_personal_mail_leaves_nothing_behind(app, server):
    post(replace(ROUND, is_personal=True))

    assert deliver() == 1
    assert waiting() == []


def test_a_mail_goes_out_once_only(app, server):
    post()

    assert [deliver(), deliver()] == [1, 0]
    assert len(server.taken) == 1


def test_all_that_waits_goes_out_in_its_order_over_one_connection(app, server):
    post(*many(30))

    assert deliver() == 30
    assert server.addresses == [f"p{n}@example.com" for n in range(30)]
    assert server.connections == 1


def test_a_link_that_is_waited_for_goes_before_hundreds_of_invitations(app, server):
    post(*many(3, ROUND))
    post(HELLO)

    deliver()

    assert server.addresses[0] == "alice@example.com"


def test_a_mail_of_an_act_that_failed_is_not_sent(app, server):
    def failing_act():
        with transaction():
            mail.post(HELLO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()

    assert deliver() == 0


def test_a_mail_that_is_refused_for_good_ends_at_once_and_says_why(app, server):
    server.answers = lambda _address: "550 No such user here"
    post()

    assert deliver() == 0

    (kept,) = waiting()
    assert kept.state is MailState.REFUSED
    assert kept.fault == "550 No such user here"
    assert deliver() == 0


@pytest.mark.slow
def test_a_temporary_answer_is_tried_again_later_and_later_for_three_days(app, server, at):
    server.after_data = lambda: "451 Not now"
    post()
    asked = []

    while (due := waiting()[0]).state is MailState.WAITING:
        asked.append(due.next_at)
        with at(due.next_at):
            deliver()

    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert gaps[: len(RETRIES)] == list(RETRIES)
    assert set(gaps[len(RETRIES) :]) == {RETRIES[-1]}
    assert MAILS_TRIED - RETRIES[-1] <= asked[-1] - asked[0] <= MAILS_TRIED
    (kept,) = waiting()
    assert kept.state is MailState.GIVEN_UP
    assert kept.fault == "451 Not now"


def test_one_mail_alone_is_never_the_trouble_of_its_server(app, server):
    server.after_data = lambda: "451 Not now"
    post()

    deliver()

    state = mail_health.found()
    assert state is not None
    assert state.trouble is None


def test_what_ended_badly_is_sent_again_when_hr_says_so(app, server):
    server.answers = lambda _address: "550 No such user here"
    post()
    deliver()
    server.answers = lambda _address: "250 OK"

    with transaction():
        assert mail.send_again() == 1

    assert deliver() == 1


def test_what_nobody_got_stays_until_hr_has_seen_it(app, server, at):
    server.answers = lambda _address: "550 No such user here"
    with at(NOON):
        post(ROUND)
        deliver()

    with at(NOON + timedelta(days=400)):
        mail.forget_old()
        assert len(waiting()) == 1
        with transaction():
            assert mail.take_off() == 1

    assert waiting() == []


def test_what_was_sent_is_forgotten_after_a_month(app, server, at):
    with at(NOON):
        post(ROUND)
        deliver()
    with at(NOON + timedelta(days=30)):
        mail.forget_old()
        assert len(waiting()) == 1

    with at(NOON + timedelta(days=31)):
        mail.forget_old()

    assert waiting() == []


def test_a_link_that_works_no_more_is_not_sent(app, server, at):
    with at(NOON):
        post(replace(HELLO, useless_after=NOON + timedelta(hours=1)))

    with at(NOON + timedelta(hours=2)):
        assert deliver() == 0

    (kept,) = waiting()
    assert (kept.state, kept.text) == (MailState.TOO_LATE, "")


def test_one_bad_address_does_not_hold_up_the_others(app, server):
    post(replace(HELLO, to="bad\naddress@example.com"))
    post()

    assert deliver() == 1
    assert server.addresses == ["alice@example.com"]
    (kept,) = waiting()
    assert kept.state is MailState.REFUSED
    assert "no address" in kept.fault


def test_an_address_of_another_script_is_written_to(app, server):
    post(replace(HELLO, to="ännä@größe.example", name="Ännä, Größe"))

    assert deliver() == 1
    assert server.addresses == ["ännä@xn--gre-6ka8i.example"]
    assert "<ännä@xn--gre-6ka8i.example>".encode() in server.taken[0].content


class TestServerWithoutUtf8:
    @pytest.fixture
    def server(self):
        with running(Sink(), knows_utf8=False) as sink:
            yield sink

    def test_says_which_ability_of_the_server_is_missing(self, app, server):
        post(replace(HELLO, to="ännä@example.com"))
        post()

        assert deliver() == 1
        (kept,) = waiting()
        assert "lacks SMTPUTF8" in kept.fault


def test_a_sender_with_nothing_to_do_writes_that_it_is_there_now_and_then(app, server, at):
    sender, seen = MailSender(), []
    for seconds in (0, 3, 6, 16, 19, 33):
        with at(NOON + timedelta(seconds=seconds)):
            sender.send_waiting()
        db.session.rollback()
        state = mail_health.found()
        assert state is not None
        assert state.seen_at is not None
        seen.append((state.seen_at - NOON).total_seconds())

    assert seen == [0, 0, 0, 16, 16, 33]


class TestWithoutServer:
    """A laptop has no mail server."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="")

    def test_mail_stays_in_the_outbox_to_be_read(self, app):
        post()

        assert deliver() == 0
        assert [kept.subject for kept in waiting()] == ["Grüße"]


class TestMailsPerMinute:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, mails_per_minute=10)

    def test_no_more_are_sent_than_the_settings_allow(self, app, server, at):
        post(*many(25))
        start, sender = waiting()[0].next_at, MailSender()

        sent = []
        for seconds in (1, 30, 61, 90, 121, 150):
            with at(start + timedelta(seconds=seconds)):
                sent.append(sender.send_waiting())

        assert sent == [10, 0, 10, 0, 5, 0]


def test_a_test_that_reaches_for_a_foreign_mail_server_fails():
    with pytest.raises(pytest.fail.Exception):
        mail_server.connect("smtp://mail.example.com:25")
