"""Every e-mail: what it says, and what it never does."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.heard.messages import leaders_hear
from app.heard.queries import LeaderComment
from app.people import messages as account
from app.reminders import messages
from tests.factories import make_cycle

COMMENT = LeaderComment("0" * 32, 1, "Q4 2026", "IT support", is_about_service=True, text="Fine.")
LINK = re.compile(r"https?://[^\s\"<]+")


@pytest.fixture
def cycle(app):
    return make_cycle(
        name="Q4 2026",
        opens_at=datetime(2026, 9, 18, 6, tzinfo=UTC),
        closes_at=datetime(2026, 10, 2, 16, tzinfo=UTC),
    )


def everything(person, cycle):
    """One of each message."""
    return [
        messages.invitation(person, cycle, colleagues=24),
        messages.reminder(person, cycle),
        messages.reminder(person, cycle, answered=17, total=24),
        messages.reminder(person, cycle, answered=24, total=24, is_complete=True),
        messages.last_call(person, cycle),
        messages.extended(person, cycle),
        messages.report_ready(person, cycle),
        messages.plan_refused(person, cycle, ["The plan has a fault."]),
        account.password_link(person, "https://example.com/password/token"),
        account.password_changed(person),
        leaders_hear(person, [COMMENT] * 3),
        account.account_linked(person, to=person.email, label="Example Login"),
        account.new_device(person, device="Firefox on Linux"),
        account.new_device(person, device="Firefox on Linux", label="Example Login"),
    ]


def test_every_message_has_a_subject_a_text_and_the_same_links_in_html(alice, cycle):
    for message in everything(alice.person, cycle):
        assert message.to == "alice@example.com"
        assert 10 < len(message.subject) < 80
        assert message.text.startswith("Hello Alice Archer,\n\n")
        assert set(LINK.findall(message.text)) == set(LINK.findall(message.html))


def test_no_message_loads_anything_from_elsewhere(alice, cycle):
    for message in everything(alice.person, cycle):
        assert not re.search(r"<(img|script|iframe|link|style|table)\b|\bsrc=", message.html)


def test_no_link_about_a_review_tells_people_apart(alice, bob, cycle):
    for message in (messages.invitation, messages.reminder, messages.last_call, messages.extended):
        more: dict[str, Any] = {"colleagues": 5} if message is messages.invitation else {}
        texts = [message(who.person, cycle, **more).text for who in (alice, bob)]
        links = [[one for one in LINK.findall(text) if "/password/" not in one] for text in texts]
        assert links[0] == links[1]


def test_no_message_leaves_empty_space_or_unfilled_words(alice, cycle):
    for message in everything(alice.person, cycle):
        assert "\n\n\n" not in message.text
        assert "{{" not in message.text + message.html
        assert "None" not in message.text


def test_an_invitation_tells_how_much_how_long_and_until_when(alice, cycle):
    message = messages.invitation(alice.person, cycle, colleagues=24)

    assert message.subject == "Q4 2026: your colleagues would like to hear from you"
    assert "what you saw 24 colleagues do, and how you see yourself.\n" in message.text
    assert "takes about 14 minutes; comments take longer, and are up to you." in message.text
    assert "It is voluntary" in message.text
    assert "http://127.0.0.1:8000/review/promise" in message.text
    assert message.html.count("<strong>Start your review</strong>") == 1
    assert "open until Friday 2 October 2026, 18:00 Berlin time" in message.text
    assert "http://127.0.0.1:8000/review" in message.text


def test_a_reminder_tells_how_far_its_reader_has_come(alice, cycle):
    message = messages.reminder(alice.person, cycle, answered=17, total=24)

    assert "17 of 24 answered, not sent yet." in message.text
    assert "17 of 24 answered, not sent yet." in message.html


def test_a_reminder_of_a_complete_review_asks_only_to_send_it(alice, cycle):
    message = messages.reminder(alice.person, cycle, answered=24, total=24, is_complete=True)

    assert "You have answered everything (24 of 24)" in message.text
    assert "please open yours and send it" in message.text


def test_a_reminder_without_answers_counts_nothing(alice, cycle):
    message = messages.reminder(alice.person, cycle)

    assert "waiting for you" in message.text
    assert "0 of" not in message.text


def test_a_report_is_linked_as_everybody_elses(alice, bob, cycle):
    message = messages.report_ready(alice.person, cycle)
    other = messages.report_ready(bob.person, cycle)

    assert f"/reports/{cycle.id}/own\n" in message.text
    assert "three things at most" in message.text
    assert message.text.replace("Alice Archer", "Bob Baker") == other.text


def test_a_name_with_html_in_it_stays_a_name(alice, cycle):
    alice.person.name = "<b>Alice</b> & Co"

    message = messages.last_call(alice.person, cycle)

    assert "Hello <b>Alice</b> & Co," in message.text
    assert "Hello &lt;b&gt;Alice&lt;/b&gt; &amp; Co," in message.html


def test_a_mail_says_full_circle_once_and_the_companys_name_where_it_has_one(
    app, alice, cycle, monkeypatch
):
    plain = messages.last_call(alice.person, cycle)
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], company_name="Nordlicht")
    )
    named = messages.last_call(alice.person, cycle)

    assert plain.text.splitlines()[-2] == "Full Circle"
    assert "Full Circle at" not in plain.html
    assert named.text.splitlines()[-2] == "Full Circle at Nordlicht"
    assert "Full Circle at Nordlicht ·" in named.html
