"""Mail servers that take little, say nothing, or answer slowly; and a worker that is killed.

Each is a real server on this machine. Times are set, never waited for.
"""

import signal
import smtplib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import mail, mail_health, mail_queue, mail_sending
from app.infra.db import db, transaction
from app.infra.mail import MailState, Message, OutboxMail
from app.infra.mail_queue import LEASE
from app.infra.mail_sending import MailSender
from app.infra.mail_server import MailServer
from app.infra.mail_status import mail_status
from app.lifecycle import due
from tests.mail_servers import Sink, drip, running, scripted, silence
from tests.processes import fork, kill_myself
from tests.whole_cycles import make_team, open_cycle

pytestmark = pytest.mark.slow  # real servers and a process for each step

NOON = datetime(2027, 10, 1, 12, tzinfo=UTC)
NEWS = Message(to="", subject="News", text="Words", html="<p>Words</p>", cycle_id=1)
A_MINUTE = timedelta(minutes=1)


def post(number_of_mails):
    with transaction():
        mail.post(
            *(replace(NEWS, to=f"p{number}@example.com") for number in range(number_of_mails))
        )


def hasty(url):
    """A connection that waits no longer than a test may take."""
    return MailServer(url, patience=0.2)


def state():
    """What is known of the sender."""
    db.session.rollback()
    found = mail_health.found()
    assert found is not None
    return found


def states():
    db.session.rollback()
    return Counter(db.session.scalars(select(OutboxMail.state)))


@pytest.fixture
def sink():
    with running(Sink()) as found:
        yield found


@pytest.fixture
def settings(settings, sink):
    return replace(settings, smtp_url=sink.url)


class TestThirtyMailsAMinute:
    """The server takes thirty mails in a minute, and answers "later" to every other."""

    @pytest.fixture
    def sink(self):
        self.left = 30

        def take_thirty():
            self.left -= 1
            return "250 OK" if self.left >= 0 else "452 Too many mails, try later"

        with running(Sink(after_data=take_thirty)) as found:
            yield found

    def test_every_mail_arrives_as_fast_as_it_takes_them(self, app, sink, at):
        sender, minutes = MailSender(), 0
        with at(NOON):
            post(100)

        while states()[MailState.WAITING] and minutes < 100:
            self.left = 30
            with at(NOON + minutes * (A_MINUTE + timedelta(seconds=1))):
                sender.send_waiting()
            minutes += 1

        assert sorted(sink.addresses) == sorted(f"p{number}@example.com" for number in range(100))
        assert states() == {MailState.SENT: 100}
        assert minutes <= 10
        assert sink.connections <= 10

    def test_hr_reads_at_once_that_there_is_nothing_to_do(self, app, hanna, at):
        with at(NOON):
            post(50)
            MailSender().send_waiting()

            page = hanna.get("/outbox").text
            desk = hanna.get("/desk").text

        for shown in (page, desk):
            assert "has taken no more mails for now" in shown
            assert "20 mails wait" in shown
            assert "There is nothing to do" in shown
        assert "452 Too many mails, try later" in page


class TestSilence:
    @pytest.fixture(params=[silence, drip])
    def address(self, request):
        with scripted(request.param) as url:
            yield url

    @pytest.fixture
    def settings(self, settings, address):
        return replace(settings, smtp_url=address)

    def test_is_not_waited_for_and_costs_no_mail_an_attempt(self, app):
        post(3)

        assert MailSender(connect=hasty).send_waiting() == 0

        db.session.rollback()
        assert {one.attempts for one in db.session.scalars(select(OutboxMail))} == {0}
        assert states() == {MailState.WAITING: 3}

    def test_is_read_by_hr_at_once_with_what_to_do(self, app, hanna):
        post(3)
        MailSender(connect=hasty).send_waiting()

        for place in ("/outbox", "/desk"):
            page = hanna.get(place).text
            assert "The mail server has not answered since" in page
            assert "3 mails wait" in page
            assert "Ask whoever runs the mail server 127.0.0.1 whether it works" in page
            assert "No mail is lost" in page

    def test_is_asked_again_later_and_later_or_when_hr_says_so(self, app, hanna, at):
        with at(NOON):
            post(1)
        sender, asked = MailSender(connect=hasty), []
        for minute in range(40):
            with at(NOON + minute * A_MINUTE):
                before = mail_health.found()
                pauses = before.pauses if before else 0
                sender.send_waiting()
                db.session.rollback()
                if state().pauses > pauses:
                    asked.append(minute)

        assert asked == [0, 1, 2, 4, 9, 19, 34]

        hanna.post("/outbox/send-again", page="/outbox")
        assert not mail_health.is_left_alone()


class TestNobodyThere:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="smtp://127.0.0.1:1")

    def test_is_a_trouble_that_hr_reads_and_no_crash(self, app, hanna):
        post(1)

        assert MailSender().send_waiting() == 0
        assert "Connection refused" in hanna.get("/outbox").text


class TestServerThatRefuses:
    @pytest.mark.parametrize(
        ("says", "advice"),
        [
            ("535 Wrong password", "right user name and password"),
            ("554 We know you not", "to take mails from"),
        ],
    )
    def test_is_told_with_who_can_mend_it(self, app, hanna, says, advice, monkeypatch):
        code, words = int(says[:3]), says[4:].encode()
        kind = smtplib.SMTPAuthenticationError if code == 535 else smtplib.SMTPConnectError

        def refuse(*_args, **_more):
            raise kind(code, words)

        monkeypatch.setattr("app.infra.mail_server.connect", refuse)
        post(2)

        MailSender().send_waiting()

        page = hanna.get("/outbox").text
        assert advice in page
        assert says in page
        assert states() == {MailState.WAITING: 2}

    def test_a_sender_that_it_does_not_take_ends_no_mail(self, app, hanna, monkeypatch):
        post(2)
        monkeypatch.setattr(smtplib.SMTP, "mail", lambda *_args: (550, b"Sender unknown"))

        MailSender().send_waiting()

        assert states() == {MailState.WAITING: 2}
        assert "FULL_CIRCLE_MAIL_FROM" in hanna.get("/desk").text


