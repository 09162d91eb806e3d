"""The door as a pure function: every released number of a small company set by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from app.domain.count.counting import count
from app.domain.count.reviews import Reviews
from app.domain.release.cells import released_shares, rounded_means
from app.domain.release.policy import Observed, Reason, ReleasePolicy

POLICY = ReleasePolicy()
NOTHING = [-1] * 13


def reviews(*rows, people=1):
    """Rows of (subject, first answer, is_blind, is_report), each by a rater of its own.

    Other statements are unanswered.
    """
    return Reviews(
        people=people,
        rater=people + np.arange(len(rows)),
        subject=np.array([row[0] for row in rows], dtype=np.int64),
        ratings=np.array([[row[1], *NOTHING] for row in rows], dtype=np.int8).reshape(-1, 14),
        is_blind=np.array([row[2] if len(row) > 2 else True for row in rows], dtype=bool),
        is_report=np.array([row[3] if len(row) > 3 else False for row in rows], dtype=bool),
        unit=np.zeros(people + len(rows), dtype=np.int64),
    )


def of(*answers):
    return reviews(*((0, answer) for answer in answers))


def test_five_blind_raters_release_a_mean_in_whole_points():
    counted = count(of(2, 3, 3, 3, 3), POLICY)

    assert counted.raters.tolist() == [5]
    assert counted.colleagues.mean[0, 0] == 3.0
    assert counted.colleagues.hidden[0, 0] is None
    assert counted.colleagues.shares[0, 0].tolist() == [-1, -1, -1]
    assert counted.colleagues.not_observed[0, 0] is Observed.NONE


def test_four_blind_raters_release_nothing_at_all():
    counted = count(of(3, 4, 4, 4), POLICY)

    assert counted.raters.tolist() == [-1]
    assert counted.colleagues.hidden[0, 0] is Reason.FEW_RATERS
    assert isnan(counted.colleagues.mean[0, 0])
    assert isnan(counted.colleagues.low[0, 0])
    assert isnan(counted.colleagues.high[0, 0])
    assert counted.colleagues.not_observed[0, 0] is None


def test_the_managers_rating_counts_in_the_mean_but_not_towards_the_threshold():
    four_and_manager = reviews(*((0, 4),) * 4, (0, 4, False))
    five_and_manager = reviews(*((0, 3),) * 3, *((0, 2),) * 2, (0, 1, False))

    hidden = count(four_and_manager, POLICY)
    shown = count(five_and_manager, POLICY)

    assert hidden.colleagues.hidden[0, 0] is Reason.FEW_RATERS
    assert shown.colleagues.mean[0, 0] == 2.0  # 14 / 6, not 13 / 5
    assert shown.raters.tolist() == [5]  # does not tell whether the manager answered


def test_not_observed_is_in_no_mean_and_told_in_bands():
    some = count(of(2, 2, 2, 2, 2, 0, 0), POLICY)
    many = count(of(2, 2, 2, 2, 2, *[0] * 6), POLICY)

    assert some.colleagues.mean[0, 0] == 2.0
    assert some.colleagues.not_observed[0, 0] is Observed.SOME
    assert many.colleagues.not_observed[0, 0] is Observed.MANY
    assert some.raters.tolist() == [5]


@pytest.mark.parametrize(
    ("answers", "mean"),
    [
        ([5] * 5, 4.0),  # open-ended: 4 or more
        ([1] * 6, 2.0),
        ([2, 2, 2, 3, 3, 3], 3.0),  # 2.5 in whole points, half up
        ([3, 3, 4, 3, 4, 3], 3.0),  # 3.3
        ([5] * 14, 4.5),  # open-ended: 4.5 or more
        ([1] * 7, 1.5),
        ([4, 4, 4, 5, 4, 4, 4], 4.0),  # 4.14 in half points
        ([4, 4, 5, 4, 4, 5, 4, 4], 4.5),  # 4.25 is rounded half up
        ([5] * 15, 4.8),
        ([1] * 19, 1.2),
        ([3] * 8 + [4] * 8, 3.6),  # 3.5 in steps of .2, half up
        ([3] * 11 + [4] * 9, 3.5),  # 3.45 from 20 ratings on in tenths, half up
        ([5] * 25, 4.8),
    ],
)
def test_means_are_rounded_to_the_grain_of_their_number(answers, mean):
    assert count(of(*answers), POLICY).colleagues.mean[0, 0] == mean


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ([3] * 19, [-1, -1, -1]),
        ([1] * 2 + [3] * 7 + [4] * 11, [20, 40, 60]),  # to 20 %, half up
        ([5] * 20, [0, 0, 90]),
        ([5] * 18 + [1] * 2, [0, 0, 90]),  # nobody learns whether all agreed
        ([1] * 8 + [3] * 8 + [5] * 8, [40, 40, 40]),
        ([1] * 10 + [3] * 10 + [5] * 10, [30, 30, 30]),  # from 30 ratings to 10 %
        ([5] * 99, [0, 0, 90]),
        ([5] * 50 + [3] * 33 + [1] * 17, [17, 33, 50]),  # from 100 ratings to 1 %
        ([5] * 99 + [1], [0, 0, 90]),
    ],
)
def test_distributions_are_released_in_three_coarse_bins(answers, shares):
    assert count(of(*answers), POLICY).colleagues.shares[0, 0].tolist() == shares


def test_no_two_counts_that_differ_by_one_rating_certify_unanimity():
    for n in range(20, 120):
        everybody = np.zeros((1, 1, 5), dtype=np.int64)
        everybody[0, 0, 4] = n
        all_but_one = everybody.copy()
        all_but_one[0, 0, 4], all_but_one[0, 0, 0] = n - 1, 1

        blind = np.array([[n]])
        assert (
            released_shares(everybody, blind).tolist()
            == released_shares(all_but_one, blind).tolist()
        )


def test_means_do_not_suffer_from_floating_point():
    options = np.zeros((1, 1, 5), dtype=np.int64)
    options[0, 0, 2], options[0, 0, 3] = 13, 7  # 3.35 exactly

    assert rounded_means(options, np.array([[3]]))[0, 0] == 3.4


def test_intervals_use_the_companys_spread_and_are_rounded_outwards():
    two_people = reviews(
        *((0, answer) for answer in (3, 3, 3, 3, 3)), *((1, a) for a in (2, 3, 3, 3, 4)), people=2
    )

    counted = count(two_people, POLICY)

    # s0² = (0 + 2) / 8; 1.96·√(.25/5 + 1/12) = .72 around 3, outwards to whole points
    assert counted.colleagues.low[:, 0].tolist() == [2.0, 2.0]
    assert counted.colleagues.high[:, 0].tolist() == [4.0, 4.0]


def test_direct_reports_stand_apart_only_beside_five_others():
    def mixed(reports, others):
        rows = [(0, 5, True, True)] * reports + [(0, 2, True, False)] * others
        return count(reviews(*rows), POLICY)

    apart, too_few = mixed(7, 5), mixed(5, 4)

    assert apart.has_second_view.tolist() == [True]
    assert apart.reports.mean[0, 0] == 4.5
    assert apart.others.mean[0, 0] == 2.0
    assert (apart.reports.shares == -1).all()
    assert (apart.others.shares == -1).all()
    assert too_few.has_second_view.tolist() == [False]
    assert too_few.reports.hidden[0, 0] is Reason.FEW_RATERS
    assert isnan(too_few.reports.mean[0, 0])
    assert isnan(too_few.others.mean[0, 0])


def test_beside_a_second_view_the_whole_is_computed_from_its_two_parts():
    def whole(reports, others):
        rows = [(0, 4, True, True)] * reports + [(0, 5, True, False)] * others
        return count(reviews(*rows), POLICY).colleagues.mean[0, 0]

    # "4.0" of seven is 27 to 29, "4.5 or more" 30 to 35: (28 + 32.5) / 14 = 4.3; truly 4.5
    assert whole(7, 7) == 4.5
    # the middle of 20 to 25 is 22.5 for either five: (22.5 + 22.5) / 10 = 4.5; truly 4.5
    assert whole(5, 5) == 4.5
    # 22.5 of five and 12 x 4.625 = 55.5 of twelve are 4.59 of seventeen; truly 4.7 = "4.8"
    assert whole(5, 12) == 4.6


def company(*rows):
    """The first company mean from rows of (rater, subject, answer)."""
    made = reviews(*((subject, answer) for _, subject, answer in rows), people=12)
    made = replace(made, rater=12 + np.array([rater for rater, _, _ in rows]))
    table = count(made, POLICY).company
    return table.hidden[0, 0] or table.mean[0, 0]


def test_the_company_mean_needs_twenty_different_raters():
    nineteen = [(rater, subject, 3) for rater in range(19) for subject in range(6)]

    assert company(*nineteen) is Reason.FEW_RESPONDENTS
    assert company(*nineteen, (19, 0, 3)) == 3.0


def test_the_company_mean_is_never_the_score_of_a_few_people():
    four = [(rater, subject, 2) for rater in range(22) for subject in range(4)]
    five = [(rater, 4, 2) for rater in range(5)]

    assert company(*four) is Reason.FEW_RESPONDENTS
    assert company(*four, *five[:4]) is Reason.FEW_RESPONDENTS  # four about one are hidden
    assert company(*four, *five) == 2.0


def test_hidden_ratings_are_in_no_company_mean():
    shown = [(rater, subject, 3) for rater in range(22) for subject in range(6)]
    about_seven = [(rater, 7, 5) for rater in range(4)]

    assert company(*shown, *about_seven * 1) == company(*shown) == 3.0


def test_the_company_mean_follows_from_the_released_scores_alone():
    """Other answers that look the same in every report give the same mean of the company."""

    def mean(*answers):
        rows = [(rater, subject, a) for subject in range(6) for rater, a in enumerate(answers)]
        return company(*rows)

    assert mean(*[3] * 22, 4) == mean(*[3] * 22, 3) == 3.0
    assert mean(*[3] * 12, *[4] * 11) == 3.5  # 3.478


def test_the_company_has_no_distribution():
    rows = [(subject, 4) for subject in range(12) for _ in range(12)]

    assert (count(reviews(*rows, people=12), POLICY).company.shares == -1).all()


def test_an_interval_never_certifies_that_everybody_agreed():
    def interval(*answers):
        people = [(subject, answer) for subject in range(12) for answer in answers]
        cells = count(reviews(*people, people=12), POLICY)
        personal = cells.colleagues
        return personal.low[0, 0], personal.high[0, 0], cells.company.low[0, 0]

    unanimous, nearly = interval(*[4] * 24), interval(*[4] * 23, 5)

    assert unanimous == nearly
    assert unanimous[0] < 4.0 < unanimous[1]


def test_a_stricter_policy_hides_more():
    stricter = ReleasePolicy(blind_raters=8, distribution_from=25)

    counted = count(of(*[3] * 7), stricter)
    enough = count(of(*[3] * 22), stricter)

    assert counted.colleagues.hidden[0, 0] is Reason.FEW_RATERS
    assert enough.colleagues.shares[0, 0].tolist() == [-1, -1, -1]


def test_nobody_rated_is_a_company_of_hidden_cells():
    counted = count(reviews(people=3), POLICY)

    assert (counted.raters == -1).all()
    assert set(counted.colleagues.hidden.ravel().tolist()) == {Reason.FEW_RATERS}
