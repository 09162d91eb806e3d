"""All statements as a table of pictures with the same numbers as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from app.charts.scale import scale_head, statement_row
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.reports.contents import CompetencyLine, Conclusion, PersonalReport, StatementLine
from app.domain.reports.words import (
    CHANGE_WORDS,
    DASH,
    interval_words,
    number_words,
    remark_words,
    shares_figures,
    statements_by_competency,
)
from app.domain.scale import STATEMENTS
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.theme import HAIR, NOTE, REGULAR, SMALL, SMALL_STRONG, SOFT, STRONG, Style
from app.pdf.engine.wrapping import shortened, wrapped
from app.pdf.pages.first_page import also_height, also_list
from app.pdf.pages.flowing import part

CHART_WIDTH: Final = 156.0
OTHERS: Final = 313.0
"""Width of everything beside the words; they get the rest of the paper."""
ROW: Final = 30.0
HEAD: Final = 21.0
GROUP: Final = 15.0
PADDING: Final = 6.0
INDENT: Final = 14.0
TINY: Final = Style(REGULAR, 8, 9.5, SOFT)
COMPETENCY: Final = Style(STRONG, 8.5, 11)
STATEMENT: Final = Style(REGULAR, 9, 11)
NUMBERS: Final = (52.0, 26.0, 37.0, 38.0)
"""Widths of the number columns: colleagues' mean, own, last quarter, company."""
TITLE: Final = f"All {STATEMENTS} statements, seen from both sides"


@dataclass(frozen=True)
class StatementRow:
    """A statement as it is set: the lines of its words and of the remark, and its height."""

    line: StatementLine
    text: tuple[str, ...]
    remark: tuple[str, ...]

    @property
    def words_height(self) -> float:
        return len(self.text) * STATEMENT.leading + len(self.remark) * TINY.leading

    @property
    def height(self) -> float:
        return max(ROW, self.words_height + PADDING)


def statements_part(
    document: Document, report: PersonalReport, *, also: Sequence[Conclusion] = ()
) -> None:
    """Draw the table; a competency that does not fit moves to the next page with its head.

    What is `also` clear stands above it.
    """
    width = document.sheets[-1].width - OTHERS - INDENT
    groups = [
        [_set(line, width) for line in lines] for _, lines in statements_by_competency(report)
    ]
    above = also_height(document.sheets[-1], also) if also else 0.0
    least = above + HEAD + sum(GROUP + row.height for row in groups[0])
    sheet = part(document, "All statements", TITLE, least=least)
    if also:
        also_list(sheet, also)
    with sheet.table():
        _head(sheet)
        for rows, whole in zip(groups, report.competencies, strict=True):
            if sheet.room < GROUP + sum(row.height for row in rows):
                sheet = document.sheet()
                with sheet.artifact():
                    _head(sheet)
            _competency(sheet, whole, rows, last_quarter(report, whole))
    sheet.rule()


def last_quarter(report: PersonalReport, whole: CompetencyLine) -> float | None:
    """A competency's mean a quarter ago, as the charts over time show it; None where they do not.

    Only where its statements can be compared: each of them then has a mean of last quarter.
    """
    lines = [line for line in report.statements if line.competency == whole.name]
    if not all(isinstance(line.previous, Shown) for line in lines):
        return None
    trend = next((one for one in report.trend if one.competency == whole.name), None)
    return trend.points[-2].value if trend and len(trend.points) > 1 else None


def _set(line: StatementLine, width: float) -> StatementRow:
    remark = remark_words(line)
    words = wrapped(remark, TINY, width) if remark else ()
    return StatementRow(line, wrapped(line.text, STATEMENT, width), words)


def _chart_left(sheet: Sheet) -> float:
    return sheet.right - OTHERS + 4


def _rights(sheet: Sheet) -> tuple[float, float, float, float]:
    """Right edges of the columns colleagues, you, last quarter, company."""
    left = _chart_left(sheet) + CHART_WIDTH
    _, mean, own, last, company = accumulate(NUMBERS, initial=left)
    return mean, own, last, company


