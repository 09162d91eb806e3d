"""Where marks stand: the same geometry is printed and shown."""

from dataclasses import replace
from typing import Any

import pytest

from app.charts.lines import GUTTER, trend_line, trend_range, trend_words
from app.charts.marks import Anchor, Chart, Diamond, Dot, Line, Path, Rect, Role, Text, Tick
from app.charts.scale import competency_dots, dumbbell, pair_dots, statement_row, x_at
from app.domain.release.policy import Hidden, Reason
from app.domain.reports.contents import TrendLine, TrendPoint
from tests.samples import shown, statement, typical


def marks_of(chart: Chart, kind: type, role: Role) -> list[Any]:
    return [mark for mark in chart.marks if isinstance(mark, kind) and mark.role is role]


def test_a_row_shows_both_views_last_quarter_and_the_company():
    chart = statement_row(statement(1))

    (dot,) = marks_of(chart, Dot, Role.COLLEAGUES)
    (diamond,) = marks_of(chart, Diamond, Role.OWN)
    assert dot.x == pytest.approx(x_at(3.8, chart.width))
    assert diamond.x == pytest.approx(x_at(4, chart.width))
    assert len(marks_of(chart, Tick, Role.PREVIOUS)) == 1
    assert len(marks_of(chart, Tick, Role.COMPANY)) == 1


def test_last_quarter_and_the_company_differ_without_colour():
    chart = statement_row(statement(1))

    (previous,) = marks_of(chart, Tick, Role.PREVIOUS)
    (company,) = marks_of(chart, Tick, Role.COMPANY)
    assert previous.y + previous.height < chart.height / 2 < company.y


def test_columns_are_as_high_as_their_shares():
    columns = marks_of(statement_row(statement(1)), Rect, Role.SHARE)

    assert [round(column.height / columns[0].height) for column in columns] == [1, 2, 7]


def test_without_a_distribution_there_are_no_columns():
    chart = statement_row(statement(1, colleagues=shown(3.5)))

    assert marks_of(chart, Rect, Role.SHARE) == []


def test_a_hidden_mean_draws_nothing_and_says_why():
    few = Hidden(Reason.FEW_RATERS)
    for chart in (
        statement_row(statement(1, colleagues=few, previous=few, company=few)),
        dumbbell(statement(1, colleagues=few)),
    ):
        drawn = [mark for mark in chart.marks if mark.role is not Role.OWN]

        assert drawn == []
        assert "fewer than 5 colleagues answered" in chart.title


def test_everything_stays_inside_its_chart():
    for number in range(1, 15):
        for chart in (statement_row(statement(number)), dumbbell(statement(number))):
            for mark in chart.marks:
                if isinstance(mark, Dot | Diamond):
                    assert mark.radius <= mark.x <= chart.width - mark.radius
                    assert mark.radius <= mark.y <= chart.height - mark.radius


def test_a_dumbbell_joins_both_views():
    chart = dumbbell(statement(3))

    (bar,) = marks_of(chart, Line, Role.GAP)
    assert {bar.x1, bar.x2} == {x_at(5, chart.width), x_at(3.4, chart.width)}
    assert "own is 1.6 higher" in chart.title


def test_a_competency_without_own_view_has_no_diamond():
    (learning,) = (line for line in typical().competencies if line.name == "Learning")

    chart = competency_dots(learning)

    assert marks_of(chart, Diamond, Role.OWN) == []
    assert len(marks_of(chart, Dot, Role.COLLEAGUES)) == 1


def test_two_groups_are_a_dot_and_a_stroke():
    chart = pair_dots(shown(4.5), shown(3.5), names=("Your reports", "Others"))

    assert len(marks_of(chart, Dot, Role.COLLEAGUES)) == 1
    assert len(marks_of(chart, Tick, Role.OWN)) == 1
    assert chart.title == "Your reports: 4.5; Others: 3.5"


def trend_of(*values: float | None) -> TrendLine:
    points = tuple(TrendPoint(f"Q{number}", value) for number, value in enumerate(values, 1))
    return TrendLine("Reliability", points, 0.4)


def test_a_trend_breaks_where_a_quarter_is_missing():
    chart = trend_line(trend_of(3.0, 3.2, None, 3.4, 3.6))

    strokes = marks_of(chart, Path, Role.COLLEAGUES)
    assert [len(stroke.points) for stroke in strokes] == [2, 2]


def test_a_trend_shows_eight_quarters_and_no_more():
    chart = trend_line(trend_of(*[3.0] * 12))

    assert len(marks_of(chart, Dot, Role.COLLEAGUES)) == 8
    assert trend_words(trend_of(*[3.0] * 12)).startswith("Q5 3.0")


def test_the_band_lies_around_the_quarters_before_the_last():
    chart = trend_line(trend_of(3.0, 3.0, 4.8), scale=(1.0, 5.0))

    (band,) = marks_of(chart, Rect, Role.BAND)
    dots = marks_of(chart, Dot, Role.COLLEAGUES)
    assert dots[0].y == pytest.approx(band.y + band.height / 2)
    assert dots[-1].y < band.y


def test_one_quarter_has_no_band_and_no_line():
    chart = trend_line(trend_of(3.4))

    assert marks_of(chart, Rect, Role.BAND) == []
    assert marks_of(chart, Path, Role.COLLEAGUES) == []


def test_a_trend_without_any_value_is_an_empty_chart():
    chart = trend_line(trend_of(None, None))

    assert marks_of(chart, Dot, Role.COLLEAGUES) == []


def test_all_trends_share_a_range_that_holds_their_values():
    low, high = trend_range([trend_of(2.1, 4.4), trend_of(3.0)])

    assert low <= 2.1
    assert high >= 4.4
    assert trend_range([]) == (1.0, 5.0)


def test_charts_of_one_kind_share_their_ground():
    one, other = statement_row(statement(1)), statement_row(statement(9))

    assert one.ground is other.ground
    assert replace(one, marks=()) != one
    assert [mark for mark in trend_line(trend_of(3.0)).ground if isinstance(mark, Text)]


def test_the_first_value_of_a_trend_keeps_clear_of_the_numbers_of_its_scale():
    points = tuple(TrendPoint(f"Q{n}", 3.8) for n in range(1, 9))
    chart = trend_line(TrendLine("Helping", points, noise=0.2), scale=(3.0, 5.0))

    texts = [mark for mark in chart.marks if isinstance(mark, Text) and mark.text == "3.8"]

    assert texts[0].anchor is Anchor.START
    assert texts[0].x > GUTTER
    assert texts[1].anchor is Anchor.MIDDLE
