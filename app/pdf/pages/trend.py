"""The competencies over the quarters, and what the numbers can and cannot say."""

from collections.abc import Sequence
from typing import Final

from app.charts.lines import has_trend, trend_line, trend_range
from app.domain.reports.contents import PersonalReport, TrendLine
from app.pdf.engine.document import Document, Sheet, columns, note_list, note_list_height
from app.pdf.engine.theme import BODY_STRONG, NOTE
from app.pdf.engine.wrapping import shortened
from app.pdf.pages.flowing import part, with_room

CHART_HEIGHT: Final = 68.0
BESIDE: Final = 3
CELL: Final = 94.0
HEAD: Final = 36.0
"""The rule and the heading above the notes."""
EXPLAINED: Final = (
    "The grey band is usual variation: while nothing changes, chance leaves the last point outside "
    "it in 1 of 20 cases. "
    "All charts share one scale. A gap means that too few colleagues answered, or that the "
    "quarter asked something else or may not be shown to this report's readers."
)


def trend_part(document: Document, report: PersonalReport) -> None:
    """Draw a small chart per competency; nothing before there are two quarters."""
    if not has_trend(report.trend):
        return
    sheet = part(document, "Over time", "Competencies, quarter by quarter", least=50 + 2 * CELL)
    sheet.standing(EXPLAINED, NOTE, after=14)
    scale = trend_range(report.trend)
    for place in range(0, len(report.trend), BESIDE):
        sheet = with_room(document, sheet, CELL)
        _beside(sheet, report.trend[place : place + BESIDE], scale)


def _beside(sheet: Sheet, lines: Sequence[TrendLine], scale: tuple[float, float]) -> None:
    """Up to three competencies beside each other."""
    top = sheet.y
    for line, (left, width) in zip(
        lines, columns(sheet.left, sheet.width, BESIDE, gap=24), strict=False
    ):
        sheet.y = top
        name = shortened(line.competency, BODY_STRONG, width)
        sheet.heading(name, BODY_STRONG, x=left, after=0)
        chart = trend_line(line, width=width, height=CHART_HEIGHT, scale=scale)
        sheet.chart(chart, left, sheet.y)
    sheet.y = top + CELL


def notes_part(document: Document, report: PersonalReport) -> None:
    """What the numbers are, and what they cannot say."""
    notes = report.notes
    if not notes:
        return
    sheet = document.sheets[-1]
    if sheet.room < HEAD + note_list_height(notes, sheet.width):
        sheet = document.sheet()
    sheet.rule(after=10)
    sheet.heading("About these numbers", after=4)
    note_list(sheet, notes, x=sheet.left, width=sheet.width)
