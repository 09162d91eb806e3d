"""The door as a pure function: every released number of a small company set by hand."""

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest

from app.domain.count import counting
from app.domain.count.company_means import own_means
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.policy import Reason, ReleasePolicy
from app.domain.statistics.spread import standard_error_of_mean
from tests.randomness import seeded, silent

POLICY = ReleasePolicy()
NOTHING = [-1] * 13


def reviews(*rows, people=1):
    """Rows of (subject, first answer, is_blind, is_report), each by a rater of its own.

    Other statements are unanswered.
    """
    return RatedPairs(
        people=people,
        rater=people + np.arange(len(rows)),
        subject=np.array([row[0] for row in rows], dtype=np.int64),
        ratings=np.array([[row[1], *NOTHING] for row in rows], dtype=np.int8).reshape(-1, 14),
        is_blind=np.array([row[2] if len(row) > 2 else True for row in rows], dtype=bool),
        is_report=np.array([row[3] if len(row) > 3 else False for row in rows], dtype=bool),
        unit=np.zeros(people + len(rows), dtype=np.int64),
    )


def count(made, policy=POLICY, *, randomness=silent):
    """What is counted without noise, unless a test brings some."""
    return counting.count(made, policy, randomness=randomness)


def of(*answers):
    return reviews(*((0, answer) for answer in answers))


def test_five_blind_raters_release_a_mean_to_one_decimal():
    counted = count(of(2, 3, 3, 3, 3))

    assert counted.raters.tolist() == [5]
    assert counted.colleagues.mean[0, 0] == 2.8
    assert counted.colleagues.raters[0, 0] == 5
    assert counted.colleagues.hidden[0, 0] is None
    assert counted.colleagues.shares[0, 0].tolist() == [-1, -1, -1]


def test_four_blind_raters_release_nothing_at_all():
    counted = count(of(3, 4, 4, 4))

    assert counted.raters.tolist() == [-1]
    assert counted.colleagues.hidden[0, 0] is Reason.FEW_RATERS
    assert isnan(counted.colleagues.mean[0, 0])
    assert counted.colleagues.raters[0, 0] == -1


def test_the_managers_rating_counts_in_the_mean_but_in_no_number_of_raters():
    four_and_manager = reviews(*((0, 4),) * 4, (0, 4, False))
    five_and_manager = reviews(*((0, 3),) * 3, *((0, 2),) * 2, (0, 1, False))

    hidden = count(four_and_manager)
    shown = count(five_and_manager)

    assert hidden.colleagues.hidden[0, 0] is Reason.FEW_RATERS
    assert shown.colleagues.mean[0, 0] == 2.3  # 14 / 6, not 13 / 5
    assert shown.colleagues.raters[0, 0] == 5  # does not tell whether the manager answered
    assert shown.raters.tolist() == [5]


def test_not_observed_is_in_no_mean_and_each_statement_tells_its_raters():
    counted = count(of(2, 2, 2, 2, 2, 0, 0))

    assert counted.colleagues.mean[0, 0] == 2.0
    assert counted.colleagues.raters[0, 0] == 5
    assert counted.raters.tolist() == [5]


@pytest.mark.parametrize(
    ("answers", "mean"),
    [
        ([5] * 5, 5.0),
        ([1] * 6, 1.0),
        ([2, 2, 2, 3, 3, 3], 2.5),
        ([4, 4, 5, 4, 4, 5, 4, 4], 4.3),  # 4.25 is rounded half up
        ([3] * 13 + [4] * 7, 3.4),  # 3.35 exactly
    ],
)
def test_without_noise_a_mean_is_the_mean_of_the_answers(answers, mean):
    assert count(of(*answers)).colleagues.mean[0, 0] == mean


@pytest.mark.slow
def test_noise_moves_a_total_by_whole_points_and_the_mean_stays_on_the_scale():
    ends = [
        count(of(*answers), randomness=seeded(seed)).colleagues.mean[0, 0]
        for answers in ([5] * 6, [1] * 6)
        for seed in range(60)
    ]
    middle = {
        count(of(*[3] * 12), randomness=seeded(seed)).colleagues.mean[0, 0] for seed in range(60)
    }

    assert min(ends) == 1.0
    assert max(ends) == 5.0
    assert {2.9, 3.0, 3.1} <= middle
    assert all(2.3 < mean < 3.7 for mean in middle)


