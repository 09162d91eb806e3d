"""Attack 15: an administrator takes over an account and reads what its owner answered."""

import re

import pytest
from sqlalchemy import update

from app.ballots import queries
from app.ballots import services as ballots
from app.domain.ballot.document import Comment, EnpsCommentChange, EnpsScoreChange, Own, Rating
from app.infra.db import db, transaction
from app.people import messages, passwords
from app.people.models import Person
from tests.browsing import Browser
from tests.whole_cycles import answer, make_team, open_cycle, review_for

OWN_WORDS, NEW = "four quiet rivers", "seven loud mountains"
PAGES = (
    "/", "/review/", "/review/self", "/review/comments", "/review/recommend", "/review/check",
    "/review/done", "/review/colleagues", "/review/promise",
    *(f"/review/statements/{n}" for n in range(1, 15)),
    *(f"/review/people/{n}" for n in range(1, 8)),
)  # fmt: skip
RADIO = re.compile(r'<input type="radio"[^>]*name="([^"]+)"[^>]*value="(\d+)"[^>]*checked')
LINK = re.compile(r"/password/set/\S+")
WORDS = "canary-15 words only for Rater 03"


@pytest.fixture
def victim(app):
    """Somebody who has answered every question, never twice alike in a row."""
    people = make_team(8)
    cycle_id = open_cycle(people)

    def answers(review):
        for colleague in review.colleagues:
            for number in range(1, 15):
                yield Rating(colleague.person_id, number, 1 + (colleague.position + number) % 5)
            yield Comment(colleague.person_id, "try", WORDS)
        yield from (Own(number, 1 + number % 5) for number in range(1, 15))
        yield from (EnpsScoreChange(2), EnpsCommentChange(WORDS))

    with transaction():
        people[3].password_hash = passwords.hashed(OWN_WORDS)
    assert cycle_id
    answer(db.session.get_one(Person, people[3].id), answers)
    return db.session.get_one(Person, people[3].id)


def truth_of(victim):
    """(field, value) of all answers, as the pages would show them."""
    ballot = review_for(victim).ballot
    colleagues = {c.person_id: c.position for c in review_for(victim).colleagues}
    return {
        (f"/review/statements/{number}", f"r{colleagues[subject]}"): str(value)
        for subject, values in ballot.answers.items()
        for number, value in enumerate(values, 1)
    }


def read_everything(intruder):
    """Every chosen answer on every page, and whether any written word was seen."""
    seen: dict[tuple[str, str], str] = {}
    words = False
    for page in PAGES:
        shown = intruder.get(page).text
        seen |= {(page, field): value for field, value in RADIO.findall(shown)}
        words = words or WORDS in shown
    return seen, words


def rate(victim, truth, intruder):
    """(share of ratings read, share a guess gets right, whether a word was read)."""
    seen, words = read_everything(intruder)
    read = sum(seen.get(cell) == value for cell, value in truth.items()) / len(truth)
    usual = max(set(truth.values()), key=list(truth.values()).count)
    return read, list(truth.values()).count(usual) / len(truth), words


def by_link(app, victim):
    """HR, or the command line, makes a link and uses it."""
    found = LINK.search(messages.link_to_set_password(victim))
    assert found
    link = found.group()
    Browser(app).post(link, {"password": NEW, "again": NEW})


def sign_in(app, victim):
    intruder = Browser(app)
    intruder.post("/sign-in", {"email": victim.email, "password": NEW})
    return intruder


def test_the_owner_reads_everything(app, victim):
    read, _, words = rate(victim, truth_of(victim), Browser(app, victim))

    assert read == 1
    assert words


def test_whoever_reset_the_password_reads_no_earlier_answer(app, victim, tell):
    truth = truth_of(victim)
    by_link(app, victim)

    read, chance, words = rate(victim, truth, sign_in(app, victim))

    tell("15 password reset by an administrator", people=8, success=read, chance=chance)
    assert read == 0
    assert not words


def test_without_the_veil_the_same_attack_reads_everything(app, victim, tell, monkeypatch):
    truth = truth_of(victim)
    for module in (queries, ballots):
        monkeypatch.setattr(module, "readable", lambda ballot, _epoch: ballot)
    monkeypatch.setattr(ballots, "under_epoch", lambda ballot, _epoch: ballot)
    by_link(app, victim)

    read, chance, words = rate(victim, truth, sign_in(app, victim))

    tell("15 … no veil", people=8, success=read, chance=chance, off=True)
    assert read == 1
    assert words


def turned_back(person_id):
    """The epoch is set back by hand after the reset."""
    return update(Person).where(Person.id == person_id).values(credential_epoch=0)


def own_hash(person_id):
    """The administrator writes the hash of a password of theirs into the table."""
    return update(Person).where(Person.id == person_id).values(password_hash=passwords.hashed(NEW))


def unmarked(person_id):
    """The mark is wiped while the owner still answers; the hash follows later."""
    return own_hash(person_id)


@pytest.mark.parametrize("trick", [turned_back, own_hash, unmarked])
def test_whoever_writes_to_the_table_of_people_reads_no_earlier_answer(app, victim, tell, trick):
    truth = truth_of(victim)
    if trick is turned_back:
        by_link(app, victim)
    if trick is unmarked:
        with transaction():
            db.session.execute(update(Person).values(credential_mark="x"))
        answer(db.session.get_one(Person, victim.id), lambda _review: [EnpsScoreChange(3)])
    with transaction():
        db.session.execute(trick(victim.id))

    read, chance, words = rate(victim, truth, sign_in(app, victim))

    tell(f"15 by hand in the database: {trick.__name__}", people=8, success=read, chance=chance)
    assert read == 0
    assert not words


def test_without_the_mark_the_same_trick_reads_everything(app, victim, tell, monkeypatch):
    for module in ("app.ballots.queries", "app.ballots.views_saving"):
        monkeypatch.setattr(f"{module}.epoch_of", lambda person: person.credential_epoch)
    truth = truth_of(victim)
    with transaction():
        db.session.execute(own_hash(victim.id))

    read, chance, words = rate(victim, truth, sign_in(app, victim))

    tell("15 … passwords are not marked", people=8, success=read, chance=chance, off=True)
    assert read == 1
    assert words


def test_an_owner_who_changes_the_password_goes_on_reading(app, victim):
    truth = truth_of(victim)
    change = {"old": OWN_WORDS, "password": NEW, "again": NEW}
    Browser(app, victim).post("/password/change", change)

    read, _, words = rate(victim, truth, sign_in(app, victim))

    assert read == 1
    assert words


def test_a_forged_password_that_is_changed_through_the_app_is_not_believed_afterwards(app, victim):
    truth = truth_of(victim)
    with transaction():
        db.session.execute(own_hash(victim.id))
    change = {"old": NEW, "password": OWN_WORDS, "again": OWN_WORDS}
    sign_in(app, victim).post("/password/change", change)

    read, _, words = rate(victim, truth, Browser(app, db.session.get_one(Person, victim.id)))

    assert read == 0
    assert not words
