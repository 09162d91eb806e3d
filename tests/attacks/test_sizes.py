"""Attack 18: how large things are, at rest and on the wire.

An observer guesses from two sizes which of two ballots, pages or answers holds more. What a
size tells is its class: 8, 32, 128 … KiB at rest; a page 32, 64, 128 … KiB; a save 1, 2 … KiB.
"""

from collections.abc import Sequence
from itertools import combinations

import pytest
from sqlalchemy import func, select

from app.domain.ballot.document import Comment, Rating
from app.domain.ballot.encoding import encode
from app.infra import hidden_traffic, keys
from app.infra.db import db
from app.infra.keys import CycleKeys, new_half
from app.people.models import Person
from tests.attacks.attacked_company import Stage
from tests.browsing import Browser
from tests.nightly_sizes import SIZES
from tests.whole_cycles import answer, review_for

TWO = 0.5


def told_apart(pairs: Sequence[tuple[int, int]]) -> float:
    """How often the larger of two is found by size; equal sizes are a coin's throw.

    Each pair holds the size of the one with less in it, then that of the one with more.
    """
    return sum(0.5 if less == more else float(less < more) for less, more in pairs) / len(pairs)


def sealed_sizes(stage: Stage) -> list[tuple[int, int]]:
    """(true length, stored length) of ballots of a company, at most some hundreds of them."""
    some = CycleKeys.from_halves(1, new_half(), new_half())
    ballots = list(stage.truth.ballots.values())
    plain = [encode(ballot) for ballot in ballots[:: max(1, len(ballots) // 200)]]
    # What people really type differs by more than what is drawn: cut some ballots short.
    plain += [one[: len(one) // 3] for one in plain]
    return sorted((len(one), len(some.seal(b"x" * 16, one))) for one in plain)


def pairs_of(sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(a[1], b[1]) for a, b in combinations(sizes, 2) if a[0] < b[0]]


@pytest.mark.parametrize("size", SIZES)
def test_stored_ballots_are_of_one_size(company, tell, size):
    stage = company(size)
    found = {len(row["sealed"]) for row in stage.copies["before"].rows("ballot")}
    told = tell(
        "18 stored: which ballot holds more",
        people=size,
        success=told_apart(pairs_of(sealed_sizes(stage))),
        chance=TWO,
    )

    assert len(found) == 1
    assert told.success == TWO


@pytest.mark.parametrize("size", [25, 200])
def test_without_padding_the_larger_ballot_is_always_found(company, tell, monkeypatch, size):
    stage = company(size)
    monkeypatch.setattr(keys, "pad", bytes)

    told = tell(
        "18 stored: which ballot holds more",
        people=size,
        success=told_apart(pairs_of(sealed_sizes(stage))),
        chance=TWO,
        off=True,
    )

    assert told.success > 0.99


@pytest.fixture(params=SIZES)
def rater(request, own_company):
    """Somebody of a company of 25 or more, asked about 24 colleagues or about a sample."""
    stage = own_company(request.param)
    stage.plan(copied=False)
    stage.open(is_told=False)
    return Browser(stage.app, db.session.get_one(Person, stage.people[3]))


@pytest.fixture
def people(rater):
    """How many there are in the company of `rater`."""
    return db.session.scalar(select(func.count()).select_from(Person))


def rated(rater, statement, value):
    """Answer one statement about everybody."""
    found = review_for(rater.person)
    ids = [one.person_id for one in found.colleagues]
    answer(
        rater.person, lambda _review: [Rating(one, statement, value) for one in ids], sends=False
    )


def page_sizes(rater) -> list[int]:
    """The check, the ratings of a statement and the comments, ever more filled in."""
    found = []
    for statement in (0, 1, 2):
        if statement:
            rated(rater, statement, 5)
        found.append(len(rater.get("/review/statements/1").data))
    return found


def save_sizes(rater) -> list[tuple[int, int]]:
    """Answers to saves of one cell: each option, and a comment of each length."""
    found = review_for(rater.person)
    token, sizes = rater.token_of("/review/statements/1"), []
    cells = [[1, 1, value] for value in (1, 5, 0, None)] + [
        [11, "keep", "x" * n, ""] for n in (1, 900)
    ]
    for number, cell in enumerate(cells, 1):
        body = {"owner": found.owner, "cells": [cell], "device": "a", "number": number}
        response = rater.open(
            "/review/save", method="POST", json=body, headers={"X-CSRFToken": token}
        )
        sizes.append((response.status_code, len(response.data)))
    return sizes


def test_pages_and_saves_come_in_few_sizes(rater, people, tell):
    pages, saves = page_sizes(rater), save_sizes(rater)
    pairs = list(combinations(pages, 2))

    told = tell(
        "18 sent: which page holds more answers",
        people=people,
        success=told_apart(pairs),
        chance=TWO,
    )

    assert told.success == TWO
    assert set(saves) == {(200, hidden_traffic.SMALLEST["application/json"])}
    assert all(size % hidden_traffic.SMALLEST["text/html"] == 0 for size in pages)


def test_without_levelling_a_page_tells_how_much_is_answered(rater, people, tell):
    rater.application.after_request_funcs["ballots"].remove(hidden_traffic.level)

    pairs = list(combinations(page_sizes(rater)[:2], 2))
    told = tell(
        "18 sent: which page holds more answers",
        people=people,
        success=told_apart(pairs),
        chance=TWO,
        off=True,
    )

    assert told.success == 1


def test_a_class_is_a_power_of_two_times_the_smallest():
    assert [hidden_traffic.size_class(n, 1024) for n in (1, 1024, 1025, 5000)] == [
        1024,
        1024,
        2048,
        8192,
    ]


def test_a_comment_in_a_ballot_does_not_change_its_size(rater):
    subject = review_for(rater.person).colleagues[0].person_id
    before = len(rater.get("/review/comments").data)

    answer(rater.person, lambda _review: [Comment(subject, "keep", "x" * 800)], sends=False)

    assert len(rater.get("/review/comments").data) == before