def test_one_draw_is_common_to_all_statements_of_a_person_and_one_is_each_statements_own():
    """The common draw hides a colleague who is a step kinder in everything."""
    people, raters = 400, 12
    made = reviews(
        *((subject, 3) for subject in range(people) for _ in range(raters)), people=people
    )
    made = replace(made, ratings=np.full_like(made.ratings, 3))

    mean = count(made, randomness=seeded(1)).colleagues.mean

    noise = (mean - 3) * raters
    rounded = 0.1**2 * raters**2 / 12 + 1 / 12
    of_all = noise.mean(axis=1).var()
    apart = (noise - noise.mean(axis=1, keepdims=True)).var() * 14 / 13
    assert apart == pytest.approx(1.5 + rounded, rel=0.1)
    assert of_all == pytest.approx(1.5 + (1.5 + rounded) / 14, rel=0.2)


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ([3] * 29, [-1, -1, -1]),
        ([1] * 10 + [3] * 10 + [5] * 10, [33, 34, 33]),
        ([5] * 30, [0, 0, 100]),
        ([5] * 50 + [3] * 33 + [1] * 17, [17, 33, 50]),
    ],
)
def test_distributions_are_released_from_thirty_ratings_in_three_bins(answers, shares):
    assert count(of(*answers)).colleagues.shares[0, 0].tolist() == shares


@pytest.mark.slow
def test_a_blurred_distribution_adds_up_and_certifies_nothing():
    found = [
        count(of(*[5] * 30), randomness=seeded(seed)).colleagues.shares[0, 0].tolist()
        for seed in range(80)
    ]

    assert all(sum(shares) == 100 and min(shares) >= 0 for shares in found)
    assert len({tuple(shares) for shares in found}) > 5
    unanimous = [0, 0, 100]
    nearly = [
        count(of(*[5] * 29, 1), randomness=seeded(seed)).colleagues.shares[0, 0].tolist()
        for seed in range(80)
    ]
    assert unanimous in found
    assert unanimous in nearly


def test_direct_reports_stand_apart_only_beside_five_others():
    def mixed(reports, others):
        rows = [(0, 5, True, True)] * reports + [(0, 2, True, False)] * others
        return count(reviews(*rows))

    apart, too_few = mixed(7, 5), mixed(5, 4)

    assert apart.has_second_view.tolist() == [True]
    assert apart.reports.mean[0, 0] == 5.0
    assert apart.others.mean[0, 0] == 2.0
    assert (apart.reports.shares == -1).all()
    assert (apart.others.shares == -1).all()
    assert too_few.has_second_view.tolist() == [False]
    assert len(too_few.reports.raters) == len(too_few.others.raters) == 0


def test_a_statement_hidden_in_one_view_is_hidden_in_the_other():
    """Its total less the view that is shown would be a mean of four."""
    rows = [(0, 4, True, True)] * 6 + [(0, 2, True, False)] * 4 + [(0, 0, True, False)]
    made = reviews(*rows)
    made.ratings[:, 1] = 3

    counted = count(made)

    assert counted.has_second_view.tolist() == [True]
    assert counted.reports.shown[0, :2].tolist() == [False, True]
    assert counted.others.shown[0, :2].tolist() == [False, True]
    assert counted.colleagues.mean[0, 0] == 3.2


def test_the_total_of_two_views_is_their_sum_and_tells_nothing_more():
    rows = [(0, 4, True, True)] * 10 + [(0, 2, True, False)] * 10

    for seed in range(40):
        counted = count(reviews(*rows), randomness=seeded(seed))
        views = counted.reports.mean[0, 0] + counted.others.mean[0, 0]
        # Three printed decimals and three even shifts of half a point lie between them.
        assert counted.colleagues.mean[0, 0] == pytest.approx(views / 2, abs=0.1 + 0.1 + 1e-9)


def test_ratings_that_differ_within_raters_and_between_them_make_the_spread():
    random = np.random.default_rng(5)
    people, raters = 40, 12
    rows = [(subject, 3) for subject in range(people) for _ in range(raters)]
    made = reviews(*rows, people=people)
    felt = 3 + random.normal(0, 0.5, (len(rows), 1)) + random.normal(0, 0.8, (len(rows), 14))
    ratings = np.clip(np.rint(felt), 1, 5).astype(np.int8)

    whole = count(replace(made, ratings=ratings), randomness=seeded(1)).spread
    ratings[random.random(ratings.shape) < 0.2] = 0
    with_gaps = count(replace(made, ratings=ratings), randomness=seeded(2)).spread

    for spread in (whole, with_gaps):
        assert spread.between == pytest.approx(0.25, abs=0.06)
        assert spread.within == pytest.approx(0.64 + 1 / 12, abs=0.06)  # rounded to whole answers


