"""Attack: HR finds out who is asked about whom, where people rate a sample.

Who has sent is known to HR by name. Whatever moves with one who sends, or answers whether a pair
was drawn, would tell whom that person rates: with the reports, whose opinion may stand in which.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment, ChangeKind, ManualChange
from app.ballots.services import send
from app.cycles.models import Cycle, Pairing
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.lifecycle.plan.drafting import worked_out
from app.people.models import Person
from app.people.queries import hr_people
from tests.attacks.test_watching import text_in
from tests.browsing import Browser
from tests.factories import make_company, make_cycle
from tests.whole_cycles import open_cycle, review_for

PEOPLE = 40
SAMPLE = {"pairing": Pairing.SAMPLE, "sample_size": 8}


@pytest.fixture
def open_pairs(monkeypatch):
    """The protection switched off."""
    monkeypatch.setattr(Cycle, "pairs_are_open", True)


class Watched:
    """HR looks at the page of a cycle, whose half of the time is over, as people send."""

    def __init__(self, app):
        self.cycle_id = open_cycle(make_company(PEOPLE), **SAMPLE)
        self.hr = Browser(app, hr_people()[0])
        self.late = clock.now() + timedelta(days=8)

    def look(self):
        with clock.travel(self.late):
            return text_in(self.hr.get(f"/cycles/{self.cycle_id}"))

    def named(self, page):
        """Whom the page names, with the numbers behind each name."""
        words = page.partition("raters")[2]
        names = db.session.scalars(select(Person.name)).all()
        return {name: words.partition(f" {name} ")[2][:12] for name in names if name in words}

    def guessed(self, people):
        """Of each of `people`, who send in turn, the names whose numbers moved with them."""
        found, before = {}, self.named(self.look())
        for person in people:
            with transaction():
                send(review_for(person))
            after = self.named(self.look())
            found[person.id] = {name for name in before if before[name] != after.get(name)}
            before = after
        return found

    def rated_by(self, person):
        rows = select(Person.name).join(Assignment, Assignment.subject_id == Person.id)
        return set(db.session.scalars(rows.where(Assignment.rater_id == person.id)))


def some_people():
    return list(db.session.scalars(select(Person).where(~Person.is_hr).order_by(Person.id)))[5:8]


def test_numbers_that_move_with_who_sends_name_nobody_whom_they_rate(app):
    watched = Watched(app)

    found = watched.guessed(some_people())

    assert set().union(*found.values()) == set()


def test_with_names_beside_the_numbers_they_do(app, open_pairs):
    watched = Watched(app)
    people = some_people()

    found = watched.guessed(people)

    assert all(found[one.id] for one in people)
    assert all(found[one.id] <= watched.rated_by(one) for one in people)


class Trying:
    """HR changes one rater of a subject by hand, and then tries out everybody else."""

    def __init__(self, app):
        self.company = make_company(PEOPLE)
        self.cycle = make_cycle(self.company, **SAMPLE)
        self.hr = Browser(app, hr_people()[0])
        self.subject, *self.others = self.company[3:]

    def answers(self):
        """What HR is told of each of the others."""
        first = next(one for one in self.others if one.id in self.raters())
        self.ask(first, "remove")
        before = db.session.query(AuditEntry).count()
        found = {one.id: self.ask(one, "add") for one in self.others if one is not first}
        assert db.session.query(AuditEntry).count() == before
        return found

    def ask(self, rater, kind):
        sent = {"subject_id": self.subject.id, "rater_id": rater.id, "kind": kind}
        page = f"/cycles/{self.cycle.id}/pairs?subject=Person&rater=Person"
        return text_in(self.hr.post(page, sent, follow_redirects=True))

    def raters(self):
        pairs = worked_out(db.session.get_one(Cycle, self.cycle.id)).pairs
        return {pair.rater for pair in pairs if pair.subject == self.subject.id}


def test_trying_out_pairs_tells_nothing_that_the_log_does_not_hold(app):
    said = Trying(app).answers()

    assert len(set(said.values())) == 1
    assert "changed once already" in next(iter(said.values()))


def test_with_refusals_every_rater_of_somebody_is_found(app, open_pairs):
    trying = Trying(app)

    said = trying.answers()

    found = {one for one in said if "changes nothing" in said[one]}
    assert found == trying.raters() & said.keys()
    assert found


def test_a_change_that_changes_nothing_is_kept_and_logged_like_any_other(app):
    trying = Trying(app)
    (rater, *_) = trying.raters()

    said = trying.ask(db.session.get_one(Person, rater), "add")

    assert "as you chose" in said
    assert db.session.query(ManualChange).one().kind is ChangeKind.ADD
    assert db.session.query(AuditEntry).filter_by(tag="cycle:pair_changed").count() == 1
