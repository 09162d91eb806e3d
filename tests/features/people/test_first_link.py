"""An invitation brings whoever has no password the link to set one, until the review closes."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.settings import company_day
from app.lifecycle import services
from app.people.models import Person
from app.reminders import services as reminders
from tests.whole_cycles import make_team, open_cycle

GOOD = "correct horse battery"


@pytest.fixture
def team(app):
    """Six with a password, and two newcomers without."""
    team = make_team(8)
    for person in team[2:]:
        person.password_hash = "x"
    db.session.commit()
    return team


@pytest.fixture
def cycle(team):
    return db.session.get_one(Cycle, open_cycle(team))


def link_to(address, kind="invitation"):
    mine = select(OutboxMail.text).where(OutboxMail.to == address, OutboxMail.kind == kind)
    words = db.session.scalars(mine).one().split()
    links = [word for word in words if "/password/set/" in word]
    return urlsplit(links[0]).path if links else ""


def set_password(client, path):
    return client.post(path, {"password": GOOD, "again": GOOD})


def test_newcomers_come_from_the_invitation_to_their_review(cycle, team, client):
    path = link_to(team[1].email)

    assert set_password(client, path).location == "/sign-in"

    client.post("/sign-in", {"email": team[1].email, "password": GOOD})
    assert "Your review for" in client.get("/").text


def test_whoever_has_a_password_gets_no_link_to_another(cycle, team):
    assert [bool(link_to(person.email)) for person in team] == [True] * 2 + [False] * 6


def test_the_link_works_until_the_close_and_no_longer(cycle, team, client, at):
    path, closes_at = link_to(team[1].email), cycle.closes_at

    with at(closes_at - timedelta(minutes=1)):
        assert client.get(path).status_code == 200
    with at(closes_at + timedelta(minutes=1)):
        assert client.get(path).status_code == 410


def test_a_new_closing_date_brings_a_link_until_then(cycle, team, client, at):
    later = cycle.closes_at + timedelta(days=7)
    with transaction():
        services.extend(cycle, later, by=None)

    with at(later - timedelta(minutes=1)):
        assert client.get(link_to(team[1].email, "extended")).status_code == 200


def test_the_link_never_replaces_a_password_that_was_set_meanwhile(cycle, team, client):
    path = link_to(team[1].email)
    db.session.get_one(Person, team[1].id).password_hash = "x"
    db.session.commit()

    assert client.get(path).status_code == 410


def test_the_link_works_once(cycle, team, client):
    path = link_to(team[1].email)
    set_password(client, path)

    assert client.get(path).status_code == 410


def test_a_newer_link_and_a_new_address_end_it(cycle, team, client):
    first, second = (link_to(person.email) for person in team[:2])
    team[0].links_given += 1
    team[1].session_epoch += 1
    db.session.commit()

    assert client.get(first).status_code == client.get(second).status_code == 410


def test_a_password_set_by_it_counts_as_one_set_by_a_link(cycle, team, client):
    """A second person of HR who is known by a mailbox only is none, for three days."""
    set_password(client, link_to(team[1].email))

    db.session.expire_all()
    assert db.session.get_one(Person, team[1].id).password_by_link_on == company_day()


def test_the_owner_of_a_former_address_is_told_of_the_link(team):
    newcomer = db.session.get_one(Person, team[1].id)
    newcomer.former_email, newcomer.unproven_since = "former@example.com", company_day()
    db.session.commit()
    if not newcomer.watching_address(company_day()):
        pytest.fail("the scene: somebody whose address was changed a moment ago")

    open_cycle(team)

    assert db.session.scalars(select(OutboxMail).where(OutboxMail.to == "former@example.com")).one()


def test_the_log_says_how_many_links_were_given_and_names_nobody(cycle):
    given = select(AuditEntry).where(AuditEntry.tag == "people:links_given")

    assert db.session.scalars(given).one().details == {"people": 2, "cycle_id": cycle.id}


def test_hr_reads_no_such_link_in_production(cycle, team):
    holding = select(OutboxMail.to).where(OutboxMail.holds_link)

    assert set(db.session.scalars(holding)) == {person.email for person in team[:2]}


def test_an_invitation_sent_again_to_a_corrected_address_holds_a_link_that_works(
    cycle, team, client
):
    stuck = db.session.scalars(select(OutboxMail).where(OutboxMail.to == team[1].email)).one()
    stuck.fault = "550 No such mailbox"
    newcomer = db.session.get_one(Person, team[1].id)
    newcomer.email, newcomer.session_epoch = "right@example.com", newcomer.session_epoch + 1
    db.session.commit()

    with transaction():
        assert reminders.send_again([stuck.message_id], by=None) == 1

    assert client.get(link_to("right@example.com")).status_code == 200
