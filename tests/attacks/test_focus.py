"""Attack 23: what colleagues see of a behaviour somebody works on: who said it, and what.

One of three phrases is all that leaves the count. What it tells of one answer is enumerated:
every answer of the others, every draw of the noise, and every way in which insiders can answer.
"""

from itertools import combinations
from typing import Final

import numpy as np
import pytest
from sqlalchemy import select

from app.domain.ballot.document import Ballot, Change, Comment
from app.domain.ballot.encoding import encode
from app.domain.ballot.focus import FocusAnswer, help_kind
from app.domain.release.noise import RATINGS_RATIO
from app.domain.release.policy import FOCUS_FROM, ReleasePolicy
from app.infra import hidden_traffic
from app.infra.db import db
from app.infra.keys import CycleKeys, new_half
from app.people.models import Person
from app.results.models import FocusResult
from tests.attacks.exact import NO_NOISE
from tests.attacks.focus_phrases import VIEWS, joiner, outsider, phrases, quarters
from tests.attacks.test_sizes import told_apart
from tests.browsing import Browser
from tests.loop import last_quarter, planned
from tests.whole_cycles import answer, make_team, open_cycle, review_for

RATERS: Final = [FOCUS_FROM, 12, 16, 24, 40]
STATEMENT: Final = 3
TEAM: Final = 14


@pytest.mark.parametrize("raters", RATERS)
def test_a_phrase_makes_an_answer_at_most_three_times_as_likely_as_the_next(raters):
    told = phrases(raters)

    largest = max((told[:-1] / told[1:]).max(), (told[1:] / told[:-1]).max())

    assert 2 < largest <= RATINGS_RATIO + 1e-9


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("raters", RATERS)
def test_an_outsider_hardly_learns_what_somebody_said(raters, view, tell):
    rate = outsider(raters, VIEWS[view])

    name = f"23 one of {raters} about a focus, {view}"
    tell(name, people=raters + 1, success=rate.success, chance=rate.chance)
    assert rate.gain <= 8.5


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("raters", RATERS)
def test_three_insiders_learn_little_whatever_they_answer(raters, view, tell):
    rate = outsider(raters, VIEWS[view], known=3)

    name = f"23 one of {raters}, three known, {view}"
    tell(name, people=raters + 1, success=rate.success, chance=rate.chance)
    assert rate.gain <= 13.5


@pytest.mark.parametrize("view", VIEWS)
def test_nobody_is_certain_even_of_the_last_of_ten(view, tell):
    """Nine of ten know each other's answers; a phrase about the tenth is still no proof."""
    rate = outsider(FOCUS_FROM, VIEWS[view], known=9)

    name = f"23 the tenth, nine known, {view}"
    tell(name, people=FOCUS_FROM + 1, success=rate.success, chance=rate.chance)
    assert rate.success <= 0.76


def test_without_noise_nine_insiders_know_the_tenth(tell):
    rate = outsider(FOCUS_FROM, VIEWS["two camps"], known=9, draws=NO_NOISE)

    name = "23 the tenth, nine known, two camps"
    tell(name, people=FOCUS_FROM + 1, success=rate.success, chance=rate.chance, off=True)
    assert rate.success >= 0.9


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("repeat", [0.9, 1.0])
def test_who_joins_is_hardly_told_by_two_quarters(repeat, view, tell):
    """The number of those who answered tells that somebody came, not what they said."""
    rate = joiner(FOCUS_FROM, VIEWS[view], repeat)

    name = f"23 who joins {FOCUS_FROM} about a focus, {100 * repeat:.0f} % alike, {view}"
    tell(name, people=FOCUS_FROM + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= 12


@pytest.mark.parametrize("view", VIEWS)
def test_eight_quarters_of_the_same_answers_add_little(view, tell):
    """The odds multiply, but a phrase is coarse: what they tell is bounded, too."""
    rate = quarters(FOCUS_FROM, VIEWS[view], 1.0, number=8)

    name = f"23 eight quarters of a focus, {view}"
    tell(name, people=FOCUS_FROM + 1, success=rate.success, chance=rate.chance)
    assert rate.gain <= 13


def test_a_row_holds_a_phrase_and_no_count_of_answers():
    assert set(FocusResult.__table__.columns.keys()) == {
        "cycle_id",
        "subject_id",
        "statement",
        "hidden",
        "direction",
        "raters",
    }


@pytest.fixture
def rater(app):
    """Somebody of fourteen, asked about a colleague who works on statement 3."""
    team = make_team(TEAM)
    last_quarter(team)
    planned(team[1], STATEMENT, asks_colleagues=True)
    open_cycle(team, policy_terms=ReleasePolicy(asks_focus=True).as_dict())
    return Browser(app, db.session.scalars(select(Person).where(Person.id == team[5].id)).one())


def said(rater, value, words=""):
    """Answer the focus question, without the wire."""
    (subject,) = review_for(rater.person).focus
    changes: list[Change] = [
        FocusAnswer(subject, STATEMENT, value),
        Comment(subject, help_kind(STATEMENT), words),
    ]
    answer(rater.person, lambda _review: changes, sends=False)


def test_the_size_of_a_page_does_not_tell_whether_and_what_was_answered(rater, tell):
    sizes = []
    for value, words in ((None, ""), (1, ""), (3, "More time."), (0, "x" * 700)):
        said(rater, value, words)
        sizes.append(len(rater.get(f"/review/statements/{STATEMENT}").data))

    success = told_apart(list(combinations(sizes, 2)))
    tell("23 sent: which page holds an answer", people=TEAM, success=success, chance=0.5)
    assert success == 0.5
    assert sizes[0] % hidden_traffic.SMALLEST["text/html"] == 0


def test_the_size_of_a_save_does_not_tell_what_was_answered(rater):
    found = review_for(rater.person)
    (place,) = (one.position for one in found.colleagues if one.person_id in found.focus)
    token, sizes = rater.token_of(f"/review/statements/{STATEMENT}"), set()
    cells = [[place, "focus3", value] for value in (0, 1, 2, 3, None)]
    cells += [[place, "help3", "x" * 900, ""], [place, 3, 4]]
    for number, cell in enumerate(cells, 1):
        body = {"owner": found.owner, "cells": [cell], "device": "a", "number": number}
        response = rater.open(
            "/review/save", method="POST", json=body, headers={"X-CSRFToken": token}
        )
        sizes.add((response.status_code, len(response.data)))

    assert sizes == {(200, hidden_traffic.SMALLEST["application/json"])}


def test_a_stored_ballot_has_the_same_size_with_and_without_an_answer(tell):
    keys = CycleKeys.from_halves(1, new_half(), new_half())
    random = np.random.default_rng(1)
    answers = {subject: random.integers(1, 6, 14).tolist() for subject in range(100, 124)}
    without = encode(Ballot(answers=answers))
    with_answer = encode(
        Ballot(
            answers=answers,
            focus={100: {STATEMENT: 3}},
            comments={100: {help_kind(STATEMENT): "x" * 900}},
        )
    )
    sizes = [(len(keys.seal(b"x" * 16, one))) for one in (without, with_answer)]

    success = told_apart([(sizes[0], sizes[1])])
    tell("23 stored: which ballot holds an answer", people=25, success=success, chance=0.5)
    assert success == 0.5