def test_the_desk_says_so_when_no_worker_sends(app, hanna, at):
    with at(NOON):
        post(5)
    with at(NOON + A_MINUTE):
        page = hanna.get("/desk").text

    assert "No mail is being sent: the worker does not run: 5 mails wait" in page
    assert "flask --app app jobs run" in page


class TestSlowServer:
    """It lets every command wait; meanwhile another cycle is due."""

    @pytest.fixture
    def sink(self):
        self.asked, self.may_answer = Event(), Event()

        def slow(_address):
            self.asked.set()
            self.may_answer.wait(30)
            return "250 OK"

        with running(Sink(answers=slow)) as found:
            yield found

    def test_a_cycle_opens_closes_and_is_counted_on_time_while_a_mail_is_under_way(
        self, app, sink, at
    ):
        people = make_team(8)
        cycle_id = open_cycle(people)
        ends = db.session.get_one(Cycle, cycle_id).closes_at
        over = Event()
        thread = mail_sending.send_in_background(app, stopped=over)
        assert self.asked.wait(10), "the mail sender is in the middle of a mail"

        with at(ends + A_MINUTE):
            due.do_all()

        db.session.rollback()
        assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSED
        assert sink.taken == []
        over.set()
        self.may_answer.set()
        thread.join(10)
        assert not thread.is_alive()


class Killing:
    """Kills its own process at its n-th step: before or after an answer or a commit."""

    def __init__(self, monkeypatch, *, at_step):
        self.steps, self.at_step = 0, at_step
        for place, name in ((smtplib.SMTP, "getreply"), (smtplib.SMTP, "putcmd")):
            self._wrap(monkeypatch, place, name)
        self._wrap(monkeypatch, mail_sending, "_insist")

    def _wrap(self, monkeypatch, place, name):
        inner = getattr(place, name)

        def stepping(*args, **more):
            self._step()
            result = inner(*args, **more)
            self._step()
            return result

        monkeypatch.setattr(place, name, stepping)

    def _step(self):
        self.steps += 1
        if self.steps == self.at_step:
            kill_myself()


def send_in_a_process(monkeypatch, *, killed_at):
    """Send in a process forked without connections; whether the kill came before the end."""

    def send():
        Killing(monkeypatch, at_step=killed_at)
        MailSender().send_waiting()

    code = fork(send).wait()
    assert code in {0, -signal.SIGKILL}
    return code != 0


class TestKilledAnywhere:
    def test_no_mail_is_lost_and_only_the_one_in_doubt_may_come_twice(
        self, app, sink, at, monkeypatch
    ):
        """SIGKILL for a process at each step of two mails; what comes twice has one Message-ID."""
        twice, step, was_killed = 0, 0, True
        while was_killed:
            step += 1
            sink.taken.clear()
            with at(NOON + step * timedelta(hours=1)):
                post(2)
                was_killed = send_in_a_process(monkeypatch, killed_at=step)
            with at(NOON + step * timedelta(hours=1) + LEASE + A_MINUTE):
                MailSender().send_waiting()
                assert states()[MailState.WAITING] == 0

            times = Counter((one["To"], one["Message-ID"]) for one in sink.mails)
            assert sorted(address for address, _ in times) == ["p0@example.com", "p1@example.com"]
            assert sorted(times.values()) in ([1, 1], [1, 2])
            twice += len(sink.taken) - 2

        assert step > 30, "every step was tried"
        # From the server's last word until it is noted: once read, once handed on, for each mail.
        assert 0 < twice <= 6


class TestServerThatDies:
    @pytest.fixture
    def sink(self):
        given = count(1)

        def give():
            return "421 Shutting down" if next(given) == 3 else "250 OK"

        with running(Sink(after_data=give)) as found:
            yield found

    def test_goes_on_with_the_rest_when_it_is_back(self, app, sink, at):
        with at(NOON):
            post(5)
            assert MailSender().send_waiting() == 2
            mail_health.leave(state().sender)
            assert mail_status().title.startswith("The mail server has taken no more mails")

        with at(NOON + timedelta(minutes=6)):
            assert MailSender().send_waiting() == 3
            assert mail_status().is_well


def test_what_was_taken_is_noted_later_where_the_database_cannot_be_written_to(
    app, sink, monkeypatch
):
    sender = MailSender()
    post(2)
    real, calls = mail_queue.note_sent, count()

    def fail_once(ids):
        if ids and next(calls) == 0:
            raise OSError(28, "No space left on device")
        real(ids)

    monkeypatch.setattr(mail_queue, "note_sent", fail_once)
    with pytest.raises(OSError, match="No space"):
        sender.send_waiting()

    sender.send_waiting()

    assert sorted(sink.addresses) == ["p0@example.com", "p1@example.com"]
    assert states() == {MailState.SENT: 2}


def test_a_worker_of_its_own_sends_and_stops_when_told(app, sink):
    arrived = Event()

    def take():
        arrived.set()
        return "250 OK"

    sink.after_data = take
    post(1)
    over = Event()

    thread = mail_sending.send_in_background(app, stopped=over)
    assert arrived.wait(10)
    over.set()
    thread.join(10)

    assert isinstance(thread, Thread)
    assert not thread.is_alive()
    assert state().sender == ""
