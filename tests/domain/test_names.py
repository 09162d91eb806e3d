"""Names are levelled, found and told apart."""

import pytest

from app.domain.names import ListedPerson, folded, labels, levelled
from app.domain.reports.contents import LONGEST_PART, safe_name

ANNA = ListedPerson("Anna Schmidt", "Engineer", "Support", "anna@example.com")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Anna\u00a0 Schmidt ", "Anna Schmidt"),
        ("Anna\u2011Lena\u200b Groß\u00ad", "Anna-Lena Groß"),
        ("\ufeffJose\u0301", "José"),
        ("Anna\u2060\u3000Schmidt\u200e", "Anna Schmidt"),
        ("می\u200cرود", "می\u200cرود"),
        ("An\u200dna", "Anna"),
        ("Anna \u202eekrib", "Anna \u202eekrib"),
    ],
    ids=["blanks", "hyphens", "accents", "marks", "persian", "joiner", "turned"],
)
def test_what_nobody_sees_in_a_name_is_levelled(typed, read):
    assert levelled(typed) == read


@pytest.mark.parametrize(
    ("asked", "name"),
    [("jose", "José"), ("LUCJA", "Łucja"), ("oyvind", "Øyvind"), ("o'brien", "O’Brien")],
)
def test_a_name_is_found_without_its_accents(asked, name):
    assert folded(asked) in folded(name)


def test_a_name_that_only_one_person_has_stays_as_it_is():
    others = {1: ANNA, 2: ANNA._replace(name="Ben Weber")}

    assert labels(others) == {1: "Anna Schmidt", 2: "Ben Weber"}


def test_people_of_one_name_are_told_apart_by_title():
    people = {1: ANNA, 2: ANNA._replace(title="Designer", department="Sales")}

    assert labels(people) == {1: "Anna Schmidt (Engineer)", 2: "Anna Schmidt (Designer)"}


@pytest.mark.parametrize("titles", [("Engineer", "engineer"), ("", "Engineer"), ("", "")])
def test_titles_that_do_not_tell_people_apart_give_way_to_the_departments(titles):
    first, second = titles
    people = {1: ANNA._replace(title=first), 2: ANNA._replace(title=second, department="Sales")}

    assert labels(people) == {1: "Anna Schmidt (Support)", 2: "Anna Schmidt (Sales)"}


def test_the_address_is_what_always_tells_people_apart():
    people = {1: ANNA, 2: ANNA._replace(email="anna2@example.com")}

    assert labels(people) == {
        1: "Anna Schmidt (anna@example.com)",
        2: "Anna Schmidt (anna2@example.com)",
    }


def test_names_that_differ_in_what_readers_do_not_see_are_of_one_name():
    people = {1: ANNA, 2: ANNA._replace(name="ANNA\u00a0Schmidt", title="Designer")}

    assert labels(people)[2] == "ANNA\u00a0Schmidt (Designer)"


@pytest.mark.parametrize("name", ["สมชาย" * 24, "Ágnes" * 30, "क्षि" * 30, "e\u0301" * 90])
def test_a_file_s_name_is_short_enough_in_bytes_and_ends_with_a_whole_letter(name):
    kept = safe_name(f"2026 Q3 - {name}")

    rest = f"2026 Q3 - {name}"[len(kept) :]
    assert LONGEST_PART - 12 < len(kept.encode()) <= LONGEST_PART
    assert rest[0] not in "\u0301ि्"


def test_what_tells_people_apart_stays_when_a_file_s_name_is_cut():
    kept = safe_name(f"2026 Q3 - {'Anna' * 40} (Engineer)")

    assert kept.endswith("Ann (Engineer)")
    assert len(kept.encode()) <= LONGEST_PART
