"""A company of 25 in an open cycle, and one of its raters in front of the app."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.ballots.queries import Review, review_of
from app.cycles.models import Cycle
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db
from app.people.models import Person
from config import Config
from tests.browsing import Browser
from tests.factories import make_company
from tests.starting_points import Scenes
from tests.whole_cycles import open_cycle

WAS = re.compile(r'name="was" value="([^"]*)"')


def was_of(html: str) -> str:
    """What a fill-in page remembers of the answers it showed."""
    found = WAS.search(html)
    return found.group(1) if found else ""


@pytest.fixture
def policy() -> ReleasePolicy:
    """What raters were promised; a test about another promise names it by `parametrize`."""
    return ReleasePolicy()


@pytest.fixture
def cycle(app: Flask, settings: Config, scenes: Scenes, policy: ReleasePolicy) -> Cycle:
    """The open cycle: everyone rates everyone."""

    def play() -> None:
        open_cycle(make_company(25), policy_terms=policy.as_dict())

    scenes.begin(("a company of 25 in a cycle", str(policy)), settings, play)
    return db.session.scalars(select(Cycle)).one()


@pytest.fixture
def company(cycle: Cycle) -> list[Person]:
    """Everybody; [9] is an ordinary colleague with a manager."""
    return list(db.session.scalars(select(Person).order_by(Person.id)))


@pytest.fixture
def rater(app: Flask, cycle: Cycle, company: list[Person]) -> Browser:
    """A colleague of the company, signed in."""
    return Browser(app, company[9])


@pytest.fixture
def stored(rater: Browser) -> Callable[[], Review]:
    """What the rater's ballot holds now."""

    def read() -> Review:
        db.session.rollback()
        review = review_of(rater.person)
        assert review is not None
        return review

    return read


@pytest.fixture
def save(rater: Browser) -> Callable[..., int]:
    """Post a fill-in page as the browser would, with the memory of what it showed."""

    def post(page: str, **fields: object) -> int:
        url = f"/review/{page}"
        was = was_of(rater.get(url).get_data(as_text=True))
        return rater.post(url, {"was": was, "go": "next"} | fields).status_code

    return post
