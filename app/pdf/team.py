"""The team report on paper: one finding, all statements by quarter, three questions."""

from typing import Final

from app.charts.scale import statement_row
from app.domain.team import TeamLine, TeamReport
from app.domain.words import CHANGE_WORDS, day, number_words
from app.pdf.document import Document, bullet_list
from app.pdf.tables import Cell, Column, plain_imprint, table
from app.pdf.theme import NOTE

CHART_WIDTH: Final = 96.0
ROW: Final = 28.0
QUARTER: Final = 36.0
BESIDE: Final = 44.0


def render(report: TeamReport, *, paper: str = "A4") -> bytes:
    """`report` as a PDF file on `paper`; equal reports give equal bytes."""
    imprint = plain_imprint(
        report.company,
        report.cycle_name,
        f"Team of {report.manager}",
        readers="For the team: it names nobody and ranks nobody",
    )
    document = Document(imprint, paper=paper)
    sheet = document.sheet()
    sheet.title(f"Team report, {report.cycle_name}", f"Team of {report.manager}")
    sheet.paragraph(
        f"{report.company} · {report.members} people with released scores · "
        f"published {day(report.published_on)}",
        NOTE,
        after=10,
    )
    sheet.paragraph(report.finding, after=14)
    sheet.heading("To discuss", after=6)
    bullet_list(sheet, report.questions)
    sheet.y += 12
    sheet.heading("All statements", after=2)
    sheet = table(
        document,
        _columns(report),
        [(f"{one.line.number}. {one.line.text}", _cells(one)) for one in report.lines],
        first="Statement",
    )
    if sheet.room < 100:
        sheet = document.sheet()
    sheet.heading("About these numbers", after=6)
    for note in report.notes:
        sheet.standing(note, NOTE)
    return document.finished()


def _columns(report: TeamReport) -> list[Column]:
    *earlier, now = report.quarters
    return [
        Column("Scale from 1 to 5", CHART_WIDTH + 8),
        *(Column(name, QUARTER) for name in earlier),
        Column(now, QUARTER, is_strong=True),
        Column("Change", BESIDE),
        Column("Company", BESIDE),
    ]


def _cells(one: TeamLine) -> list[Cell]:
    line = one.line
    return [
        statement_row(line, width=CHART_WIDTH, height=ROW),
        *(_short(number_words(score)) for score in one.quarters),
        CHANGE_WORDS[line.change] or "–",
        _short(number_words(line.company)),
    ]


def _short(words: str) -> str:
    """A mean for a narrow column: ≥ and ≤ instead of "or more" and "or less"."""
    if words.endswith(" or more"):
        return f"≥ {words.removesuffix(' or more')}"
    return f"≤ {words.removesuffix(' or less')}" if words.endswith(" or less") else words
