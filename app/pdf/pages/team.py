"""The team report on paper: one finding, all statements by quarter, three questions."""

from collections.abc import Sequence
from typing import Final

from app.charts.marks import Chart
from app.charts.scale import scale_head, statement_row
from app.domain.reports.contents import StatementLine
from app.domain.reports.team import TeamLine, TeamReport
from app.domain.reports.words import CHANGE_WORDS, day, interval_words, number_words
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.engine.tables import Cell, Column, Stacked, plain_imprint, table
from app.pdf.engine.theme import NOTE

CHART_WIDTH: Final = 140.0
DOT: Final = 2.2
"""Radius of a mean: the likely range of a team is narrow, and must not lie below it."""
ROW: Final = 24.0
LINES: Final = 4
LINE: Final = 24.0
"""How many lines there are to write on below a question, and how far apart."""
MARKS: Final = (
    "In the pictures the dot is this quarter, the line through it the likely range, the stroke "
    "above the line the quarter before, the one below it the company. Below this quarter’s score "
    "stand the same range in numbers and, where it is clear, the change since the quarter before."
)
QUARTER: Final = 34.0
NOW: Final = 48.0
BESIDE: Final = 42.0


def render(report: TeamReport, *, letterhead: Letterhead = PLAIN) -> bytes:
    """`report` as a PDF file on `letterhead`; equal reports give equal bytes."""
    imprint = plain_imprint(
        report.company,
        report.cycle_name,
        f"Team of {report.manager}",
        readers="For the team: it names nobody and ranks nobody",
    )
    document = Document(imprint, letterhead=letterhead)
    sheet = document.sheet()
    sheet.title(f"Team report, {report.cycle_name}", f"Team of {report.manager}")
    sheet.paragraph(
        f"{report.members} people with released scores · published {day(report.published_on)}",
        NOTE,
        after=10,
    )
    sheet.paragraph(report.finding, after=14)
    sheet.heading("All statements", after=2)
    table(
        document,
        _columns(report),
        [(f"{one.line.number}. {one.line.text}", _cells(one)) for one in report.lines],
        first="Statement",
    )
    sheet = document.sheet()
    _questions(sheet, report.questions)
    sheet.heading("About these numbers", after=6)
    for note in (MARKS, *report.notes):
        sheet.standing(note, NOTE)
    return document.finished()


def _questions(sheet: Sheet, questions: Sequence[str]) -> None:
    """A page to write on while the team talks."""
    sheet.heading("To discuss", after=18)
    for question in questions:
        sheet.paragraph(question, after=LINE)
        for _ in range(LINES):
            sheet.rule(after=LINE)
        sheet.y += LINE


def _columns(report: TeamReport) -> list[Column]:
    *earlier, now = report.quarters
    return [
        Column(scale_head(width=CHART_WIDTH), CHART_WIDTH + 4),
        *(Column(name, QUARTER) for name in earlier),
        Column(now, NOW, is_strong=True),
        Column("Company", BESIDE),
    ]


def chart_of(line: StatementLine) -> Chart:
    """A statement's picture."""
    return statement_row(line, width=CHART_WIDTH, height=ROW, dot=DOT)


def _cells(one: TeamLine) -> list[Cell]:
    line = one.line
    *earlier, now = one.quarters
    below = (interval_words(now), CHANGE_WORDS[line.change])
    return [
        chart_of(line),
        *map(number_words, earlier),
        Stacked(number_words(now), below),
        number_words(line.company),
    ]
