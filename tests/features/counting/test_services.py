"""A whole cycle with services: asked, counted, read by whoever may."""

from functools import partial

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.ballot.document import (
    EnpsCommentChange,
    FurtherText,
)
from app.domain.enps.score import StanceCounts
from app.domain.errors import BallotError, SealBrokenError
from app.domain.release.policy import Hidden, ReleasePolicy, Shown
from app.infra import clock
from app.infra.db import db, transaction
from app.internal_services.models import InternalService, ServiceOfCycle
from app.lifecycle import services as lifecycle
from app.lifecycle.count.counting import count_and_forget
from app.people.models import Person
from app.reports.results_rows import COLUMNS, rows_of
from app.service_results.export import services_of
from app.service_results.models import ServiceComment, ServiceResult
from app.service_results.queries import public_lines, readers_of, service_lines
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.enps.test_company_page import text_of
from tests.randomness import silent
from tests.services_in_the_house import name_service, used
from tests.whole_cycles import (
    answer,
    begin_closing,
    close,
    make_team,
    open_cycle,
    publish,
    review_for,
)

KEPT_APART = "Payroll is not shown: fewer than three people run it, so the figures would be about"


@pytest.fixture
def company(app, settings, scenes):
    """A team of thirty that has answered, and then somebody of HR when the cycle opened."""

    def play():
        team = make_team(30)
        make_person(name="Hanna HR", is_hr=True)
        name_service("IT support", *team[1:4])
        name_service("Payroll", team[4], team[5])
        name_service("Unused", *team[6:9])
        open_cycle(team)
        for person in team:
            answer(person, says)

    scenes.begin("a team of thirty answered about services", settings, play)
    return db.session.scalars(select(Person).order_by(Person.id)).all()


@pytest.fixture
def team(company):
    return company[:-1]


def says(review):
    for one in review.services:
        if one.name != "Unused":
            yield from used(one, 3, 4, 5, help_=9, words=f"About {one.name}.")


@pytest.fixture
def hanna(app, company):
    """Somebody of HR when the cycle opened."""
    return Browser(app, company[-1])


@pytest.fixture
def cycle_id(team, hanna):
    """The open cycle, in which everybody has answered about two services."""
    return db.session.scalars(select(Cycle.id)).one()


def given(changes, _review):
    """Exactly these changes."""
    return changes


def counted(cycle_id):
    close(cycle_id, randomness=silent)
    return cycle_by_id(cycle_id)


def test_services_are_released_like_a_person_and_like_a_unit(cycle_id):
    it, payroll, unused = service_lines(counted(cycle_id))

    assert it.raters == 27
    assert [one.mean for one in it.means if isinstance(one, Shown)] == [3, 4, 5]
    assert isinstance(it.helped, StanceCounts)
    assert (it.helped.respondents, it.helped.score) == (27, 100)
    assert payroll.raters == 28
    assert isinstance(unused.raters, Hidden)
    assert all(isinstance(one, Hidden) for one in unused.means)


def test_a_service_of_two_people_is_theirs_and_hrs_alone(app, hanna, team, cycle_id):
    cycle = counted(cycle_id)
    publish(cycle_id)
    payroll = next(one for one in service_lines(cycle) if one.name == "Payroll")

    address = f"/services/{cycle_id}/{payroll.id}"
    assert [one.name for one in public_lines(cycle)] == ["IT support", "Unused"]
    assert readers_of(cycle, payroll.id) == {team[4].id, team[5].id}
    assert Browser(app, team[5]).get(address).status_code == 200
    assert Browser(app, team[9]).get(address).status_code == 403
    assert "About Payroll." in text_of(hanna.get(address))
    for address in ("/services", "/company"):
        page = text_of(Browser(app, team[9]).get(address))
        assert KEPT_APART in page
        assert page.count("Payroll") == 1


def test_a_services_words_are_its_owners_and_hrs_and_everybody_sees_its_scores(app, team, cycle_id):
    cycle = counted(cycle_id)
    publish(cycle_id)
    it = service_lines(cycle)[0]
    owner, colleague = Browser(app, team[1]), Browser(app, team[9])

    own_page = text_of(owner.get(f"/services/{cycle_id}/{it.id}"))
    assert "About IT support." in own_page
    assert "They answer quickly 3.0" in own_page
    assert colleague.get(f"/services/{cycle_id}/{it.id}").status_code == 403
    page = text_of(colleague.get("/services"))
    assert "They answer quickly 3.0" in page
    assert "About IT support." not in page
    assert "no ranking" in page


def test_an_account_in_new_hands_does_not_read_what_is_said_of_its_service(app, team, cycle_id):
    cycle = counted(cycle_id)
    publish(cycle_id)
    it = service_lines(cycle)[0]
    owner = Browser(app, team[1])
    owner.person.handed_over_on = clock.now().date()

    assert owner.get(f"/services/{cycle_id}/{it.id}").status_code == 403
    assert owner.get(f"/services/{cycle_id}").status_code == 200


