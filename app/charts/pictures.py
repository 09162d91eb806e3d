"""The charts of one personal report, as SVG for its web page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from app.charts.keys import keys
from app.charts.lines import has_trend, trend_line, trend_range, trend_words
from app.charts.scale import (
    before_after,
    competency_dots,
    dumbbell,
    pair_dots,
    scale_head,
    statement_row,
)
from app.charts.svg import svg
from app.domain.release.policy import Score
from app.domain.reports.action_plan import LookBack
from app.domain.reports.contents import CompetencyLine, PersonalReport, StatementLine

VIEWS = ("Direct reports", "Everyone else")


@cache
def _head() -> Markup:
    """The head of the answer scale, which stands thirty times on one page, always the same."""
    return svg(scale_head())


@cache
def _legend() -> tuple[tuple[Markup, str], ...]:
    return tuple((svg(chart), words) for chart, words in keys())


class RowPictures:
    """Draws rows on the answer scale; the geometry is the paper's."""

    def head(self) -> Markup:
        return _head()

    def statement(self, line: StatementLine) -> Markup:
        return svg(statement_row(line))


@dataclass(frozen=True)
class Pictures(RowPictures):
    """Draws what the page of a personal report asks for."""

    report: PersonalReport

    def legend(self) -> tuple[tuple[Markup, str], ...]:
        return _legend()

    def competency(self, line: CompetencyLine) -> Markup:
        return svg(competency_dots(line))

    def difference(self, line: StatementLine) -> Markup:
        return svg(dumbbell(line))

    def before_after(self, one: LookBack) -> Markup:
        """Empty where then and now cannot be compared."""
        if one.before is None or one.after is None:
            return Markup()
        return svg(before_after(one.before, one.after))

    def pair(self, one: Score, other: Score) -> Markup:
        return svg(pair_dots(one, other, names=VIEWS))

    def trend(self) -> Iterator[tuple[str, Markup, str]]:
        """Competency, chart and the same numbers in words; nothing before the second quarter."""
        if not has_trend(self.report.trend):
            return
        scale = trend_range(self.report.trend)
        for line in self.report.trend:
            yield line.competency, svg(trend_line(line, scale=scale)), trend_words(line)
