"""Bringing wanted pairs into a draw: by exchange, by one more, by handing over."""

from random import Random

from app.domain.pairing.sample import Draw, Room, include

CHANCE = 1


def drawn(people, *pairs):
    draw = Draw(people)
    for rater, subject in pairs:
        draw.add(rater, subject)
    return draw


def included(draw, rater, subject, *, most):
    include(draw, rater, subject, room=Room(draw, most), random=Random(CHANCE))
    return set(draw.pairs())


def test_an_exchange_leaves_everyone_giving_and_receiving_as_before():
    draw = drawn(4, (0, 1), (2, 3))

    assert included(draw, 0, 3, most=9) == {(0, 3), (2, 1)}


def test_where_no_exchange_fits_somebody_with_room_rates_one_more():
    draw = drawn(4, (0, 1), (0, 2))

    assert included(draw, 0, 3, most=3) == {(0, 1), (0, 2), (0, 3)}


def test_without_room_another_takes_over_one_of_the_subjects():
    draw = drawn(4, (0, 1), (0, 2), (3, 1))

    pairs = included(draw, 0, 3, most=2)

    assert (0, 3) in pairs
    assert sum(rater == 0 for rater, _ in pairs) == 2
    assert {subject for _, subject in pairs} == {1, 2, 3}
    assert len(pairs) == 4


def test_where_nobody_can_take_over_the_wanted_pair_still_stands():
    draw = drawn(3, (0, 1), (1, 2), (2, 1))

    assert (0, 2) in included(draw, 0, 2, most=1)
