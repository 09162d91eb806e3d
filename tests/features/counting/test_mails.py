"""A mail that tells how far somebody had come does not outlive the count."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import Message, OutboxMail, post
from app.lifecycle import due, reminding
from tests.disk import on_disk
from tests.whole_cycles import answer, close, make_team, open_cycle

PLAIN = Message(to="a@example.com", subject="News", text="Plain words", html="")


@pytest.fixture
def settings(settings_of_its_own):
    """A database that is looked at byte by byte."""
    return settings_of_its_own


@pytest.fixture
def people(app):
    return make_team(8)


@pytest.fixture
def cycle_id(people):
    """Somebody is reminded of having answered five."""
    cycle_id = open_cycle(people)
    answer(
        people[3],
        lambda review: [Rating(review.colleagues[0].person_id, s, 4) for s in range(1, 6)],
        sends=False,
    )
    with transaction():
        reminding.remind_unsent(db.session.get_one(Cycle, cycle_id), by=None)
    return cycle_id


def mails(*conditions):
    db.session.rollback()
    return db.session.scalars(select(OutboxMail).where(*conditions)).all()


def test_personal_mails_are_gone_after_the_count_and_others_stay(cycle_id, settings):
    (personal,) = mails(OutboxMail.is_personal, OutboxMail.text.contains("5 of 98"))
    told = personal.text.encode()
    others = len(mails(OutboxMail.is_personal.is_(False)))
    assert told in on_disk(settings, "outbox_mail")

    close(cycle_id)

    assert mails(OutboxMail.is_personal) == []
    assert len(mails()) == others > 0
    assert told not in on_disk(settings, "outbox_mail")


def test_the_outbox_names_nobody_beside_a_personal_mail(cycle_id, hanna):
    (personal,) = mails(OutboxMail.is_personal, OutboxMail.text.contains("5 of 98"))
    personal_id = personal.id
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            if mail.id != personal_id:
                db.session.delete(mail)
        db.session.get_one(OutboxMail, personal_id).fault = f"{personal.to} is unknown here"
    address = mails()[0].to

    page = hanna.get("/outbox").text

    assert "Personal mails, such as reminders" in page
    assert address not in page


def test_mails_are_deleted_after_thirty_days(app, at):
    with transaction():
        post(PLAIN)

    with at(clock.now() + timedelta(days=30)):
        due.do_all()
        assert len(mails()) == 1
    with at(clock.now() + timedelta(days=31)):
        due.do_all()

    assert mails() == []
