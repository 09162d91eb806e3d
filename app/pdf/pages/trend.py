"""Page 5: the competencies over the quarters, and what the numbers can and cannot say."""

from typing import Final

from app.charts.lines import has_trend, trend_line, trend_range
from app.domain.reports.contents import PersonalReport, TrendLine
from app.pdf.engine.document import Document, Sheet, columns, note_list, note_list_height
from app.pdf.engine.theme import BODY_STRONG, LEAD, NOTE
from app.pdf.engine.wrapping import shortened

CHART_HEIGHT: Final = 68.0
CELL: Final = 98.0
HEAD: Final = 36.0
"""The rule and the heading above the notes."""
EXPLAINED: Final = (
    "The grey band is usual variation: while nothing changes, chance leaves the last point outside "
    "it in 1 of 20 cases. "
    "All charts share one scale. A gap means that too few colleagues answered, or that the "
    "quarter asked something else or may not be shown to this report's readers."
)
FIRST: Final = "This is the first quarter with results. Your trend begins with the next one."


def trend_page(document: Document, report: PersonalReport) -> None:
    """Draw a small chart per competency, then the notes on certainty."""
    sheet = document.sheet()
    if has_trend(report.trend):
        sheet.title("Over time", "Your competencies, quarter by quarter")
        sheet.standing(EXPLAINED, NOTE, after=14)
        _charts(sheet, report.trend)
    else:
        sheet.title("Over time", "Your trend begins here")
        sheet.standing(FIRST, LEAD, after=20)
    _notes(document, sheet, report.notes)


def _charts(sheet: Sheet, lines: tuple[TrendLine, ...]) -> None:
    scale = trend_range(lines)
    top = sheet.y
    places = columns(sheet.left, sheet.width, 2, gap=30)
    for number, line in enumerate(lines):
        left, width = places[number % 2]
        sheet.y = top + number // 2 * CELL
        name = shortened(line.competency, BODY_STRONG, width)
        sheet.heading(name, BODY_STRONG, x=left, after=0)
        chart = trend_line(line, width=width, height=CHART_HEIGHT, scale=scale)
        sheet.chart(chart, left, sheet.y)
    sheet.y = top + (len(lines) + 1) // 2 * CELL


def _notes(document: Document, sheet: Sheet, notes: tuple[str, ...]) -> None:
    if not notes:
        return
    if sheet.room < HEAD + note_list_height(notes, sheet.width):
        sheet = document.sheet()
    sheet.rule(after=10)
    sheet.heading("About these numbers", after=4)
    note_list(sheet, notes, x=sheet.left, width=sheet.width)
