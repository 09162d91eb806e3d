"""Pages of the fill-in weigh the same however full they are, also when compressed."""

import zlib

import pytest

from app.domain.ballot.document import Rating
from app.infra import hidden_traffic
from tests.browsing import Browser
from tests.whole_cycles import answer, make_team, open_cycle, review_for

NOISE = 48
"""Bytes by which two compressed pages of one class differ: noise packs a little differently, and
never twice the same."""


@pytest.fixture
def rater(app):
    people = make_team(25)
    open_cycle(people)
    return Browser(app, people[1])


def packed_sizes(rater):
    """The compressed page before and after all 24 colleagues are rated on it, by level."""
    page = "/review/statements/1"
    empty = rater.get(page).data
    ids = [one.person_id for one in review_for(rater.person).colleagues]
    answer(rater.person, lambda _: [Rating(one, 1, one % 6) for one in ids], sends=False)
    full = rater.get(page).data
    return [(len(zlib.compress(empty, n)), len(zlib.compress(full, n))) for n in (1, 6, 9)]


def test_a_compressed_page_weighs_the_same_however_full_it_is(rater):
    sizes = packed_sizes(rater)

    assert all(abs(empty - full) <= NOISE for empty, full in sizes), sizes


def test_without_levelling_its_weight_tells_how_full_it_is(app, rater):
    app.after_request_funcs["ballots"].remove(hidden_traffic.level)

    sizes = packed_sizes(rater)

    assert all(full - empty > NOISE for empty, full in sizes), sizes
