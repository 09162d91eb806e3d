"""Mails to very many people are written in parts: each once, also after a kill, none too late."""

import pytest

from app.assignments.models import Participation
from app.cycles.queries import cycle_by_id
from app.infra import mail
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import jobs, mailing, reminding, services
from app.people.models import Person
from app.reminders import services as reminders
from app.reminders.models import Mailing
from tests.features.lifecycle.drafts_and_forms import make_draft, open_now

PEOPLE = 12


@pytest.fixture
def cycle(app, monkeypatch):
    """An open cycle of 12 people, of whom mails count as very many; its id."""
    monkeypatch.setattr(reminders, "WRITTEN_AT_ONCE", 5)
    monkeypatch.setattr(mailing, "PART", 5)
    monkeypatch.setattr(mailing, "REST", 0)
    return open_now(make_draft(PEOPLE)).id


def readers():
    return sorted(db.session.scalars(db.select(OutboxMail.reader_id)))


def everybody():
    return sorted(one.person_id for one in db.session.query(Participation))


def left():
    return [(one.kind.value, one.written, one.total) for one in db.session.query(Mailing)]


def test_an_invitation_is_written_to_everybody_once(cycle):
    assert (readers(), left()) == ([], [("invitation", 0, PEOPLE)])

    mailing.go_on(cycle)

    assert readers() == everybody()
    assert left() == []


def test_they_are_those_that_are_written_at_once(cycle, monkeypatch):
    mailing.go_on(cycle)
    in_parts = {one.to: (one.subject, len(one.text)) for one in db.session.query(OutboxMail)}
    monkeypatch.setattr(reminders, "WRITTEN_AT_ONCE", 1_000)
    with transaction():
        db.session.query(OutboxMail).delete()
        reminders.invite_all(cycle_by_id(cycle))

    at_once = {one.to: (one.subject, len(one.text)) for one in db.session.query(OutboxMail)}

    assert in_parts == at_once


def test_a_kill_in_the_middle_loses_and_doubles_nothing(cycle, monkeypatch):
    real, parts = mail.post, []

    def post(*messages):
        parts.extend([1] if messages else [])
        if len(parts) == 2:
            raise KeyboardInterrupt
        real(*messages)

    monkeypatch.setattr(mail, "post", post)
    with pytest.raises(KeyboardInterrupt):
        mailing.go_on(cycle)

    assert left() == [("invitation", 5, PEOPLE)]
    assert mailing.waiting() == [cycle]
    mailing.go_on(cycle)
    assert readers() == everybody()


def test_of_two_who_write_the_same_part_one_keeps_it(cycle, monkeypatch):
    real = reminders.composed

    def composed(*args, **kwargs):
        monkeypatch.setattr(reminders, "composed", real)
        messages = real(*args, **kwargs)
        mailing.go_on(cycle, parts=1)
        return messages

    monkeypatch.setattr(reminders, "composed", composed)

    mailing.go_on(cycle)

    assert readers() == everybody()


def test_a_job_goes_on_until_all_are_written_and_hr_sees_how_far_it_is(
    cycle, hanna, run_jobs, monkeypatch
):
    monkeypatch.setattr(mailing, "PARTS", 1)
    mailing.go_on(cycle, parts=1)

    seen = hanna.get(f"/cycles/{cycle}").text

    assert "Mails are being written: 5 of 12 (invitation)." in seen
    jobs.ring_for_mails()
    run_jobs()
    assert left() == []


def test_what_is_over_before_it_is_written_is_not_written(cycle):
    mailing.go_on(cycle, parts=1)
    with transaction():
        services.begin_closing(cycle_by_id(cycle), by=None)

    mailing.go_on(cycle)

    assert len(readers()) == 5
    assert left() == []


def test_a_reminder_goes_to_those_who_have_not_sent_when_it_is_written(cycle):
    mailing.go_on(cycle)
    with transaction():
        db.session.query(OutboxMail).delete()
        reminding.remind_unsent(cycle_by_id(cycle), by=None)
    with transaction():
        db.session.query(Participation).order_by(Participation.person_id)[0].sent = True

    mailing.go_on(cycle)

    assert readers() == everybody()[1:]
    texts = [one.text for one in db.session.query(OutboxMail)]
    assert all("is waiting for you and is not sent yet" in text for text in texts)


def test_whoever_left_meanwhile_gets_none(cycle):
    gone = everybody()[-1]
    with transaction():
        db.session.get_one(Person, gone).is_active = False

    mailing.go_on(cycle)

    assert readers() == [one for one in everybody() if one != gone]
