"""Participation in numbers that tell of nobody."""

from itertools import combinations, product

import pytest

from app.domain.release.turnout import (
    TOGETHER,
    CountedTurnout,
    ShownTurnout,
    guarded,
    lowest_share_first,
    total_of,
)


def shown(*departments):
    """What is shown of departments given as people asked, who have sent, and who are of HR."""
    return guarded(CountedTurnout(f"D{n}", *one) for n, one in enumerate(departments))


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


def test_people_of_hr_count_towards_no_five_and_widen_the_ranges():
    assert [(one.name, one.words) for one in shown((6, 3, 2), (9, 4), (12, 6))] == [
        ("D2", "6 of 12"),
        (TOGETHER, "7 of 15"),
    ]
    assert [one.words for one in shown((9, 3, 2), (9, 6, 2), (9, 4, 2))] == [
        "at most 3 of 9",
        "at least 6 of 9",
        "4 of 9",
    ]


def test_among_very_many_of_hr_nothing_is_told():
    assert [one.words for one in shown((10, 6, 5))] == ["0 to 10 of 10"]


def test_the_company_is_the_sum_of_what_is_shown():
    found = shown((12, 12), (12, 5), (12, 0))

    assert total_of("Company", found).words == "15 to 19 of 36"


def worlds(*sizes):
    """Every way in which the people of departments of these sizes may have sent or not."""
    return product(*(product((False, True), repeat=size) for size in sizes))


@pytest.mark.parametrize("sizes", [(5,), (7,), (5, 2), (2, 6), (5, 5), (1, 5, 2)])
def test_no_numbers_tell_of_anybody_whether_they_have_sent(sizes):
    """Nor to any one person who knows about themselves, with all subtractions there are."""
    refute_knowing(sizes, [() for _ in sizes], watching=1)


@pytest.mark.parametrize(
    ("sizes", "hr"),
    [
        ((5,), (2,)),
        ((6,), (2,)),
        ((7,), (2,)),
        ((8,), (3,)),
        ((9,), (3,)),
        ((7, 3), (2, 0)),
        ((2, 6), (2, 1)),
        ((5, 6), (0, 1)),
        ((1, 7, 2), (0, 2, 0)),
    ],
)
def test_people_of_hr_who_tell_each_other_learn_of_nobody_else(sizes, hr):
    refute_knowing(sizes, [range(count) for count in hr])


def refute_knowing(sizes, hr, *, watching=0):
    """Nobody can be certain of anybody else: the people of HR, or any `watching` of all, together.

    `hr` holds for each department the places of its people of HR.
    """
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    of_hr = tuple(start + place for start, own in zip(starts, hr, strict=True) for place in own)
    groups = list(combinations(range(sum(sizes)), watching)) if watching else [of_hr]
    states_by_view: dict[tuple[tuple[int, ...], object, object, object], list[set[bool]]] = {}
    for world in worlds(*sizes):
        found = shown(*((len(one), sum(one), len(own)) for one, own in zip(world, hr, strict=True)))
        everybody = sum(world, ())
        for group in groups:
            known = tuple(everybody[one] for one in group)
            key = (group, known, tuple(found), total_of("Company", found))
            seen = states_by_view.setdefault(key, [set() for _ in everybody])
            for person, state in enumerate(everybody):
                seen[person].add(state)

    for (group, *_), seen in states_by_view.items():
        assert all(len(states) == 2 for person, states in enumerate(seen) if person not in group)
