"""The stage itself: what the attacks stand on is really there."""

from tests.attacks.attacked_company import STAY_AWAY


def test_each_copy_holds_what_lay_there_at_its_moment(company):
    stage = company(25)

    boxes = {moment: len(copy.rows("ballot")) for moment, copy in stage.copies.items()}

    assert boxes["planned"] == boxes["after"] == boxes["published"] == 0
    assert boxes["before"] == 25
    assert 0 < boxes["open-1"] < boxes["open-2"] < boxes["open-3"] < 25


def test_the_order_of_sending_follows_no_id_and_some_do_not_send(company):
    stage = company(200)

    assert stage.truth.order != sorted(stage.truth.order)
    assert 0.5 * STAY_AWAY < 1 - len(stage.truth.sent) / 200 < 2 * STAY_AWAY
    assert stage.truth.canaries
