"""Two texts for one place: neither is ever lost, and only what a page knew is overwritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ballot.document import (
    Ballot,
    Chosen,
    Comment,
    EnpsCommentChange,
    readable,
    under_epoch,
)
from app.domain.ballot.encoding import decode, encode
from app.domain.ballot.merging import Bounds, merge
from app.domain.ballot.versions import (
    MOST_BESIDE,
    TooManyVersionsError,
    Versions,
    WrittenText,
    fingerprint,
)

BOUNDS = Bounds(frozenset({7}), ())
KEEP = "c7.keep"
EMPTY = fingerprint("")


def keep(ballot, text, base, device=""):
    return merge(ballot, [Comment(7, "keep", text, base, device)], BOUNDS)


def beside(ballot, cell=KEEP):
    return [one.text for one in ballot.beside.get(cell, ())]


@pytest.fixture
def phones():
    """What the phone saved, 384 letters of it."""
    return keep(Ballot(), "a" * 384, EMPTY, "phone")


def test_a_stale_page_overwrites_nothing_and_both_texts_are_kept(phones):
    ballot = keep(phones, "ok", EMPTY, "desk")

    assert (ballot.text(KEEP), beside(ballot)) == ("a" * 384, ["ok"])


def test_a_page_that_knows_the_newest_text_overwrites_it(phones):
    ballot = keep(phones, "ok", fingerprint("a" * 384), "desk")

    assert (ballot.text(KEEP), beside(ballot)) == ("ok", [])


def test_a_device_goes_on_with_its_own_text_also_when_an_answer_was_lost(phones):
    ballot = keep(phones, "a" * 390, EMPTY, "phone")

    assert (ballot.text(KEEP), beside(ballot)) == ("a" * 390, [])


def test_a_stale_page_that_types_on_stays_one_version(phones):
    ballot = keep(phones, "o", EMPTY, "desk")
    ballot = keep(ballot, "ok", EMPTY, "desk")
    ballot = keep(ballot, "oka", fingerprint("ok"))

    assert (ballot.text(KEEP), beside(ballot)) == ("a" * 384, ["oka"])


def test_a_stale_page_that_was_emptied_takes_nothing_away(phones):
    assert keep(phones, "", fingerprint("old"), "desk") == phones


def test_the_same_text_from_two_places_is_one(phones):
    assert beside(keep(phones, "a" * 384, EMPTY, "desk")) == []


def test_a_version_is_chosen_or_deleted(phones):
    ballot = keep(phones, "ok", EMPTY, "desk")

    chosen = merge(ballot, [Chosen(KEEP, fingerprint("ok"), is_wanted=True)], BOUNDS)
    deleted = merge(ballot, [Chosen(KEEP, fingerprint("ok"), is_wanted=False)], BOUNDS)

    assert (chosen.text(KEEP), beside(chosen)) == ("ok", [])
    assert (deleted.text(KEEP), beside(deleted)) == ("a" * 384, [])
    gone = Chosen(KEEP, fingerprint("x"), is_wanted=True)
    assert merge(ballot, [gone], BOUNDS) == ballot
    assert merge(deleted, [gone], BOUNDS) == deleted


def test_emptying_the_text_that_counts_lets_the_other_one_count(phones):
    ballot = keep(keep(phones, "ok", EMPTY, "desk"), "", fingerprint("a" * 384))

    assert (ballot.text(KEEP), beside(ballot)) == ("ok", [])


def test_more_versions_than_anybody_can_mean_are_refused(phones):
    ballot = phones
    for number in range(MOST_BESIDE):
        ballot = keep(ballot, f"text {number}", EMPTY, f"d{number}")

    with pytest.raises(TooManyVersionsError, match="choose one"):
        keep(ballot, "one more", EMPTY, "last")


def test_the_words_about_the_company_are_kept_like_comments():
    ballot = merge(Ballot(), [EnpsCommentChange("Fine.", EMPTY, "phone")], BOUNDS)
    ballot = merge(ballot, [EnpsCommentChange("Bad.", EMPTY, "desk")], BOUNDS)

    assert (ballot.enps_comment, beside(ballot, "ec")) == ("Fine.", ["Bad."])


def test_versions_survive_being_written_down_and_tell_no_time(phones):
    ballot = keep(phones, "ok", EMPTY, "desk")

    assert decode(encode(ballot)) == ballot
    assert ballot.beside[KEEP] == (WrittenText("ok", "desk"),)


def test_after_a_reset_from_outside_no_version_can_be_read(phones):
    ballot = keep(phones, "ok", EMPTY, "desk")

    assert "ok" not in repr(readable(ballot, 1))
    again = keep(under_epoch(ballot, 1), "new", EMPTY, "other")
    assert (again.text(KEEP), beside(again)) == ("new", [])


SAVES = st.lists(
    st.tuples(
        st.sampled_from(["", "one", "two", "three"]),
        st.sampled_from([fingerprint(text) for text in ("", "one", "two", "three")]),
        st.sampled_from(["", "phone", "desk"]),
    ),
    max_size=8,
)


@given(SAVES)
def test_no_confirmed_text_goes_unless_a_page_knew_it(saves):
    versions = Versions()
    for text, base, device in saves:
        kept = versions.written(WrittenText(text, device), base)
        if kept is None:
            continue
        now = {one.text for one in (kept.standing, *kept.beside)}
        for one in (versions.standing, *versions.beside):
            assert one.text in now or one.is_known_to(base, device) or not one.text
        assert not text or text in now
        versions = kept
