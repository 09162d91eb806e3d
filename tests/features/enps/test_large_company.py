"""The company's page where there are hundreds of departments and thousands of comments."""

import re
from dataclasses import replace

import pytest

from app.cycles.models import Cycle, Unit
from app.domain.cycle import CycleState
from app.enps import kept_pages, queries
from app.enps.models import EnpsComment, EnpsScore
from app.infra import clock
from app.infra.db import db, transaction
from app.people.models import Person
from tests.features.enps.counted_cycles import answers, make_counted_cycle

TEAMS = 70


@pytest.fixture
def cycle(app):
    """A published quarter in which a department has 70 teams; its id."""
    found = make_counted_cycle().id
    with transaction():
        some = db.session.query(EnpsScore).filter_by(cycle_id=found, unit_number=1).one()
        for number in range(100, 100 + TEAMS):
            db.session.add(
                Unit(cycle_id=found, number=number, parent_number=1, name=f"Team {number}")
            )
            db.session.add(
                EnpsScore(
                    cycle_id=found,
                    unit_number=number,
                    respondents=some.respondents,
                    promoters=some.promoters,
                    detractors=some.detractors,
                )
            )
    return found


def test_many_departments_are_folded_and_each_leads_to_those_inside_it(cycle, alice):
    page = alice.get(f"/company/{cycle}").text
    inside = alice.get(f"/company/{cycle}/units/1").text

    assert "Team 100" not in page
    assert f"and {TEAMS} departments in it" in page
    assert inside.count("Team 1") == TEAMS
    assert alice.get(f"/company/{cycle}/units/999").status_code == 404


def test_the_board_reads_many_departments_folded_as_well(cycle, alice):
    with transaction():
        db.session.get_one(Person, alice.person.id).is_board = True

    page = alice.get(f"/board/{cycle}").text

    assert "Team 100" not in page
    assert f"and {TEAMS} departments in it" in page
    assert f"/company/{cycle}/units/1" in page


def test_few_departments_are_not_folded(alice):
    cycle = make_counted_cycle()

    page = alice.get(f"/company/{cycle.id}").text

    assert "Engineering" in page
    assert "departments in it" not in page


def test_many_comments_are_read_page_by_page(alice):
    cycle = make_counted_cycle(comments=[f"Comment {n:03d}." for n in range(120)])

    first = alice.get(f"/company/{cycle.id}").text
    pages = [alice.get(f"/company/{cycle.id}/comments?page={n}").text for n in (1, 2, 3)]

    assert first.count("Comment ") == queries.COMMENTS_FIRST
    assert "All 120 comments" in first
    found = [number for page in pages for number in re.findall(r"Comment (\d+)\.\n?\s*<", page)]
    assert sorted(found) == [f"{n:03d}" for n in range(120)]


def test_nobody_reads_units_or_comments_before_publishing(alice):
    cycle = make_counted_cycle(state=CycleState.CLOSED)

    for page in ("units/1", "comments"):
        assert alice.get(f"/company/{cycle.id}/{page}").status_code == 403


@pytest.fixture
def settled(cycle):
    """The same quarter, with nothing left to be destroyed."""
    kept_pages._pages.clear()
    with transaction():
        db.session.get_one(Cycle, cycle).forgotten_on = clock.now().date()
        db.session.get_one(Cycle, cycle).published_on = clock.now().date()
    yield cycle
    kept_pages._pages.clear()


def test_what_cannot_change_is_written_once_for_all_readers(settled, alice, charlie, monkeypatch):
    first = alice.get(f"/company/{settled}").text
    written: list[object] = []
    monkeypatch.setattr(queries, "company_figures", written.append)

    second = charlie.get(f"/company/{settled}").text

    assert written == []
    assert "and 70 departments in it" in second
    assert alice.person.name in first
    assert alice.person.name not in second


def test_another_name_of_the_company_makes_it_written_anew(app, settled, alice, monkeypatch):
    kicker = "Quite Another Works · "
    assert kicker not in alice.get(f"/company/{settled}").text
    named = replace(app.config["SETTINGS"], company_name="Quite Another Works")

    monkeypatch.setitem(app.config, "SETTINGS", named)

    assert kicker in alice.get(f"/company/{settled}").text


def test_an_earlier_quarter_that_is_erased_or_published_makes_it_written_anew(settled, alice):
    alice.get(f"/company/{settled}")

    other = make_counted_cycle(answers(1, promoters=80), quarters_ago=2)
    with transaction():
        db.session.get_one(Cycle, other.id).published_on = clock.now().date()

    assert other.name in alice.get(f"/company/{settled}").text


def test_what_is_still_being_erased_is_not_kept(settled, alice):
    alice.get(f"/company/{settled}")

    with transaction():
        db.session.get_one(Cycle, settled).forgotten_on = None
        db.session.query(EnpsComment).delete()
        db.session.add(EnpsComment(id="0" * 32, cycle_id=settled, text="The only comment."))

    assert "The only comment." in alice.get(f"/company/{settled}").text
