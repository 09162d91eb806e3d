"""Raters with a ballot to fill in: 25 people who rate each other, and devices they do it on."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from app.ballots.queries import review_of
from app.infra.db import db
from app.people.models import Person
from tests.bench.calls import environ_of
from tests.browsing import Browser
from tests.factories import make_company
from tests.whole_cycles import open_cycle

PEOPLE = 25
"""So that everybody rates 24 colleagues."""
PAGE = "/review/statements/1"
SAVE = "/review/save"
OWNER = re.compile(r'data-owner="([^"]+)"')


@dataclass
class Device:
    """A signed-in rater's browser; two devices of one rater rate on different statements."""

    person_id: int
    statement: int
    cookie: str
    token: str
    owner: str
    name: str
    saved: dict[int, int] = field(default_factory=dict)
    """What was saved last, by the colleague's position."""
    batches: int = 0

    @property
    def page_headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept": "text/html"}

    @property
    def save_headers(self) -> dict[str, str]:
        kind = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        return {"Cookie": self.cookie, "Accept": "application/json", **kind}

    def batch(self, colleagues: int = PEOPLE - 1) -> bytes:
        """The next save: one rating of one colleague, never the value that stands there."""
        self.batches += 1
        position, value = self.batches % colleagues + 1, self.batches % 5 + 1
        self.saved[position] = value
        cells = [[position, self.statement, value]]
        told = {"owner": self.owner, "device": self.name, "number": self.batches, "cells": cells}
        return json.dumps(told).encode()

    def page_environ(self) -> dict[str, Any]:
        return environ_of("GET", PAGE, self.page_headers)

    def save_environ(self, body: bytes) -> dict[str, Any]:
        return environ_of("POST", SAVE, self.save_headers, body)


def devices(app: Flask, number: int) -> list[Device]:
    """Open a cycle, and sign in on so many devices; some people have two."""
    company = make_company(PEOPLE)
    open_cycle(company)
    people = [company[place % PEOPLE] for place in range(number)]
    return [signed_in(app, place, one) for place, one in enumerate(people)]


def signed_in(app: Flask, place: int, person: Person) -> Device:
    """A device with which `person` fills in the open cycle."""
    browser = Browser(app, person)
    with browser.session_transaction() as session:
        session.permanent = True  # as signing in does
    page = browser.get(PAGE).get_data(as_text=True)
    owner = OWNER.search(page)
    cookie = browser.get_cookie("session")
    assert owner is not None
    assert cookie is not None
    return Device(
        person_id=person.id,
        statement=1 + place // PEOPLE,
        cookie=f"session={cookie.value}",
        token=browser.token_of(PAGE),
        owner=owner[1],
        name=f"device{place}",
    )


def lost_or_doubled(used: list[Device]) -> int:
    """Cells in which the ballots differ from what their raters saved: missing, old or unasked."""
    wrong = 0
    for person_id in {device.person_id for device in used}:
        db.session.rollback()
        review = review_of(db.session.get_one(Person, person_id))
        assert review is not None
        places = {colleague.person_id: colleague.position for colleague in review.colleagues}
        stored = {
            (number, places[subject]): value
            for subject, given in review.ballot.answers.items()
            for number, value in enumerate(given, 1)
            if value is not None
        }
        saved = {
            (device.statement, position): value
            for device in used
            if device.person_id == person_id
            for position, value in device.saved.items()
        }
        wrong += len(stored.items() ^ saved.items())
    return wrong
