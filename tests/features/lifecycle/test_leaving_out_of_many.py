"""In a large company a plan's page lists only whom HR leaves out, and whom HR looked for."""

import re

import pytest

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id, roster_ids
from app.infra.db import db
from app.lifecycle.plan import taking_part
from tests.factories import make_company, make_cycle, make_person, make_questionnaire
from tests.features.lifecycle.drafts_and_forms import plan_form


@pytest.fixture
def company(monkeypatch):
    """Twelve people, which counts as large here, one of whom never takes part."""
    monkeypatch.setattr(taking_part, "ALL_LISTED", 5)
    make_questionnaire()
    return [*make_company(11), make_person(name="Away Ahorn", sits_out_for="on leave")]


def listed(page):
    boxes = re.findall(r"<input[^>]*name=\"left_out\"[^>]*>", page)
    ids = [int(number) for box in boxes for number in re.findall(r'value="(\d+)"', box)]
    return dict(zip(ids, ["checked" in box for box in boxes], strict=True))


def test_the_page_lists_only_whoever_is_left_out(hanna, company):
    page = hanna.get("/cycles/new").text

    assert listed(page) == {company[-1].id: True}


def test_somebody_is_found_by_name_and_what_was_typed_stays(hanna, company):
    sought = company[3]
    form = plan_form(name="Kept name", listed=str(company[-1].id), find="yes")

    page = hanna.post("/cycles/new", form | {"person_name": sought.name, "closes_at": ""}).text

    assert listed(page) == {company[-1].id: False, sought.id: False}
    assert "1 person has that name" in page
    assert 'value="Kept name"' in page
    assert db.session.query(Cycle).all() == []


def test_a_saved_plan_leaves_out_who_is_ticked_and_takes_in_whose_tick_is_gone(hanna, company):
    ticked, away = company[3].id, company[-1].id
    form = plan_form(listed=f"{ticked},{away}", left_out=[str(ticked)])

    hanna.post("/cycles/new", form)

    (cycle,) = db.session.query(Cycle)
    everybody = {person.id for person in company} | {hanna.person.id}
    assert set(roster_ids(cycle)) == everybody - {ticked}


def test_whoever_is_not_listed_stays_left_out(hanna, company):
    cycle = make_cycle(company[:9])
    saved = plan_form(name=cycle.name, listed="", left_out=[str(company[2].id)])

    hanna.post(f"/cycles/{cycle.id}/edit", saved)

    expected = [person.id for person in company[:9] if person is not company[2]]
    assert roster_ids(cycle_by_id(cycle.id)) == expected


def test_nobody_is_left_out_who_does_not_work_here(hanna, company):
    answer = hanna.post("/cycles/new", plan_form(listed="", left_out=["99999"]))

    assert answer.status_code == 422
    assert "Please choose one of those offered." in answer.text


@pytest.mark.parametrize("name", ["", "nobody at all", "%", "_" * 300])
def test_odd_names_find_nobody(hanna, company, name):
    form = plan_form(listed="x,-1,٣", find="yes", person_name=name)

    page = hanna.post("/cycles/new", form).text

    assert set(listed(page)) <= {company[-1].id}
