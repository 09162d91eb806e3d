"""The page of a manager with enough direct reports: their view beside everyone else's."""

from typing import Final

from app.charts.scale import pair_dots, scale_head
from app.domain.release.policy import Score
from app.domain.reports.contents import PersonalReport, SecondView, StatementLine
from app.domain.reports.words import hidden_words, number_words
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.theme import HAIR, NOTE, SMALL, SMALL_STRONG
from app.pdf.engine.wrapping import wrapped
from app.pdf.pages.flowing import part
from app.pdf.pages.statements import STATEMENT, TINY

CHART_WIDTH: Final = 150.0
TEXT_WIDTH: Final = 190.0
ROW: Final = 31.0
MOST_LINES: Final = 2
NAMES: Final = ("Direct reports", "Everyone else")
EXPLAINED: Final = (
    "The dot is direct reports, the long stroke everyone else. This page exists because "
    "both groups are large enough to protect the people in them."
)


def second_view_page(document: Document, report: PersonalReport, view: SecondView) -> None:
    """Draw both views of every statement side by side, below what stands before."""
    title = "Direct reports beside everyone else"
    sheet = part(document, "Direct reports", title, least=40 + 3 * ROW)
    sheet.standing(EXPLAINED, NOTE, after=8)
    with sheet.table():
        _head(sheet)
        for line, reports, others in zip(report.statements, view.reports, view.others, strict=True):
            sheet = _with_room(document, sheet)
            with sheet.row():
                _row(sheet, line, (reports, others))
    sheet.rule(after=8)
    if reasons := hidden_words((*view.reports, *view.others)):
        sheet.paragraph(reasons, NOTE)


def _with_room(document: Document, sheet: Sheet) -> Sheet:
    if sheet.room >= ROW:
        return sheet
    sheet = document.sheet()
    with sheet.artifact():
        _head(sheet)
    return sheet


def _head(sheet: Sheet) -> None:
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, sheet.y + 17, "Statement", TINY)
        with sheet.head():
            sheet.chart(scale_head(width=CHART_WIDTH), sheet.left + TEXT_WIDTH, sheet.y + 8)
        with sheet.head():
            sheet.text_right(sheet.right - 64, sheet.y + 17, "Reports", TINY)
        with sheet.head():
            sheet.text_right(sheet.right, sheet.y + 17, "Everyone else", TINY)
    sheet.y += 21


def _row(sheet: Sheet, line: StatementLine, scores: tuple[Score, Score]) -> None:
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.4)
    top, middle = sheet.y, sheet.y + ROW / 2
    text = wrapped(line.text, STATEMENT, TEXT_WIDTH - 20)[:MOST_LINES]
    sheet.y = middle - len(text) * STATEMENT.leading / 2 - 0.5
    with sheet.head("Row"):
        sheet.lines(text, STATEMENT, x=sheet.left)
    with sheet.cell():
        chart = pair_dots(*scores, names=NAMES, width=CHART_WIDTH, height=ROW)
        sheet.chart(chart, sheet.left + TEXT_WIDTH, top)
    with sheet.cell():
        sheet.text_right(sheet.right - 64, middle + 3, number_words(scores[0]), SMALL_STRONG)
    with sheet.cell():
        sheet.text_right(sheet.right, middle + 3, number_words(scores[1]), SMALL)
    sheet.y = top + ROW
