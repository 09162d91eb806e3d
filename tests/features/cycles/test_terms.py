"""The terms of an open cycle are read once in a process, under the hash taken over them."""

import pytest
from sqlalchemy import update

from app.cycles.models import Cycle
from app.cycles.terms import terms_of
from app.infra.db import db
from tests.factories import make_cycle


@pytest.fixture(autouse=True)
def nothing_kept():
    terms_of.cache_clear()


def rename(cycle: Cycle, name: str) -> None:
    db.session.execute(update(Cycle).where(Cycle.id == cycle.id).values(name=name))
    db.session.commit()


def test_the_terms_are_those_of_the_cycle(app):
    cycle = make_cycle(frozen_hash="a")

    found = terms_of(cycle.id, "a")

    assert (found.name, found.policy) == (cycle.name, cycle.policy)
    assert list(found.reasons) == cycle.reasons
    assert [one.text for one in found.statements] == [
        one.text for one in cycle.questionnaire.statements
    ]


def test_what_is_changed_past_the_app_is_not_what_raters_were_promised(app):
    cycle = make_cycle(name="Q3 2026")
    before = terms_of(cycle.id, "a")
    rename(cycle, "Q4 2026")

    assert terms_of(cycle.id, "a") is before
    assert terms_of(cycle.id, "b").name == "Q4 2026"


def test_a_draft_may_still_change_its_terms_and_has_none_kept(app):
    with pytest.raises(ValueError, match="not open yet"):
        terms_of(make_cycle().id, "")