def test_before_publishing_only_hr_sees_services(app, hanna, team, cycle_id):
    cycle = counted(cycle_id)
    it = service_lines(cycle)[0]

    assert hanna.get(f"/services/{cycle_id}/{it.id}").status_code == 200
    assert Browser(app, team[1]).get(f"/services/{cycle_id}/{it.id}").status_code == 403
    assert Browser(app, team[9]).get(f"/services/{cycle_id}").status_code == 403


def test_who_comes_to_hr_later_reads_no_words_that_they_counted_as_blind_for(app, team, cycle_id):
    newcomer = Browser(app, team[9])
    cycle = counted(cycle_id)
    publish(cycle_id)
    newcomer.person.is_hr = True
    db.session.commit()
    it, payroll, _ = service_lines(cycle)

    assert newcomer.get(f"/services/{cycle_id}/{it.id}").status_code == 403
    assert newcomer.get(f"/services/{cycle_id}/{payroll.id}").status_code == 403
    assert text_of(newcomer.get("/services")).count("Payroll") == 1  # why it is not shown
    taken = newcomer.get(f"/reports/{cycle_id}/results.csv").get_data(as_text=True)
    assert "IT support" in taken
    assert "About IT support." not in taken
    assert "Payroll" not in taken


def test_hr_of_the_opening_takes_every_service_along(hanna, cycle_id):
    counted(cycle_id)
    publish(cycle_id)

    taken = hanna.get(f"/reports/{cycle_id}/results.csv").get_data(as_text=True)

    assert "About Payroll." in taken


def test_who_was_of_hr_at_the_opening_and_is_not_any_more_reads_no_service(hanna, cycle_id):
    cycle = counted(cycle_id)
    publish(cycle_id)
    hanna.person.is_hr = False
    db.session.commit()

    it = service_lines(cycle)[0]
    assert hanna.get(f"/services/{cycle_id}/{it.id}").status_code == 403


def test_services_changed_in_the_database_count_nobody(cycle_id):
    with transaction():
        row = db.session.scalars(select(ServiceOfCycle)).first()
        assert row
        row.member_ids = []
    begin_closing(cycle_id)

    with pytest.raises(SealBrokenError, match="no longer what raters were promised"):
        count_and_forget(cycle_id)

    assert db.session.query(ServiceResult).count() == 0


def test_what_hr_changes_later_does_not_change_an_open_cycle(cycle_id):
    with transaction():
        for one in db.session.scalars(select(InternalService)):
            one.name, one.is_active = f"New {one.name}", False

    assert service_lines(counted(cycle_id))[0].name == "IT support"


def test_released_services_are_exported_and_erased(cycle_id):
    cycle = counted(cycle_id)
    publish(cycle_id)

    it = services_of(cycle)[0]
    kinds = {row[COLUMNS.index("kind")] for row in rows_of(cycle)}
    assert it["statements"][0]["mean"] == 3.0
    assert it["comments"] == ["About IT support."] * 27
    assert {"service", "service_help", "service_comment"} <= kinds
    with transaction():
        lifecycle.erase_results(db.session.get_one(Cycle, cycle_id))
    assert db.session.query(ServiceComment).count() == 0
    assert service_lines(cycle) == []


def test_the_next_quarter_says_what_changed(team, cycle_id):
    counted(cycle_id)
    publish(cycle_id)

    def better(review):
        for one in review.services:
            yield from used(one, 5, 4, 5, help_=9)

    later = open_cycle(team)
    for person in team:
        answer(person, better)
    it = service_lines(counted(later))[0]

    assert it.changes == ("up", "none", "none")


def test_where_no_comments_are_asked_there_are_none_about_services_and_the_company(app):
    team = make_team(30)
    name_service("IT support", *team[1:4])
    open_cycle(team, policy_terms=ReleasePolicy(shows_comments=False).as_dict())
    rater = Browser(app, team[9])

    assert "textarea" not in rater.get("/review/services").get_data(as_text=True)
    assert "textarea" not in rater.get("/review/recommend").get_data(as_text=True)
    page = {"s1u": "1", "s1c": "Words.", "score": "9", "comment": "Words."}
    for name in ("services", "recommend"):
        assert rater.post(f"/review/{name}", page, page=f"/review/{name}").status_code == 302
    ballot = review_for(team[9]).ballot
    assert (ballot.enps_score, ballot.further["s1u"]) == (9, 1)
    assert (ballot.enps_comment, ballot.further_texts) == ("", {})
    for refused in ([EnpsCommentChange("Words.")], [FurtherText("s1c", "Words.")]):
        with pytest.raises(BallotError):
            answer(team[8], partial(given, refused))
