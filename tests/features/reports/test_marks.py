"""Marks on the report that save themselves, without a button."""

import pytest

from app.reports.marks_owner import owner_of_marks
from tests.browsing import Browser
from tests.features.reports.test_plan import marks, plan


@pytest.fixture
def choose(alice, cycle):
    """Send marks as the page does; `over` replaces parts of the request."""
    page = f"/reports/{cycle.id}/{alice.person.id}"
    token = alice.token_of(page)
    owner = owner_of_marks(cycle.id, alice.person.id)

    def send(*cells, token=token, **over):
        body = {"owner": owner, "cells": [[mark, number, on] for number, mark, on in cells]} | over
        headers = {"X-CSRFToken": token}
        return alice.open(
            f"{page.rpartition('/')[0]}/marks/save", method="POST", json=body, headers=headers
        )

    return send


def test_a_mark_is_kept_as_soon_as_it_is_chosen_and_the_page_hears_when(choose):
    answer = choose((3, "surprise", True), (5, "work_on", True))

    assert answer.status_code == 200
    assert len(answer.json["at"]) == 5
    assert marks() == {3: ["surprises"], 5: ["works_on"]}
    choose((3, "surprise", False))
    assert marks() == {5: ["works_on"]}


def test_a_third_to_work_on_is_refused_in_words_and_nothing_else_changes(choose):
    choose((1, "work_on", True), (2, "work_on", True))

    refused = choose((3, "work_on", True))

    assert refused.status_code == 422
    assert "for 2 statements at most" in refused.json["message"]
    assert marks() == {1: ["works_on"], 2: ["works_on"]}


def test_a_planned_statement_keeps_its_mark(choose, alice, cycle):
    plan(alice, cycle, 3)

    assert choose((3, "work_on", False)).status_code == 200
    assert marks() == {3: ["works_on"]}


@pytest.mark.parametrize(
    "cells",
    [
        None,
        "x",
        [["surprise", 0, True]],
        [["surprise", 15, True]],
        [["brilliant", 3, True]],
        [[3, True]],
        [["surprise", True, True]],
        [["surprise", 3, "yes"]],
        [["surprise", 1, True]] * 29,
    ],
)
def test_what_is_no_list_of_marks_is_refused(choose, cells):
    refused = choose(cells=cells)

    assert refused.status_code == 422
    assert refused.json["message"] == "Please use the boxes offered."
    assert marks() == {}


def test_what_somebody_else_chose_on_this_device_is_not_taken(choose, alice, cycle):
    refused = choose((3, "surprise", True), owner=owner_of_marks(cycle.id, 999))

    assert refused.status_code == 403
    assert refused.json["owner"] == owner_of_marks(cycle.id, alice.person.id)
    assert marks() == {}
    assert choose((3, "surprise", True), owner=[{}]).status_code == 403


def test_an_old_page_gets_a_fresh_token_and_a_stranger_is_asked_to_sign_in(app, choose, cycle):
    old = choose((3, "surprise", True), token="")

    assert old.status_code == 403
    assert choose((3, "surprise", True), token=old.json["token"]).status_code == 200
    address = f"/reports/{cycle.id}/marks/save"
    assert Browser(app).open(address, method="POST", json={}).status_code == 401


def test_nobody_marks_without_a_report_of_their_own(app, charlie, cycle):
    token = charlie.own_token()

    answer = charlie.open(
        f"/reports/{cycle.id}/marks/save", method="POST", json={}, headers={"X-CSRFToken": token}
    )

    assert answer.status_code == 403
