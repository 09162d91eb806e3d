"""A count in parts of subjects lets out what a count in one piece does, to the last bit."""

import tracemalloc
import weakref
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.count import counting
from app.domain.count.by_subject import BLOCK
from app.domain.count.counting import count
from app.domain.count.memory import PER_PAIR, PER_PERSON, PER_SUBJECT, PROCESS, subjects_at_once
from app.domain.count.rated_pairs import RatedPairs
from app.domain.count.spread_of_cycle import spread_of
from app.domain.release.fairness import Adjustment
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics import network
from app.domain.statistics.components import components_of
from app.domain.statistics.network import network_of
from app.domain.statistics.reliability import EXACT_TO
from tests.bits import bits_of

POLICY = ReleasePolicy()


def company(seed, people, raters, *, reports=0.4, careless=0.2, silent=0.1):
    """Reviews of `people` by `raters` each, in any order; some are not blind, some direct reports.

    Some raters give one answer to everything, some answers are open or not observed.
    """
    random = np.random.default_rng(seed)
    steps = random.permutation(np.arange(1, people))[:raters]
    rater = np.repeat(np.arange(people), steps.size)
    subject = (rater + np.tile(steps, people)) % people
    kept = random.permutation(rater.size)[: int(rater.size * random.uniform(0.8, 1))]
    rater, subject = rater[kept], subject[kept]
    talent, strict = random.normal(3.5, 0.7, people), random.normal(0, 0.5, people)
    felt = (talent[subject] - strict[rater])[:, None] + random.normal(0, 0.8, (rater.size, 14))
    ratings = np.clip(np.rint(felt), 1, 5).astype(np.int8)
    ratings[random.random(ratings.shape) < silent] = random.choice([-1, 0])
    ratings[(random.random(people) < careless)[rater]] = 4
    return RatedPairs(
        people=people,
        rater=rater,
        subject=subject,
        ratings=ratings,
        is_blind=random.random(rater.size) < 0.9,
        is_report=random.random(rater.size) < reports,
        unit=random.integers(0, 4, people),
    )


def counted(reviews, seed, *, block, at_once=None):
    """Everything that a count lets out, and what its source of noise would give next."""
    random = np.random.default_rng(seed)
    made = count(reviews, POLICY, randomness=random.bytes, block=block, at_once=at_once)
    return made, random.bytes(8)


COMPANIES = st.builds(
    company,
    seed=st.integers(0, 2**32),
    people=st.integers(2, 70),
    raters=st.integers(1, 45),
    reports=st.sampled_from([0.0, 0.4, 1.0]),
    careless=st.sampled_from([0.0, 0.3]),
    silent=st.sampled_from([0.0, 0.1, 0.5]),
)


@settings(max_examples=30)
@given(
    reviews=COMPANIES,
    seed=st.integers(0, 2**32),
    block=st.integers(2, 24),
    at_once=st.integers(1, 80),
)
def test_parts_of_any_size_let_out_what_one_piece_does(reviews, seed, block, at_once):
    whole, next_of_whole = counted(reviews, seed, block=block)
    parts, next_of_parts = counted(reviews, seed, block=block, at_once=at_once)

    assert bits_of(parts) == bits_of(whole)
    assert next_of_parts == next_of_whole


def test_the_companies_have_all_that_is_released():
    """What is compared above is not empty."""
    made, _ = counted(company(3, 70, 33), 3, block=16, at_once=16)

    assert made.about.adjustment is Adjustment.MADE
    assert made.adjusted.shown.any()
    assert made.has_second_view.any()
    assert made.reports.shown.any()
    assert (made.colleagues.shares >= 0).any()
    assert (made.company.raters >= 0).all()
    assert made.about.careless.uniform
    assert (made.raters >= 0).any()


def test_a_company_whose_ratings_leave_no_rest_is_counted():
    """Few scores are shown, and what is left of their graph falls into parts."""
    reviews = company(0, 10, 6, reports=0.0, careless=0.0, silent=0.0)

    made, _ = counted(reviews, 0, block=2)

    assert made.colleagues.shown.any()
    assert made.about.adjustment is Adjustment.NO_SAMPLE


def test_blocks_of_the_real_size_are_counted_in_parts():
    reviews = company(1, 2 * BLOCK + 70, 6)

    whole, _ = counted(reviews, 5, block=BLOCK)

    for at_once in (1, BLOCK, BLOCK + 1):
        parts, _ = counted(reviews, 5, block=BLOCK, at_once=at_once)
        assert bits_of(parts) == bits_of(whole)


