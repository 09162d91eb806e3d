"""Attack: HR, and whoever copies the database, look for those who would rather not take part.

HR knows by name who has not sent. Beside that nothing may tell who of them declined: no page, no
log, no list or number of mails, no row and no size.
"""

import pytest
from sqlalchemy import select, text

from app.ballots.models import SealedBallot
from app.ballots.services import decline
from app.cycles.models import Cycle
from app.domain.ballot.document import Rating
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.infra.mail import OutboxMail
from app.lifecycle import due, reminding
from app.people.models import Person
from app.people.queries import hr_people
from app.reminders import schedule
from tests.attacks.test_watching import pages_of_hr, text_in
from tests.browsing import Browser
from tests.factories import make_company
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
    """Whom `act` writes to; what it wrote is taken out again."""
    with transaction():
        db.session.query(OutboxMail).delete()
    act()
    db.session.rollback()
    return set(db.session.scalars(select(OutboxMail.to)))


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
