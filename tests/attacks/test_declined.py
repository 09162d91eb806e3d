"""Attack: HR, and whoever copies the database, look for those who would rather not take part.

HR knows by name who has not sent. Beside that nothing may tell who of them declined: no page, no
log, no list or number of mails, no row and no size.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.ballots.models import SealedBallot
from app.ballots.services import decline
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.infra import clock, mail_numbers
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.infra.mail_sending import MailSender
from app.lifecycle import due, mailing, reminding
from app.people.models import Person
from app.people.queries import hr_people
from app.reminders import schedule
from app.reminders import services as reminders
from tests.attacks.test_watching import pages_of_hr, text_in
from tests.browsing import Browser
from tests.factories import make_company
from tests.mail_servers import Sink, running
from tests.whole_cycles import answer, open_cycle, review_for


def one_answer(review):
    return [Rating(review.colleagues[0].person_id, 1, 4)]


@pytest.fixture
def cycle(app, settings, scenes):
    """Twelve people in an open cycle, two of whom have begun and not sent."""

    def play():
        company = make_company(12)
        open_cycle(company)
        for person in company[8:10]:
            answer(person, one_answer, sends=False)

    scenes.begin(("twelve of whom two have begun",), settings, play)
    return db.session.scalars(select(Cycle)).one()


@pytest.fixture
def one(cycle):
    return db.session.scalars(select(Person).order_by(Person.id)).all()[8]


@pytest.fixture
def other(one):
    return db.session.get_one(Person, one.id + 1)


def say(person):
    with transaction():
        decline(review_for(person))


def reminded(act):
    """Who gets a mail by `act`: what waits, less what the sender keeps back."""
    written(act)
    waiting = db.session.execute(select(OutboxMail.to, OutboxMail.message_id))
    return {to for to, number in waiting if mail_numbers.is_to_be_sent(number)}


def written(act):
    """What a copy of the database tells of the mails that `act` writes, by their readers."""
    with transaction():
        db.session.query(OutboxMail).delete()
    act()
    db.session.rollback()
    random = {"id", "message_id", "next_at"}
    return {
        row["reader_id"]: {name: str(row[name]) for name in row.keys() - random}
        for row in db.session.execute(text("SELECT * FROM outbox_mail")).mappings()
    }


@pytest.fixture
def server():
    with running(Sink()) as sink:
        yield sink


def deliver(house, server):
    """Give `server` what waits; what then is left of it."""
    house.config["SETTINGS"] = replace(house.config["SETTINGS"], smtp_url=server.url)
    server.taken.clear()
    sender = MailSender()
    sender.send_waiting()
    sender.leave()
    db.session.rollback()
    return sorted(db.session.execute(select(OutboxMail.to, OutboxMail.state, OutboxMail.fault)))


def last_call(cycle):
    (at,) = [item.at for item in schedule.scheduled(cycle) if item.kind == "last_call"]
    return at


def test_no_reminder_by_hand_or_as_planned_goes_to_whoever_declined(app, cycle, one, other, at):
    hr = Browser(app, hr_people()[0])
    say(one)

    by_hand = reminded(lambda: hr.post(f"/cycles/{cycle.id}/remind"))
    with at(last_call(cycle)):
        planned = reminded(due.remind_when_planned)

    assert one.email not in by_hand | planned
    assert other.email in by_hand & planned
    assert len(by_hand) == len(planned) == 11


def test_hr_sees_the_same_whoever_declined(app, cycle, one, other, at):
    with at(clock.now()):  # pages say what time it is
        hr = Browser(app, hr_people()[0])
        pages = [page for page in pages_of_hr(app, cycle.id) if page != "/people/export.csv"]
        nobody = seen(hr, pages)
        say(one)
        declined = seen(hr, pages)
        hr.post(f"/cycles/{cycle.id}/remind")
        reminded_one = seen(hr, pages)

    assert nobody == declined
    assert not any("11 people" in words for words in reminded_one.values())


def seen(hr, pages):
    return {page: text_in(hr.get(page)) for page in pages}


def test_that_a_reminder_went_out_is_noted_also_where_nobody_got_it(cycle):
    for person in db.session.scalars(select(Person)):
        say(person)

    assert reminded(lambda: by_hand(cycle)) == set()
    db.session.rollback()
    assert reminding.not_before(cycle) is not None


def by_hand(cycle):
    with transaction():
        reminding.remind_unsent(cycle, by=None)


def test_no_row_and_no_size_tells_who_declined(cycle, one):
    before = rows()
    say(one)

    assert rows() == before
    sizes = {len(box) for box in db.session.scalars(select(SealedBallot.sealed))}
    assert len(sizes) == 1


@pytest.mark.parametrize("size", [5, 1_000], ids=["in parts", "at once"])
def test_a_copy_while_reminders_wait_tells_nobody_who_declined(cycle, one, monkeypatch, size):
    monkeypatch.setattr(reminders, "WRITTEN_AT_ONCE", size)
    monkeypatch.setattr(mailing, "REST", 0)

    def remind(days):
        with clock.travel(clock.now() + timedelta(days=days)):
            by_hand(cycle)
            mailing.go_on(cycle.id)

    nobody = written(lambda: remind(2))
    say(one)
    declined = written(lambda: remind(4))

    assert len(nobody) == 12
    for about in (*nobody.values(), *declined.values()):
        about.pop("posted_on")
    assert nobody == declined


def test_where_mails_are_left_out_the_same_copy_tells(cycle, one, monkeypatch):
    real = reminding.progress_of
    monkeypatch.setattr(
        reminding,
        "progress_of",
        lambda *about: {
            key: known for key, known in real(*about).items() if not known.has_declined
        },
    )
    say(one)

    assert one.id not in written(lambda: by_hand(cycle))


def test_the_sender_keeps_the_mail_back_and_leaves_the_same_behind(app, cycle, one, server):
    say(one)
    written(lambda: by_hand(cycle))

    assert deliver(app, server) == []
    assert len(server.addresses) == 11
    assert one.email not in server.addresses


@pytest.mark.parametrize("answer", ["550 No such mailbox", "450 Not now"])
def test_an_address_that_does_not_work_looks_alike_whether_or_not_its_reader_declined(
    app, cycle, one, server, answer
):
    dead = one.email
    server.answers = lambda to: answer if to == dead else "250 OK"
    written(lambda: by_hand(cycle))
    waited_for = deliver(app, server)
    say(one)
    with clock.travel(clock.now() + timedelta(days=2)):
        written(lambda: by_hand(cycle))
        spared = deliver(app, server)

    assert waited_for == spared
    assert len(waited_for) == 1


def rows():
    """Every table but the boxes themselves, as a thief reads them."""
    db.session.rollback()
    tables = [name for name in db.metadata.tables if name != SealedBallot.__tablename__]
    return {
        name: sorted(map(str, db.session.execute(text(f"SELECT * FROM {name}")))) for name in tables
    }


def test_an_account_in_new_hands_does_not_learn_of_the_wish(cycle, one):
    say(one)
    with transaction():
        one.credential_epoch += 1

    assert not review_for(one).ballot.declined


def test_without_the_key_nobody_is_reminded_and_hr_reads_why(app, cycle, one, at):
    hr = Browser(app, hr_people()[0])
    say(one)
    key_folder().destroy(cycle.id)

    with at(last_call(cycle)):
        assert reminded(lambda: due._carefully(due.remind_when_planned)) == set()
        assert "The answers of" in text_in(hr.get("/desk"))
        assert reminded(lambda: hr.post(f"/cycles/{cycle.id}/remind", page="/desk")) == set()
