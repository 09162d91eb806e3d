"""Page 2: the finding in one sentence, what else stands out, and the seven competencies."""

from typing import Final

from app.charts.scale import competency_dots, scale_head
from app.domain.reports.contents import CompetencyLine, PersonalReport
from app.domain.reports.words import hidden_words, number_words
from app.domain.scale import HIGHEST, LOWEST, OPTIONS
from app.pdf.engine.document import Document, Sheet, bullet_list
from app.pdf.engine.theme import BODY, NOTE, SMALL, SMALL_STRONG
from app.pdf.engine.wrapping import shortened

CHART_WIDTH: Final = 200.0
ROW: Final = 28.0
SMALLEST_TABLE: Final = 8 * ROW + 44
COLUMNS: Final = (46.0, 46.0, 46.0)
HEADS: Final = ("Colleagues", "Yourself", "Company")
STYLES: Final = (SMALL_STRONG, SMALL, NOTE)


def summary_page(document: Document, report: PersonalReport) -> None:
    """Draw the summary; there is no overall grade on it, on purpose."""
    sheet = document.sheet()
    sheet.title("Summary", report.finding)
    if report.highlights:
        bullet_list(sheet, report.highlights)
    sheet.y += 22
    if sheet.room < SMALLEST_TABLE:
        sheet = document.sheet()
    sheet.heading("The seven competencies")
    sheet.standing(
        "Each competency is the average of its two statements. "
        f"Scale from 1, {LOWEST}, to {OPTIONS}, {HIGHEST}.",
        NOTE,
        after=10,
    )
    _table(sheet, report.competencies)


def _table(sheet: Sheet, lines: tuple[CompetencyLine, ...]) -> None:
    chart_left = sheet.right - sum(COLUMNS) - CHART_WIDTH - 8
    with sheet.table():
        _head(sheet, chart_left)
        for line in lines:
            _row(sheet, line, chart_left)
    sheet.rule(after=8)
    if reasons := hidden_words(line.colleagues for line in lines):
        sheet.paragraph(reasons, NOTE)


def _head(sheet: Sheet, chart_left: float) -> None:
    head = scale_head(width=CHART_WIDTH)
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, sheet.y + 9, "Competency", NOTE)
        with sheet.head():
            sheet.chart(head, chart_left, sheet.y)
        for right, words in zip(_rights(sheet), HEADS, strict=True):
            with sheet.head():
                sheet.text_right(right, sheet.y + 9, words, NOTE)
    sheet.y += head.height + 2


def _row(sheet: Sheet, line: CompetencyLine, chart_left: float) -> None:
    sheet.rule()
    chart = competency_dots(line, width=CHART_WIDTH, height=ROW)
    baseline = sheet.y + ROW / 2 + 3.5
    name = shortened(line.name, BODY, chart_left - sheet.left - 6)
    values = (line.colleagues, line.own, line.company)
    with sheet.row():
        with sheet.head("Row"):
            sheet.text(sheet.left, baseline, name, BODY)
        with sheet.cell():
            sheet.chart(chart, chart_left, sheet.y)
        for right, value, style in zip(_rights(sheet), values, STYLES, strict=True):
            with sheet.cell():
                sheet.text_right(right, baseline, number_words(value), style)
    sheet.y += ROW


def _rights(sheet: Sheet) -> list[float]:
    """The right edges of the number columns."""
    return [sheet.right - sum(COLUMNS[number + 1 :]) for number in range(len(COLUMNS))]
