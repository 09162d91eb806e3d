"""Comments that leaders hear: drawn fairly, each once before any comes again."""

from collections import Counter
from datetime import date
from random import Random, SystemRandom

import pytest

from app.domain.errors import PlanRefusedError
from app.domain.heard import MAILED, WORKING_DAYS, HeardComment, draw_comments, is_due
from app.domain.release.policy import ReleasePolicy

MONDAY, SATURDAY = date(2026, 11, 30), date(2026, 12, 5)


def mails(comments, days, random):
    """What one leader is mailed on so many days."""
    heard: set[str] = set()
    for _ in range(days):
        drawn = draw_comments(set(comments) - heard, comments, random)
        heard = set(drawn.of_new_round) if drawn.begins_new_round else heard | set(drawn.ids)
        yield drawn.ids


def test_every_comment_comes_once_before_any_comes_again():
    comments = [f"{n:032x}" for n in range(21)]
    sent = list(mails(comments, 14, Random(3)))

    for first in (0, 7):
        of_round = [one for ids in sent[first : first + 7] for one in ids]
        assert sorted(of_round) == comments


def test_the_last_of_a_round_come_with_some_that_were_heard_before():
    comments = [f"{n:032x}" for n in range(20)]
    sent = list(mails(comments, 7, Random(3)))

    before = {one for ids in sent[:6] for one in ids}
    assert len(before) == 18
    assert set(comments) - before < set(sent[6])
    assert len(set(sent[6])) == MAILED


def test_neither_the_day_nor_the_place_in_a_mail_follows_from_where_a_comment_stands():
    comments = [f"{n:032x}" for n in range(9)]
    first_day: Counter[str] = Counter()
    first_place: Counter[str] = Counter()
    random = Random(5)
    for _ in range(1800):
        days = list(mails(comments, 3, random))
        first_day.update(days[0])
        first_place.update(ids[0] for ids in days)

    assert all(abs(first_day[one] - 600) < 100 for one in comments)
    assert all(abs(first_place[one] - 600) < 100 for one in comments)


def test_the_lottery_draws_from_the_operating_system_by_default():
    comments = [f"{n:032x}" for n in range(300)]

    drawn = {draw_comments(comments, comments, SystemRandom()).ids for _ in range(20)}

    assert len(drawn) >= 18


def test_fewer_than_three_comments_cannot_be_drawn():
    with pytest.raises(ValueError, match="larger than population"):
        draw_comments(["a"], ["a"], Random(1))


@pytest.mark.parametrize(
    ("today", "paused", "mailed", "due"),
    [
        (MONDAY, False, None, True),
        (MONDAY, False, MONDAY, False),
        (MONDAY, True, None, False),
        (SATURDAY, False, MONDAY, False),
    ],
)
def test_leaders_are_mailed_once_on_each_chosen_day(today, paused, mailed, due):
    assert is_due(today, WORKING_DAYS, is_paused=paused, mailed_on=mailed) is due


def test_below_a_comment_stands_who_read_it_and_who_says_thank_you():
    nobody = HeardComment("a", "Words.")
    one = HeardComment("a", "Words.", ("Carla (Managing director)",))
    more = HeardComment("a", "Words.", ("Ada", "Ben", "Carla"), ("Ada", "Ben"))

    assert nobody.answer == ""
    assert one.answer == "Read by Carla (Managing director)."
    assert more.answer == "Ada and Ben have read it and say thank you. Read by Carla."


def test_leaders_hear_nothing_where_no_comments_are_asked():
    with pytest.raises(PlanRefusedError, match="Leaders cannot hear comments"):
        ReleasePolicy(shows_comments=False, leaders_hear=True)
