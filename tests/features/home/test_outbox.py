"""The page of mails: every address with its state, and nothing that HR may not know."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.infra import clock, mail
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import MailState, Message, OutboxMail
from app.infra.mail_sending import MailSender
from app.infra.mail_status import mail_status
from app.people.models import Person
from app.reminders import messages
from tests.browsing import TOKEN
from tests.factories import keep, make_cycle
from tests.mail_servers import Sink, running

HELLO = Message(to="a@example.com", subject="Hello", text="The text", html="", cycle_id=1)


@pytest.fixture
def server():
    with running(Sink()) as sink:
        yield sink


@pytest.fixture
def settings(settings, server):
    return replace(settings, smtp_url=server.url)


def post(*posted):
    with transaction():
        mail.post(*posted)


def deliver():
    """Send what waits; return how many went."""
    sender = MailSender()
    try:
        return sender.send_waiting()
    finally:
        sender.leave()


def refuse(server, address):
    server.answers = lambda to: "550 5.1.1 No such mailbox" if to == address else "250 OK"


def test_every_address_has_its_state_and_the_servers_words(hanna, server):
    refuse(server, "b@example.com")
    post(HELLO, replace(HELLO, to="b@example.com"))
    deliver()
    post(replace(HELLO, to="c@example.com"))

    shown = {name: hanna.get(f"/outbox?list={name}").text for name in ("sent", "waiting")}
    first = hanna.get("/outbox").text

    assert "b@example.com" in first
    assert "550 5.1.1 No such mailbox" in first
    assert "1 mail reached nobody" in first
    assert "correct the address" in first
    assert "a@example.com" in shown["sent"]
    assert "c@example.com" in shown["waiting"]
    assert "The text" not in first + shown["sent"] + shown["waiting"]


def test_the_desk_leads_to_mails_that_reached_nobody(hanna, server):
    refuse(server, "a@example.com")
    post(HELLO)
    deliver()

    assert "1 mail reached nobody" in hanna.get("/desk").text


def test_one_mail_is_sent_again_to_the_corrected_address(hanna, alice, server):
    refuse(server, "alice@example.com")
    cycle = make_cycle([alice.person])
    post(messages.extended(alice.person, cycle))
    deliver()
    stuck = db.session.query(OutboxMail).one()
    db.session.get_one(Person, alice.person.id).email = "alice.archer@example.com"
    db.session.commit()

    hanna.post(f"/outbox/{stuck.message_id}/send-again", page="/outbox")

    again = db.session.query(OutboxMail).one()
    assert (again.to, again.state) == ("alice.archer@example.com", MailState.WAITING)


def test_all_mails_are_sent_again_or_taken_off_with_one_press(hanna, server):
    server.answers = lambda _to: "550 No"
    post(*(replace(HELLO, to=f"p{n}@example.com") for n in range(3)))
    deliver()

    answer = hanna.post("/outbox/send-again", page="/outbox", follow_redirects=True)
    assert "3 mails are tried again now." in answer.text
    assert {one.state for one in db.session.query(OutboxMail)} == {MailState.WAITING}

    db.session.query(OutboxMail).update({"state": MailState.REFUSED, "fault": "550 No"})
    db.session.commit()
    answer = hanna.post("/outbox/take-off", page="/outbox", follow_redirects=True)
    assert "3 mails are taken off the list." in answer.text
    assert mail_status().is_well


def test_neither_a_list_nor_a_number_tells_of_personal_mails(hanna, server):
    """Who is reminded, and how many are, tells who has sent or declined."""
    server.answers = lambda _to: "450 Later"
    before = TOKEN.sub("", hanna.get("/outbox?list=waiting").text)

    post(*(replace(HELLO, to=f"p{n}@example.com", is_personal=True) for n in range(3)))
    deliver()

    assert TOKEN.sub("", hanna.get("/outbox?list=waiting").text) == before
    assert mail_status().waiting == 0


def test_that_some_reminders_reached_nobody_is_all_that_is_said_of_them(hanna, server):
    server.answers = lambda to: f"550 <{to}> unknown"
    post(*(replace(HELLO, to=f"p{n}@example.com", is_personal=True) for n in range(3)))
    deliver()

    page = hanna.get("/outbox").text

    assert "Some personal mails reached nobody" in page
    assert "example.com" not in page.replace("hanna@example.com", "")


def test_pressing_the_buttons_of_all_mails_does_not_count_the_personal_ones(hanna, server):
    server.answers = lambda _to: "550 No"
    reminders = [replace(HELLO, to=f"p{n}@example.com", is_personal=True) for n in range(3)]
    post(HELLO, *reminders)
    deliver()

    again = hanna.post("/outbox/send-again", page="/outbox", follow_redirects=True).text
    assert {one.state for one in db.session.query(OutboxMail)} == {MailState.WAITING}
    deliver()
    off = hanna.post("/outbox/take-off", page="/outbox", follow_redirects=True).text

    assert "1 mail is tried again now." in again
    assert "1 mail is taken off the list." in off
    noted = {one.tag: one.details for one in db.session.query(AuditEntry)}
    assert noted["mail:sent_again"]["mails"] == noted["mail:taken_off"]["mails"] == 1
    assert db.session.query(OutboxMail).count() == 0


def test_a_personal_mail_cannot_be_found_by_trying_out_its_number(hanna, server):
    server.answers = lambda _to: "550 No"
    post(HELLO, replace(HELLO, to="p@example.com", is_personal=True))
    deliver()
    mine = db.session.query(OutboxMail).filter_by(is_personal=True).one().message_id

    off = hanna.post(f"/outbox/{mine}/take-off", page="/outbox", follow_redirects=True).text
    again = hanna.post(f"/outbox/{mine}/send-again", page="/outbox", follow_redirects=True).text

    assert "0 mails are taken off" in off
    assert "0 mails are tried again" in again


def test_addresses_of_pages_do_not_count_how_many_mails_were_written(hanna, server):
    """Between two mails of HR's own they would tell how many others there were."""
    server.answers = lambda _to: "550 No"
    post(HELLO, *(replace(HELLO, to=f"b{n}@example.com", is_personal=True) for n in range(5)))
    post(replace(HELLO, to="c@example.com"))
    deliver()

    places = re.findall(r"/outbox/(\w+)/take-off", hanna.get("/outbox").text)

    assert len(places) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in places)


