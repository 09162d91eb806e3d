import json

import numpy as np
import pytest

from app.domain.ballot.document import (
    EARLIER,
    Away,
    Ballot,
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    Own,
    Rating,
    readable,
    under_epoch,
)
from app.domain.ballot.encoding import decode, encode
from app.domain.ballot.merging import Bounds, merge
from app.domain.ballot.saved_cells import MOST_DEVICES, Origin, OvertakenError, follow
from app.domain.count.collecting import AskedPairs, Pile, Roster, rated_pairs_of
from app.domain.errors import BallotError
from app.domain.pairing.assignment import Relationship

BOUNDS = Bounds(frozenset({7, 8}), ("pay", "growth", "tools", "manager"))


def merged(*changes, ballot=None):
    return merge(ballot or Ballot(), changes, BOUNDS)


def counted(ballot, subject):
    """The 14 ratings that the count takes from `ballot` about one subject."""
    pile = Pile()
    pile.add(1, ballot)
    nobody = np.zeros((0, 2), dtype=np.int64)
    roster = Roster(np.array([1, 7, 8]), np.zeros(3, dtype=np.int64), nobody[:, 0], nobody)
    asked = AskedPairs.of([(1, subject, Relationship.PEER)])
    return rated_pairs_of(pile.answers, asked, roster).ratings[0].tolist()


def test_a_changed_cell_leaves_every_other_cell_alone():
    first = merged(Rating(7, 1, 4), Rating(8, 2, 5), Own(3, 2))

    second = merged(Rating(7, 1, 2), ballot=first)

    assert second.rating(7, 1) == 2
    assert second.rating(8, 2) == 5
    assert second.own[2] == 2
    assert first.rating(7, 1) == 4


def test_merging_the_same_batch_twice_changes_nothing():
    batch = (Rating(7, 1, 4), Comment(7, "keep", "Good notes."), EnpsScoreChange(9))

    once = merged(*batch)

    assert merged(*batch, ballot=once) == once


def test_an_answer_can_be_cleared():
    ballot = merged(Rating(7, 1, 4), EnpsScoreChange(3), Comment(7, "try", "Less."))

    ballot = merged(Rating(7, 1, None), EnpsScoreChange(None), Comment(7, "try", ""), ballot=ballot)

    assert list(ballot.cells()) == []


def test_somebody_not_worked_with_counts_as_not_observed_unless_rated():
    ballot = merged(Away(7, away=True), Rating(7, 3, 5))

    assert counted(ballot, 7) == [0, 0, 5] + [0] * 11
    assert counted(ballot, 8) == [-1] * 14
    assert counted(merged(Away(7, away=False), ballot=ballot), 7) == [-1, -1, 5] + [-1] * 11


def test_a_ballot_survives_being_written_down():
    ballot = merged(
        Rating(7, 1, 0),
        Own(14, 5),
        Away(8, away=True),
        Comment(7, "keep", "Größe & “quotes” 漢字"),
        EnpsScoreChange(10),
        EnpsReasonsChange(("pay", "tools")),
        EnpsCommentChange("Fine."),
    )
    ballot = follow(follow(ballot, Origin("phone", 7)), Origin("desk", 2))

    again = decode(encode(ballot))
    assert again == ballot
    assert list(again.seen) == ["phone", "desk"]  # the order decides who is forgotten


def test_a_ballot_written_before_batches_had_numbers_can_be_read():
    document = json.loads(encode(merged(Rating(7, 1, 4))))
    del document["seen"]

    assert decode(json.dumps(document).encode()) == merged(Rating(7, 1, 4))


def test_a_batch_that_was_overtaken_says_by_which():
    ballot = follow(Ballot(), Origin("desk", 5))

    with pytest.raises(OvertakenError) as refusal:
        follow(ballot, Origin("desk", 4))

    assert refusal.value.seen == 5
    assert follow(ballot, Origin("desk", 5)).seen == {"desk": 5}
    assert follow(ballot, Origin("desk", 6)).seen == {"desk": 6}
    assert ballot.seen == {"desk": 5}


