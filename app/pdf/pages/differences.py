"""Where the own view and colleagues' view lie apart, the largest difference first."""

from typing import Final

from app.charts.scale import dumbbell, scale_head
from app.domain.reports.contents import PersonalReport, StatementLine
from app.domain.reports.words import difference_groups, gap_words, near_words
from app.domain.statistics.differences import Direction
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.theme import BODY, HAIR, HEADING, NOTE, SMALL, SMALL_STRONG
from app.pdf.engine.wrapping import wrapped
from app.pdf.pages.flowing import part, with_room
from app.pdf.pages.statements import STATEMENT, TINY

CHART_WIDTH: Final = 160.0
TEXT_WIDTH: Final = 208.0
ROW: Final = 24.0
HEAD: Final = 31.0
EXPLAINED: Final = (
    "The diamond is the own answer, the dot what colleagues said. Only a difference marked "
    "“clear” is larger than chance and the usual distance between the two would make it."
)
NOTHING: Final = "There is nothing to compare: own answers or colleagues’ are not there."


def differences_part(document: Document, report: PersonalReport) -> None:
    """Draw a dumbbell for every statement on which both sides lie apart, by direction."""
    title = report.voice.choose("You and your colleagues", "{name} and colleagues")
    sheet = part(document, "Two views", title, least=HEAD + 2 * ROW)
    if not report.differences:
        sheet.standing(NOTHING, BODY)
        return
    groups = difference_groups(report)
    if groups:
        sheet.standing(EXPLAINED, NOTE, after=10)
    for words, lines in groups:
        sheet = _group(document, sheet, words, lines)
    if near := near_words(report):
        sheet = with_room(document, sheet, BODY.leading)
        sheet.paragraph(near, BODY)


def _group(document: Document, sheet: Sheet, words: str, lines: list[StatementLine]) -> Sheet:
    sheet = with_room(document, sheet, HEAD + 2 * ROW)
    sheet.heading(words, after=-HEADING.leading)
    with sheet.table():
        _head(sheet)
        for line in lines:
            if sheet.room < ROW:
                sheet = document.sheet()
                with sheet.artifact():
                    _head(sheet)
            with sheet.row():
                _row(sheet, line)
    sheet.rule(after=16)
    return sheet


def _head(sheet: Sheet) -> None:
    """The head of a table, below its heading or at the top of the next page."""
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, sheet.y + 26, "Statement", TINY)
        with sheet.head():
            head = scale_head(width=CHART_WIDTH)
            sheet.chart(head, sheet.left + TEXT_WIDTH, sheet.y + 17)
        with sheet.head():
            sheet.text_right(sheet.right, sheet.y + 26, "own answer is", TINY)
    sheet.y += HEAD


def _row(sheet: Sheet, line: StatementLine) -> None:
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.4)
    top, middle = sheet.y, sheet.y + ROW / 2
    text = wrapped(line.text, STATEMENT, TEXT_WIDTH - 12)[:2]
    sheet.y = middle - len(text) * STATEMENT.leading / 2 - 0.5
    with sheet.head("Row"):
        sheet.lines(text, STATEMENT, x=sheet.left)
    with sheet.cell():
        chart = dumbbell(line, width=CHART_WIDTH, height=ROW)
        sheet.chart(chart, sheet.left + TEXT_WIDTH, top)
    with sheet.cell():
        _gap(sheet, line, middle)
    sheet.y = top + ROW


def _gap(sheet: Sheet, line: StatementLine, middle: float) -> None:
    words = gap_words(line)
    if line.own_view in {Direction.UP, Direction.DOWN}:
        sheet.text_right(sheet.right, middle - 0.5, words, SMALL_STRONG)
        sheet.text_right(sheet.right, middle + 8.5, "clear", TINY)
    else:
        sheet.text_right(sheet.right, middle + 3, words, SMALL)
