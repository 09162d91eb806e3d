import pytest

from app.assignments import queries
from app.assignments.models import Participation
from app.cycles.models import ReportReader, RosterEntry
from app.cycles.queries import cycle_by_id
from app.infra.db import db, transaction
from app.lifecycle import services
from tests.factories import make_company, make_cycle


def open_company(people=12):
    company = make_company(people)
    for person in company:
        person.is_hr = False
    cycle = make_cycle(company)
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)
    return cycle_by_id(cycle.id), company


def mark_sent(cycle, *people):
    for person in people:
        entry = db.session.get_one(Participation, (cycle.id, person.id))
        entry.sent = True
    db.session.commit()


def test_turnout_counts_invited_and_sent(app):
    cycle, company = open_company()
    mark_sent(cycle, *company[:3])

    found = queries.turnout(cycle)

    assert (found.invited, found.sent) == (12, 3)


def test_turnout_by_department_adds_up_to_the_whole(app):
    cycle, company = open_company()
    mark_sent(cycle, *company[:3])

    found = queries.turnout_by_department(cycle)

    assert sum(one.invited for one in found) == 12
    assert sum(one.sent for one in found) == 3
    assert [one.name for one in found] == sorted(one.name for one in found)


def test_those_who_have_not_sent_are_listed_by_name(app):
    cycle, company = open_company()
    mark_sent(cycle, *company[1:])

    assert queries.unsent_people(cycle) == [company[0]]


def test_coverage_counts_blind_raters_only(app):
    cycle, company = open_company()
    chief, hr = company[0], company[1]
    mark_sent(cycle, chief, company[2], company[3])

    found = {one.person_id: one for one in queries.coverage(cycle)}

    assert (found[hr.id].blind, found[hr.id].sent) == (10, 2)  # the chief reads HR's report
    assert (found[chief.id].blind, found[chief.id].sent) == (11, 2)
    assert found[hr.id].misses(5)


def test_coverage_leaves_out_raters_who_are_too_new(app):
    cycle, company = open_company()
    db.session.get_one(RosterEntry, (cycle.id, company[4].id)).is_new = True
    db.session.commit()

    found = {one.person_id: one for one in queries.coverage(cycle)}

    assert found[company[0].id].blind == 10


def test_a_report_with_two_readers_counts_each_rater_once(app):
    cycle, company = open_company()
    db.session.add(
        ReportReader(cycle_id=cycle.id, subject_id=company[1].id, reader_id=company[5].id)
    )
    db.session.commit()

    found = {one.person_id: one for one in queries.coverage(cycle)}

    assert found[company[1].id].blind == 9


def test_a_small_team_is_not_told_how_many_have_sent(app):
    cycle, company = open_company()
    chief, head = company[0], company[2]

    assert queries.team_turnout(cycle.id, cycle.policy, head.id) is None
    assert queries.team_turnout(cycle.id, cycle.policy, chief.id) == queries.Turnout(
        "Your team", 6, 0
    )


@pytest.mark.parametrize(("outside", "is_told"), [(1, False), (4, False), (5, True), (0, True)])
def test_a_team_is_not_told_where_the_rest_of_the_company_is_a_few(app, outside, is_told):
    cycle, company = open_company()
    chief, others = company[0], company[1:]
    for place, person in enumerate(others):
        entry = db.session.get_one(RosterEntry, (cycle.id, person.id))
        entry.manager_id = chief.id if place >= outside else None
    db.session.commit()

    told = queries.team_turnout(cycle.id, cycle.policy, chief.id)

    assert told == (queries.Turnout("Your team", len(others) - outside, 0) if is_told else None)
