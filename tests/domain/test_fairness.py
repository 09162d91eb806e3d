"""What the count lets out beyond plain means, from made-up reviews with a known answer."""

import numpy as np
import pytest

from app.domain.count import counting
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.fairness import Adjustment
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics.careless import Careless
from app.domain.statistics.comparable import Reliability
from tests.randomness import seeded, silent

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
    return RatedPairs(
        people=people,
        rater=i,
        subject=j,
        ratings=np.clip(np.rint(answers), 1, 5).astype(np.int8),
        is_blind=np.ones(i.size, dtype=bool),
        is_report=np.zeros(i.size, dtype=bool),
        unit=np.arange(people) % departments,
    )


def count(reviews, policy=POLICY, *, randomness=silent):
    """What is counted without noise, unless a test brings some."""
    return counting.count(reviews, policy, randomness=randomness)


def test_everybody_with_ten_raters_gets_an_adjusted_score():
    counted = count(company(60, size=12))

    assert counted.about.adjustment is Adjustment.MADE
    assert (counted.adjusted.raters == 12).all()
    assert ((counted.adjusted.mean * 10) == np.rint(counted.adjusted.mean * 10)).all()
    assert (counted.adjusted.standard_error > 0.1).all()
    assert set(counted.adjusted.reliability) <= {Reliability.SOLID, Reliability.INDICATIVE}


def test_where_everybody_rates_everybody_nobody_is_adjusted():
    """The correction would be the person's own strictness: nobody else is missing in it."""
    counted = count(company(20))

    assert counted.about.adjustment is Adjustment.NO_SAMPLE
    assert (counted.adjusted.raters == -1).all()


def test_an_adjusted_score_lies_on_the_scale_of_the_answers():
    reviews = company(60, size=12)
    counted = count(reviews)

    raw = np.bincount(reviews.subject, weights=reviews.ratings.mean(axis=1)) / 12
    assert counted.adjusted.mean == pytest.approx(raw, abs=0.25)


def test_who_meets_strict_raters_is_lifted():
    reviews = company(60, size=12, strict=range(20))
    raw = np.bincount(reviews.subject, weights=reviews.ratings.mean(axis=1)) / 12
    fair = company(60, size=12)
    truth = np.bincount(fair.subject, weights=fair.ratings.mean(axis=1)) / 12

    adjusted = count(reviews).adjusted.mean

    assert np.corrcoef(adjusted, truth)[0, 1] > np.corrcoef(raw, truth)[0, 1]


def test_nine_blind_raters_and_the_manager_get_none():
    reviews = company(60, size=12)
    about_zero = np.flatnonzero(reviews.subject == 0)
    blind = reviews.is_blind.copy()
    blind[about_zero[0]] = False  # the manager
    rows = np.ones(blind.size, dtype=bool)
    rows[about_zero[10:]] = False
    made = RatedPairs(
        reviews.people,
        reviews.rater,
        reviews.subject,
        reviews.ratings,
        blind,
        reviews.is_report,
        reviews.unit,
    ).only(rows)

    adjusted = count(made).adjusted

    assert adjusted.raters[0] == -1
    assert np.isnan([adjusted.mean[0], adjusted.standard_error[0]]).all()
    assert adjusted.reliability[0] is None
    assert (adjusted.raters[1:] >= 0).all()


def test_a_stricter_policy_asks_for_more_raters():
    counted = count(company(60, size=12), ReleasePolicy(blind_raters=13))

    assert (counted.adjusted.raters == -1).all()


def test_nothing_is_adjusted_where_departments_rate_only_themselves():
    reviews = company(24, departments=2)
    inside = reviews.only(reviews.unit[reviews.rater] == reviews.unit[reviews.subject])

    counted = count(inside)

    assert counted.about.adjustment is Adjustment.NOT_CONNECTED
    assert (counted.adjusted.raters == -1).all()
    assert np.isnan(counted.adjusted.mean).all()
    assert (counted.raters == 11).all()  # plain scores stay


def test_nothing_is_adjusted_where_too_few_rate_across():
    reviews = company(60, size=24, departments=2)
    inside = reviews.unit[reviews.rater] == reviews.unit[reviews.subject]

    counted = count(reviews.only(inside | (reviews.rater < 12)))

    assert counted.about.adjustment is Adjustment.FEW_ACROSS
    assert (counted.adjusted.raters == -1).all()


def test_the_split_is_told_in_tens_that_add_up():
    about = count(company(60, size=12, strict=range(20))).about

    assert about.split is not None
    assert sum(about.split) == 100
    assert all(share % 10 == 0 for share in about.split)
    assert about.split[0] >= 30  # a third of the raters are a point stricter
    assert about.reliability in {0.9, 1.0}


def uniform(rows, reviews, *, randomness=silent):
    """How many ballots are told to be uniform where some raters answer 4 to everything."""
    ratings = np.where(rows[:, None], 4, reviews.ratings).astype(np.int8)
    made = RatedPairs(**{**vars(reviews), "ratings": ratings})
    return count(made, randomness=randomness).about.careless.uniform


def test_careless_ballots_are_told_from_five_on():
    reviews = company(30)
    four, five = (np.isin(reviews.rater, range(careless)) for careless in (4, 5))

    assert (uniform(four, reviews), uniform(five, reviews)) == (None, 5)


def test_the_number_of_careless_ballots_is_told_with_noise():
    reviews = company(30)
    eight = np.isin(reviews.rater, range(8))

    told = {uniform(eight, reviews, randomness=seeded(seed)) for seed in range(12)}

    assert len(told - {None}) >= 2


@pytest.mark.parametrize(("people", "told"), [(24, False), (25, True)])
def test_of_fewer_than_twenty_five_raters_nothing_is_told(people, told):
    about = count(company(people)).about

    assert (about.split is not None) is told
    assert (about.reliability is not None) is told


def test_where_nobody_is_released_nothing_is_told_of_the_cycle():
    reviews = company()

    about = count(reviews.only(reviews.subject < 5), ReleasePolicy(blind_raters=30)).about

    assert about.split is None
    assert about.reliability is None
    assert about.careless == Careless()


def test_without_any_review_nothing_is_told():
    reviews = company()

    counted = count(reviews.only(np.zeros(reviews.rater.size, dtype=bool)))

    assert counted.about.split is None
    assert (counted.adjusted.raters == -1).all()
    assert counted.about.adjustment is Adjustment.NOT_CONNECTED


def test_a_company_that_answers_all_alike_is_counted_too():
    reviews = company(60, size=12)
    same = RatedPairs(**{**vars(reviews), "ratings": np.full_like(reviews.ratings, 4)})

    counted = count(same)

    assert set(counted.adjusted.mean) == {4.0}
    assert (counted.adjusted.standard_error > 0).all()
    assert counted.about.split == (20, 30, 50)  # 20, 25 and 55 in tens
    assert counted.about.careless.uniform == 60
