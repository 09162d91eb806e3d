"""What the count lets out beyond plain means, from made-up reviews with a known answer."""

import numpy as np
import pytest

from app.domain.count.adjusted import Adjustment
from app.domain.count.counting import count
from app.domain.count.reviews import Reviews
from app.domain.release.grains import GRAINS
from app.domain.release.policy import Grain, ReleasePolicy
from app.domain.statistics.careless import Careless
from app.domain.statistics.reliability import Reliability

POLICY = ReleasePolicy()


def company(people=20, *, departments=4, size=None, strict=(), seed=1):
    """Everybody (or `size` by steps round a circle) rates; `strict` raters answer a point lower."""
    random = np.random.default_rng(seed)
    steps = np.arange(1, people) if size is None else np.arange(1, size + 1) * 7 % people
    i = np.repeat(np.arange(people), steps.size)
    j = (i + np.tile(steps, people)) % people
    talent = random.normal(3.6, 0.5, people)
    answers = talent[j][:, None] + random.normal(0, 0.6, (i.size, 14))
    answers -= np.isin(i, strict)[:, None]
    return Reviews(
        people=people,
        rater=i,
        subject=j,
        ratings=np.clip(np.rint(answers), 1, 5).astype(np.int8),
        is_blind=np.ones(i.size, dtype=bool),
        is_report=np.zeros(i.size, dtype=bool),
        unit=np.arange(people) % departments,
    )


def test_everybody_with_ten_raters_gets_an_adjusted_score():
    counted = count(company(), POLICY)

    assert counted.about.adjustment is Adjustment.MADE
    assert {GRAINS[place] for place in counted.adjusted.grain} == {Grain.FIFTH}  # 19 raters
    assert ((counted.adjusted.mean * 5) == np.rint(counted.adjusted.mean * 5)).all()
    assert (counted.adjusted.low < counted.adjusted.mean).all()
    assert (counted.adjusted.high > counted.adjusted.mean).all()
    assert set(counted.adjusted.reliability) == {Reliability.SOLID}


def test_an_adjusted_score_lies_on_the_scale_of_the_answers():
    reviews = company()
    counted = count(reviews, POLICY)

    raw = np.bincount(reviews.subject, weights=reviews.ratings.mean(axis=1)) / 19
    assert counted.adjusted.mean == pytest.approx(raw, abs=0.2)


def test_who_meets_strict_raters_is_lifted():
    reviews = company(60, size=12, strict=range(20))
    raw = np.bincount(reviews.subject, weights=reviews.ratings.mean(axis=1)) / 12
    fair = company(60, size=12)
    truth = np.bincount(fair.subject, weights=fair.ratings.mean(axis=1)) / 12

    adjusted = count(reviews, POLICY).adjusted.mean

    assert np.corrcoef(adjusted, truth)[0, 1] > np.corrcoef(raw, truth)[0, 1]


def test_nine_blind_raters_and_the_manager_get_none():
    reviews = company()
    about_zero = np.flatnonzero(reviews.subject == 0)
    blind = reviews.is_blind.copy()
    blind[about_zero[0]] = False  # the manager
    rows = np.ones(blind.size, dtype=bool)
    rows[about_zero[10:]] = False
    made = Reviews(
        reviews.people,
        reviews.rater,
        reviews.subject,
        reviews.ratings,
        blind,
        reviews.is_report,
        reviews.unit,
    ).only(rows)

    adjusted = count(made, POLICY).adjusted

    assert adjusted.grain[0] == -1
    assert np.isnan([adjusted.mean[0], adjusted.low[0], adjusted.high[0]]).all()
    assert adjusted.reliability[0] is None
    assert (adjusted.grain[1:] >= 0).all()


def test_a_stricter_policy_asks_for_more_raters():
    counted = count(company(), ReleasePolicy(blind_raters=20))

    assert (counted.adjusted.grain == -1).all()


def test_nothing_is_adjusted_where_departments_rate_only_themselves():
    reviews = company(24, departments=2)
    inside = reviews.only(reviews.unit[reviews.rater] == reviews.unit[reviews.subject])

    counted = count(inside, POLICY)

    assert counted.about.adjustment is Adjustment.NOT_CONNECTED
    assert (counted.adjusted.grain == -1).all()
    assert np.isnan(counted.adjusted.mean).all()
    assert (counted.raters == 11).all()  # plain scores stay


def test_nothing_is_adjusted_where_too_few_rate_across():
    reviews = company(24, departments=2)
    inside = reviews.unit[reviews.rater] == reviews.unit[reviews.subject]

    counted = count(reviews.only(inside | (reviews.rater < 12)), POLICY)

    assert counted.about.adjustment is Adjustment.FEW_ACROSS
    assert (counted.adjusted.grain == -1).all()


def test_the_split_is_told_in_steps_of_five_that_add_up():
    about = count(company(60, size=12, strict=range(20)), POLICY).about

    assert about.split is not None
    assert sum(about.split) == 100
    assert all(share % 5 == 0 for share in about.split)
    assert about.split[0] >= 30  # a third of the raters are a point stricter
    assert about.reliability in {0.85, 0.9, 0.95}


def test_careless_ballots_are_told_from_three_on():
    reviews = company()
    two = np.isin(reviews.rater, [3, 4])
    three = np.isin(reviews.rater, [3, 4, 5])

    def uniform(rows):
        ratings = np.where(rows[:, None], 4, reviews.ratings).astype(np.int8)
        made = Reviews(**{**vars(reviews), "ratings": ratings})
        return count(made, POLICY).about.careless.uniform

    assert (uniform(two), uniform(three)) == (None, 3)


def test_of_fewer_than_ten_raters_nothing_is_told():
    about = count(company(9), POLICY).about

    assert (about.split, about.reliability, about.careless) == (None, None, Careless())


def test_where_nobody_is_released_nothing_is_told_of_the_cycle():
    reviews = company()

    about = count(reviews.only(reviews.subject < 5), ReleasePolicy(blind_raters=30)).about

    assert about.split is None
    assert about.reliability is None
    assert about.careless == Careless()


def test_without_any_review_nothing_is_told():
    reviews = company()

    counted = count(reviews.only(np.zeros(reviews.rater.size, dtype=bool)), POLICY)

    assert counted.about.split is None
    assert (counted.adjusted.grain == -1).all()
    assert counted.about.adjustment is Adjustment.NOT_CONNECTED


def test_a_company_that_answers_all_alike_is_counted_too():
    reviews = company()
    same = Reviews(**{**vars(reviews), "ratings": np.full_like(reviews.ratings, 4)})

    counted = count(same, POLICY)

    assert set(counted.adjusted.mean) == {4.0}
    assert (counted.adjusted.low < 4.0).all()
    assert counted.about.split == (20, 25, 55)
    assert counted.about.careless.uniform == 20
