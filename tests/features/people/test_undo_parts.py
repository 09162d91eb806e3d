"""In which order people get addresses and numbers back, and where the parts of that end."""

import pytest

from app.people.imports import parts
from app.people.imports.kept_import import COLUMNS, StateBefore
from app.people.imports.undo_parts import (
    HeldNow,
    holders_first,
    in_whole_circles,
    parts_of,
)
from tests.factories import make_person


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch):
    monkeypatch.setattr(parts, "SIZE", 2)


def saved(key, *, email="", number=None):
    values = dict.fromkeys(COLUMNS) | {"email": email or f"p{key}", "number": number}
    return [key, *values.values()]


def before(*rows):
    return {row[0]: row for row in rows}


def test_who_holds_what_another_one_gets_back_comes_first():
    rows = before(*(saved(key, number=f"n{key}") for key in range(1, 6)))
    now = HeldNow({}, {f"n{key}": key + 1 for key in range(1, 5)})

    assert holders_first(rows, now) == [5, 4, 3, 2, 1]


def test_the_parts_have_them_in_this_order(app):
    people = [make_person(number=f"n{key}") for key in range(4)]
    rows = [saved(one.id, email=one.email, number=f"n{key}") for key, one in enumerate(people, 1)]

    found = [part.rows for part in parts_of(StateBefore(rows, [], []))]

    assert found == [[rows[3], rows[2]], [rows[1], rows[0]]]


def test_a_chain_of_very_many_is_no_trouble():
    many = range(50_000)
    rows = before(*(saved(key, number=f"n{key}") for key in many))
    now = HeldNow({}, {f"n{key}": (key + 1) % len(many) for key in many})

    order = holders_first(rows, now)

    assert order == [*reversed(range(1, len(many))), 0]


def test_nobody_is_left_out_where_circles_meet():
    rows = before(
        saved(1, email="a", number="1"),
        saved(2, email="b", number="2"),
        saved(3, email="c", number="3"),
        saved(4),
    )
    now = HeldNow({"a": 2, "b": 1, "c": 3}, {"1": 3, "2": 1, "3": 2})

    assert sorted(holders_first(rows, now)) == [1, 2, 3, 4]


def test_a_part_does_not_end_while_an_address_is_held_by_somebody_behind_it():
    rows = before(*(saved(key, email=f"e{key}") for key in range(1, 6)))
    now = HeldNow({"e1": 2, "e2": 3, "e3": 1, "e4": 4, "e5": 5}, {})
    order = holders_first(rows, now)

    assert list(in_whole_circles(order, rows, now)) == [[3, 2, 1], [4, 5]]


def test_numbers_that_go_in_a_circle_may_be_cut():
    rows = before(*(saved(key, number=f"n{key}") for key in range(1, 6)))
    now = HeldNow({}, {f"n{key}": key % 5 + 1 for key in range(1, 6)})
    order = holders_first(rows, now)

    assert list(in_whole_circles(order, rows, now)) == [[5, 4], [3, 2], [1]]
