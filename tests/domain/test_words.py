"""Released values in words."""

from dataclasses import replace

import pytest

from app.domain.release.policy import Hidden, Reason, Shares
from app.domain.reports import words
from app.domain.reports.action_plan import ActionMark, ActionPlan
from app.domain.reports.contents import CompetencyLine
from app.domain.reports.voice import Voice
from app.domain.statistics.differences import Direction
from tests.samples import all_hidden, shown, statement, typical

NOTHING = ActionPlan(frozenset(), ())


@pytest.mark.parametrize(
    ("value", "text"), [(4.25, "4.3"), (4.24, "4.2"), (3, "3.0"), (2.95, "3.0")]
)
def test_numbers_are_rounded_half_up(value, text):
    assert words.one_decimal(value) == text


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (None, "–"),
        (4, "4"),
        (3.75, "3.8"),
        (shown(4.5), "4.5"),
        (shown(1.0), "1.0"),
        (Hidden(Reason.FEW_RATERS), "fewer than 5 colleagues answered"),
        (Hidden("fewer than 9 colleagues answered"), "fewer than 9 colleagues answered"),
    ],
)
def test_a_score_reads_as_people_say_it(score, text):
    assert words.score_words(score) == text


def test_a_narrow_column_has_a_dash_for_what_is_hidden():
    assert words.number_words(Hidden(Reason.FEW_RATERS)) == "–"


def test_reasons_are_told_once():
    few = Hidden(Reason.FEW_RATERS)

    assert words.hidden_words([few, few, 3.0]) == ("– not shown: fewer than 5 colleagues answered.")
    assert words.hidden_words([3.0, None]) == ""


def test_an_interval_is_told_only_around_a_shown_score():
    assert words.interval_words(shown(3.5)) == "2.9 to 4.1"
    assert words.interval_words(Hidden(Reason.FEW_RATERS)) == ""


def test_a_distribution_is_told_in_one_sentence():
    assert words.shares_words(Shares(10, 20, 70)) == (
        "10 % rated 1 or 2, 20 % rated 3, 70 % rated 4 or 5"
    )
    assert words.shares_words(None) == ""


def test_a_distribution_fits_a_narrow_column():
    assert words.shares_figures(Shares(10, 20, 70)) == "10 / 20 / 70 %"
    assert words.shares_figures(None) == ""


@pytest.mark.parametrize(
    ("own", "mean", "text"),
    [
        (5, 3.5, "1.5 higher"),
        (3, 4.0, "1.0 lower"),
        (4, 4.0, "the same"),
        (5, 4.5, "0.5 higher"),
    ],
)
def test_a_gap_is_told_with_its_direction(own, mean, text):
    assert words.gap_words(statement(1, own=own, colleagues=shown(mean))) == text


def test_what_is_chosen_is_named_where_it_has_a_short_name():
    report = typical()
    named = tuple(replace(line, short_name=f"Name {line.number}") for line in report.statements)
    short = replace(report, statements=named)
    plan = ActionPlan(frozenset({(4, ActionMark.WORK_ON)}), ())

    assert words.chosen_words(short, NOTHING) == "Nothing chosen yet"
    assert words.chosen_words(short, plan) == "Chosen: Name 4"
    assert words.chosen_words(report, plan) == "1 of 2 chosen"


def test_two_marks_of_a_competency_are_said_of_two_statements():
    high = statement(1, stands_out=Direction.UP)
    low = statement(2, stands_out=Direction.DOWN)

    assert words.marks_in_words([high, low]) == "one: stands out, one: lower than the rest"
    assert words.marks_in_words([high, high]) == "stands out"
    assert words.marks_in_words([]) == ""


def test_a_gap_needs_both_views():
    assert words.gap_words(statement(1, own=None)) == "–"
    assert words.gap_words(statement(1, colleagues=Hidden(Reason.FEW_RATERS))) == "–"


def test_differences_are_grouped_by_direction_and_sorted_by_size():
    groups = words.difference_groups(typical())

    assert [name for name, _ in groups] == [
        "You rate yourself higher than colleagues do",
        "Colleagues rate you higher than you do",
    ]
    for _, lines in groups:
        sizes = [abs(line.gap or 0) for line in lines]
        assert sizes == sorted(sizes, reverse=True)
    assert words.near_words(typical()) == (
        "On the other six statements both lie less than half a point apart."
    )
    assert words.difference_groups(all_hidden()) == []
    assert words.near_words(all_hidden()) == ""


def test_statements_keep_their_order_below_their_competency():
    groups = words.statements_by_competency(typical())

    assert len(groups) == 7
    assert [line.number for _, lines in groups for line in lines] == list(range(1, 15))


def test_a_remark_says_what_is_special_about_a_row():
    plain = statement(4)
    special = statement(
        4,
        stands_out=Direction.DOWN,
        answered=14,
        colleagues=shown(3.0, (40, 20, 40)),
    )

    assert words.remark_words(plain) == ""
    assert words.remark_words(special) == (
        "lower than the rest · opinions differ · 2 of 14 did not rate it"
    )
    hidden = statement(7, colleagues=Hidden(Reason.FEW_RATERS))
    assert words.remark_words(hidden) == "fewer than 5 colleagues answered"


def test_a_change_since_the_quarters_before_is_told_beside_the_row():
    slowly = statement(4, change_longer=Direction.UP)

    assert words.remark_words(slowly) == "risen since the quarters before"
    assert words.team_remark(slowly) == "risen since the quarters before"
    assert words.outcome_words(slowly).endswith("risen since the quarters before.")
    assert words.outcome_words(statement(7, change_longer=Direction.UP)).endswith("a clear rise.")


def test_a_planned_statement_that_rose_with_all_others_is_not_said_to_have_stayed():
    with_all = statement(4, change=Direction.NONE)

    assert words.outcome_words(with_all, Direction.UP).endswith(
        "last quarter: all statements together have clearly risen, and this one with them."
    )
    assert words.outcome_words(with_all, Direction.NONE).endswith("what chance explains.")
    assert words.outcome_words(statement(7), Direction.DOWN).endswith("a clear rise.")


def test_a_row_in_one_sentence_holds_everything_its_chart_shows():
    assert words.statement_words(statement(1)) == (
        "Colleagues: 3.8 (likely 3.2 to 4.4); own answer: 4; last quarter: 3.6; company: 3.7; "
        "10 % rated 1 or 2, 20 % rated 3, 70 % rated 4 or 5"
    )
    bare = statement(
        12, colleagues=shown(3.5), previous=None, company=Hidden(Reason.FEW_RESPONDENTS)
    )
    assert words.statement_words(bare) == "Colleagues: 3.5 (likely 2.9 to 4.1)"


def test_a_competency_is_told_in_one_line_with_what_there_is():
    voice = Voice("Alice")
    known = CompetencyLine("Reliability", 3.46, 4.0, 3.7)

    assert words.competency_words(known, voice) == "3.5 · you 4.0 · company 3.7"
    unknown = CompetencyLine("Reliability", Hidden(Reason.FEW_RATERS), None, None)
    assert words.competency_words(unknown, voice) == words.DASH


def test_a_score_without_a_number_is_told_with_its_reason():
    hidden = Hidden(Reason.FEW_RATERS)

    assert words.score_with_range(hidden) == f"not shown: {words.reason_words(hidden)}"
    assert words.score_with_range(shown(3.2)).startswith("3.2, likely ")