def _head(sheet: Sheet) -> None:
    mean, own, last, company = _rights(sheet)
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, sheet.y + 17, "Statement", TINY)
        with sheet.head():
            sheet.chart(scale_head(width=CHART_WIDTH), _chart_left(sheet), sheet.y + 8)
        with sheet.head():
            sheet.text_right(mean, sheet.y + 17, "Colleagues", TINY)
        with sheet.head():
            sheet.text_right(own, sheet.y + 17, "Own", TINY)
        with sheet.head():
            sheet.text_right(last, sheet.y + 8, "Last", TINY)
            sheet.text_right(last, sheet.y + 17, "quarter", TINY)
        with sheet.head():
            sheet.text_right(company, sheet.y + 17, "Company", TINY)
    sheet.y += HEAD


def _competency(
    sheet: Sheet, whole: CompetencyLine, rows: list[StatementRow], before: float | None
) -> None:
    """The name of a competency with the means of its statements, and the rows below it."""
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), SOFT, 0.6)
    mean, own, last, company = _rights(sheet)
    with sheet.row():
        with sheet.head("Row", columns=2):
            name = shortened(whole.name, COMPETENCY, mean - sheet.left - NUMBERS[0])
            sheet.text(sheet.left, sheet.y + 11, name, COMPETENCY)
        with sheet.cell():
            sheet.text_right(mean, sheet.y + 11, number_words(whole.colleagues), COMPETENCY)
        with sheet.cell():
            sheet.text_right(own, sheet.y + 11, number_words(whole.own), SMALL)
        with sheet.cell():
            sheet.text_right(last, sheet.y + 11, number_words(before), NOTE)
        with sheet.cell():
            sheet.text_right(company, sheet.y + 11, number_words(whole.company), NOTE)
    sheet.y += GROUP
    for number, row in enumerate(rows):
        if number:
            sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.4)
        with sheet.row():
            _row(sheet, row)


def _row(sheet: Sheet, row: StatementRow) -> None:
    height, top = row.height, sheet.y
    middle = top + height / 2
    sheet.y = middle - row.words_height / 2 - 0.5
    with sheet.head("Row"):
        sheet.text(sheet.left, sheet.y + STATEMENT.size, f"{row.line.number} ", TINY)
        sheet.lines(row.text, STATEMENT, x=sheet.left + INDENT)
        sheet.lines(row.remark, TINY, x=sheet.left + INDENT)
    chart = statement_row(row.line, width=CHART_WIDTH, height=ROW)
    with sheet.cell():
        sheet.chart(chart, _chart_left(sheet), top + (height - ROW) / 2)
    _numbers(sheet, row.line, middle)
    sheet.y = top + height


def _numbers(sheet: Sheet, line: StatementLine, middle: float) -> None:
    mean, own, last, company = _rights(sheet)
    with sheet.cell():
        _colleagues(sheet, line.colleagues, mean, middle)
    with sheet.cell():
        sheet.text_right(own, middle + 3, number_words(line.own), SMALL)
    with sheet.cell():
        _previous(sheet, line, last, middle)
    with sheet.cell():
        sheet.text_right(company, middle + 3, number_words(line.company), NOTE)


def _colleagues(sheet: Sheet, score: Score, right: float, middle: float) -> None:
    """The mean, and in small print below it the interval and the distribution."""
    if isinstance(score, Hidden):
        sheet.text_right(right, middle + 3, DASH, SMALL)
        return
    figures = shares_figures(score.shares)
    top = middle - (5.0 if figures else 0.5)
    sheet.text_right(right, top, score.text, SMALL_STRONG)
    sheet.text_right(right, top + 8.5, interval_words(score), TINY)
    if figures:
        sheet.text_right(right, top + 16.5, figures, TINY)


def _previous(sheet: Sheet, line: StatementLine, right: float, middle: float) -> None:
    """Last quarter's mean; a change beyond chance is said below it."""
    change = CHANGE_WORDS[line.change]
    sheet.text_right(right, middle + (-0.5 if change else 3), number_words(line.previous), NOTE)
    if change:
        sheet.text_right(right, middle + 8.5, change, TINY)
