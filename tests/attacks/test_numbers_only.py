"""Attack: HR polls everything it can see to find out whether one person has sent.

The plan says that HR sees numbers only. Then what HR sees may follow from how many of a
department have sent, and from nothing else: with two people's parts exchanged it is the same.
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.assignments.models import Participation
from app.assignments.queries import participants
from app.cycles.models import AnswerReader, Cycle, ReaderRole
from app.domain.ballot.document import EnpsScoreChange
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.settings import settings
from app.lifecycle import services
from app.people import services as services_of_accounts
from app.people.messages import first_password_link
from app.people.models import Person
from app.people.queries import hr_people
from tests.attacks.test_watching import pages_of_hr, text_in
from tests.browsing import Browser
from tests.factories import make_company
from tests.whole_cycles import answer, make_team, open_cycle

LINKS_ASKED = "people:links_asked"
GOOD = "correct horse battery staple"


class StrictHouse:
    """An open cycle in which HR sees numbers only, with HR and two colleagues of one department."""

    def __init__(self, app):
        self.app = app
        self.now = clock.now()
        """When HR looks: pages say what time it is, so two looks would differ in that alone."""
        self.cycle_id = db.session.scalars(select(Cycle.id)).one()
        self.hr = hr_people()[0]
        self.one, self.other, *self.others = self._colleagues()
        self.browser = Browser(app, self.hr)
        self.pages = [
            page
            for page in pages_of_hr(app, self.cycle_id)
            if page != "/people/export.csv"  # HR's own downloads stand in the log
        ]

    def _colleagues(self):
        """Everybody of the largest department but HR."""
        teams: dict[int | None, list[Person]] = {}
        for person in db.session.scalars(select(Person).order_by(Person.id)):
            if person.id != self.hr.id:
                teams.setdefault(person.department_id, []).append(person)
        return max(teams.values(), key=len)

    @property
    def cycle(self):
        return db.session.get_one(Cycle, self.cycle_id)

    def let_send(self, *people):
        """Exactly these have sent."""
        mine = Participation.cycle_id == self.cycle_id
        ids = [person.id for person in people]
        with transaction():
            db.session.execute(update(Participation).where(mine).values(sent=False))
            chosen = Participation.person_id.in_(ids)
            db.session.execute(update(Participation).where(mine, chosen).values(sent=True))

    def look(self):
        """What HR sees on every page, paper and file, and what machines are told."""
        with clock.travel(self.now):
            return {page: text_in(self.browser.get(page)) for page in self.pages}

    def look_at_people(self, *people):
        """What HR sees of single people, wherever their pages stand."""
        with clock.travel(self.now):
            return [
                text_in(self.browser.get(page)).replace(person.name, "NAME")
                for person in people
                for page in (f"/people/{person.id}", f"/people?q={person.name.replace(' ', '+')}")
            ]

    def links_sent(self):
        """What HR reads before, on and after sending a link to everybody who has no password."""
        with clock.travel(self.now):
            desk = text_in(self.browser.get("/desk"))
            self.browser.post("/people/password-links", page="/desk")
            after = [text_in(self.browser.get(page)) for page in ("/desk", "/outbox")]
            with transaction():
                services_of_accounts.answer_forgotten()
                db.session.execute(delete(AuditEntry).where(AuditEntry.tag == LINKS_ASKED))
            return " ".join([desk, *after, text_in(self.browser.get("/outbox"))])

    def set_password(self, person):
        """Let `person` use the link of their invitation."""
        with transaction():
            link = first_password_link(person, until=self.cycle.closes_at)
        path = link.removeprefix(settings().base_url)
        Browser(self.app).post(path, {"password": GOOD, "again": GOOD})
        assert person.password_hash


@pytest.fixture
def house(app, settings, scenes):
    def play():
        policy = ReleasePolicy(hr_sees_numbers_only=True)
        open_cycle(make_company(42), policy_terms=policy.as_dict())

    scenes.begin(("numbers only",), settings, play)
    return StrictHouse(app)


def test_hr_that_polls_everything_cannot_tell_who_of_two_has_sent(house):
    some = house.others[:3]
    house.let_send(*some)
    before = house.look()

    answer(house.one, lambda _review: [EnpsScoreChange(9)])
    house.let_send(*some, house.one)
    after_one = house.look()
    house.let_send(*some, house.other)
    after_other = house.look()

    assert after_one == after_other
    moved = {page for page in before if before[page] != after_one[page]}
    assert moved == {"/desk", f"/cycles/{house.cycle_id}", f"/cycles/{house.cycle_id}/close"}


def test_nothing_that_hr_sees_tells_who_has_set_a_password(house):
    """Whoever has none cannot have sent."""
    before, people_before = house.look(), house.look_at_people(house.one, house.other)

    house.set_password(house.one)
    Browser(house.app).post("/sign-in", {"email": house.one.email, "password": "not this one"})
    with transaction():
        services_of_accounts.ask_for_forgotten(house.one.email)
    with transaction():
        services_of_accounts.answer_forgotten()

    assert house.look() == before
    assert house.look_at_people(house.one, house.other) == people_before
    assert house.one.name not in text_in(house.browser.get("/people?state=no+password+yet&q=zzzz"))


def test_hr_sends_links_without_learning_who_needs_one(house):
    everybody = [*house.others, house.one, house.other]
    before = house.links_sent()
    with transaction():
        for person in everybody:
            person.password_hash = "set"

    assert house.links_sent() == before
    assert "never have set a password" in before
    assert "is sent one" in before


def test_an_extension_does_not_tell_how_many_lack_a_password(house):
    house.set_password(house.one)
    for person in house.others:
        person.password_hash = "set"

    with transaction():
        services.extend(house.cycle, house.cycle.closes_at + timedelta(days=1), by=None)

    entries = db.session.scalars(select(AuditEntry).filter_by(tag="people:links_given")).all()
    assert "people" not in entries[-1].details


def test_mails_about_a_later_close_look_alike_whoever_has_no_password(house):
    """In production without a mail server HR reads mails on screen; links are not shown there."""
    house.app.config["SETTINGS"] = replace(
        settings(), environment="production", base_url="https://review.example.com"
    )
    with transaction():
        db.session.get_one(Person, house.one.id).password_hash = "set"
        db.session.query(OutboxMail).delete()
        services.extend(house.cycle, house.cycle.closes_at + timedelta(days=1), by=None)

    shown = re.split(r"person\d+@example.com", text_in(house.browser.get("/outbox")))

    assert len(shown) > 20
    assert len(set(shown[1:-1])) == 1


def test_two_of_hr_in_a_department_who_have_not_sent_do_not_learn_that_all_others_have(app):
    team = make_team(7)
    policy = ReleasePolicy(hr_sees_numbers_only=True)
    cycle_id = open_cycle(team, policy_terms=policy.as_dict())

    with transaction():
        for one in team[:2]:
            frozen = {"cycle_id": cycle_id, "person_id": one.id, "role": ReaderRole.HR}
            db.session.add(AnswerReader(**frozen))
        others = Participation.person_id.in_([one.id for one in team[2:]])
        db.session.execute(update(Participation).where(others).values(sent=True))

    (shown,) = participants(db.session.get_one(Cycle, cycle_id)).departments
    assert shown.words == "at least 4 of 7"


def test_names_are_shown_again_once_a_review_opens_that_shows_names(house):
    with transaction():
        house.cycle.move_to(CycleState.CLOSING)
        house.cycle.move_to(CycleState.CLOSED)
    assert "No password yet" not in text_in(house.browser.get("/people"))

    open_cycle(db.session.scalars(select(Person)).all())

    assert "No password yet" in text_in(house.browser.get("/people"))


def test_the_first_to_send_change_nothing_that_hr_sees(house):
    house.let_send()
    before = house.look()

    house.let_send(house.one)
    assert house.look() == before

    house.let_send(house.one, house.other)
    assert house.look() == before


def test_everybody_having_sent_looks_like_nearly_everybody_having_sent(house):
    everybody = list(db.session.scalars(select(Person)))
    house.let_send(*everybody)
    full = house.look()

    house.let_send(*(one for one in everybody if one.id != house.one.id))

    assert house.look() == full


def test_names_of_those_who_have_not_sent_are_not_to_be_had(house):
    house.let_send(*house.others)

    page = house.browser.get(f"/participation/{house.cycle_id}")

    assert page.status_code == 404
    assert "nobody’s name" in text_in(page) or "nobody&#39;s name" in text_in(page)


def test_marking_somebody_as_left_does_not_tell_whether_they_have_sent(house):
    house.let_send(*house.others[:4])
    before = participants(house.cycle)

    with transaction():
        db.session.get_one(Person, house.one.id).is_active = False
    unsent_left = participants(house.cycle)
    with transaction():
        db.session.get_one(Person, house.others[0].id).is_active = False
    sent_left = participants(house.cycle)

    assert before == unsent_left == sent_left


def test_a_reminder_goes_to_everybody_and_says_the_same_to_all(house):
    house.let_send(*house.others[:4])
    with transaction():
        db.session.query(OutboxMail).delete()

    page = f"/cycles/{house.cycle_id}/remind"
    house.browser.post(page)

    mails = list(db.session.scalars(select(OutboxMail)))
    people = list(db.session.scalars(select(Person).where(Person.is_active)))
    assert sorted(one.to for one in mails) == sorted(one.email for one in people)
    names = {one.email: one.name for one in people}
    bodies = {one.text.replace(names[one.to], "NAME") for one in mails}
    assert len(bodies) == 1
    assert len({(one.subject, one.is_personal) for one in mails}) == 1
