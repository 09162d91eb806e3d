"""The key folder's memory of how often each ballot was saved."""

import stat

import pytest

from app.domain.errors import SealBrokenError
from app.infra.keys import KeyFolder
from app.infra.save_counts import ENTRY, SaveBook

LOCATORS = [bytes([7 * n % 251, n % 256]) * 8 for n in range(500)]


@pytest.fixture
def book(tmp_path):
    """A book of five hundred raters."""
    folder = KeyFolder(tmp_path / "keys")
    folder.folder.mkdir()
    folder.write_saves(1, dict.fromkeys(LOCATORS, 0))
    return folder.saves(1)


def test_the_highest_number_of_each_rater_is_remembered(book):
    for number, locator in enumerate(LOCATORS):
        book.note(locator, number)

    assert [book.count(locator) for locator in LOCATORS] == list(range(500))
    assert book.counts() == {locator: n for n, locator in enumerate(LOCATORS)}


def test_a_save_that_was_overtaken_lowers_nothing(book):
    book.note(LOCATORS[3], 5)
    book.note(LOCATORS[3], 4)

    assert book.count(LOCATORS[3]) == 5


def test_a_locator_under_another_key_is_refused_and_not_remembered(book):
    before = book.file.read_bytes()

    book.note(b"x" * 16, 3)

    with pytest.raises(SealBrokenError, match="do not fit each other"):
        book.count(b"x" * 16)
    assert book.file.read_bytes() == before


def test_the_file_keeps_no_order_of_saving_and_is_its_owners_only(book):
    for locator in reversed(LOCATORS):
        book.note(locator, 1)

    listed = [book.file.read_bytes()[at : at + 16] for at in range(0, 500 * ENTRY, ENTRY)]
    assert listed == sorted(LOCATORS)
    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600


def test_without_a_file_nothing_is_remembered(tmp_path):
    book = SaveBook(tmp_path / "none")

    assert book.counts() == {}
    assert book.count(LOCATORS[0]) == 0
    with pytest.raises(FileNotFoundError):
        book.note(LOCATORS[0], 1)


def test_it_is_destroyed_with_the_key(book):
    folder = KeyFolder(book.file.parent)

    folder.destroy(1)

    assert list(folder.folder.iterdir()) == []
