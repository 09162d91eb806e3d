"""What a service’s page says of a figure, and what the improvement says that was to move it."""

import pytest

from app.domain.projects.effect import PrintedFigure
from app.domain.projects.sources import service_figure
from app.infra.db import db, transaction
from app.infra.settings import company_day
from app.projects import services
from app.projects.models import Project
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.enps.counted_cycles import make_counted_cycle, release_service
from tests.features.enps.test_company_page import text_of
from tests.features.projects.test_projects import UNDER_WAY, begin, move
from tests.services_in_the_house import name_service


@pytest.fixture
def owner(app):
    return Browser(app, make_person(name="Olga Owner"))


@pytest.fixture
def quarters(owner):
    """A service that was a little better in the second of two quarters."""
    it = name_service("IT support", owner.person)
    before, now = make_counted_cycle(quarters_ago=1), make_counted_cycle()
    release_service(before, it, mean=3.1)
    release_service(now, it, mean=3.2)
    return it, before, now


def test_a_change_stands_beside_the_earlier_number(owner, quarters):
    it, before, now = quarters

    page = text_of(owner.get(f"/services/{now.id}/{it.id}"))

    assert f"Since {before.name}" in page
    assert "3.2 2.9 to 3.5 3.1 then: no change that could be seen" in page


def test_of_a_figure_that_an_improvement_was_to_move_both_pages_say_the_same(
    owner, alice, quarters
):
    it, before, now = quarters
    figure = service_figure(it.id, "They answer quickly")
    project_id = begin(owner.person, figure=figure, figure_name="IT support: quickly")
    move(project_id, *UNDER_WAY)
    db.session.get_one(Project, project_id).begun_on = now.closes_at.date()
    seen = [(before.closes_at.date(), 2.0), (company_day(), 4.0)]
    with transaction():
        history = {figure: [(day, PrintedFigure(value, 0.1)) for day, value in seen]}
        services.look_at_figures(now.id, history)

    own, everybody = f"/services/{now.id}/{it.id}", "/services"
    for reader, address in ((owner, own), (alice, everybody)):
        assert "Notes by noon : It moved: 2.0 before, 4.0 since." in text_of(reader.get(address))
    page = text_of(owner.get(own))
    assert page.count("3.1 then: no change that could be seen") == 2
    assert "It moved. IT support: quickly: 2.0 before, 4.0 since" in text_of(
        alice.get(f"/projects/{project_id}")
    )
    assert "It moved" not in text_of(alice.get(f"/services/{before.id}"))


def test_on_a_phone_each_number_says_what_it_is(alice, quarters):
    page = alice.get("/services").get_data(as_text=True)

    assert page.count('data-label="Score"') == page.count('data-label="Likely range"') == 3
    assert page.count('data-from="1"') == page.count('data-to="5"') == 3
