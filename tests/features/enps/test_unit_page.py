"""A department's own page: its score and how it came there, where it belongs, what is in it."""

from app.cycles.models import Unit
from app.enps.models import EnpsScore
from app.infra.db import db, transaction
from tests.features.enps.counted_cycles import COMPANY, answers, make_counted_cycle
from tests.features.enps.test_company_page import text_of

ENGINEERING = 1
REST = answers(3, promoters=8)
"""So many others that the department is not the whole company."""


def with_team(cycle, *, parent=ENGINEERING, number=10):
    """A team inside a department, with the figures of that department."""
    with transaction():
        known = db.session.get_one(EnpsScore, (cycle.id, ENGINEERING))
        counts = {name: getattr(known, name) for name in ("respondents", "promoters", "detractors")}
        db.session.add(Unit(cycle_id=cycle.id, number=number, parent_number=parent, name="Backend"))
        db.session.add(EnpsScore(cycle_id=cycle.id, unit_number=number, **counts))


def test_it_tells_its_score_and_how_that_changed(alice):
    before = make_counted_cycle([*answers(1, promoters=10, detractors=30), *REST], quarters_ago=1)
    now = make_counted_cycle([*answers(1, promoters=38, detractors=2), *REST])

    page = alice.get(f"/company/{now.id}/units/{ENGINEERING}")

    assert ": clearly higher than in " in text_of(page)
    assert "(\u221250)" in text_of(page)
    assert f'href="/company/{before.id}/units/{ENGINEERING}"' in page.text
    assert "a finding here is weaker than one of the whole company" in text_of(page)


def test_a_small_change_is_no_clear_difference(alice):
    make_counted_cycle([*answers(1, promoters=20, detractors=20), *REST], quarters_ago=1)
    now = make_counted_cycle([*answers(1, promoters=22, detractors=18), *REST])

    page = text_of(alice.get(f"/company/{now.id}/units/{ENGINEERING}"))

    assert ": no clear difference from" in page


def test_it_says_where_it_belongs_and_leads_to_what_is_in_it(alice):
    cycle = make_counted_cycle()
    with_team(cycle)

    department = alice.get(f"/company/{cycle.id}/units/{ENGINEERING}").text
    team = alice.get(f"/company/{cycle.id}/units/10").text

    assert f'href="/company/{cycle.id}/units/10"' in department
    assert f'href="/company/{cycle.id}/units/{ENGINEERING}"' in team
    assert f'href="/company/{cycle.id}/units/{ENGINEERING}"' in alice.get("/company").text


def test_it_leads_up_beside_and_back_to_the_company(alice):
    cycle = make_counted_cycle()
    with_team(cycle)

    department = alice.get(f"/company/{cycle.id}/units/{ENGINEERING}")
    team = alice.get(f"/company/{cycle.id}/units/10")

    assert "Beside it: Finance , Sales" in text_of(department)
    assert f'href="/company/{cycle.id}/units/2"' in department.text
    assert "Up, with all it belongs to: Engineering" in text_of(team)
    for page in (department, team):
        assert f"The whole company, {cycle.name}" in text_of(page)
        assert f'href="/company/{cycle.id}"' in page.text


def test_a_department_without_a_score_says_why(alice):
    cycle = make_counted_cycle()

    page = text_of(alice.get(f"/company/{cycle.id}/units/3"))

    assert "There is no eNPS for" in page
    assert "fewer than 20 people answered" in page
    assert "Would we recommend" not in page


def test_it_does_not_say_who_was_silent(alice):
    cycle = make_counted_cycle([*COMPANY])

    page = text_of(alice.get(f"/company/{cycle.id}/units/{ENGINEERING}"))

    assert "did not answer. Whatever" not in page
