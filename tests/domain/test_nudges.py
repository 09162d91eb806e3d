"""Nudges: when a friendly question is asked, and what it says."""

import pytest

from app.domain.ballot.nudges import NamedPerson, is_hasty, is_uniform, names_in

ALICE = NamedPerson("Alice Archer", "alice@example.com")
BOB = NamedPerson("Bob Baker")
WILL = NamedPerson("Will Archer")
OTHERS = (ALICE, BOB, WILL, NamedPerson("Charlie Cole"))


def found(comment, *, subject=BOB):
    return names_in(comment, subject, ALICE, OTHERS)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([4] * 8, True), ([4] * 7, False), ([4] * 23 + [3], False), ([0] * 24, False), ([], False)],
)
def test_eight_equal_ratings_make_one_wonder(answers, expected):
    assert is_uniform(answers) is expected


def test_a_page_of_24_names_takes_16_seconds_to_read():
    names = ["Bob Baker"] * 24

    assert is_hasty(15.9, names)
    assert not is_hasty(16.1, names)


def test_correcting_a_few_answers_is_never_hasty():
    assert not is_hasty(0.5, ["Bob Baker"] * 7)


@pytest.mark.parametrize(
    "comment",
    ["As I, Alice, said.", "Write to ALICE@example.com.", "yours, alice archer", "(Alice)"],
)
def test_a_comment_that_names_its_author_is_noticed(comment):
    assert found(comment) == ["you"]


def test_a_comment_that_names_a_third_person_is_noticed():
    assert found("Helps Charlie and me.") == ["Charlie Cole"]
    assert found("Will explains it better.") == ["Will Archer"]


@pytest.mark.parametrize(
    "comment",
    ["Bob, keep on!", "I will explain.", "Malice is far from him.", "A colessian style.", ""],
)
def test_the_subjects_own_name_and_ordinary_words_are_no_matter(comment):
    assert found(comment) == []


def test_a_name_that_the_subject_shares_says_nothing():
    assert found("The Archer way.", subject=WILL) == []
