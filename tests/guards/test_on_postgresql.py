"""Tests that are left out on PostgreSQL are about pages, words and forms, and ask nothing alone."""

import pytest

from tests.asked import asked_alone, can_be_left_out, kinds
from tests.on_postgresql import left_out, may_be_left_out

PAGE = "tests/features/home/test_pages.py"


def test_no_test_is_left_out_whose_subject_is_the_database():
    assert [test for test in sorted(left_out()) if not may_be_left_out(test)] == []
    assert len(left_out()) > 100
    assert may_be_left_out(f"{PAGE}::test_a_page")
    for file in (
        "attacks/test_killed.py",
        "features/test_who_may_what.py",
        "features/infra/test_audit.py",
    ):
        assert not may_be_left_out(f"tests/{file}::test_any")


def test_what_only_a_test_that_is_left_out_asks_is_named():
    one = min(left_out())
    asked = {
        one: {"SELECT 1", "SELECT 2", "INSERT INTO a: UniqueViolation"},
        "tests/features/infra/test_audit.py::test_any": {"SELECT 1"},
    }

    alone = asked_alone(asked)

    assert [found.splitlines()[0] for found in alone] == [
        "INSERT INTO a: UniqueViolation",
        "SELECT 2",
    ]
    assert all(one in found for found in alone)


def test_of_two_tests_that_ask_the_same_the_longer_one_can_be_left_out():
    one, other, alone = (f"{PAGE}::test_{name}" for name in ("short", "long", "alone"))
    asked = {one: {"SELECT 1"}, other: {"SELECT 1"}, alone: {"SELECT 2"}}

    assert can_be_left_out(asked, {one: 1.0, other: 2.0, alone: 9.0}) == [other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "SELECT a FROM t\nWHERE b IN (%(b_1)s::INTEGER, %(b_2)s::INTEGER)",
            "SELECT a FROM t WHERE b IN (%(b_1)s::INTEGER)",
        ),
        (
            "INSERT INTO t (a, b) VALUES (%(a)s::VARCHAR, %(b)s)",
            "INSERT INTO t (a, b) VALUES (%(a__0)s::VARCHAR, %(b__0)s), (%(a__1)s, %(b__1)s)",
        ),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'it''s'"),
    ],
)
def test_how_many_values_there_are_makes_no_other_kind(one, other):
    assert kinds(one) == kinds(other)


def test_each_column_that_is_written_is_a_kind_of_its_own():
    both = kinds("UPDATE t SET a=%(a)s, b=%(b)s::INTEGER WHERE t.id = %(t_id)s")

    assert both == (
        *kinds("UPDATE t SET a=%(a)s WHERE t.id = %(t_id)s"),
        *kinds("UPDATE t SET b=%(b)s WHERE t.id = %(t_id)s"),
    )
    assert set(kinds("INSERT INTO t (a) VALUES (%(a)s)")) < set(
        kinds("INSERT INTO t (a, b) VALUES (%(a)s, %(b)s)")
    )
    assert len(kinds("UPDATE t SET a=(a + %(a_1)s) WHERE t.id = %(t_id)s")) == 1