def test_a_ballot_remembers_the_devices_that_saved_last():
    ballot = Ballot()
    for number in range(MOST_DEVICES):
        ballot = follow(ballot, Origin(f"d{number}", 3))
    ballot = follow(ballot, Origin("d0", 4))

    ballot = follow(ballot, Origin("new", 1))

    assert len(ballot.seen) == MOST_DEVICES
    assert "d1" not in ballot.seen
    assert (ballot.seen["d0"], ballot.seen["new"]) == (4, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Rating(99, 1, 3), "not asked to rate"),
        (Rating(7, 15, 3), "no statement 15"),
        (Rating(7, 0, 3), "no statement 0"),
        (Rating(7, 1, 6), "1 to 5"),
        (Rating(7, 1, -1), "1 to 5"),
        (Rating(7, 1, value=True), "1 to 5"),
        (Own(1, 9), "1 to 5"),
        (Away(99, away=True), "not asked to rate"),
        (Comment(7, "keep", "x" * 1001), "1,001 characters"),
        (Comment(7, "praise", "x"), "keep doing"),
        (EnpsScoreChange(11), "0 to 10"),
        (EnpsReasonsChange(("pay", "growth", "tools", "manager")), "up to 3"),
        (EnpsReasonsChange(("luck",)), "not one of those offered"),
        (EnpsCommentChange("x" * 1001), "1,001 characters"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_words(change, words):
    with pytest.raises(BallotError, match=words):
        merged(Rating(7, 1, 3), change)


def test_a_refused_batch_names_every_fault_and_applies_nothing():
    ballot = merged(Rating(7, 1, 3))

    with pytest.raises(BallotError) as refusal:
        merged(Rating(7, 1, 5), Rating(99, 1, 3), EnpsScoreChange(11), ballot=ballot)

    assert "not asked to rate" in str(refusal.value)
    assert "0 to 10" in str(refusal.value)
    assert ballot.rating(7, 1) == 3
    assert ballot.rating(8, 1) is None


class TestAfterAPasswordResetFromOutside:
    def test_earlier_answers_count_but_cannot_be_read(self):
        ballot = merged(
            Rating(7, 1, 4),
            Own(2, 3),
            Away(8, away=True),
            Comment(7, "keep", "secret words"),
            EnpsScoreChange(2),
            EnpsReasonsChange(("pay",)),
            EnpsCommentChange("secret too"),
        )

        seen = readable(ballot, epoch=1)

        assert seen.rating(7, 1) == EARLIER
        assert seen.rating(8, 5) == EARLIER
        assert seen.own[1] == EARLIER
        assert seen.enps_score == EARLIER
        assert seen.enps_reasons == []
        assert seen.has_earlier_reasons
        assert seen.has_earlier_enps_comment
        assert seen.earlier_comments == {(7, "keep")}
        assert "secret" not in repr(seen)
        assert counted(under_epoch(ballot, 1), 7)[0] == 4

    def test_an_overwritten_answer_can_be_read_again(self):
        ballot = under_epoch(merged(Rating(7, 1, 4), Rating(7, 2, 4), EnpsScoreChange(1)), 1)

        ballot = merged(Rating(7, 1, 5), EnpsScoreChange(8), ballot=ballot)

        seen = readable(ballot, epoch=1)
        assert (seen.rating(7, 1), seen.rating(7, 2), seen.enps_score) == (5, EARLIER, 8)

    def test_one_answer_is_cleared_of_somebody_hidden_as_not_worked_with(self):
        ballot = under_epoch(merged(Away(7, away=True), Rating(7, 2, 5)), 1)

        ballot = merged(Rating(7, 1, None), ballot=ballot)

        seen = readable(ballot, epoch=1)
        assert [seen.rating(7, n) for n in range(1, 15)] == [None] + [EARLIER] * 13
        assert counted(ballot, 7) == [-1, 5] + [0] * 12

    def test_the_veil_survives_storage(self):
        ballot = decode(encode(under_epoch(merged(Rating(7, 1, 4)), 1)))

        assert readable(ballot, epoch=1).rating(7, 1) == EARLIER

    def test_the_owner_of_an_unchanged_password_reads_everything(self):
        ballot = merged(Rating(7, 1, 4))

        assert readable(ballot, epoch=0) is ballot
