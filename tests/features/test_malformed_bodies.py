"""Every address that takes something × bodies that are none: refused, never a fault of ours."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.ballots.queries import owner_of
from app.cycles.queries import open_cycle as cycle_that_is_open
from app.infra.db import db
from app.people.models import Person
from tests.browsing import Browser
from tests.factories import make_company
from tests.whole_cycles import open_cycle

pytestmark = pytest.mark.slow
FORM = "application/x-www-form-urlencoded"
DEEP = "[" * 100_000
BODIES = {
    "a list": ("application/json", "[1]"),
    "a lone value": ("application/json", "1"),
    "nothing": ("application/json", ""),
    "null": ("application/json", "null"),
    "a text": ("application/json", '"x"'),
    "nested deeply": ("application/json", DEEP),
    "an object nested deeply": ("application/json", '{"cells":' + DEEP),
    "no JSON": ("application/json", "{'"),
    "not a number": ("application/json", '{"cells": [[NaN, Infinity, -Infinity]]}'),
    "no text": ("application/json", b"\xff\xfe\x00"),
    "no form": (FORM, b"\xff=%ff&%00=%zz&=&&;"),
    "no parts": ("multipart/form-data; boundary=x", "--y\r\n"),
    "no boundary": ("multipart/form-data", "--y\r\n"),
    "no kind": ("", "x"),
}
ODD: list[Any] = [
    None,
    True,
    1.5,
    -1,
    10**400,
    "",
    "x" * 70_000,
    "\0",
    "\ud800",
    [],
    [[]],
    {},
    {"x": 1},
]


@pytest.fixture
def browser(app, settings, scenes):
    """Somebody who may do everything, in an open cycle."""

    def play():
        company = make_company(25)
        open_cycle(company)
        next(person for person in company if person.is_hr).is_board = True

    scenes.begin("somebody of HR belongs to the board", settings, play)
    return Browser(app, db.session.scalars(select(Person).where(Person.is_hr)).one())


def addresses(app):
    """Every address to which something can be sent."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    with app.test_request_context():
        return [rule.build(dict.fromkeys(rule.arguments, 1))[1] for rule in rules]


@pytest.mark.parametrize("body", BODIES)
def test_no_malformed_body_is_a_fault_of_ours(app, browser, body):
    kind, content = BODIES[body]
    found = addresses(app)
    assert len(found) > 30

    for address in found:
        browser.sign_in(browser.person)  # one of the addresses signs out
        token = browser.own_token()
        answer = browser.open(
            address,
            method="POST",
            data=content,
            content_type=kind,
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code < 500, address


@pytest.mark.parametrize("place", ["owner", "device", "number", "cells", "cell", "value", "text"])
def test_no_odd_value_in_a_batch_is_a_fault_of_ours(browser, place):
    token, cycle = browser.own_token(), cycle_that_is_open()
    assert cycle is not None
    owner = owner_of(cycle.id, browser.person.id)
    for odd in ODD:
        batch: dict[str, Any] = {"owner": owner, "device": "a", "number": 1, "cells": []}
        if place in batch:
            batch[place] = odd
        elif place == "cell":
            batch["cells"] = [odd]
        else:
            batch["cells"] = [[1, odd, 3], [odd, 1, 3], [1, 1, odd], [odd, odd, odd], ["keep", odd]]
            batch["cells"] += [[1, "keep", odd], ["enps", "comment", odd], [1, 2, 3, odd]]
        answer = browser.open(
            "/review/save",
            method="POST",
            data=json.dumps(batch),
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code < 500, odd