def test_a_notice_of_a_new_device_that_reached_nobody_is_not_told_to_hr(hanna, server):
    """HR may know of one address that does not work; its reader would have signed in."""
    server.answers = lambda _to: "550 No"
    before = TOKEN.sub("", hanna.get("/outbox").text)

    post(replace(HELLO, is_personal=True, cycle_id=None))
    deliver()

    assert TOKEN.sub("", hanna.get("/outbox").text) == before
    assert mail_status().is_well
    assert db.session.query(OutboxMail).count() == 0


def test_a_personal_link_that_was_over_before_it_went_out_is_not_told_to_hr(hanna, server, at):
    link = replace(HELLO, is_personal=True, cycle_id=None)
    post(replace(link, useless_after=clock.now() + timedelta(hours=1)))

    with at(clock.now() + timedelta(hours=2)):
        mail.end_useless()
        assert mail_status().is_well


def test_a_reminder_that_came_too_late_leaves_no_name_and_no_number(app, server):
    post(*(replace(HELLO, to=f"p{n}@example.com", is_personal=True) for n in range(3)))
    post(replace(HELLO, to="a@example.com"))

    with transaction():
        mail.forget_of_cycle(1)

    kept = db.session.query(OutboxMail).order_by(OutboxMail.to).all()
    assert [(one.to, one.text, one.state) for one in kept] == [
        ("", "", MailState.TOO_LATE),
        ("a@example.com", "", MailState.TOO_LATE),
    ]
    assert deliver() == 0


def test_what_waits_for_long_is_told_when_it_is_tried_again(hanna, server):
    server.answers = lambda _to: "450 Mailbox busy"
    post(HELLO)
    deliver()

    page = hanna.get("/outbox").text

    assert "Not taken yet; next try" in page
    assert "450 Mailbox busy" in page


class TestInProductionWithoutServer:
    @pytest.fixture
    def settings(self, settings):
        return replace(
            settings, smtp_url="", environment="production", base_url="https://review.example.com"
        )

    def test_nobody_of_hr_reads_a_link_with_which_one_becomes_somebody_else(self, hanna):
        link = replace(HELLO, text="Open https://review.example.com/x", holds_link=True)
        keep(OutboxMail(to=link.to, subject="Link", text=link.text, html="", holds_link=True))

        page = hanna.get("/outbox").text

        assert "so it is not shown" in page
        assert "review.example.com/x" not in page


class TestWithoutServer:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="")

    def test_mails_with_one_subject_stand_together(self, hanna):
        invited = [replace(HELLO, to=f"{name}@example.com", subject="Rate us") for name in "cab"]
        post(HELLO, *invited)

        page = hanna.get("/outbox").text

        assert page.count("Rate us") == 1
        assert "to 3 people" in page
        assert page.count("Hello") == 1
        assert "to a@example.com" in page
        in_order = [page.index(f"{name}@example.com</strong>") for name in "abc"]
        assert in_order == sorted(in_order)
