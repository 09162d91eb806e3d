"""The one page about internal services: preset, saved and sent like everything else."""

import re

import pytest
from sqlalchemy import select

from app.domain.ballot.document import EARLIER
from app.infra.db import db
from app.people.models import Department, Person
from tests.browsing import Browser, read
from tests.factories import make_company
from tests.features.ballots.conftest import was_of
from tests.services_in_the_house import name_service
from tests.whole_cycles import open_cycle, review_for


@pytest.fixture
def cycle(app, settings, scenes):
    """An open cycle in which three services are asked about."""

    def play() -> None:
        company = make_company(25)
        sales = db.session.scalars(select(Department).where(Department.name == "Sales")).one()
        name_service("IT support", *company[2:5], hint="laptops, accounts")
        name_service("Payroll", *company[5:8])
        name_service("Travel desk", *company[10:13], departments=(sales.id,))
        open_cycle(company)

    scenes.begin("a company of 25 with three services", settings, play)


@pytest.fixture
def company(cycle):
    return list(db.session.scalars(select(Person).order_by(Person.id)))


@pytest.fixture
def batch(rater, stored):
    """Send cells as the rater's page does."""
    owner, token = stored().owner, rater.token_of("/review/services")

    def post(*cells):
        body = {"owner": owner, "device": "k3", "number": 1, "cells": list(cells)}
        headers = {"X-CSRFToken": token}
        return rater.open("/review/save", method="POST", headers=headers, json=body)

    return post


def services_of(person):
    return {one.name: one for one in review_for(person).services}


def text_of(rater, page):
    return " ".join(read(rater.get(f"/review/{page}")).split())


def test_everybody_is_asked_about_the_services_they_do_not_run(app, company):
    assert set(services_of(company[9])) >= {"IT support", "Payroll"}
    assert "IT support" not in services_of(company[3])
    sales = {one.name for one in company if "Travel desk" in services_of(one)}
    assert sales
    assert all("Sales" in one.title for one in company if one.name in sales)


def test_nothing_was_used_until_somebody_says_so(rater, save, stored):
    html = text_of(rater, "services")
    save("services", **{f"{one.used_key}": "0" for one in stored().services})

    assert len(re.findall(r'value="0" checked> <span>did not use', html)) == len(stored().services)
    assert stored().ballot.further == {}
    assert "0 of 3 used" in text_of(rater, "")


def test_what_is_said_of_a_used_service_is_kept_and_shown(rater, save, stored):
    it = services_of(rater.person)["IT support"]
    quick, right, easy = it.statement_keys

    code = save(
        "services",
        **{it.used_key: "1", quick: "3", right: "4", easy: "0", it.help_key: "10"},
        **{it.words_key: "  The new laptops are good. "},
    )

    assert code == 302
    ballot = stored().ballot
    assert ballot.further == {it.used_key: 1, quick: 3, right: 4, easy: 0, it.help_key: 10}
    assert ballot.further_texts == {it.words_key: "The new laptops are good."}
    html = text_of(rater, "services")
    assert "The new laptops are good." in html
    assert "1 of 3 used" in text_of(rater, "")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("statement", "6", "“6” is not an answer"),
        ("help", "11", "“11” is not an answer"),
        ("used", "2", "“2” is not an answer"),
        ("words", "x" * 1001, "1,001 characters"),
    ],
)
def test_a_faulty_answer_about_a_service_changes_nothing(rater, stored, field, value, sentence):
    it = services_of(rater.person)["IT support"]
    keys = {"statement": it.statement_keys[0], "help": it.help_key}
    keys |= {"used": it.used_key, "words": it.words_key}

    response = rater.post("/review/services", {it.used_key: "1", keys[field]: value})

    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert stored().ballot.further == {}


def test_a_service_that_one_runs_cannot_be_rated_by_any_way(app, company):
    payroll = services_of(company[9])["Payroll"]
    member = Browser(app, company[6])
    page = member.get("/review/services").get_data(as_text=True)
    owner = re.search(r'data-owner="([^"]+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert owner
    assert token
    batch = {"owner": owner[1], "device": "a", "number": 1}
    batch["cells"] = [["more", payroll.used_key, 1]]

    refused = member.open(
        "/review/save", method="POST", json=batch, headers={"X-CSRFToken": token[1]}
    )
    member.post("/review/services", {payroll.used_key: "1", payroll.help_key: "9"})

    assert refused.status_code == 422
    assert review_for(company[6]).ballot.further == {}


def test_a_batch_saves_a_service_and_its_marks_are_what_the_page_remembers(batch, rater):
    it = services_of(rater.person)["IT support"]
    first = [["more", it.used_key, 1]]
    rest = [["more", key, 4] for key in (*it.statement_keys, it.help_key)]

    saved = batch(*first, *rest, ["more", it.words_key, "Good.", ""])

    was = was_of(rater.get("/review/services").get_data(as_text=True)).split(".")
    assert saved.status_code == 200
    assert was[:6] == saved.json["marks"]


def test_two_texts_for_one_service_are_both_kept_and_one_is_chosen(batch, rater, stored):
    it = services_of(rater.person)["IT support"]
    batch(["more", it.words_key, "From the phone.", ""])

    code = rater.post("/review/services", {it.words_key: "From the desk.", "go": "next"})

    assert code.location == "/review/services"
    html = text_of(rater, "services")
    pressed = re.search(rf'value="({it.words_key}\.[0-9a-f]+)"', html)
    assert pressed
    assert "IT support</a>" in text_of(rater, "check")
    was = was_of(rater.get("/review/services").get_data(as_text=True))
    used = rater.post("/review/services", {"was": was, "use": pressed[1]})
    assert used.location == f"/review/services#{it.words_key}"
    assert stored().ballot.further_texts[it.words_key] == "From the desk."


def test_an_answer_about_a_service_can_be_cleared(rater, save, stored):
    it = services_of(rater.person)["IT support"]
    save("services", **{it.used_key: "1", it.help_key: "7"})

    save("services", **{it.used_key: "1", it.help_key: "7", "clear": it.help_key})

    assert stored().ballot.further == {it.used_key: 1}


def test_what_was_said_of_services_before_a_reset_is_not_shown(rater, save, stored):
    it = services_of(rater.person)["IT support"]
    save("services", **{it.used_key: "1", it.help_key: "7", it.words_key: "Dark words."})
    rater.person.credential_epoch += 1
    db.session.commit()

    html = text_of(rater, "services")

    assert "Dark words." not in html
    assert "answered earlier" in html
    assert stored().ballot.further[it.help_key] == EARLIER


def test_the_page_of_another_review_is_refused(rater):
    response = rater.post("/review/services", {"was": "1.2.3"})

    assert response.status_code == 400
