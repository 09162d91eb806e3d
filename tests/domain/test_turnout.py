"""Participation in numbers that tell of nobody."""

from itertools import product

import pytest

from app.domain.release.turnout import (
    TOGETHER,
    ShownTurnout,
    guarded,
    lowest_share_first,
    total_of,
)


def shown(*departments):
    """What is shown of departments given as people asked and people who have sent."""
    found = [ShownTurnout.exact(f"D{n}", *one) for n, one in enumerate(departments)]
    return guarded(found)


def test_a_department_of_five_is_shown_and_one_of_four_stands_with_others():
    assert [one.name for one in shown((5, 3), (9, 4))] == ["D0", "D1"]
    assert [(one.name, one.invited) for one in shown((4, 3), (9, 4), (12, 6))] == [
        ("D2", 12),
        (TOGETHER, 13),
    ]
    assert [(one.name, one.invited) for one in shown((4, 3), (9, 4), (2, 1))] == [
        ("D1", 9),
        (TOGETHER, 6),
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (0, "at most 2 of 12"),
        (2, "at most 2 of 12"),
        (3, "3 of 12"),
        (9, "9 of 12"),
        (10, "at least 10 of 12"),
        (12, "at least 10 of 12"),
    ],
)
def test_nearly_nobody_and_nearly_everybody_are_ranges(sent, words):
    (one,) = shown((12, sent))

    assert one.words == words


def test_where_fewest_have_sent_comes_first_and_of_equal_ones_the_largest():
    found = [
        ShownTurnout.exact("All", 4, 4),
        ShownTurnout.exact("Nobody was asked", 0, 0),
        ShownTurnout.exact("None", 9, 0),
        ShownTurnout.exact("Half as well", 2, 1),
        ShownTurnout.exact("Half", 10, 5),
    ]

    assert [one.name for one in lowest_share_first(found)] == [
        "None",
        "Half",
        "Half as well",
        "All",
        "Nobody was asked",
    ]


def test_the_order_of_departments_follows_from_what_is_shown_alone():
    """Nobody, one or two look alike: the order must not tell them apart."""
    for sent in product((0, 1, 2), repeat=3):
        departments = lowest_share_first(shown(*((12, one) for one in sent)))

        assert [one.name for one in departments] == ["D0", "D1", "D2"]


def test_the_company_is_the_sum_of_what_is_shown():
    found = shown((12, 12), (12, 5), (12, 0))

    assert total_of("Company", found).words == "15 to 19 of 36"


def worlds(*sizes):
    """Every way in which the people of departments of these sizes may have sent or not."""
    return product(*(product((False, True), repeat=size) for size in sizes))


@pytest.mark.parametrize("sizes", [(5,), (7,), (5, 2), (2, 6), (5, 5), (1, 5, 2)])
def test_no_numbers_tell_of_anybody_whether_they_have_sent(sizes):
    """Not even to somebody of HR who knows about themselves, with all subtractions there are."""
    states_by_view: dict[tuple[int, object, object, object], list[set[bool]]] = {}
    for world in worlds(*sizes):
        found = shown(*((len(one), sum(one)) for one in world))
        everybody = sum(world, ())
        for me, mine in enumerate(everybody):
            key = (me, mine, tuple(found), total_of("Company", found))
            seen = states_by_view.setdefault(key, [set() for _ in everybody])
            for person, state in enumerate(everybody):
                seen[person].add(state)

    for view, seen in states_by_view.items():
        assert all(len(states) == 2 for person, states in enumerate(seen) if person != view[0])