def test_each_block_draws_its_noise_after_the_one_before():
    """The scores of the first block stay where later subjects are left out."""
    reviews = company(2, 60, 12)
    first = reviews.only(reviews.subject < 20)

    whole, _ = counted(reviews, 8, block=20)
    alone, _ = counted(first, 8, block=20)

    assert (alone.colleagues.tenths[:20] == whole.colleagues.tenths[:20]).all()
    assert whole.colleagues.shown[:20].any()


def test_reviews_are_parted_by_their_subjects():
    reviews = company(4, 10, 5)

    parts = list(reviews.in_parts(4))

    assert [part.people for part in parts] == [4, 4, 2]
    begins = np.repeat([0, 4, 8], [part.subject.size for part in parts])
    found = np.concatenate([part.subject for part in parts]) + begins
    raters = np.concatenate([part.rater for part in parts])
    assert sorted(zip(raters, found, strict=True)) == sorted(
        zip(reviews.rater, reviews.subject, strict=True)
    )


def peak_of(act):
    """The most bytes that were held at once while `act` was done, beyond those before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_parts_hold_clearly_less_than_one_piece(monkeypatch):
    """Of the whole cycle in the end, too: the graph of all pairs must not take what they spare."""
    monkeypatch.setattr(network, "BLOCK", 1024)
    reviews = company(6, EXACT_TO + 500, 12)

    whole = peak_of(lambda: counted(reviews, 1, block=100))
    parts = peak_of(lambda: counted(reviews, 1, block=100, at_once=100))

    assert parts < 0.6 * whole


def test_reviews_that_nobody_else_needs_do_not_stand_beside_their_copy(monkeypatch):
    handed_over = [company(9, 40, 12)]
    ratings, left = weakref.ref(handed_over[0].ratings), []

    def noted(*args):
        left.append(ratings() is not None)
        return spread_of(*args)

    monkeypatch.setattr(counting, "spread_of", noted)

    count(handed_over.pop(), POLICY, block=16, at_once=16)

    assert left == [False]


def test_pairs_of_very_many_people_find_each_other():
    """Their ids fit into 32 bits, and one number for a pair of them does not."""
    people = 100_000
    rater = np.array([people - 1, people - 2, 1], np.int32)
    subject = np.array([people - 2, people - 1, people - 1], np.int32)

    graph = network_of(rater, subject, np.full((3, 14), 4, np.int8), people=people)

    assert graph.returned.tolist() == [1, 0, -1]


def test_a_graph_is_the_same_in_blocks_of_any_size(monkeypatch):
    reviews = company(7, 60, 20)
    graph = partial(network_of, reviews.rater, reviews.subject, reviews.ratings, people=60)
    whole, found = graph(), components_of(graph())

    monkeypatch.setattr(network, "BLOCK", 7)

    pairs = list(zip(whole.rater.tolist(), whole.subject.tolist(), strict=True))
    place = {pair: number for number, pair in enumerate(pairs)}
    back = [place.get((subject, rater), -1) for rater, subject in pairs]
    assert graph().returned.tolist() == back
    assert whole.returned.tolist() == back
    assert components_of(graph()) == found
    assert set(back) > {-1}


@pytest.mark.parametrize("people", [1, 1024, 100_000])
def test_a_count_that_fits_into_its_memory_runs_in_one_piece(people):
    needed = PROCESS + people * (PER_PERSON + PER_SUBJECT) + 12 * people * PER_PAIR

    assert subjects_at_once(needed, people=people, pairs=12 * people) == people


def test_a_count_that_does_not_fit_tallies_as_many_blocks_as_there_is_room_for():
    people, pairs = 100_000, 1_200_000
    always = PROCESS + people * PER_PERSON + pairs * PER_PAIR

    found = [
        subjects_at_once(always + blocks * BLOCK * PER_SUBJECT, people=people, pairs=pairs)
        for blocks in (1, 2, 50)
    ]

    assert found == [BLOCK, 2 * BLOCK, 50 * BLOCK]


def test_a_count_goes_on_block_by_block_where_there_is_no_room_at_all():
    """Answers that cannot be counted would be lost."""
    assert subjects_at_once(1, people=100_000, pairs=1_200_000) == BLOCK
