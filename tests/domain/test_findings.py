"""A report's findings: the whole first, nothing twice, and what could have been seen."""

from dataclasses import replace

import pytest

from app.domain.release.policy import Hidden
from app.domain.reports.about_numbers import typical_of
from app.domain.reports.findings import smallest_change_words
from app.domain.statistics.differences import Direction
from app.domain.statistics.spread import PRIOR
from tests.domain.test_personal import HIDDEN, NAMES, quarter, report, shown

FLAT = [3.6] * 14


def said(made):
    return [made.finding, *made.highlights]


def test_the_whole_comes_first_when_everything_moved():
    made = report(quarter([4.5] * 14), quarter(FLAT))

    assert made.finding == (
        "On the whole, colleagues see these behaviours more often than last quarter."
    )
    assert {line.change for line in made.statements} == {Direction.NONE}


def test_a_statement_that_moves_by_itself_is_set_against_the_others():
    made = report(quarter([5.0, *FLAT[1:]]), quarter([3.4, *FLAT[1:]]))

    assert (
        "Set against your other behaviours, colleagues saw this more often than last quarter: "
        "“Does thing 1”."
    ) in said(made)


def test_what_moved_since_both_is_said_once():
    past = [quarter([3.4, *FLAT[1:]], name=f"Q{n}") for n in range(4)]

    made = report(quarter([5.0, *FLAT[1:]]), *past)

    moved = [sentence for sentence in said(made) if "saw this" in sentence]
    assert moved == [
        "Set against your other behaviours, colleagues saw this more often than last quarter and "
        "than on average in the quarters before: “Does thing 1”."
    ]


def test_a_rise_that_came_slowly_is_held_against_the_quarters_before():
    past = [quarter([mean, *FLAT[1:]], name=f"Q{mean}") for mean in (3.2, 3.2, 3.2, 4.0)]

    made = report(quarter([4.6, *FLAT[1:]]), *past)

    assert made.statements[0].change is Direction.NONE
    assert made.statements[0].change_longer is Direction.UP
    assert any("than on average in the quarters before" in one for one in said(made))


def test_only_the_last_four_quarters_are_the_quarters_before():
    old = quarter([1.5, *FLAT[1:]])

    made = report(quarter(FLAT), old, *[quarter(FLAT)] * 4)

    assert made.statements[0].change_longer is Direction.NONE


def test_a_competency_is_named_where_none_of_its_statements_is():
    made = report(quarter([4.2, 4.2, *[3.6] * 6, *[3.7] * 6]))

    assert made.finding.endswith(
        "this competency as a whole more often than the others: “Competency 1”."
    )
    assert made.statements[0].stands_out is Direction.NONE


def test_what_stands_out_either_way_is_told_in_one_breath():
    made = report(quarter([5.0, 2.2, *FLAT[2:]]))

    assert made.finding == (
        "Set beside the company’s averages, colleagues see this more often than your other "
        "behaviours: “Does thing 1”; and this less often: “Does thing 2”."
    )
    assert not any("behaviours" in one for one in made.highlights)


def test_a_statement_that_is_hard_for_everybody_does_not_stand_out():
    current = quarter([2.6, *FLAT[1:]])
    hard = replace(current, company=[shown(2.6), *current.company[1:]])

    assert report(current).statements[0].stands_out is Direction.DOWN
    assert report(hard).statements[0].stands_out is Direction.NONE


def test_without_the_companys_means_the_sentence_names_none():
    current = quarter([5.0, *FLAT[1:]])

    made = report(replace(current, company=[Hidden("few"), *current.company[1:]]))

    assert made.finding == (
        "Colleagues see this more often than your other behaviours: “Does thing 1”."
    )


def test_scores_far_below_the_companys_are_told_even_when_they_are_all_alike():
    made = report(quarter([2.4] * 14, company=3.8))

    assert made.finding == (
        "On the whole, colleagues see these behaviours clearly less often than is usual in the "
        "company."
    )
    assert "clearly less" not in " ".join(said(report(quarter([3.4] * 14, company=3.8))))


def test_thirteen_of_fourteen_own_answers_a_point_higher_are_a_finding():
    made = report(quarter([4.0] * 14, company=4.0, company_own=4.0, own=[*[5] * 13, 4]))

    assert "Colleagues see 13 of 14 behaviours less positively than you do, beyond the usual" in (
        " ".join(said(made))
    )


def test_a_single_own_view_is_told_beside_the_pattern_only_where_it_goes_another_way():
    own = [*[5] * 13, 1]

    made = report(quarter([3.6] * 14, own=own, company_own=3.6))

    told = [one for one in said(made) if "than you do" in one]
    assert len(told) == 2
    assert told[1] == "Colleagues see this more positively than you do: “Does thing 14”."


def test_where_nothing_is_clear_the_report_says_what_could_have_been_seen():
    made = report(quarter(FLAT), quarter(FLAT))

    assert made.finding == (
        "Nothing moved clearly since last quarter, and no single behaviour stands out."
    )
    (unseen,) = made.highlights
    assert unseen.startswith("A change of about 1.")
    assert unseen.endswith("would be marked in 8 of 10 cases; smaller ones are mostly missed.")


def test_what_could_have_been_seen_is_said_as_well_where_something_else_is_clear():
    made = report(quarter([5.0, *FLAT[1:]]), quarter([4.9, *FLAT[1:]]))

    assert "stand" not in made.highlights[0]
    assert made.highlights[0] == "Nothing moved clearly since last quarter."
    assert made.highlights[1].startswith("A change of about")


def test_a_clear_change_needs_no_word_on_what_could_have_been_seen():
    assert not any("8 of 10" in one for one in said(report(quarter([4.6] * 14), quarter(FLAT))))


@pytest.mark.parametrize("earlier", [1, 2, 4])
def test_the_report_and_the_page_about_the_numbers_state_the_same_figure(earlier):
    flat = quarter(FLAT, own=[4] * 14)

    made = report(flat, *[flat] * earlier)

    typical = typical_of({12: 14}, PRIOR, earlier=earlier, competencies=NAMES)
    assert typical is not None
    assert typical.smallest.change is not None
    assert typical.smallest.overall is not None
    words = smallest_change_words(typical.smallest.change, typical.smallest.overall)
    assert words in said(made)


def test_without_scores_there_is_nothing_to_find():
    made = report(quarter([HIDDEN] * 14), quarter(FLAT))

    assert said(made) == ["No scores this quarter: fewer than 5 colleagues answered."]
