from collections import Counter
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pairing.all_pairs import is_connected
from app.domain.pairing.assignment import (
    Member,
    Pair,
    Relationship,
    balanced_sample,
    everyone,
    relationship_of,
)


@st.composite
def companies(draw):
    """People in departments; each may report to somebody hired before them."""
    count = draw(st.integers(14, 60))
    departments = draw(st.integers(1, 6))
    chance = Random(draw(st.integers(0, 10_000)))
    span = draw(st.integers(1, count))
    return [
        Member(
            100 + number,
            chance.randrange(departments),
            100 + chance.randrange((number - 1) // span + 1) if number else None,
        )
        for number in range(count)
    ]


def pairs_between(pairs):
    return {(pair.rater, pair.subject) for pair in pairs}


def flat(count, departments=1):
    return [Member(number, number % departments, None) for number in range(count)]


def test_everyone_rates_everyone_else_once():
    pairs = everyone(flat(7))

    assert len(pairs) == 7 * 6
    assert len(pairs_between(pairs)) == 7 * 6
    assert all(pair.rater != pair.subject for pair in pairs)


def test_a_relationship_is_what_the_rater_is_to_the_subject():
    boss, worker, other = Member(1, 1, None), Member(2, 1, 1), Member(3, 1, 1)

    assert relationship_of(boss, worker) is Relationship.MANAGER
    assert relationship_of(worker, boss) is Relationship.REPORT
    assert relationship_of(worker, other) is Relationship.PEER
    assert relationship_of(boss, boss) is Relationship.SELF


@given(count=st.integers(14, 90), departments=st.integers(1, 9), seed=st.integers())
@settings(max_examples=60)
def test_without_managers_everyone_gives_and_receives_exactly_the_sample(count, departments, seed):
    pairs = balanced_sample(flat(count, departments), size=12, random=Random(seed))

    assert set(Counter(pair.rater for pair in pairs).values()) == {12}
    assert set(Counter(pair.subject for pair in pairs).values()) == {12}
    assert len(pairs_between(pairs)) == 12 * count


@given(company=companies(), size=st.integers(8, 12), seed=st.integers())
@settings(max_examples=120)
def test_nobody_rates_themselves_or_anybody_twice(company, size, seed):
    pairs = balanced_sample(company, size=size, random=Random(seed))

    assert all(pair.rater != pair.subject for pair in pairs)
    assert len(pairs_between(pairs)) == len(pairs)


@given(company=companies(), size=st.integers(8, 12), seed=st.integers())
@settings(max_examples=120)
def test_nobody_rates_more_than_two_above_the_sample_nor_gets_fewer_than_it(company, size, seed):
    pairs = balanced_sample(company, size=size, random=Random(seed))

    given_by = Counter(pair.rater for pair in pairs)
    received_by = Counter(pair.subject for pair in pairs)
    assert all(size <= given_by[one.person_id] <= size + 2 for one in company)
    assert all(received_by[one.person_id] >= size for one in company)


@given(company=companies(), size=st.integers(8, 12), seed=st.integers())
@settings(max_examples=120)
def test_managers_and_their_reports_rate_each_other(company, size, seed):
    pairs = balanced_sample(company, size=size, random=Random(seed))

    held = pairs_between(pairs)
    reports = Counter(one.manager_id for one in company)
    downward = Counter(pair.rater for pair in pairs if pair.relationship is Relationship.MANAGER)
    assert all((one.person_id, one.manager_id) in held for one in company if one.manager_id)
    assert all(downward[boss] >= min(size, team) for boss, team in reports.items() if boss)


@given(company=companies(), seed=st.integers())
@settings(max_examples=60)
def test_the_rating_graph_of_a_sample_hangs_together(company, seed):
    assert is_connected(balanced_sample(company, size=12, random=Random(seed)))


@given(company=companies(), seed=st.integers())
@settings(max_examples=30)
def test_the_same_seed_gives_the_same_pairs_whatever_the_order_of_people(company, seed):
    again = balanced_sample(list(reversed(company)), random=Random(seed))

    assert balanced_sample(company, random=Random(seed)) == again


def test_another_seed_gives_other_pairs():
    company = flat(60, 4)

    assert balanced_sample(company, random=Random(1)) != balanced_sample(company, random=Random(2))


@pytest.mark.parametrize("count", [133, 171, 200, 331])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_two_share_at_most_one_rater_where_a_sidon_set_is_known(count, seed):
    pairs = balanced_sample(flat(count), size=12, random=Random(seed))

    rated_by: dict[int, list[int]] = {}
    for pair in pairs:
        rated_by.setdefault(pair.rater, []).append(pair.subject)
    shared = Counter(
        duo for subjects in rated_by.values() for duo in combinations(sorted(subjects), 2)
    )
    assert max(shared.values()) == 1


def test_about_eight_of_twelve_are_in_the_own_department_where_it_is_large_enough():
    company = flat(200, 10)
    home = {one.person_id: one.department_id for one in company}

    pairs = balanced_sample(company, size=12, random=Random(4))

    inside = Counter(pair.rater for pair in pairs if home[pair.rater] == home[pair.subject])
    assert set(inside.values()) == {8}


def test_places_a_small_department_cannot_fill_go_across():
    small = [Member(number, 1, None) for number in range(4)]
    large = [Member(number, 2, None) for number in range(4, 60)]

    pairs = balanced_sample(small + large, size=12, random=Random(4))

    first = [pair.subject for pair in pairs if pair.rater == 0]
    assert len(first) == 12
    assert len([subject for subject in first if subject < 4]) == 3


def test_a_manager_of_many_is_rated_by_all_and_rates_no_more_than_the_sample():
    company = [Member(1, 1, None)] + [Member(number, 1, 1) for number in range(2, 42)]

    pairs = balanced_sample(company, size=12, random=Random(9))

    assert sum(pair.subject == 1 for pair in pairs) == 40
    assert 12 <= sum(pair.rater == 1 for pair in pairs) <= 14


def test_a_company_no_larger_than_the_sample_rates_everyone():
    company = flat(13)

    assert balanced_sample(company, size=12, random=Random(1)) == everyone(company)


def test_a_manager_who_is_left_out_is_rated_by_nobody():
    company = [Member(number, 1, 999) for number in range(20)]

    pairs = balanced_sample(company, size=12, random=Random(1))

    assert {pair.relationship for pair in pairs} == {Relationship.PEER}
    assert 999 not in {pair.subject for pair in pairs}


def test_two_islands_are_not_connected():
    def island(first):
        return [
            Pair(rater, subject, Relationship.PEER)
            for rater in range(first, first + 4)
            for subject in range(first, first + 4)
            if rater != subject
        ]

    assert is_connected(island(1))
    assert not is_connected(island(1) + island(11))
    assert not is_connected([])


def test_a_long_chain_hangs_together_and_breaks_where_one_pair_is_taken_out():
    chain = [
        pair
        for one in range(400)
        for pair in (
            Pair(one, one, Relationship.PEER),
            Pair(one, one + 1, Relationship.PEER),
        )
    ]
    Random(5).shuffle(chain)

    assert is_connected(chain)
    assert not is_connected([pair for pair in chain if (pair.rater, pair.subject) != (200, 200)])


@pytest.mark.parametrize("seed", range(20))
def test_whether_it_hangs_together_is_what_walking_through_it_finds(seed):
    random = Random(seed)
    pairs = [
        Pair(random.randrange(12), random.randrange(12), Relationship.PEER)
        for _ in range(random.randrange(1, 30))
    ]

    reached, size = {("rater", pairs[0].rater)}, 0
    while len(reached) > size:
        size = len(reached)
        for pair in pairs:
            both = {("rater", pair.rater), ("subject", pair.subject)}
            if both & reached:
                reached |= both

    everybody = {("rater", p.rater) for p in pairs} | {("subject", p.subject) for p in pairs}
    assert is_connected(pairs) == (reached == everybody)