def test_strictness_is_no_chance_where_the_same_raters_rate_everybody():
    random = np.random.default_rng(4)
    people, strict = 30, 0.5

    def spread(steps):
        subject = np.tile(np.arange(people), len(steps))
        rater = (subject + np.repeat(steps, people)) % people
        each = random.normal(0, strict, people)[rater] + random.normal(0, 0.4, rater.size)
        felt = 3.2 + each[:, None] + random.normal(0, 0.5, (rater.size, 14))
        reviews = RatedPairs(
            people=people,
            rater=rater,
            subject=subject,
            ratings=np.clip(np.rint(felt), 1, 5).astype(np.int8),
            is_blind=np.ones(rater.size, dtype=bool),
            is_report=np.zeros(rater.size, dtype=bool),
            unit=np.arange(people),
        )
        return count(reviews, ReleasePolicy(), randomness=seeded(5)).spread

    everybody, sample = spread(np.arange(1, people)), spread(np.arange(1, 13))

    assert everybody.between == pytest.approx(0.4**2, abs=0.05)
    assert sample.between == pytest.approx(0.4**2 + strict**2, abs=0.12)
    assert everybody.within == pytest.approx(sample.within, abs=0.05)


def test_few_ratings_leave_the_usual_spread():
    spread = count(of(3, 3, 3, 3, 3)).spread

    assert spread.between == pytest.approx(0.4, abs=0.25)
    assert 0.05 <= spread.within <= 0.6


def test_an_interval_never_certifies_that_everybody_agreed():
    people = [(subject, 4) for subject in range(12) for _ in range(24)]
    made = reviews(*people, people=12)

    counted = count(replace(made, ratings=np.full_like(made.ratings, 4)))

    assert counted.spread.between >= 0.05
    assert counted.spread.within >= 0.05


def company(*rows):
    """The first company mean from rows of (rater, subject, answer)."""
    made = reviews(*((subject, answer) for _, subject, answer in rows), people=12)
    made = replace(made, rater=12 + np.array([rater for rater, _, _ in rows]))
    return count(made).company.mean[0]


def test_the_company_mean_needs_twenty_different_raters():
    nineteen = [(rater, subject, 3) for rater in range(19) for subject in range(6)]

    assert isnan(company(*nineteen))
    assert company(*nineteen, (19, 0, 3)) == 3.0


def test_the_company_mean_is_never_the_score_of_a_few_people():
    four = [(rater, subject, 2) for rater in range(22) for subject in range(4)]
    five = [(rater, 4, 2) for rater in range(5)]

    assert isnan(company(*four))
    assert isnan(company(*four, *five[:4]))  # four about one are hidden
    assert company(*four, *five) == 2.0


def test_hidden_ratings_are_in_no_company_mean():
    shown = [(rater, subject, 3) for rater in range(22) for subject in range(6)]
    about_seven = [(rater, 7, 5) for rater in range(4)]

    assert company(*shown, *about_seven * 1) == company(*shown) == 3.0


def test_the_company_mean_follows_from_the_printed_scores_alone():
    rows = [(rater, subject, rater % 5 + 1) for rater in range(24) for subject in range(6)]
    made = reviews(*((subject, answer) for _, subject, answer in rows), people=12)
    made = replace(made, rater=12 + np.array([rater for rater, _, _ in rows]))

    counted = count(made, randomness=seeded(3))

    printed = counted.colleagues.mean[:6, 0]
    assert counted.company.mean[0] == pytest.approx(printed.mean(), abs=0.05)
    assert counted.company.raters[0] == 6 * 24
    one = standard_error_of_mean(24, counted.spread)
    assert counted.company.standard_error[0] == pytest.approx(sqrt(one**2 / 6 + 0.01 / 12))


NOBODY = np.zeros(0, dtype=np.int64)


def test_the_mean_of_own_answers_carries_noise_and_needs_ten():
    nine, ten = (np.array([(person, 1, 4) for person in range(people)]) for people in (9, 10))

    assert np.isnan(own_means(nine, new=NOBODY, randomness=silent)).all()
    assert own_means(ten, new=NOBODY, randomness=silent)[0] == 4.0
    assert np.isnan(own_means(ten, new=NOBODY, randomness=silent)[1:]).all()
    drawn = {own_means(ten, new=NOBODY, randomness=seeded(seed))[0] for seed in range(20)}
    assert len(drawn) > 2


def test_new_accounts_are_in_the_mean_of_own_answers_and_count_towards_no_threshold():
    answers = np.array([(person, 1, 4 if person < 10 else 1) for person in range(20)])

    assert np.isnan(own_means(answers, new=np.arange(9, 20), randomness=silent)).all()
    assert own_means(answers, new=np.arange(10, 20), randomness=silent)[0] == 2.5


@pytest.mark.slow
def test_the_means_of_own_answers_share_a_draw_so_that_their_noise_does_not_average_out():
    """Else all 14 together would tell how somebody rates themselves on the whole."""
    answers = np.array([(one, statement, 3) for one in range(10) for statement in range(1, 15)])
    plays = [own_means(answers, new=NOBODY, randomness=seeded(seed)).mean() for seed in range(2000)]

    in_points = 10 * np.array(plays)
    assert in_points.var() == pytest.approx(1.5 + 1.5 / 14, rel=0.15)  # 1.5/14 with own draws only
