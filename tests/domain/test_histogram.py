"""The spread of the answers to the 0-10 question: of large companies, coarse, never unanimous."""

import pytest

from app.domain.enps.histogram import release_histogram, share_words
from app.domain.enps.units import EnpsAnswer, release_enps
from app.domain.release.policy import ReleasePolicy

TREE = {0: None, 1: 0}


def test_each_share_is_rounded_to_five_percent_half_up():
    answers = [0] * 2 + [6] * 3 + [7] * 20 + [8] * 35 + [10] * 40

    assert release_histogram(answers) == (0, 0, 0, 0, 0, 0, 5, 20, 35, 0, 40)
    assert release_histogram([1] * 25 + [9] * 975)[1] == 5  # 2.5 %
    assert release_histogram([1] * 24 + [9] * 976)[1] == 0


@pytest.mark.parametrize("dissenters", [0, 1, 7])
def test_unanimity_looks_like_a_few_dissenters(dissenters):
    answers = [9] * (100 - dissenters) + [8] * dissenters

    assert release_histogram(answers)[9] == 95
    assert share_words(95) == "95 % or more"


@pytest.mark.parametrize("answers", [[], [11], [-1]])
def test_no_answers_or_others_are_refused(answers):
    with pytest.raises(ValueError, match="between 0 and 10"):
        release_histogram(answers)


@pytest.mark.parametrize(("settled", "new", "is_released"), [(100, 0, True), (99, 30, False)])
def test_it_is_released_of_the_whole_company_from_a_hundred_settled_people(
    settled, new, is_released
):
    answers = [EnpsAnswer(8, (), 1)] * settled + [EnpsAnswer(9, (), 1, is_new=True)] * new

    cells = release_enps(answers, tree=TREE, policy=ReleasePolicy(), reasons=[])

    assert [bool(cell.histogram) for cell in cells] == [is_released, False]
