"""Names in lists: in the order people expect, found without accents, told apart."""

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment
from app.assignments.queries import coverage
from app.ballots.queries import review_of
from app.cycles.queries import cycle_by_id
from app.infra.db import db, transaction
from app.lifecycle import services
from app.people.models import Person
from app.people.queries import PeopleFilter, active_people, people_page
from tests.factories import make_company, make_cycle, make_person
from tests.features.reports.conftest import add_results, make_report


def found(text):
    return [person.name for person in people_page(PeopleFilter(text=text), page=1)]


def renamed(person, **over):
    for field, value in over.items():
        setattr(person, field, value)
    db.session.commit()
    return person


@pytest.fixture
def namesakes(app):
    """An open cycle of 24, two of whom are called Anna Schmidt."""
    company = make_company(24)
    for person in company:
        person.is_hr = False
    first = renamed(company[10], name="Anna Schmidt", title="Engineer")
    second = renamed(company[11], name="Anna Schmidt", title="Designer")
    cycle = make_cycle(company)
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)
    return cycle_by_id(cycle.id), first, second


def test_names_stand_in_the_order_that_people_expect(app):
    for name in ("Zoe", "Øyvind", "Åsa", "Özlem", "anna", "Łucja", "Ágnes"):
        make_person(name=name)

    names = [person.name for person in active_people()]

    assert names == ["Ágnes", "anna", "Åsa", "Łucja", "Øyvind", "Özlem", "Zoe"]


@pytest.mark.parametrize("text", ["jose", "JOSÉ", "garcia jose", "josé gar", "jose\u0301"])
def test_a_search_needs_neither_accents_nor_the_order_of_the_words(app, text):
    make_person(name="José García")
    make_person(name="Jonas Weber")

    assert found(text) == ["José García"]


def test_a_new_name_or_title_is_found_at_once(app):
    someone = make_person(name="Anna Berg", title="Engineer")

    renamed(someone, name="Zoë Čapek", title="Leiterin für Qualität")

    assert found("capek") == found("qualitat") == ["Zoë Čapek"]
    assert found("berg") == found("engineer") == []


def test_whoever_the_same_name_is_asked_about_is_told_apart_while_rating(namesakes):
    _, first, second = namesakes
    pairs = db.session.execute(select(Assignment.rater_id, Assignment.subject_id)).all()
    about = {rater for rater, subject in pairs if subject == first.id}
    about &= {rater for rater, subject in pairs if subject == second.id}
    rater = db.session.get_one(Person, min(about))

    review = review_of(rater)

    assert review
    names = {one.person_id: one.name for one in review.colleagues}

    assert names[first.id] == "Anna Schmidt (Engineer)"
    assert names[second.id] == "Anna Schmidt (Designer)"


def test_coverage_tells_people_of_one_name_apart(namesakes):
    cycle, *_ = namesakes

    names = [one.name for one in coverage(cycle)]

    assert {"Anna Schmidt (Engineer)", "Anna Schmidt (Designer)"} <= set(names)
    assert len(names) == len(set(names))


def test_hr_s_lists_of_a_cycle_tell_people_of_one_name_apart(namesakes, hanna):
    cycle, *_ = namesakes

    for page in (f"/participation/{cycle.id}", f"/cycles/{cycle.id}/remind"):
        html = hanna.get(page).get_data(as_text=True)
        assert "Anna Schmidt (Engineer)" in html, page
        assert "Anna Schmidt (Designer)" in html, page


def test_names_from_a_file_are_levelled_sorted_and_found(app, tmp_path):
    make_person(name="Zoe", email="anna@example.com")
    make_person(name="Mia", email="mia@example.com")
    file = tmp_path / "people.csv"
    file.write_text(
        "name,email,title,department,manager,joined_on,roles\n"
        "Zoë\u00a0Berg\u200b,zoe@example.com,Boss,People,,2020-01-01,hr\n"
        "Ágnes Kun,anna@example.com,Engineer,People,,2020-01-01,\n"
        "Mia,mia@example.com,Engineer,People,,2020-01-01,\n"
    )

    result = app.test_cli_runner().invoke(args=["people", "import", str(file), "--yes"])
    db.session.expire_all()

    assert result.exit_code == 0, result.output
    assert [one.name for one in active_people()] == ["Ágnes Kun", "Mia", "Zoë Berg"]
    assert found("agnes") == found("engineer kun") == ["Ágnes Kun"]


def test_the_list_of_reports_tells_people_of_one_name_apart(bob):
    first = make_person(name="Sam Same", title="Engineer")
    cycle = make_report(first, reader=bob.person)
    add_results(cycle, make_person(name="Sam Same", title="Designer"), reader=bob.person)

    html = bob.get("/reports").get_data(as_text=True)

    assert html.index("Sam Same (Engineer)") < html.index("Sam Same (Designer)")
