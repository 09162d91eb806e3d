"""HR names the services in the house and words what is asked about them."""

import pytest

from app.infra.db import db
from app.internal_services.models import InternalService
from app.internal_services.queries import planned_services, statements
from app.lifecycle.plan.plan_check import check_plan
from tests.factories import department_named, make_cycle, make_person
from tests.features.enps.test_company_page import text_of
from tests.services_in_the_house import name_service
from tests.whole_cycles import make_team

FORM = {"name": "IT support", "hint": "laptops", "is_active": "y"}


def test_hr_names_a_service_with_owner_members_and_departments(hanna):
    owner, member = make_person(), make_person()
    sales = department_named("Sales")

    hanna.post(
        "/services/named/new",
        FORM | {"owner": owner.email, "members": f"{member.email}\n", "departments": str(sales.id)},
    )

    (named,) = planned_services()
    assert (named.name, named.hint, named.owner_id) == ("IT support", "laptops", owner.id)
    assert named.member_ids == {owner.id, member.id}
    assert named.units == {sales.id}
    assert named.is_a_person
    page = text_of(hanna.get("/services/named"))
    assert "2 people: its figures are for them and HR alone" in page


def test_a_service_with_unknown_people_is_refused_with_every_fault(hanna):
    response = hanna.post(
        "/services/named/new",
        FORM | {"owner": "who@example.com", "members": "nobody@example.com"},
    )

    page = text_of(response)
    assert response.status_code == 422
    assert "Nobody here has the e-mail who@example.com." in page
    assert "Nobody here has the e-mail nobody@example.com." in page
    assert db.session.query(InternalService).count() == 0


def test_two_services_cannot_have_one_name(hanna):
    owner = make_person()
    name_service("IT support", owner)

    response = hanna.post("/services/named/new", FORM | {"owner": owner.email})

    assert response.status_code == 422
    assert "There is a service called IT support already." in text_of(response)


def test_a_service_that_is_changed_keeps_its_identity(hanna):
    owner = make_person()
    service = name_service("IT support", owner)

    hanna.post(f"/services/named/{service.id}", {"name": "IT", "hint": "", "owner": owner.email})

    db.session.refresh(service)
    assert (service.name, service.is_active) == ("IT", False)
    assert planned_services() == []


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (("", "", ""), "Give between 1 and 3 statements."),
        (("Quick", "quick", ""), "A statement is there twice."),
    ],
)
def test_statements_that_cannot_be_asked_are_refused(hanna, texts, sentence):
    form = dict(zip(("first", "second", "third"), texts, strict=True))

    response = hanna.post("/services/named/statements", form)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert len(statements()) == 3


def test_hr_words_what_is_asked(hanna):
    hanna.post("/services/named/statements", {"first": "They listen", "second": "", "third": ""})

    assert statements() == ("They listen",)


def test_a_change_of_services_makes_a_confirmed_plan_another_one(app):
    team = make_team(8)
    cycle = make_cycle(team)
    before = check_plan(cycle).plan_hash

    name_service("IT support", team[0])

    assert check_plan(cycle).plan_hash != before
