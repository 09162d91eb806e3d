"""A whole company's ballots, counted in parts of subjects: nothing comes out otherwise."""

from dataclasses import replace
from functools import partial
from random import Random

import pytest

from app import create_app
from app.cycles.models import Cycle
from app.domain.ballot.document import (
    Away,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    FurtherAnswer,
    Own,
    Rating,
)
from app.domain.count.by_subject import BLOCK
from app.domain.count.counting import count
from app.infra.db import db
from app.lifecycle.count import counting, unsealing
from app.lifecycle.count.frozen_terms import frozen_plan
from app.lifecycle.count.unsealing import open_ballots
from tests.bits import bits_of
from tests.factories import make_person
from tests.randomness import seeded
from tests.services_in_the_house import name_service, used
from tests.unit_questions import ask_department
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle

PEOPLE = 26


def says_everything(review):
    """Answers of every kind; every fifth rater answers 4 to everything."""
    random = Random(review.person_id)
    is_careless = review.person_id % 5 == 0
    for one in review.colleagues[1:]:
        for number in range(1, 15):
            yield Rating(one.person_id, number, 4 if is_careless else random.randint(0, 5))
        yield Comment(one.person_id, random.choice(["keep", "try"]), f"Words {random.random()}.")
    yield Away(review.colleagues[0].person_id, away=True)
    yield from (Own(number, random.randint(1, 5)) for number in range(1, 15))
    yield from (EnpsScoreChange(random.randint(0, 10)), EnpsCommentChange("About working here."))
    yield EnpsReasonsChange(tuple(random.sample(review.cycle.reasons, 2)))
    for service in review.services:
        yield from used(service, 3, random.randint(1, 5), 5, help_=random.randint(0, 10))
    for question in review.unit_questions:
        yield FurtherAnswer(question.key, random.randint(1, 5))


@pytest.fixture
def cycle(app):
    """A cycle that waits for its count, with everything that can be answered."""
    hr = make_person(name="Hanna HR", is_hr=True)
    team = make_team(PEOPLE)
    name_service("Laptops and accounts", hr)
    ask_department(team[0], confirmed_by=hr)
    cycle_id = open_cycle([*team, hr])
    for person in [*team, hr]:
        answer(person, says_everything)
    begin_closing(cycle_id)
    return db.session.get_one(Cycle, cycle_id)


def released(cycle, *, at_once, monkeypatch, processes=1):
    """Everything that would leave the count, drawn in blocks of four subjects."""
    with monkeypatch.context() as patch:
        patch.setattr(counting, "count", partial(count, block=4))
        patch.setattr(counting, "subjects_at_once", lambda *_args, **_over: at_once)
        patch.setattr(unsealing, "processes_for", lambda *_args, **_over: processes)
        patch.setattr(unsealing, "BATCH", 3)
        frozen = frozen_plan(cycle)
        opened = open_ballots(cycle, frozen, lambda _step: None)
        return counting.released_from(cycle, frozen, opened, randomness=seeded(4))


def test_whatever_is_released_is_the_same_in_parts_of_any_size_from_any_number_of_processes(
    cycle, monkeypatch
):
    whole = released(cycle, at_once=PEOPLE + 1, monkeypatch=monkeypatch)

    for at_once in (4, 8, 20):
        parts = released(cycle, at_once=at_once, monkeypatch=monkeypatch)
        assert bits_of(parts) == bits_of(whole)
    together = released(cycle, at_once=8, processes=3, monkeypatch=monkeypatch)
    assert bits_of(together) == bits_of(whole)
    assert whole.results.comments
    assert whole.services
    assert whole.unit_questions
    assert any(cell.is_shown for cell in whole.enps_cells)


def noted_sizes(app, cycle_id, monkeypatch):
    """How many subjects a count of the cycle tallies together."""
    sizes = []

    def noted(*args, at_once, **over):
        sizes.append(at_once)
        return count(*args, at_once=at_once, **over)

    with monkeypatch.context() as patch, app.app_context():
        patch.setattr(counting, "count", noted)
        cycle = db.session.get_one(Cycle, cycle_id)
        frozen = frozen_plan(cycle)
        counting.released_from(cycle, frozen, open_ballots(cycle, frozen, lambda _step: None))
        db.session.remove()
        db.engine.dispose()
    return sizes


def test_the_setting_decides_whether_a_count_runs_in_parts(app, settings, cycle, monkeypatch):
    cycle_id = cycle.id
    db.session.rollback()
    small = create_app(replace(settings, count_memory_mb=1), testing=True)

    assert noted_sizes(app, cycle_id, monkeypatch) == [PEOPLE + 1]
    assert noted_sizes(small, cycle_id, monkeypatch) == [BLOCK]
